"""Whether free memory is in one piece: free blocks by size, in each zone.

Reads /proc/buddyinfo (since Linux 2.6.0), a line a zone, with the number of free blocks of 1, 2, 4, 8 ... pages.

    Node 0, zone    DMA32     78    114     82     52     38     25     13      9      3      4    629
    Node 0, zone   Normal      0     22      8     10      1      1      2     11     13      0      0

The unusable free space index is the kernel's own (unusable_free_index in mm/vmstat.c): the share of free memory in
blocks too small for a request. What is too small depends on who asks: up to order 3, 8 pages, the kernel tries on until
there is such a block; a huge page needs one of 2 MiB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.memory.zone_lines import numbers_of, zone_of
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, File

_PATH: Final = "/proc/buddyinfo"
_COSTLY: Final = 3
"""PAGE_ALLOC_COSTLY_ORDER of include/linux/mmzone.h: up to here a request is seldom refused."""
_HUGE: Final = 2 * MIB
"""A huge page of x86, and of arm64 with pages of 4 KiB."""

_zone = partial(
    Metric,
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    labels=("zone",),
    history=True,
    doc="https://elixir.bootlin.com/linux/v6.12/source/mm/vmstat.c",
    next="cat /proc/buddyinfo; grep -E 'compact_(stall|fail)|thp_fault_fallback' /proc/vmstat",
    moved_by=("sysctl[vm.compact*]", "sysctl[vm.extfrag_threshold]", "sysctl[vm.min_free_kbytes]", "thp.defrag"),
)
_bytes = partial(_zone, unit="bytes", role=Role.INTERNAL, worse=Worse.NEITHER)
_index = partial(_zone, unit="ratio", role=Role.SATURATION, worse=Worse.MORE)

# fmt: off
METRICS: Final = (
    _bytes(name="buddyinfo.free_order3", title="Free memory in blocks of 8 pages or more",
           help="Free memory of a zone in blocks that serve the kernel's own larger requests: network buffers, stacks, "
                "tables. Where it is gone, these wait for memory to be compacted."),
    _bytes(name="buddyinfo.free_2m", title="Free memory in blocks of 2 MiB or more",
           help="Free memory of a zone in blocks that serve as huge pages. Where it is gone, programs get small pages "
                "or wait for memory to be compacted."),
    _index(name="buddyinfo.unusable_order3", title="Free memory too fragmented for 8 pages",
           help="Share of a zone's free memory in blocks of less than 8 pages. Towards 100 % the kernel's own larger "
                "requests wait for memory to be compacted."),
    _index(name="buddyinfo.unusable_2m", title="Free memory too fragmented for huge pages",
           help="Share of a zone's free memory in blocks of less than 2 MiB. At 100 % no huge page is to be had before "
                "memory is compacted; it grows with time since boot."),
)
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield bytes and ratios for each zone; of a zone without any free page no ratio.

    Raises:
        ValueError: A line that is not a zone and a number of blocks for each size, or none at all.
    """
    lines = text.splitlines()
    if not lines:
        raise refused(_PATH, 1, text, "a line for each zone")
    for number, line in enumerate(lines, start=1):
        zone = zone_of(line)
        blocks = numbers_of(zone.rest) if zone else None
        if zone is None or blocks is None:
            raise refused(_PATH, number, line, "'Node 0, zone Normal' and a number of free blocks for each size")
        free = _free(blocks, origin.page_size)
        total = sum(size for _, size in free)
        for least, name in ((origin.page_size << _COSTLY, "order3"), (_HUGE, "2m")):
            usable = sum(size for block, size in free if block >= least)
            yield Reading(f"buddyinfo.free_{name}", usable, zone.instance)
            if total:
                yield Reading(f"buddyinfo.unusable_{name}", 1 - usable / total, zone.instance)


def _free(blocks: Sequence[int], page_size: int) -> list[tuple[int, int]]:
    """Bytes of a block, and of all free blocks of that size."""
    return [(page_size << order, count * (page_size << order)) for order, count in enumerate(blocks)]


COLLECTOR = Collector(
    name="proc.buddyinfo",
    read=File(path="proc/buddyinfo", cadence=Cadence.EDGES),
    metrics=METRICS,
    parse=parse,
    adds="whether free memory is in pieces large enough for huge pages and network buffers",
    needs="CONFIG_PROC_FS",
)
