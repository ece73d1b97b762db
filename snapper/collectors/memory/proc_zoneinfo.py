"""How far each zone of memory is from the marks at which the kernel starts to reclaim.

Reads /proc/zoneinfo (since Linux 2.6.13), of each zone pages in all states and then a block for each CPU:

    Node 0, zone   Normal
      pages free     479621
            boost    0
            min      8672
            low      10840
            high     13008
            managed  819200
      ...
        cpu: 0
                  count:    4801
      node_unreclaimable:  0

Below `low` the kernel reclaims in the background, up to `high`; below `min` programs that want memory have to do it
themselves. It is the zones of a node together that count, for what one zone lacks another gives. The file grows with
the CPUs, so it is read at the edges only; managed came with Linux 3.9, boost with 5.0, and node_unreclaimable with 4.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.memory.zone_lines import Zone, zone_of
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/zoneinfo"
_MARKS: Final = ("sysctl[vm.min_free_kbytes]", "sysctl[vm.watermark_*]", "sysctl[vm.lowmem_reserve_ratio]")

_level = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man5/proc_zoneinfo.5.html",
    labels=("zone",),
    next="grep -E 'zone|pages free|min|low|high' /proc/zoneinfo",
    moved_by=_MARKS,
)

# fmt: off
_FIELDS: Final = (
    _level(name="zoneinfo.free", title="Free memory of a zone", history=True,
           help="Memory of a zone that nobody uses. Caches take it over with time, down to a little above the marks."),
    _level(name="zoneinfo.min", title="Mark of direct reclaim",
           help="Free memory below which programs that want some have to reclaim it themselves; what is left is kept "
                "for urgent needs of the kernel."),
    _level(name="zoneinfo.low", title="Mark that wakes kswapd",
           help="Free memory below which the kernel reclaims in the background."),
    _level(name="zoneinfo.high", title="Mark at which kswapd stops",
           help="Free memory at which the kernel stops to reclaim in the background."),
    _level(name="zoneinfo.boost", title="Mark raised by fragmentation", worse=Worse.MORE,
           help="How much all marks are raised for a while because memory was found fragmented. More means reclaim "
                "that nobody's need explains."),
    _level(name="zoneinfo.managed", title="Memory of a zone", worse=Worse.LESS, moved_by=(),
           help="Memory of a zone that the kernel gives out. It changes with memory added, removed or handed to a "
                "hypervisor."),
)
_PAGESETS: Final = _level(
    name="zoneinfo.pagesets", title="Free memory held by CPUs", history=True, moved_by=("sysctl[vm.percpu_pagelist*]",),
    help="Free pages that each CPU keeps at hand, which count as used. With many CPUs they come to gigabytes.",
)
_MARGIN: Final = _level(
    name="zoneinfo.margin", title="Free memory above the marks", labels=(), role=Role.SATURATION, worse=Worse.LESS,
    history=True, next="vmstat 1 5",
    help="Free memory above the low marks, of all zones together: what can be given out before anything is reclaimed. "
    "Caches fill it up with time, so that little of it is normal.",
)
_SHORTFALL: Final = _level(
    name="zoneinfo.shortfall", unit="ratio", title="Free memory below the low mark", labels=("node",),
    role=Role.SATURATION, worse=Worse.MORE, next="vmstat 1 5; ps -eo rss,pid,comm --sort=-rss | head",
    help="How far the free memory of a node is below the low marks of its zones, as a share of these. 0 is normal; "
    "more means that memory is wanted faster than it is reclaimed, and near 20 % programs have to reclaim.",
)
_UNRECLAIMABLE: Final = _level(
    name="zoneinfo.node_unreclaimable", unit="count", title="Nodes given up by kswapd", labels=("node",),
    role=Role.SATURATION, worse=Worse.MORE, next="numastat -m; dmesg -T | tail -50",
    help="1 where background reclaim has failed so often in a row that it was given up for this node, else 0. More is "
    "worse: programs have to reclaim themselves, or are killed.",
)
# fmt: on

METRICS: Final = (*_FIELDS, _PAGESETS, _MARGIN, _SHORTFALL, _UNRECLAIMABLE)
_KEPT: Final = frozenset({metric.name.removeprefix("zoneinfo.") for metric in _FIELDS} | {"present"})
_FLAG: Final = "node_unreclaimable:"
_HELD: Final = "count:"


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what is known of each zone that has memory, and of the nodes that these belong to.

    Raises:
        ValueError: No zone on the first line, or a known field that is no whole number.
    """
    populated = [(zone, pages) for zone, pages in zones(text) if pages.get("managed", pages.get("present", 0))]
    for zone, pages in populated:
        for metric in _FIELDS:
            if (name := metric.name.removeprefix("zoneinfo.")) in pages:
                yield Reading(metric.name, pages[name] * origin.page_size, zone.instance)
        if _HELD in pages:
            yield Reading(_PAGESETS.name, pages[_HELD] * origin.page_size, zone.instance)
    marked = [(zone.node, pages["free"], pages["low"]) for zone, pages in populated if {"free", "low"} <= set(pages)]
    if marked:
        yield Reading(_MARGIN.name, sum(max(free - low, 0) for _, free, low in marked) * origin.page_size)
    for node in dict.fromkeys(node for node, _, _ in marked):
        free = sum(free for of, free, _ in marked if of == node)
        if low := sum(low for of, _, low in marked if of == node):
            yield Reading(_SHORTFALL.name, max(0.0, 1 - free / low), node)
    flags = {zone.node: pages[_FLAG] for zone, pages in populated if _FLAG in pages}
    for node, flag in flags.items():
        yield Reading(_UNRECLAIMABLE.name, flag, node)


def zones(text: str) -> list[tuple[Zone, Mapping[str, int]]]:
    """Pages of every zone, those without memory too, by field; `count:` is the sum over CPUs.

    Raises:
        ValueError: As `parse`.
    """
    found: list[tuple[Zone, dict[str, int]]] = []
    lines = text.splitlines() or [""]
    for number, line in enumerate(lines, start=1):
        if zone := zone_of(line):
            found.append((zone, {}))
            continue
        if not found:
            raise refused(_PATH, number, line, "'Node 0, zone Normal'")
        name, value = _field(line)
        if name in _KEPT or name in {_FLAG, _HELD}:
            if not (value.isascii() and value.isdigit()):
                raise refused(_PATH, number, line, f"'{name}' and a whole number")
            pages = found[-1][1]
            pages[name] = int(value) + (pages.get(name, 0) if name == _HELD else 0)
    return [(zone, pages) for zone, pages in found]


def _field(line: str) -> tuple[str, str]:
    """Name and value; the first field of a zone has a heading of its own before it.

    >>> _field("  pages free     3840"), _field("        min      40"), _field("  pagesets")
    (('free', '3840'), ('min', '40'), ('pagesets', ''))
    """
    name, _, value = line.strip().removeprefix("pages ").strip().partition(" ")
    return name, value.strip()


COLLECTOR = Collector(
    name="proc.zoneinfo",
    read=File(path="proc/zoneinfo", cadence=Cadence.EDGES),
    metrics=METRICS,
    parse=parse,
    adds="how near memory is to the marks at which the kernel reclaims",
    needs="CONFIG_PROC_FS",
)
