"""How much memory is used, and for what.

Reads /proc/meminfo (since Linux 1.x), a field a line in kB of 1024 bytes; the pool of huge pages is counted in pages.
MemAvailable is there since Linux 3.14: before, how much memory is in use cannot be told from this file.

    MemTotal:       24684084 kB
    MemAvailable:   24291880 kB
    Active(anon):       1572 kB
    HugePages_Total:       0
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.memory.meminfo_fields import METRICS
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/meminfo"
_KIB: Final = 1024
_FIELDS: Final = {
    metric.name.removeprefix("meminfo."): (metric.name, " kB" if metric.unit == "bytes" else "") for metric in METRICS
}


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield every known field, in bytes or pages.

    Raises:
        ValueError: A line without a colon, or a known field that is not a whole number with the unit it should have.
    """
    lines = text.splitlines()
    if not lines:
        raise refused(_PATH, 1, text, "fields ('MemTotal: 24684084 kB')")
    for number, line in enumerate(lines, start=1):
        name, colon, rest = line.partition(":")
        if not colon:
            raise refused(_PATH, number, line, "a name, a colon and a number")
        if name in _FIELDS:
            metric, unit = _FIELDS[name]
            value = rest.removesuffix(unit).strip()
            if not value.isdecimal() or not rest.endswith(unit):
                raise refused(_PATH, number, line, f"a whole number{unit and ' of kB'}")
            yield Reading(metric, int(value) * _KIB if unit else int(value))


def _not_left(total: Any, left: Any) -> Any:
    return (total - left) / total


def _of_both(promised: Any, memory: Any, swap: Any) -> Any:
    return promised / (memory + swap)


def _of_limit(promised: Any, limit: Any) -> Any:
    return promised / limit


def _touched(promised: Any, heap: Any, shared: Any, *swap: Any) -> Any:
    """Of swap its size, what is left, and what lies in memory too and is counted once."""
    size, left, cached = swap
    return (heap + shared + size - left - cached) / promised


_used = partial(
    Metric,
    unit="ratio",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.UTILIZATION,
    worse=Worse.MORE,
    doc="https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#meminfo",
    next="ps -eo rss,pid,comm --sort=-rss | head",
)
_promised = partial(
    _used,
    role=Role.INTERNAL,
    history=True,
    moved_by=("sysctl[vm.overcommit_*]",),
    next="ps -eo vsz,rss,pid,comm --sort=-vsz | head",
)

COLLECTOR = Collector(
    name="proc.meminfo",
    read=File(path="proc/meminfo"),
    metrics=METRICS,
    parse=parse,
    derived=(
        Derived(
            metric=_used(
                name="memory.utilization",
                primary=True,
                title="Memory utilization",
                help="Share of memory that programs could not get without swapping: all but MemAvailable. Towards "
                "100 % the kernel reclaims, swaps and in the end kills processes.",
                moved_by=("sysctl[vm.nr_hugepages*]", "sysctl[vm.min_free_kbytes]"),
            ),
            inputs=("meminfo.MemTotal", "meminfo.MemAvailable"),
            compute=_not_left,
        ),
        Derived(
            metric=_used(
                name="swap.utilization",
                title="Swap space used",
                help="Share of the swap space that holds something. What counts is whether pages move "
                "(vmstat.pswpin); at 100 % the next shortage kills a process.",
                moved_by=("sysctl[vm.swappiness]",),
            ),
            inputs=("meminfo.SwapTotal", "meminfo.SwapFree"),
            compute=_not_left,
        ),
        Derived(
            metric=_used(
                name="hugepages.utilization",
                title="Huge page pool used",
                help="Share of the pool of huge pages that holds something. Unused ones are memory lost to "
                "everything else; with none free, programs that ask for them fail.",
                moved_by=("sysctl[vm.nr_hugepages*]",),
            ),
            inputs=("meminfo.HugePages_Total", "meminfo.HugePages_Free"),
            compute=_not_left,
        ),
        Derived(
            metric=_promised(
                name="memory.commit",
                title="Memory promised",
                help="sar's %commit: what programs have asked for and may yet touch, as a share of memory and swap. "
                "Above 100 % not all of them can have what they were promised.",
                doc="https://man7.org/linux/man-pages/man1/sar.1.html",
            ),
            inputs=("meminfo.Committed_AS", "meminfo.MemTotal", "meminfo.SwapTotal"),
            compute=_of_both,
        ),
        Derived(
            metric=_promised(
                name="memory.commit_limit_share",
                title="Memory promised, of the limit",
                help="What programs have asked for as a share of CommitLimit. It matters with vm.overcommit_memory=2 "
                "alone: there at 100 % no program gets memory, however much is free.",
            ),
            inputs=("meminfo.Committed_AS", "meminfo.CommitLimit"),
            compute=_of_limit,
        ),
        Derived(
            metric=_promised(
                name="memory.commit_touched",
                title="Promised memory in use",
                help="How much of what programs have asked for they have touched: it lies in memory or in swap. What "
                "is left they may still take without asking; above 100 % they use memory that needed no promise.",
            ),
            inputs=tuple(
                f"meminfo.{field}"
                for field in ("Committed_AS", "AnonPages", "Shmem", "SwapTotal", "SwapFree", "SwapCached")
            ),
            compute=_touched,
        ),
    ),
    adds="memory in use, by purpose",
    needs="CONFIG_PROC_FS",
)
