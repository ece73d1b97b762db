"""The metrics that no source yields: they arise when processes are folded into programs."""

from __future__ import annotations

from typing import Final

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
        "100 % is one CPU. What is reported of programs lacks as much. A few points either way are the "
        "ends of processes and rounding.",
        doc=_DOC,
        next="perf trace -s -e clone,clone3,fork,vfork,execve -- sleep 5",
    ),
    inputs=("stat.cpu.user", "stat.cpu.nice", "stat.cpu.system", "proc.utime", "proc.stime"),
    compute=lambda user, nice, system, programs_user, programs_system: (
        user + nice + system - programs_user - programs_system
    ),
)
"""Instance "" of `proc.utime` and `proc.stime` is the sum over every process, those left out included."""

ANALYSIS_METRICS: Final = (PROCESSES, UNATTRIBUTED.metric)
