"""What `perf stat` counts of switches and page faults: a second opinion on /proc/stat and /proc/vmstat.

Each switch and each fault becomes slower by some 0.1 µs, so that it is not asked for by itself.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector
from snapper.collectors.cpu.perf_counts import parser_of
from snapper.collectors.cpu.perf_runs import NEEDS, counting
from snapper.metric import Kind, Metric, Resource, Role, Worse

_event = partial(
    Metric, kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man2/perf_event_open.2.html",
)  # fmt: skip
_fault = partial(_event, unit="faults/s", resource=Resource.MEMORY)

# fmt: off
_METRICS: Final = (
    _event(name="perf.context-switches", unit="switches/s", resource=Resource.SCHEDULER, alias_of="stat.ctxt",
           title="Context switches (perf)", next="pidstat -wt 1 5",
           help="Times a CPU went from one task to another, as perf counted them. Demand."),
    _fault(name="perf.page-faults", alias_of="vmstat.pgfault", title="Page faults (perf)",
           next="perf record -a -g -e faults -- sleep 5; perf report",
           help="Accesses to memory that the kernel had to map first, as perf counted them. Demand."),
    _fault(name="perf.major-faults", alias_of="vmstat.pgmajfault", worse=Worse.MORE, title="Major faults (perf)",
           next="perf record -a -g -e major-faults -- sleep 5; perf report",
           help="Page faults that had to read from a disk, as perf counted them. More is worse: programs wait."),
)
# fmt: on


COLLECTOR: Final = Collector(
    name="cmd.perf_stat_kernel",
    read=counting(_METRICS),
    metrics=_METRICS,
    parse=parser_of(_METRICS),
    adds="perf's own figures of context switches and page faults, to check ours against",
    needs=NEEDS,
    opt_in="tools",
    judged=False,
)
