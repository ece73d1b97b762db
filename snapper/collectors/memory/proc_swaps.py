r"""How full each swap device is, and in which order they are taken.

Reads /proc/swaps (since Linux 2.2), headings and a line a device or file, sizes in KiB:

    Filename                Type        Size        Used        Priority
    /dev/dm-2               partition   131068      176         -2

Devices of one priority are used in turn, others from the highest down: what is slow should stand below what is fast.
Headings alone mean that there is no swap, which /proc/meminfo tells as well. Blanks in names are written as \040.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, File

_PATH: Final = "/proc/swaps"
_HEADINGS: Final = ["Filename", "Type", "Size", "Used", "Priority"]
_LINE: Final = re.compile(r"(\S+)\s+(\S+)\s+([0-9]+)\s+([0-9]+)\s+(-?[0-9]+)\s*", re.ASCII)
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")

_device = partial(
    Metric,
    resource=Resource.MEMORY,
    doc="https://man7.org/linux/man-pages/man5/proc_swaps.5.html",
    labels=("device",),
    next="swapon --show",
)
_size = partial(_device, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER)
_fact = partial(_device, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
SIZE: Final = _size(name="swaps.size", title="Size of a swap device", worse=Worse.LESS,
                    help="Size of one swap device or file.")
USED: Final = _size(name="swaps.used", title="Swap used of a device", worse=Worse.MORE, history=True,
                    help="How much of one swap device holds something. It stays there until it is needed again, so "
                         "that it tells of past shortage; vmstat.pswpin tells of the present one.")
PRIORITY: Final = _fact(name="swaps.priority", title="Priority of a swap device",
                        help="The device of the highest priority is filled first. One that is slow should stand below "
                             "one that is fast, as compressed memory.")
TYPE: Final = _fact(name="swaps.type", title="Kind of a swap device",
                    help="Whether it is a partition or a file, which costs a little more.")
# fmt: on


def _share(used: Any, size: Any) -> Any:
    return used / size


_UTILIZATION: Final = Derived(
    metric=_device(
        name="swaps.utilization",
        unit="ratio",
        kind=Kind.GAUGE,
        role=Role.INTERNAL,
        worse=Worse.MORE,
        title="Share used of a swap device",
        help="How full one swap device is; swap.utilization tells it of all together. When a fast one is full, the "
        "next slower one is taken.",
        moved_by=("swaps.priority", "sysctl[vm.swappiness]"),
    ),
    inputs=(USED.name, SIZE.name),
    compute=_share,
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield size, use, kind and priority of each device; nothing where there is no swap.

    Raises:
        ValueError: No headings, or a line that does not fit them.
    """
    head, *lines = text.splitlines() or [""]
    if head.split() != _HEADINGS:
        raise refused(_PATH, 1, head, "the headings 'Filename Type Size Used Priority'")
    for number, line in enumerate(lines, start=2):
        fields = _LINE.fullmatch(line)
        if not fields:
            raise refused(_PATH, number, line, "a device, its kind, two sizes in KiB and a priority")
        device = _unescaped(fields[1])
        yield Reading(SIZE.name, int(fields[3]) * KIB, device)
        yield Reading(USED.name, int(fields[4]) * KIB, device)
        yield Reading(PRIORITY.name, fields[5], device)
        yield Reading(TYPE.name, fields[2], device)


def _unescaped(name: str) -> str:
    r"""A name as it is.

    >>> _unescaped(r"/swap\040file\040(deleted)")
    '/swap file (deleted)'
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), name)


COLLECTOR = Collector(
    name="proc.swaps",
    read=File(path="proc/swaps", cadence=Cadence.EDGES),
    metrics=(SIZE, USED, PRIORITY, TYPE),
    parse=parse,
    derived=(_UTILIZATION,),
    adds="which swap device is full, and in which order they are taken",
    needs="CONFIG_SWAP",
)
