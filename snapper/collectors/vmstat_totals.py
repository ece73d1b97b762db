"""What sar -B shows of reclaim, whatever the kernel's age: the sums over all forms in which it was counted.

Up to Linux 4.7 scanning was counted by zone (`pgscan_direct_normal`), since then in one number; allocations that had
to stop and reclaim went the other way.
"""

from __future__ import annotations

from typing import Any, Final

from snapper.collectors.contract import Derived
from snapper.collectors.vmstat_family import ZONES, event
from snapper.metric import Metric, Role, Worse

_DOC: Final = "https://man7.org/linux/man-pages/man1/sar.1.html"
_RESERVES: Final = ("sysctl[vm.min_free_kbytes]", "sysctl[vm.watermark_*]", "sysctl[vm.swappiness]")


def _sum(*rates: Any) -> Any:
    return sum(rates)


def _total(metric: Metric, field: str) -> Derived:
    inputs = tuple(f"vmstat.{name}" for name in (field, *(f"{field}_{zone}" for zone in ZONES)))
    return Derived(metric=metric, inputs=inputs, optional=inputs, compute=_sum)


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
    ),
)
