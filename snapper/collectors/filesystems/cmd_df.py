"""df's own view of how full the local file systems are, as evidence beside `statvfs`.

Runs `df -l -B1 --output=...` (`df -l -P -B1` before coreutils 8.21). Local ones only, for a dead server hangs df. The
heading names the columns and the size of a block; names may hold blanks, numbers do not.

    Filesystem              Type        1B-blocks        Used       Avail   Inodes  IUsed    IFree Mounted on
    /dev/vda                ext4     270553174016 24819372032 84124921856 16777216 466358 16310858 /
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.mount_points import lasts
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_gauge = partial(
    Metric, unit="bytes", kind=Kind.GAUGE, resource=Resource.FILESYSTEM, role=Role.INTERNAL, worse=Worse.NEITHER,
    labels=("mount",), doc="https://man7.org/linux/man-pages/man1/df.1.html", next="df -h {instance}",
)  # fmt: skip
# fmt: off
_METRICS: Final = (
    _gauge(name="df.size", title="Size of the file system (df)", help="Bytes that the file system holds altogether."),
    _gauge(name="df.used", worse=Worse.MORE, title="Used space (df)",
           help="Bytes in use; what is reserved for root is neither used nor available."),
    _gauge(name="df.avail", worse=Worse.LESS, title="Free space (df)",
           help="Bytes that any program may still write here."),
    _gauge(name="df.itotal", unit="inodes", title="Inodes of the file system (df)",
           help="Files and directories that can exist here altogether."),
    _gauge(name="df.iused", unit="inodes", worse=Worse.MORE, title="Inodes used (df)",
           help="Files and directories that exist here."),
    _gauge(name="df.iavail", unit="inodes", worse=Worse.LESS, title="Free inodes (df)",
           help="Files and directories that can still be created here."),
)
# fmt: on
_COLUMNS: Final = {
    "Used": "used",
    "Avail": "avail",
    "Available": "avail",
    "Inodes": "itotal",
    "IUsed": "iused",
    "IFree": "iavail",
}
_SHARES: Final = frozenset({"Use%", "IUse%", "Capacity"})
_BLOCKS: Final = re.compile(r"(?P<count>[0-9]{1,12})(?P<unit>[kKMGT]?(?:i?B)?)-blocks")
_VALUE: Final = r"(?:[0-9]{1,20}|-)%?"
_TYPE: Final = r"\S+\s+"
_POWERS: Final = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
_HINT: Final = "run df -l -B1 --output=source,fstype,size,used,avail,itotal,iused,iavail,target"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sizes in bytes and numbers of inodes of each file system that holds something.

    Raises:
        ValueError: A heading that is not df's or tells no size of a block, or a line with other columns than it.
    """
    heading, *lines = text.splitlines() or [""]
    words = heading.removesuffix("Mounted on").split()
    if words[:1] != ["Filesystem"] or not heading.rstrip().endswith("Mounted on"):
        raise refused("df", 1, heading, f"df's heading; {_HINT}")
    typed = words[1:2] == ["Type"]
    names = [_column(name) for name in words[2 if typed else 1 :]]
    block = next((size for _, size in names if size), 1)
    row = re.compile(rf".*\S\s+{_TYPE if typed else ''}((?:{_VALUE}\s+){{{len(names)}}})(/.*)")
    for number, line in enumerate(lines, start=2):
        found = row.fullmatch(line)
        if not found:
            raise refused("df", number, line, f"{len(names)} numbers before the mount point; {_HINT}")
        yield from _of_mount([name for name, _ in names], found[1].split(), found[2], block)


def _column(heading: str) -> tuple[str, int]:
    """What a column is called here, and the size of a block if it is that of sizes."""
    if heading in _COLUMNS:
        return _COLUMNS[heading], 0
    if heading in _SHARES:
        return "", 0
    blocks = _BLOCKS.fullmatch(heading)
    if not blocks:
        raise refused("df", 1, heading, f"a heading such as '1B-blocks'; {_HINT}")
    unit = blocks["unit"]
    base = 1000 if unit.endswith("B") and not unit.endswith("iB") and len(unit) > 1 else 1024
    return "size", int(blocks["count"]) * base ** _POWERS[unit[:1] if unit[:1] in _POWERS else ""]


def _of_mount(names: list[str], values: list[str], point: str, block: int) -> Iterator[Reading]:
    if not lasts(point) or not any(value.isdecimal() and int(value) for value in values):
        return
    for name, value in zip(names, values, strict=True):
        if name and value.isdecimal():
            scale = 1 if name.startswith("i") else block
            yield Reading(f"df.{name}", int(value) * scale, point)


COLLECTOR: Final = Collector(
    name="cmd.df",
    read=Command(
        argv=("df", "-l", "-B1", "--output=source,fstype,size,used,avail,itotal,iused,iavail,target"),
        version=("df", "--version"),
        cadence=Cadence.EDGES,
        alternatives=(("df", "-l", "-P", "-B1"),),
    ),
    metrics=_METRICS,
    parse=parse,
    adds="df's own figures of every local file system, to check ours against",
    needs="df (package coreutils)",
    judged=False,
)
