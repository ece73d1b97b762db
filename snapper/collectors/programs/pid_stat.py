"""What every process used and what it waits for: CPU time, faults, threads, memory, state, priority.

Reads /proc/PID/stat, one line of blank-separated fields (40 behind the name since Linux 2.6.18):

    4711 (nginx) S 1 4711 4711 0 -1 4194560 428 0 0 0 120 35 0 0 20 0 4 0 75513 115900416 297 ...

The name may itself hold blanks, brackets and line breaks, so the last ")" ends it. Times are in
ticks of USER_HZ and cover all threads of the process, also those that have ended; rss is in pages.
"""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Derived, Origin, Readings
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import PerProcess

_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"

_program = partial(Metric, resource=Resource.PROGRAM, labels=("program",), doc=_DOC)
_counter = partial(_program, kind=Kind.COUNTER)
_gauge = partial(_program, kind=Kind.GAUGE)
_time = partial(_counter, unit="seconds", role=Role.INTERNAL, worse=Worse.NEITHER, next="pidstat -u 1 5")
_setting = partial(_program, kind=Kind.FACT, unit="text", role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
UTIME: Final = _time(
    name="proc.utime", title="CPU in user mode",
    help="CPU time in the program's own code and libraries, of all its threads. How it divides between user and "
    "kernel wavers from run to run; the sum (proc.cpu) is what is judged.",
)
STIME: Final = _time(
    name="proc.stime", title="CPU in kernel mode",
    help="CPU time that the kernel spent on this program's system calls and faults. How it divides between user and "
    "kernel wavers from run to run; the sum (proc.cpu) is what is judged.",
)
CUTIME: Final = _time(
    name="proc.cutime", title="Ended children's CPU in user mode",
    help="User time of children that ended and were waited for. A child's whole life is added at its end, so this "
    "jumps; it is the only trace of children that live for less than a tick.",
)
CSTIME: Final = _time(
    name="proc.cstime", title="Ended children's CPU in kernel mode",
    help="Kernel time of children that ended and were waited for. A child's whole life is added at its end, so this "
    "jumps; it is the only trace of children that live for less than a tick.",
)
MINFLT: Final = _counter(
    name="proc.minflt", title="Minor faults", unit="faults", role=Role.WORKLOAD, worse=Worse.NEITHER,
    help="First touches of a page that needed no disk: fresh memory, copies after fork, files already cached. "
    "Many of them mean that memory is obtained and returned, or processes are made, at a high rate.",
    next="pidstat -r 1 5", attributes=(Resource.TASKS,),
)
MAJFLT: Final = _counter(
    name="proc.majflt", title="Major faults", unit="faults", role=Role.SATURATION, worse=Worse.MORE,
    help="Touches of a page that had to be read from disk or swap while the program stood still. A steady rate, "
    "once it has started up, means that its memory or its code does not fit in RAM.",
    next="pidstat -r 1 5", attributes=(Resource.MEMORY,),
    moved_by=("sysctl[vm.swappiness]", "sysctl[vm.watermark_*]", "sysctl[vm.min_free_kbytes]"),
)
THREADS: Final = _gauge(
    name="proc.num_threads", title="Threads", unit="threads", role=Role.UTILIZATION, worse=Worse.MORE,
    help="Threads of all processes of this program. More under the same load, and above all more and more, means "
    "that they wait for something longer than before or are never ended.",
    next="ps -eo nlwp,pid,comm --sort=-nlwp | head", attributes=(Resource.TASKS,), moved_by=("proc.cmdline",),
)
VSIZE: Final = _gauge(
    name="proc.vsize", title="Address space", unit="bytes", role=Role.INTERNAL, worse=Worse.NEITHER,
    help="Addresses that the program has reserved, used or not. It says little of memory used; a jump shows a new "
    "mapping or another allocator.",
    next="ps -eo vsz,rss,pid,comm --sort=-vsz | head",
)
RSS: Final = _gauge(
    name="proc.rss", title="Resident memory", unit="bytes", role=Role.UTILIZATION, worse=Worse.MORE,
    help="RAM that the program's pages occupy; pages shared with others count in full for each. More under the same "
    "load is a larger working set, another allocator or a leak; a leak keeps climbing.",
    next="ps -eo rss,pid,comm --sort=-rss | head", attributes=(Resource.MEMORY,),
    moved_by=("proc.cmdline", "thp.*"),
)
BLKIO_DELAY: Final = _counter(
    name="proc.delayacct_blkio_ticks", title="Waiting for block I/O", unit="seconds",
    role=Role.SATURATION, worse=Worse.MORE,
    help="Time that the program's threads stood still for disk reads, writes and swap, summed over threads. More is "
    "worse. Linux keeps it only with delay accounting on (kernel.task_delayacct=1, or delayacct at boot) and shows 0 "
    "without.",
    next="pidstat -d 1 5", moved_by=("sysctl[kernel.task_delayacct]", "block.scheduler*"),
)
BLOCKED: Final = _gauge(
    name="proc.blocked", title="Processes stuck in the kernel", unit="tasks", role=Role.SATURATION, worse=Worse.MORE,
    help="Processes of this program found in state D: waiting in the kernel for a disk, a network file system or a "
    "lock, deaf to signals. More is worse; only main threads are seen.",
    next="ps -eo stat,wchan:32,pid,comm | grep '^D'", attributes=(Resource.TASKS,),
)
ZOMBIES: Final = _gauge(
    name="proc.zombies", title="Ended processes not waited for", unit="tasks", role=Role.INTERNAL, worse=Worse.MORE,
    help="Processes of this program that have ended and whose parent has not asked how (state Z). They hold nothing "
    "but a number each; more and more means that the parent is stuck or faulty.",
    next="ps -eo stat,ppid,pid,comm | grep '^Z'", attributes=(Resource.TASKS,),
)
NICE: Final = _setting(
    name="proc.nice", title="Nice value",
    help="Share of the CPU asked for against others, from -20 (most) to 19 (least). A higher value makes the program "
    "wait longer when CPUs are short.",
    next="ps -eo ni,cls,rtprio,pid,comm --sort=-ni",
)
POLICY: Final = _setting(
    name="proc.policy", title="Scheduling policy",
    help="Scheduling class and, for real-time classes, the priority. SCHED_BATCH and SCHED_IDLE yield to others; "
    "SCHED_FIFO and SCHED_RR take a CPU from everybody else.",
    next="ps -eo cls,rtprio,ni,pid,comm --sort=-rtprio",
)
CPU: Final = _gauge(
    name="proc.cpu", title="CPU of a program", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE, primary=True,
    help="CPUs kept busy by all threads of all processes of this program: 100 % is one CPU. More for the same work "
    "means that each piece of it became dearer.",
    next="perf record -a -g -- sleep 10; perf report --sort comm,symbol",
    attributes=(Resource.CPU, Resource.SCHEDULER),
    moved_by=("proc.cmdline", "proc.nice", "proc.policy", "proc.Cpus_allowed_list", "cpuinfo.*", "cmdline*"),
)
CHILDREN_CPU: Final = _gauge(
    name="proc.children_cpu", title="CPU of ended children", unit="ratio", role=Role.INTERNAL, worse=Worse.MORE,
    help="CPU time of children that ended and were waited for, as CPUs kept busy. High for who starts many short "
    "commands; a long-lived child's end makes one tall spike.",
    next="pidstat -u -T CHILD 1 5", attributes=(Resource.TASKS,),
)
_of_host = partial(Metric, unit="tasks", kind=Kind.GAUGE, resource=Resource.TASKS, worse=Worse.MORE, doc=_DOC)
ALL_BLOCKED: Final = _of_host(
    name="tasks.blocked", title="Processes stuck in the kernel, all programs", role=Role.SATURATION, next=BLOCKED.next,
    help="Processes of the host found in state D, whatever they wait for: a disk, a network file system or a lock. "
    "More is worse: they are deaf to signals meanwhile. Waits for disks alone are stat.procs_blocked.",
)
ALL_ZOMBIES: Final = _of_host(
    name="tasks.zombies", title="Ended processes not waited for, all programs", role=Role.SATURATION, next=ZOMBIES.next,
    help="Processes of the host that have ended and whose parents have not asked how. More is worse: a parent is stuck "
    "or faulty, and in the end there are no numbers left for new processes.",
)

_METRICS: Final = (
    UTIME, STIME, CUTIME, CSTIME, MINFLT, MAJFLT, THREADS, VSIZE, RSS, BLKIO_DELAY, BLOCKED, ZOMBIES, NICE, POLICY,
)
# fmt: on
_NAMES: Final = tuple(metric.name for metric in _METRICS)
"""In the order of `parse`."""

_KERNEL_THREAD: Final = 0x00200000
"""PF_KTHREAD, https://elixir.bootlin.com/linux/v6.12/source/include/linux/sched.h."""

_POLICIES: Final = {
    "0": "SCHED_OTHER", "1": "SCHED_FIFO", "2": "SCHED_RR", "3": "SCHED_BATCH",
    "5": "SCHED_IDLE", "6": "SCHED_DEADLINE", "7": "SCHED_EXT",
}  # fmt: skip


class Stat(NamedTuple):
    """What tells one process from another."""

    comm: str
    """The kernel's name for it, at most 15 bytes (63 for a worker of the kernel)."""
    ppid: int
    starttime: int
    """Ticks of USER_HZ since boot; with the pid it is unique in one boot."""
    session: int
    kernel_thread: bool


def identify(text: str) -> Stat:
    """Read what identifies a process out of its stat, and nothing else: this runs for every line there is.

    Raises:
        ValueError: Not the line of a process.

    >>> identify("7 (a (b) c) S 1 7 5 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 75513 0 0")
    Stat(comm='a (b) c', ppid=1, starttime=75513, session=5, kernel_thread=False)
    """
    head, _, tail = text.rpartition(")")
    field = tail.split(None, 20)
    try:
        comm = head[head.index("(") + 1 :]
        return Stat(comm, int(field[1]), int(field[19]), int(field[3]), int(field[6]) & _KERNEL_THREAD != 0)
    except (ValueError, IndexError):
        raise _refused(text, "PID") from None


def parse(text: str, origin: Origin) -> Readings:
    """Give the readings of one process; fields are taken by their place, as proc(5) numbers them, less three.

    Raises:
        ValueError: Fewer than 40 fields behind the name, the fortieth cut off, or one that is no number.
    """
    _, bracket, tail = text.rpartition(")")
    field = tail.split(None, 40)
    if not bracket or (len(field) == 40 and not text.endswith("\n")):
        raise _refused(text, origin.key)
    second = origin.clock_ticks
    try:
        policy = _POLICIES.get(field[38]) or f"policy {int(field[38])}"
        values = (
            int(field[11]) / second,
            int(field[12]) / second,
            int(field[13]) / second,
            int(field[14]) / second,
            int(field[7]),
            int(field[9]),
            int(field[17]),
            int(field[20]),
            int(field[21]) * origin.page_size,
            int(field[39]) / second,
            1.0 if field[0] == "D" else 0.0,
            1.0 if field[0] == "Z" else 0.0,
            str(int(field[16])),
            policy if field[37] == "0" else f"{policy} {int(field[37])}",
        )
    except (ValueError, IndexError):
        raise _refused(text, origin.key) from None
    return Readings(_NAMES, values)


def _refused(text: str, pid: str) -> ValueError:
    """The error for a text that is cut off, damaged, or no stat at all."""
    return ValueError(f"/proc/{pid}/stat should be 'pid (name) state' and 39 numbers or more, and is {text[:80]!r}.")


COLLECTOR: Final = Collector(
    name="proc.pid.stat",
    read=PerProcess(file="stat"),
    metrics=_METRICS,
    parse=parse,
    derived=(
        Derived(metric=CPU, inputs=(UTIME.name, STIME.name), compute=lambda user, system: user + system),
        Derived(metric=CHILDREN_CPU, inputs=(CUTIME.name, CSTIME.name), compute=lambda user, system: user + system),
        # Instance "" is the sum over every process; the other input, of the host alone, keeps the programs out.
        Derived(metric=ALL_BLOCKED, inputs=(BLOCKED.name, "stat.procs_running"), compute=lambda tasks, _: tasks),
        Derived(metric=ALL_ZOMBIES, inputs=(ZOMBIES.name, "stat.procs_running"), compute=lambda tasks, _: tasks),
    ),
    adds="CPU, memory, threads and faults of every program: who did it",
    needs="/proc mounted without hidepid, or root",
)
