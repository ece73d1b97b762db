"""Where the CPUs' time went, and how many tasks came, ran and waited.

Reads /proc/stat. The line `cpu` is the sum of all CPUs, in ticks of 1/USER_HZ seconds: user, nice, system, idle
(all that Linux 2.4 knows), iowait, irq, softirq (2.6.0), steal (2.6.11), guest (2.6.24), guest_nice (2.6.33). Time of
guests is counted in user and nice as well, so it is no part of the sum. A CPU that is offline has no line.

    cpu  6388 87 6150 360024 579 0 98 9 0 0
    cpu0 1625 38 2150 182731 33 0 14 2 0 0
    intr 349893 0 0 1 13 ...
    ctxt 820994
    btime 1795476952
    processes 32634
    procs_running 1
    procs_blocked 0
    softirq 277302 0 30652 3 ...

iowait may fall: when the waiting task wakes, the kernel moves the unfinished spell to idle. The sum of the two does
not, which is why they are added up here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.cpu.stat_times import SHARES, SUMS, TIMES
from snapper.collectors.text.figures import LARGEST
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/stat"
_DOC: Final = "https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat"

_UNUSED: Final = slice(3, 5)
"""idle and iowait, of user nice system idle iowait irq softirq steal."""
_WITHOUT_GUESTS: Final = 8

_demand = partial(Metric, kind=Kind.COUNTER, role=Role.WORKLOAD, worse=Worse.NEITHER, doc=_DOC)
_queue = partial(Metric, unit="tasks", kind=Kind.GAUGE, role=Role.SATURATION, worse=Worse.MORE, doc=_DOC)

_COUNTS: Final = (
    _demand(
        name="stat.intr",
        unit="interrupts",
        resource=Resource.INTERRUPTS,
        title="Interrupts",
        help="Interrupts that the CPUs serviced, of all devices. Demand; more of them cost CPU time.",
        next="watch -d cat /proc/interrupts",
    ),
    _demand(
        name="stat.ctxt",
        unit="switches",
        resource=Resource.SCHEDULER,
        title="Context switches",
        help="Times a CPU went from one task to another. Many short waits (locks, pipes, small messages) make many; "
        "each costs a few microseconds and cold caches.",
        next="pidstat -wt 1 5",
    ),
    _demand(
        name="stat.processes",
        unit="tasks",
        resource=Resource.TASKS,
        title="Tasks created",
        help="Processes and threads that were started. Demand; programs that keep starting others cost CPU "
        "that no long-lived process shows.",
        next="perf trace -a -e clone,clone3,fork,vfork,execve -- sleep 5",
    ),
    _queue(
        name="stat.procs_running",
        resource=Resource.CPU,
        primary=True,
        title="Runnable tasks",
        help="Tasks that run or wait for a CPU at the moment of reading, the reader among them. More than there are "
        "CPUs means that some wait.",
        next="vmstat 1 5",
        moved_by=("sysctl[kernel.sched_*]",),
    ),
    _queue(
        name="stat.procs_blocked",
        resource=Resource.DISK,
        title="Tasks blocked on disks",
        help="Tasks that wait for a disk or a network file system at the moment of reading and cannot be interrupted. "
        "More means that storage keeps programs waiting.",
        next="ps -eo pid,state,wchan:32,comm | awk '$2 == \"D\"'",
        moved_by=("block.*", "sysctl[vm.dirty_*]"),
    ),
    _demand(
        name="stat.softirq",
        unit="interrupts",
        resource=Resource.INTERRUPTS,
        role=Role.INTERNAL,
        title="Soft interrupts",
        help="Deferred halves of interrupts that were run, of all kinds; /proc/softirqs tells which.",
        next="watch -d cat /proc/softirqs",
    ),
)
_COUNT_NAMES: Final = {metric.name.removeprefix("stat."): metric.name for metric in _COUNTS}
_TIME_NAMES: Final = tuple(metric.name for metric in TIMES)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield times of all CPUs together (instance "") and of each ("cpu3"), and the host's counts.

    Raises:
        ValueError: It does not begin with the line of all CPUs, or a number is none.
    """
    if not text.startswith("cpu "):
        raise refused(_PATH, 1, text.partition("\n")[0], "the times of all CPUs ('cpu  6388 87 6150 360024')")
    for number, line in enumerate(text.splitlines(), start=1):
        name, _, rest = line.partition(" ")
        if name.startswith("cpu"):
            words = rest.split()
            if len(words) <= _UNUSED.start or not "".join(words).isdecimal():
                raise refused(_PATH, number, line, "a CPU and at least four numbers of ticks")
            ticks = [int(word) for word in words]
            if max(ticks) > LARGEST:
                raise refused(_PATH, number, line, "numbers of 64 bits")
            yield from _times(name, ticks, origin.clock_ticks)
        elif name in _COUNT_NAMES:
            count = rest.partition(" ")[0]
            if not count.isdecimal() or int(count) > LARGEST:
                raise refused(_PATH, number, line, "a name and a whole number")
            yield Reading(_COUNT_NAMES[name], int(count))


def _times(name: str, ticks: list[int], clock_ticks: int) -> Iterator[Reading]:
    unused = sum(ticks[_UNUSED])
    busy = sum(ticks[:_WITHOUT_GUESTS]) - unused
    if name != "cpu":
        yield Reading("stat.percpu.busy", busy / clock_ticks, name)
        yield Reading("stat.percpu.unused", unused / clock_ticks, name)
        return
    for metric, time in zip(_TIME_NAMES, ticks, strict=False):  # a newer kernel may have more columns
        yield Reading(metric, time / clock_ticks)
    yield Reading("stat.cpu.busy", busy / clock_ticks)
    yield Reading("stat.cpu.unused", unused / clock_ticks)


COLLECTOR = Collector(
    name="proc.stat",
    read=File(path="proc/stat"),
    metrics=(*TIMES, *SUMS, *_COUNTS),
    parse=parse,
    derived=SHARES,
    adds="CPU time by mode and by CPU, context switches, forks, runnable and blocked tasks",
    needs="CONFIG_PROC_FS",
)
