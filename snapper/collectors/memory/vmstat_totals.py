"""What sar -B shows of reclaim, whatever the kernel's age: the sums over all forms in which it was counted.

Up to Linux 4.7 scanning was counted by zone (`pgscan_direct_normal`), since then in one number; allocations that had
to stop and reclaim went the other way. Of the sums, shares: how much of the work fell on programs, how much of it was
of use, and how much of what was dropped was wanted again.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Derived
from snapper.collectors.memory.vmstat_family import ZONES, event
from snapper.metric import Kind, Metric, Role, Worse

_DOC: Final = "https://man7.org/linux/man-pages/man1/sar.1.html"
_RESERVES: Final = ("sysctl[vm.min_free_kbytes]", "sysctl[vm.watermark_*]", "sysctl[vm.swappiness]")


def _sum(*rates: Any) -> Any:
    return sum(rates)


def _by_zone(field: str) -> tuple[str, ...]:
    return tuple(f"{field}_{zone}" for zone in ZONES)


def _total(metric: Metric, *fields: str) -> Derived:
    inputs = tuple(f"vmstat.{field}" for field in fields)
    return Derived(metric=metric, inputs=inputs, optional=inputs, compute=_sum)


def _part(part: Any, rest: Any) -> Any:
    return part / (part + rest)


def _per_scanned(stolen: Any, direct: Any, background: Any) -> Any:
    return stolen / (direct + background)


def _per_stolen(stolen: Any, *refaults: Any) -> Any:
    return sum(refaults) / stolen


_share = partial(event, unit="ratio", kind=Kind.GAUGE, worse=Worse.MORE, next="vmstat 1 5; sar -B 1 5")
_REFAULTS: Final = tuple(f"vmstat.workingset_refault{kind}" for kind in ("", "_anon", "_file"))
"""In one number up to Linux 5.8."""

DERIVED: Final = (
    _total(
        event(
            name="memory.pgscand",
            role=Role.SATURATION,
            worse=Worse.MORE,
            primary=True,
            title="Pages scanned by tasks that want memory",
            help="Pages that programs had to look at themselves to free some before they got memory. Any steady rate "
            "is worse: programs stall, and memory is short.",
            doc=_DOC,
            next="vmstat 1 5; ps -eo rss,pid,comm --sort=-rss | head",
            moved_by=_RESERVES,
        ),
        "pgscan_direct",
        *_by_zone("pgscan_direct"),
    ),
    _total(
        event(
            name="memory.pgscank",
            worse=Worse.MORE,
            title="Pages scanned in the background",
            help="Pages that kswapd looked at to keep some free. It comes before programs have to do it themselves, "
            "and with any large reading of files.",
            doc=_DOC,
            next="vmstat 1 5",
            moved_by=_RESERVES,
        ),
        "pgscan_kswapd",
        *_by_zone("pgscan_kswapd"),
    ),
    _total(
        event(
            name="memory.allocstall",
            unit="events",
            role=Role.SATURATION,
            worse=Worse.MORE,
            title="Tasks stopped to reclaim memory",
            help="Times a program that wanted memory had to reclaim some itself first. More is worse: it waits.",
            next="vmstat 1 5; ps -eo rss,pid,comm --sort=-rss | head",
            moved_by=_RESERVES,
        ),
        "allocstall",
        *_by_zone("allocstall"),
    ),
    _total(
        event(
            name="memory.pgsteal",
            worse=Worse.MORE,
            title="Pages reclaimed",
            help="Pages that were dropped or swapped out to have some free, in the background and by programs "
            "themselves. It comes with any large reading of files; it is their coming back that hurts.",
            doc=_DOC,
            next="vmstat 1 5",
            moved_by=_RESERVES,
        ),
        *_by_zone("pgsteal"),
        "pgsteal_kswapd",
        *_by_zone("pgsteal_kswapd"),
        "pgsteal_direct",
        *_by_zone("pgsteal_direct"),
        "pgsteal_khugepaged",
        "pgsteal_proactive",
    ),
    Derived(
        metric=_share(
            name="memory.direct_reclaim_share",
            title="Share of reclaim that programs do themselves",
            help="Share of the pages scanned that programs had to look at themselves, because kswapd did not keep up. "
            "More is worse: they wait for it. Not known where nothing is reclaimed.",
            moved_by=_RESERVES,
        ),
        inputs=("memory.pgscand", "memory.pgscank"),
        compute=_part,
    ),
    Derived(
        metric=_share(
            name="memory.vmeff",
            worse=Worse.LESS,
            title="Efficiency of reclaim",
            help="sar's %vmeff: share of the pages scanned that could be reclaimed. Near 100 % is good; below 30 % the "
            "kernel searches memory that is in use. Not known where nothing is reclaimed.",
            doc=_DOC,
            moved_by=_RESERVES,
        ),
        inputs=("memory.pgsteal", "memory.pgscand", "memory.pgscank"),
        compute=_per_scanned,
    ),
    Derived(
        metric=_share(
            name="memory.refault_share",
            title="Share of reclaimed pages that were wanted again",
            help="Pages that came back soon after they were dropped or swapped out, for each one reclaimed. Near 0 "
            "what is reclaimed was not needed; towards 100 % memory is too small and disks do its work.",
            moved_by=(*_RESERVES, "sysctl[vm.vfs_cache_pressure]"),
        ),
        inputs=("memory.pgsteal", *_REFAULTS),
        optional=_REFAULTS,
        compute=_per_stolen,
    ),
)
