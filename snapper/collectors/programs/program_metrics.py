"""The metrics that no source yields: they arise when processes are folded into programs."""

from __future__ import annotations

from typing import Any, Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"

PROCESSES: Final = Metric(
    name="proc.count",
    unit="tasks",
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    role=Role.WORKLOAD,
    worse=Worse.NEITHER,
    title="Processes of a program",
    help="How many processes run this program. Workers that pile up, or a service that is not there any more, "
    "show here first.",
    doc=_DOC,
    labels=("program",),
    next="ps -eo pid,ppid,lstart,args --sort=comm",
    attributes=(Resource.TASKS,),
    moved_by=("proc.cmdline",),
)

STARTS: Final = Metric(
    name="proc.starts",
    unit="events",
    kind=Kind.COUNTER,
    resource=Resource.PROGRAM,
    role=Role.WORKLOAD,
    worse=Worse.NEITHER,
    title="Processes of a program that were started",
    help="Processes of this program that began within the window and lived to be seen at a tick. One that ends and is "
    "started again over and over shows here, whoever starts it.",
    doc=_DOC,
    labels=("program",),
    next="journalctl --since -15min -p warning",
)

_ERROR: Final = 0.1
"""CPUs that the two measurements may be apart with nothing between them: a process's times are cut to whole ticks,
and are read after the host's."""
_RELATIVE: Final = 0.05
"""The same as a share of the programs' time, which the kernel scales to what the scheduler measured; the host's is
counted at the ticks."""


def _unattributed(*rates: Any) -> Any:
    """What is left of the host's time in programs when the programs' own is taken away.

    There is no time less than none: a little below it means that nothing is left that could be told from the error,
    and more than that, that one of the two is wrong, so that nobody knows. Interrupts and the hypervisor count
    towards the error, because some kernels have their time in that of the process whose turn it was.
    """
    user, nice, system, irq, softirq, steal, *programs = rates
    seen = sum(programs)
    left = user + nice + system - seen
    error = _ERROR + _RELATIVE * seen + irq + softirq + steal
    return (left * (left > 0) + 0.0) / (left >= -error)  # a division by 0 is what is not known


UNATTRIBUTED: Final = Derived(
    metric=Metric(
        name="cpu.unattributed",
        unit="ratio",
        kind=Kind.GAUGE,
        resource=Resource.CPU,
        role=Role.INTERNAL,
        worse=Worse.MORE,
        title="CPU time of no process that was seen",
        help="CPUs kept busy by processes that came and went between two ticks, as on a host that forks a lot: "
        "100 % is one CPU. What is reported of programs lacks as much. A few points are the ends of processes and "
        "rounding; it is not known where programs add up to more than the host by more than that.",
        doc=_DOC,
        next="perf trace -s -e clone,clone3,fork,vfork,execve -- sleep 5",
    ),
    inputs=(
        *("stat.cpu.user", "stat.cpu.nice", "stat.cpu.system", "stat.cpu.irq", "stat.cpu.softirq", "stat.cpu.steal"),
        *("proc.utime", "proc.stime"),
    ),
    optional=("stat.cpu.irq", "stat.cpu.softirq", "stat.cpu.steal"),
    compute=_unattributed,
)
"""Instance "" of `proc.utime` and `proc.stime` is the sum over every process, those left out included."""

ANALYSIS_METRICS: Final = (PROCESSES, STARTS, UNATTRIBUTED.metric)
