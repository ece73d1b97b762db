"""What the processor's own counters say of the window: cycles, instructions, branches and caches.

These six events have a counter each on most processors (six on AMD, two fixed and four free ones on Intel with
Hyper-Threading). Where there are more events than counters, the kernel hands the counters around, and a timer wakes
every CPU for it, idle ones too, some hundred times a second: what does not fit is in `cmd.perf_stat_cpu_more`, which
has to be asked for. A machine without such counters, as most virtual ones are, has no folder of theirs in /sys, and
nothing is run there.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector, Derived
from snapper.collectors.cpu.perf_counts import parser_of
from snapper.collectors.cpu.perf_metrics import event, misses, profiled, ratio
from snapper.collectors.cpu.perf_runs import NEEDS, PROCESSORS, counting
from snapper.metric import Role, Worse

# fmt: off
_METRICS: Final = (
    event(name="perf.cycles", unit="cycles/s", title="Processor cycles", next="perf top -e cycles",
          help="Cycles of all CPUs while they were not idle. Work, and how slow it went: utilization times frequency."),
    event(name="perf.instructions", unit="instructions/s", role=Role.WORKLOAD, title="Instructions",
          next="perf top -e instructions",
          help="Instructions that all CPUs completed. Demand; programs that wait in a loop count too."),
    event(name="perf.branches", title="Branches", next="perf top -e branches",
          help="Jumps that all CPUs completed, taken or not."),
    event(name="perf.branch-misses", title="Branch mispredictions", next="perf top -e branch-misses",
          help="Jumps that went elsewhere than the processor had guessed, so that what it had begun was for nothing."),
    event(name="perf.cache-references", title="Cache references", next="perf top -e cache-references",
          help="Accesses that reached the cache which perf means by this name: the last one on Intel, the second on "
               "AMD, the first on Arm."),
    event(name="perf.cache-misses", title="Cache misses", next="perf top -e cache-misses",
          help="Accesses that the cache of cache-references did not hold."),
)
_DERIVED: Final = (
    Derived(
        metric=ratio(
            name="perf.ipc", unit="instructions/cycle", role=Role.SATURATION, worse=Worse.LESS,
            title="Instructions per cycle", next="perf stat -a -d -- sleep 5",
            help="Instructions that a CPU completed in a cycle while it was not idle. Fewer is worse: the same work "
                 "takes longer, mostly because it waits for memory; but other work has another figure."),
        inputs=("perf.instructions", "perf.cycles"),
        compute=lambda instructions, cycles: instructions / cycles,
    ),
    Derived(
        metric=ratio(
            name="perf.busy_frequency", unit="hertz", worse=Worse.LESS, title="Frequency of busy CPUs",
            next="turbostat --quiet --interval 5 --num_iterations 1", moved_by=("cpufreq.scaling_governor",),
            help="Cycles by the time that the CPUs were busy: how fast they ran when there was work. Less is worse: "
                 "they are throttled, or saving power."),
        inputs=("perf.cycles", "stat.cpu.user", "stat.cpu.nice", "stat.cpu.system", "stat.cpu.irq", "stat.cpu.softirq"),
        optional=("stat.cpu.irq", "stat.cpu.softirq"),
        compute=lambda cycles, *busy: cycles / sum(busy),
    ),
    Derived(
        metric=ratio(
            name="perf.branch_miss_ratio", unit="ratio", worse=Worse.MORE, title="Mispredicted share of branches",
            next=profiled("branch-misses"),
            help="Of all branches, those that the processor guessed wrong. More is worse: each costs some 15 to 20 "
                 "cycles."),
        inputs=("perf.branch-misses", "perf.branches"),
        compute=lambda misses, branches: misses / branches,
    ),
    Derived(
        metric=ratio(
            name="perf.cache_miss_ratio", unit="ratio", worse=Worse.MORE, title="Missed share of cache references",
            next=profiled("cache-misses"),
            help="Of the accesses that reached the outer cache, those that it did not hold. More is worse, if the "
                 "misses per instruction grow as well."),
        inputs=("perf.cache-misses", "perf.cache-references"),
        compute=lambda misses, references: misses / references,
    ),
    misses("cache-misses", name="perf.cache_mpki", title="Cache misses per instruction",
           text="Misses of the outer cache by the instructions that were completed. More is worse: each waits for what "
                "lies behind, on Intel for memory, some 100 ns."),
)
# fmt: on


COLLECTOR: Final = Collector(
    name="cmd.perf_stat_cpu",
    read=counting(_METRICS, where=PROCESSORS),
    metrics=_METRICS,
    derived=_DERIVED,
    parse=parser_of(_METRICS),
    adds="instructions per cycle, branches guessed wrong and cache misses, as the processor counts them",
    needs=f"counters of the processor, which virtual machines seldom have; {NEEDS}",
)
