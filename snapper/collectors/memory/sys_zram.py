"""What the compressed disks in memory hold, how well it compresses, and whether they fail.

Reads of each /sys/block/zram<N>: mm_stat and io_stat (since Linux 4.1), bd_stat (since 4.18, with a backing device),
disksize and comp_algorithm. The first three are numbers on one line without headings:

    5373952     5451    73728        0    73728     1267        0        0

Newer kernels add numbers at the end. A disk that was never set up (disksize 0) says zeros.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.memory.zone_lines import numbers_of
from snapper.collectors.text.setting_files import number, setting
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_zram = partial(
    Metric,
    resource=Resource.MEMORY,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/blockdev/zram.html",
    labels=("disk",),
    next="zramctl",
)
_level = partial(
    _zram, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER, moved_by=("zram.comp_algorithm",)
)
_counter = partial(_zram, unit="operations", kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.NEITHER)
_fact = partial(_zram, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
_MM: Final = (
    _level(name="zram.orig_data_size", title="Data held compressed in memory",
           help="Size of what a compressed disk holds, as its user sees it."),
    _level(name="zram.compr_data_size", title="Compressed size of what memory holds",
           help="Size of the same data when compressed."),
    _level(name="zram.mem_used_total", title="Memory of a compressed disk", worse=Worse.MORE,
           help="Memory that a compressed disk takes, with all it needs to find its data again."),
    _level(name="zram.mem_limit", title="Memory allowed to a compressed disk",
           help="Memory that a compressed disk may take; beyond it writes fail. 0 stands for no limit."),
    _level(name="zram.mem_used_max", title="Most memory that a compressed disk took", worse=Worse.MORE, history=True,
           help="The most memory that a compressed disk has taken since it was set up."),
    _level(name="zram.same_pages", title="Data of one repeated value",
           help="Pages of one value over and over, mostly zeros, which take no memory."),
    _counter(name="zram.pages_compacted", unit="pages", title="Pages freed by compaction",
             help="Pages that were freed by putting compressed data together."),
    _level(name="zram.huge_pages", title="Data that does not compress", worse=Worse.MORE,
           help="Pages that are kept as they are because they do not compress. Much of it makes a compressed disk a "
                "waste of memory and CPU time."),
    _counter(name="zram.huge_pages_since", unit="pages", title="Pages that did not compress", worse=Worse.MORE,
             help="Pages written that did not compress, since the disk was set up."),
)
_IO: Final = (
    _counter(name="zram.failed_reads", unit="errors", title="Failed reads of a compressed disk", role=Role.ERRORS,
             worse=Worse.MORE, next="dmesg -T | grep -i zram",
             help="Reads that failed. Any is worse: what was there is lost, and its program is killed."),
    _counter(name="zram.failed_writes", unit="errors", title="Failed writes of a compressed disk", role=Role.ERRORS,
             worse=Worse.MORE, next="zramctl; free -h",
             help="Writes that failed, for want of memory or at the limit. More is worse: as swap it is full before "
                  "its size says so."),
    _counter(name="zram.invalid_io", unit="errors", title="Requests that are no whole pages", worse=Worse.MORE,
             help="Requests that did not begin or end on a page, and were refused."),
    _counter(name="zram.notify_free", unit="pages", title="Pages of a compressed disk freed",
             help="Pages given back because their swap slot or their file was freed."),
)
_BACKING: Final = (
    _level(name="zram.bd_count", title="Data moved to the backing device",
           help="What a compressed disk has written to the disk behind it, and has there now."),
    _counter(name="zram.bd_reads", unit="bytes", title="Data read from the backing device", worse=Worse.MORE,
             help="What had to be read back from the disk behind a compressed disk; whoever wants it waits."),
    _counter(name="zram.bd_writes", unit="bytes", title="Data written to the backing device",
             help="What was written from a compressed disk to the disk behind it."),
)
_FACTS: Final = (
    _fact(name="zram.disksize", title="Size of a compressed disk",
          help="How much a compressed disk may hold, uncompressed."),
    _fact(name="zram.comp_algorithm", title="Compression of a disk in memory",
          help="How a disk in memory compresses: lzo and lz4 are fast, zstd makes it smaller for more CPU time."),
)
# fmt: on
_TABLES: Final = {"mm_stat": (_MM, 7), "io_stat": (_IO, 4), "bd_stat": (_BACKING, 3)}
"""Of each file the fields in their order, and how many there were at first."""
_IN_PAGES: Final = frozenset({"zram.same_pages", "zram.huge_pages"})
_BACKING_UNIT: Final = 4096
"""bd_stat counts in 4 KiB whatever the page size: https://elixir.bootlin.com/linux/v6.12/source/drivers/block/zram."""


def _ratio(original: Any, memory: Any) -> Any:
    return original / memory


_COMPRESSION: Final = Derived(
    metric=_zram(
        name="zram.compression",
        unit="count",
        kind=Kind.GAUGE,
        role=Role.INTERNAL,
        worse=Worse.LESS,
        title="Compression of a disk in memory, times",
        help="How many times larger the data is than the memory that it takes. Less is worse: below 1 it costs memory "
        "instead of sparing it.",
        moved_by=("zram.comp_algorithm",),
    ),
    inputs=("zram.orig_data_size", "zram.mem_used_total"),
    compute=_ratio,
)


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give what one file holds, or nothing for a file that is not known.

    Raises:
        ValueError: Fewer numbers than there ever were, something else than numbers, or no choice in brackets.

    >>> parse("lzo-rle lzo [lz4] zstd \n", Origin(key="zram0/comp_algorithm"))
    [Reading(metric='zram.comp_algorithm', value='lz4', instance='zram0')]
    """
    path = f"/sys/block/{origin.key}"
    disk, _, file = origin.key.partition("/")
    if file == "disksize":
        size = number(text, path)
        return [Reading("zram.disksize", f"{size} bytes", disk)] if size else []
    if file == "comp_algorithm":
        chosen = setting(text, path)
        return [Reading("zram.comp_algorithm", chosen, disk)] if chosen else []
    if file not in _TABLES:
        return []
    fields, least = _TABLES[file]
    numbers = numbers_of(text)
    if numbers is None or len(numbers) < least or len(text.splitlines()) != 1:
        raise ValueError(f"{path} should be {least} whole numbers or more on a line, and is {text[:80]!r}.")
    return [
        Reading(metric.name, value * _worth(metric, origin.page_size), disk)
        for metric, value in zip(fields, numbers, strict=False)
    ]


def _worth(metric: Metric, page_size: int) -> int:
    if metric in _BACKING:
        return _BACKING_UNIT
    return page_size if metric.name in _IN_PAGES else 1


COLLECTOR = Collector(
    name="sys.zram",
    read=Files(
        patterns=tuple(f"sys/block/zram*/{file}" for file in (*_TABLES, "disksize", "comp_algorithm")),
        cadence=Cadence.EDGES,
    ),
    metrics=(*_MM, *_IO, *_BACKING, *_FACTS),
    parse=parse,
    derived=(_COMPRESSION,),
    adds="how well compressed swap in memory compresses, and whether it fails",
    needs="CONFIG_ZRAM, Linux >= 4.1",
)
