"""How long every process's main thread ran and how long it waited for a CPU.

Reads /proc/PID/schedstat (since Linux 2.6.9, with CONFIG_SCHED_INFO): nanoseconds on a CPU,
nanoseconds on a run queue, and the times it was given a CPU.

    8837766626 90936183 6149

It speaks of the main thread alone, whatever the process's other threads do: proc.cpu is the
whole. A kernel that keeps no such account shows "0 0 0", which is not known rather than zero.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Readings
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import PerProcess

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/scheduler/sched-stats.html#proc-pid-schedstat"
_NANOSECONDS: Final = 1_000_000_000

_counter = partial(
    Metric,
    kind=Kind.COUNTER,
    resource=Resource.PROGRAM,
    role=Role.INTERNAL,
    labels=("program",),
    doc=_DOC,
    next="perf sched record -- sleep 5; perf sched latency",
)

# fmt: off
RUN_TIME: Final = _counter(
    name="proc.run_time", title="CPU of the main thread", unit="seconds", worse=Worse.NEITHER,
    help="Time that the main thread alone spent on a CPU, to the nanosecond. A program with many threads uses more: "
    "see proc.cpu.",
)
RUN_DELAY: Final = _counter(
    name="proc.run_delay", title="Main thread's wait for a CPU", unit="seconds", worse=Worse.MORE,
    help="Time that the main thread alone was ready to run and had no CPU. More is worse: there are too few CPUs, "
    "another program takes them, or a cgroup's limit holds it back. Other threads' waits are not in it.",
    moved_by=("proc.nice", "proc.policy", "proc.Cpus_allowed_list", "sysctl[kernel.sched_*]"),
)
TIMESLICES: Final = _counter(
    name="proc.timeslices", title="Times the main thread was run", unit="switches", worse=Worse.NEITHER,
    help="Times that the main thread alone was given a CPU. Many short turns mean that it often waits for something "
    "or is often pushed aside.",
)
WAITING: Final = Metric(
    name="proc.waiting", title="Waiting for a CPU or a disk", unit="ratio", kind=Kind.GAUGE, resource=Resource.PROGRAM,
    role=Role.INTERNAL, worse=Worse.MORE, labels=("program",), doc=_DOC, next="pidstat -u -d 1 5",
    help="Time that the main thread alone waited for a CPU, and all threads for block I/O. With proc.utime and "
    "proc.stime it is what a program's time went into; nobody accounts its waits for the network, for locks, or for "
    "somebody to ask something of it.",
    moved_by=("proc.nice", "proc.policy", "sysctl[kernel.task_delayacct]", "block.scheduler*"),
)
# fmt: on


_METRICS: Final = (RUN_TIME, RUN_DELAY, TIMESLICES)
_NAMES: Final = tuple(metric.name for metric in _METRICS)


def parse(text: str, origin: Origin) -> Readings:
    """Give the three counters, or nothing where the kernel keeps none of them.

    Raises:
        ValueError: Anything but three whole numbers.
    """
    try:
        ran, waited, turns = text.split() if text.endswith("\n") else []
        if ran == waited == turns == "0":
            return Readings((), ())
        return Readings(_NAMES, (int(ran) / _NANOSECONDS, int(waited) / _NANOSECONDS, int(turns)))
    except ValueError:
        raise ValueError(
            f"/proc/{origin.key}/schedstat should be a line of three whole numbers, and is {text[:80]!r}."
        ) from None


COLLECTOR: Final = Collector(
    name="proc.pid.schedstat",
    read=PerProcess(file="schedstat"),
    metrics=_METRICS,
    parse=parse,
    derived=(
        Derived(
            metric=WAITING,
            inputs=(RUN_DELAY.name, "proc.delayacct_blkio_ticks"),
            compute=lambda for_cpu, for_disk: for_cpu + for_disk,
        ),
    ),
    adds="how long main threads wait for a CPU",
    needs="CONFIG_SCHED_INFO (any kernel with CONFIG_SCHEDSTATS or delay accounting)",
)
