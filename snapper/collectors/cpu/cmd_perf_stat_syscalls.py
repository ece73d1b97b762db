"""How many system calls all programs made in the window, of whatever kind.

Counted at the kernel's tracepoint of their entry, which makes each of them a little slower; so it is not asked for by
itself. By whom they were made is not told here: to know that, every one has to be looked at, as `perf trace -s` does.
perf would mount tracefs to look the tracepoint up, so it is run only where that is mounted already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.cpu.perf_counts import counts_of
from snapper.collectors.cpu.perf_runs import counted
from snapper.metric import Kind, Metric, Resource, Role, Worse

_ENTRY: Final = "raw_syscalls:sys_enter"
_PLACES: Final = tuple(
    f"sys/kernel/{tracefs}/events/raw_syscalls/sys_enter" for tracefs in ("tracing", "debug/tracing")
)
_CALLS: Final = Metric(
    name="perf.raw_syscalls",
    unit="calls/s",
    kind=Kind.GAUGE,
    resource=Resource.CPU,
    role=Role.WORKLOAD,
    worse=Worse.NEITHER,
    title="System calls",
    help="Calls of all programs into the kernel. Demand; many small ones cost CPU time in the kernel that fewer large "
    "ones would not.",
    doc="https://man7.org/linux/man-pages/man1/perf-trace.1.html",
    next="perf trace -a -s -- sleep 5",
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the mean per second, if it was counted.

    Raises:
        ValueError: As `counts_of`.
    """
    counts = counts_of(text)
    if _ENTRY in counts:
        yield Reading(_CALLS.name, counts[_ENTRY])


COLLECTOR: Final = Collector(
    name="cmd.perf_stat_syscalls",
    read=counted((_ENTRY,), where=_PLACES),
    metrics=(_CALLS,),
    parse=parse,
    adds="system calls a second",
    needs="perf (package linux-perf, perf or linux-tools-$(uname -r)), root, and tracefs: "
    "mount -t tracefs none /sys/kernel/tracing",
    opt_in="tools",
)
