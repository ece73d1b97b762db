"""Arrays of disks (md) as the kernel sums them up: failed disks, spares, and when a rebuild will be over.

Reads /proc/mdstat. An array begins with a line of its name, its state and its members, marked (F) failed, (S) spare,
(W) write-mostly, (J) journal, (R) replacement. Indented lines follow: disks wanted and at work, and what is under way.

    md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
          195310144 blocks [2/1] [U_]
          [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec

Levels without redundancy have no [2/1].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, File

_PATH: Final = "/proc/mdstat"
_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/drivers/md/md.c"

_ARRAY: Final = re.compile(r"(?P<name>[\w.-]{1,32}) : (?:in)?active(?: (?P<rest>.*))?")
_MEMBER: Final = re.compile(r"(?<!\S)[^\s\[\]]+\[[0-9]+\](?P<marks>(?:\([A-Z]\))*)(?= |$)")
_DISKS: Final = re.compile(r"\[(?P<wanted>[0-9]{1,5})/(?P<working>[0-9]{1,5})\]")
_PROGRESS: Final = re.compile(
    r"(?:recovery|resync|check|repair|reshape) *= *[0-9.]+% *\((?P<done>[0-9]{1,20})/(?P<all>[0-9]{1,20})\)"
    r"(?: finish=(?P<minutes>[0-9]{1,12}\.[0-9])min)?(?: speed=(?P<speed>[0-9]{1,12})K/sec)?"
)
_ASIDE: Final = ("Personalities", "unused devices", "read_ahead")
"""Lines of the file that are of no array; the last one of old kernels."""

_gauge = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.DISK, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC,
    labels=("array",), next="cat /proc/mdstat; mdadm --detail /dev/{instance}",
)  # fmt: skip
# fmt: off
_METRICS: Final = (
    _gauge(name="mdstat.failed", unit="count", role=Role.ERRORS, worse=Worse.MORE, title="Failed disks in the array",
           help="Disks that the array has thrown out and that are still attached to it. Each has to be replaced."),
    _gauge(name="mdstat.spare", unit="count", worse=Worse.LESS, title="Spare disks of the array",
           help="Disks that stand by to take the place of one that fails. With none left the next loss stays one."),
    _gauge(name="mdstat.missing", unit="count", alias_of="md.degraded", worse=Worse.MORE,
           title="Disks missing from the array (mdstat)",
           help="Disks that the array wants and that are not at work in it."),
    _gauge(name="mdstat.progress", unit="ratio", alias_of="md.sync_completed", title="Rebuild or check done (mdstat)",
           help="Share of the array that the running rebuild or check has been through."),
    _gauge(name="mdstat.speed", unit="bytes/s", alias_of="md.sync_speed", title="Speed of the rebuild (mdstat)",
           help="Data a second that the running rebuild or check goes through, of each disk."),
    _gauge(name="mdstat.finish", unit="seconds", worse=Worse.MORE, title="Rebuild or check will take",
           help="How long the running rebuild or check will still take at its present speed. Until then the array is "
                "slower, and a degraded one is at risk."),
)
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each array.

    Raises:
        ValueError: A line that is neither of an array, nor indented below one, nor known to be neither.
    """
    array = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(_ASIDE):
            array = ""
        elif line[0].isspace() and array:
            yield from _of_line(array, line)
        else:
            begins = _ARRAY.fullmatch(line.rstrip())
            if not begins:
                raise refused(_PATH, number, line, "an array as 'md0 : active raid1 sdb1[1] sda1[0]'")
            array = begins["name"]
            marks = [member["marks"] for member in _MEMBER.finditer(begins["rest"] or "")]
            yield Reading("mdstat.failed", sum("(F)" in mark for mark in marks), array)
            yield Reading("mdstat.spare", sum("(S)" in mark for mark in marks), array)


def _of_line(array: str, line: str) -> Iterator[Reading]:
    """Yield what an indented line tells; others, as that of the bitmap, are passed over."""
    if disks := _DISKS.search(line):
        yield Reading("mdstat.missing", max(0, int(disks["wanted"]) - int(disks["working"])), array)
    if (progress := _PROGRESS.search(line)) and int(progress["all"]):
        yield Reading("mdstat.progress", int(progress["done"]) / int(progress["all"]), array)
        if progress["minutes"]:
            yield Reading("mdstat.finish", float(progress["minutes"]) * 60, array)
        if progress["speed"]:
            yield Reading("mdstat.speed", int(progress["speed"]) * KIB, array)


COLLECTOR: Final = Collector(
    name="proc.mdstat",
    read=File(path="proc/mdstat", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="failed and spare disks of arrays, and when a rebuild will be over",
    needs="CONFIG_BLK_DEV_MD",
)
