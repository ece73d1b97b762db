"""findmnt's own view of what is mounted, as evidence beside /proc/mounts.

Runs `findmnt -J -l -o ...` (NAME="value" pairs, or columns under headings, before util-linux 2.27). Left out is what
`proc_mounts` leaves out; where a mount hides another, the later one counts.

    {"filesystems": [
       {"target": "/", "source": "/dev/vda", "fstype": "ext4", "options": "rw,relatime", "propagation": "private"}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.mount_points import OF_THE_KERNEL, lasts
from snapper.collectors.text.tool_tables import document, nested, pairs, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.FILESYSTEM, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("mount",), doc="https://man7.org/linux/man-pages/man8/findmnt.8.html", next="findmnt {instance}",
)  # fmt: skip
# fmt: off
_FACTS: Final = {
    "source": _fact(name="findmnt.source", title="Mounted from (findmnt)",
                    help="Device, server and path that is mounted here, and in brackets which part of it."),
    "fstype": _fact(name="findmnt.fstype", title="File system type (findmnt)", help="Which file system is mounted."),
    "options": _fact(name="findmnt.options", title="Mount options (findmnt)", help="How it is mounted."),
    "propagation": _fact(name="findmnt.propagation", title="Propagation of mounts (findmnt)",
                         help="Whether other mount namespaces see what is mounted below."),
}
# fmt: on
_TREE: Final = re.compile(r"^[\s│├└─|`-]*(?=/)")
_COLUMNS: Final = "TARGET,SOURCE,FSTYPE,OPTIONS,PROPAGATION"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each mount point that is here to stay.

    Raises:
        ValueError: Neither JSON with "filesystems", nor pairs, nor columns under a heading.
    """
    mounts = {word(row, "target"): row for row in _rows(text) if word(row, "target")}
    for point, row in mounts.items():
        if word(row, "fstype") not in OF_THE_KERNEL and lasts(point):
            for column, metric in _FACTS.items():
                if value := word(row, column):
                    yield Reading(metric.name, value, point)


def _rows(text: str) -> Iterator[dict[str, Any]]:
    if text.lstrip().startswith("{"):
        return nested(rows_of(document(text, "findmnt").get("filesystems"), "findmnt"), "findmnt")
    if text.lstrip().startswith("TARGET "):
        return _columns(text.lstrip().splitlines())
    return iter(pairs(text, "findmnt"))


def _columns(lines: list[str]) -> Iterator[dict[str, Any]]:
    """Rows of a table whose columns stand straight below their headings, a tree drawn before the first."""
    starts = [(heading[0].lower(), heading.start()) for heading in re.finditer(r"\S+", lines[0])]
    ends = [start for _, start in starts[1:]] + [None]
    for line in lines[1:]:
        row = {name: line[start:end].strip() for (name, start), end in zip(starts, ends, strict=True)}
        yield row | {"target": _TREE.sub("", row.get("target", ""))}


COLLECTOR: Final = Collector(
    name="cmd.findmnt",
    read=Command(
        argv=("findmnt", "-J", "-l", "-o", _COLUMNS),
        version=("lscpu", "-V"),
        cadence=Cadence.ONCE,
        alternatives=(("findmnt", "-P", "-o", _COLUMNS), ("findmnt", "-l", "-o", _COLUMNS)),
    ),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="findmnt's own list of mounts, to check ours against",
    needs="findmnt (package util-linux)",
    judged=False,
)
