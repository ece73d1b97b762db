"""What the kernel counts for `perf stat` and tells nowhere else: tasks moved between CPUs, and emulated accesses.

Runs along with the window for all CPUs, in intervals, so that what was counted before perf was killed is not lost. Any
machine has these events, and they cost nothing until they happen. Switches and page faults happen by the hundred
thousand, and /proc has their counts: they are in `cmd.perf_stat_kernel`. `task-clock` is not asked for: of all CPUs
together it is the time that passed, times their number.
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
_trap = partial(_event, unit="faults/s", resource=Resource.CPU, worse=Worse.MORE)

# fmt: off
_METRICS: Final = (
    _event(name="perf.cpu-migrations", unit="switches/s", resource=Resource.SCHEDULER,
           title="Tasks moved to another CPU", next="perf record -a -g -e migrations -- sleep 5; perf report",
           moved_by=("sysctl[kernel.sched_*]", "sysctl[kernel.numa_balancing]"),
           help="Times a task was moved to another CPU, where its caches are cold. The scheduler moves tasks to where "
                "there is room: many moves cost time, and none at all leaves CPUs idle."),
    _trap(name="perf.alignment-faults", title="Alignment faults",
          next="perf record -a -g -e alignment-faults -- sleep 5; perf report",
          help="Accesses that the kernel finished for the processor, because their address was not aligned; x86 has "
               "none. More is worse: each costs thousands of cycles."),
    _trap(name="perf.emulation-faults", title="Emulated instructions",
          next="perf record -a -g -e emulation-faults -- sleep 5; perf report",
          help="Instructions that the kernel carried out in place of the processor, which lacks them. More is worse: "
               "each costs thousands of cycles."),
)
# fmt: on


COLLECTOR: Final = Collector(
    name="cmd.perf_stat",
    read=counting(_METRICS),
    metrics=_METRICS,
    parse=parser_of(_METRICS),
    adds="tasks moved between CPUs, alignment faults and emulated instructions",
    needs=NEEDS,
)
