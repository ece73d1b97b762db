"""How the compressed cache in front of swap is set, what it turns away, and how well it compresses.

Reads /sys/module/zswap/parameters/* (since Linux 3.11), a setting each, and where debugfs is mounted and readable
/sys/kernel/debug/zswap/*, a number each. How much it holds, /proc/meminfo tells (Zswap, Zswapped) since Linux 5.19.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.setting_files import number, setting
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_PARAMETERS: Final = "sys/module/zswap/parameters"
_DEBUG: Final = "sys/kernel/debug/zswap"

_zswap = partial(
    Metric,
    resource=Resource.MEMORY,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/zswap.html",
    next="grep -r . /sys/kernel/debug/zswap /sys/module/zswap/parameters",
)
_level = partial(
    _zswap, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER, moved_by=("zswap.parameter",),
    doc="https://elixir.bootlin.com/linux/v6.12/source/mm/zswap.c",
)  # fmt: skip
_counter = partial(_level, unit="pages", kind=Kind.COUNTER, worse=Worse.MORE)

PARAMETER: Final = _zswap(
    name="zswap.parameter",
    unit="text",
    kind=Kind.FACT,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    labels=("parameter",),
    title="Setting of the compressed swap cache",
    help="Whether pages on their way to swap are compressed and kept in memory (enabled), by which compressor, and how "
    "much of memory they may take (max_pool_percent).",
    next="grep . /sys/module/zswap/parameters/*",
)
# fmt: off
_DEBUGGED: Final = (
    _level(name="zswap.pool_total_size", alias_of="meminfo.Zswap",
           title="Memory of the compressed swap cache, by zswap",
           help="The same as Zswap of /proc/meminfo."),
    _level(name="zswap.stored_pages", alias_of="meminfo.Zswapped", title="Data in the compressed swap cache, by zswap",
           help="The same as Zswapped of /proc/meminfo."),
    _level(name="zswap.same_filled_pages", title="Pages of one repeated value in the compressed swap cache",
           help="Pages of one value over and over, which take no memory; up to Linux 6.11."),
    _level(name="zswap.stored_incompressible_pages", title="Pages kept as they are in the compressed swap cache",
           worse=Worse.MORE, help="Pages that do not compress and take their full size (since Linux 6.18)."),
    _counter(name="zswap.written_back_pages", alias_of="vmstat.zswpwb",
             title="Pages moved from the compressed cache to swap",
             help="The same as zswpwb of /proc/vmstat."),
    _counter(name="zswap.pool_limit_hit", unit="events", title="Times the compressed swap cache was full",
             role=Role.SATURATION,
             help="Times a page was to be stored and the cache had all it may take (max_pool_percent). More is worse: "
                  "pages go to disk."),
    _counter(name="zswap.reject_reclaim_fail", title="Pages turned away by a full compressed cache",
             role=Role.SATURATION,
             help="Pages that went to disk because the cache was full and nothing in it could be moved out."),
    _counter(name="zswap.reject_alloc_fail", title="Pages turned away for want of memory", role=Role.SATURATION,
             help="Pages that went to disk because the cache got no memory. More is worse: memory ran out before it "
                  "could be spared."),
    _counter(name="zswap.reject_kmemcache_fail", title="Pages turned away for want of an entry",
             help="Pages that went to disk because the kernel had no memory for an entry."),
    _counter(name="zswap.reject_compress_poor", title="Pages that compress too badly",
             help="Pages that went to disk because they hardly compress: encrypted or compressed already."),
    _counter(name="zswap.reject_compress_fail", title="Pages that failed to compress",
             help="Pages that went to disk because the compressor failed, or gained nothing."),
    _counter(name="zswap.decompress_fail", unit="errors", title="Pages that failed to decompress", role=Role.ERRORS,
             next="dmesg -T | grep -i zswap",
             help="Pages that could not be got back (since Linux 6.15). Any is worse: what was there is lost."),
    _counter(name="zswap.duplicate_entry", unit="events", title="Pages stored twice",
             help="Pages stored over an older copy, up to Linux 6.7."),
)
# fmt: on
_FILES: Final = {metric.name.removeprefix("zswap."): metric for metric in _DEBUGGED}
_SETTINGS: Final = frozenset({
    "enabled", "compressor", "zpool", "max_pool_percent", "accept_threshold_percent", "shrinker_enabled",
    "same_filled_pages_enabled", "non_same_filled_pages_enabled", "exclusive_loads",
})  # fmt: skip


def _ratio(original: Any, memory: Any) -> Any:
    return original / memory


_COMPRESSION: Final = Derived(
    metric=_level(
        name="zswap.compression",
        unit="count",
        worse=Worse.LESS,
        title="Compression of the compressed swap cache, times",
        help="How many times larger the data is than the memory that it takes. Less is worse: the cache takes more "
        "memory for the same.",
    ),
    inputs=("meminfo.Zswapped", "meminfo.Zswap"),
    compute=_ratio,
)


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give what one file holds; nothing for a file that is not known.

    Raises:
        ValueError: No whole number where there should be one, or more than one setting.
    """
    if origin.key in _FILES:
        metric = _FILES[origin.key]
        value = number(text, f"/{_DEBUG}/{origin.key}")
        in_pages = metric.unit == "bytes" and origin.key != "pool_total_size"
        return [Reading(metric.name, value * (origin.page_size if in_pages else 1))]
    if origin.key in _SETTINGS and (chosen := setting(text, f"/{_PARAMETERS}/{origin.key}")):
        return [Reading(PARAMETER.name, chosen, origin.key)]
    return []


COLLECTOR = Collector(
    name="sys.zswap",
    read=Files(patterns=(f"{_PARAMETERS}/*", f"{_DEBUG}/*"), cadence=Cadence.EDGES),
    metrics=(PARAMETER, *_DEBUGGED),
    parse=parse,
    derived=(_COMPRESSION,),
    adds="whether swap is compressed in memory, and what the compressed cache turns away",
    needs="CONFIG_ZSWAP; for what it turns away root, and debugfs mounted",
)
