"""What else the processor counts: caches by level, translations of addresses, cycles without work, the nominal clock.

Together with `cmd.perf_stat_cpu` these are more events than most processors have counters, so that they take turns:
each is counted for a part of the time only, and the timer that hands the counters around wakes idle CPUs. Hence it is
not asked for by itself. Many processors lack some of these events.
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
    event(name="perf.ref-cycles", unit="cycles/s", title="Reference cycles", next="turbostat --quiet",
          help="Ticks of a clock that always runs at the processor's nominal frequency, while the CPUs were not idle."),
    event(name="perf.LLC-loads", title="Last-level cache loads", next=profiled("LLC-loads"),
          help="Reads that reached the last cache before memory."),
    event(name="perf.LLC-load-misses", title="Last-level cache load misses", next=profiled("LLC-load-misses"),
          help="Reads that the last cache did not hold, so that memory was read."),
    event(name="perf.dTLB-load-misses", title="Data TLB load misses", next=profiled("dTLB-load-misses"),
          help="Reads of data whose page the processor did not have at hand, so that it walked the page tables."),
    event(name="perf.iTLB-load-misses", title="Instruction TLB misses", next=profiled("iTLB-load-misses"),
          help="Fetches of code whose page the processor did not have at hand, so that it walked the page tables."),
    event(name="perf.stalled-cycles-frontend", unit="cycles/s", title="Frontend stall cycles",
          next=profiled("stalled-cycles-frontend"),
          help="Cycles in which no instruction was ready to begin: code was waited for, or a branch guessed wrong."),
    event(name="perf.stalled-cycles-backend", unit="cycles/s", title="Backend stall cycles",
          next=profiled("stalled-cycles-backend"),
          help="Cycles in which instructions waited for data, or for a part of the processor that was in use."),
)
_DERIVED: Final = (
    Derived(
        metric=ratio(
            name="perf.clock_ratio", unit="ratio", worse=Worse.LESS, title="Busy clock over the nominal one",
            next="turbostat --quiet --interval 5 --num_iterations 1", moved_by=("cpufreq.scaling_governor",),
            help="Cycles by those of the nominal clock: above 100 % the CPUs ran faster than they are sold for. Less "
                 "is worse: they are throttled, or saving power."),
        inputs=("perf.cycles", "perf.ref-cycles"),
        compute=lambda cycles, nominal: cycles / nominal,
    ),
    Derived(
        metric=ratio(
            name="perf.frontend_stall_ratio", unit="ratio", role=Role.SATURATION, worse=Worse.MORE,
            title="Frontend-stalled share of cycles", next=profiled("stalled-cycles-frontend"),
            help="Of the cycles, those in which no instruction was ready to begin. More is worse: code does not fit "
                 "its cache, or its branches cannot be guessed."),
        inputs=("perf.stalled-cycles-frontend", "perf.cycles"),
        compute=lambda stalled, cycles: stalled / cycles,
    ),
    Derived(
        metric=ratio(
            name="perf.backend_stall_ratio", unit="ratio", role=Role.SATURATION, worse=Worse.MORE,
            title="Backend-stalled share of cycles", next=profiled("stalled-cycles-backend"),
            help="Of the cycles, those in which instructions waited. More is worse: mostly it is memory that is "
                 "waited for."),
        inputs=("perf.stalled-cycles-backend", "perf.cycles"),
        compute=lambda stalled, cycles: stalled / cycles,
    ),
    misses("LLC-load-misses", name="perf.LLC_mpki", title="Last-level cache misses per instruction",
           text="Reads that the last cache missed by the instructions that were completed. More is worse: each waits "
                "for memory, some 100 ns."),
    misses("dTLB-load-misses", name="perf.dTLB_mpki", title="Data TLB misses per instruction",
           text="Reads of data whose page was not at hand by the instructions that were completed. More is worse: "
                "memory is spread over many pages, and huge ones would help."),
    misses("iTLB-load-misses", name="perf.iTLB_mpki", title="Instruction TLB misses per instruction",
           text="Fetches of code whose page was not at hand by the instructions that were completed. More is worse: "
                "much code is run, from many places."),
)
# fmt: on


COLLECTOR: Final = Collector(
    name="cmd.perf_stat_cpu_more",
    read=counting(_METRICS, where=PROCESSORS),
    metrics=_METRICS,
    derived=_DERIVED,
    parse=parser_of(_METRICS),
    adds="misses of the last cache and of address translation, cycles without work, the clock over its nominal rate",
    needs=f"counters of the processor, which virtual machines seldom have; {NEEDS}",
    opt_in="tools",
)
