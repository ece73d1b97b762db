"""What every process's memory is made of, what is swapped out, and where it may run.

Reads /proc/PID/status, a name, a colon, a tab and a value a line. A thread of the kernel has no
memory lines; RssAnon and its kin came with Linux 4.5, Threads and Cpus_allowed_list with 2.6.

    RssAnon:	     524 kB
    Threads:	5
    voluntary_ctxt_switches:	3

The context switches are those of the main thread alone, whatever the other threads do.
Only the lines needed are looked for: this file is the dearest of all to take apart.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Readings
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import PerProcess

_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"

_program = partial(Metric, resource=Resource.PROGRAM, labels=("program",), doc=_DOC)
_memory = partial(
    _program, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, next="ps -eo rss,pid,comm --sort=-rss | head"
)
_switches = partial(
    _program, unit="switches", kind=Kind.COUNTER, role=Role.INTERNAL, next="pidstat -wt 1 5",
    attributes=(Resource.SCHEDULER,),
)  # fmt: skip

# fmt: off
_METRICS: Final = (
    _memory(
        name="proc.VmLck", title="Locked memory", worse=Worse.NEITHER,
        help="Memory that the program has pinned with mlock(2), so that it is never swapped out. The system has that "
        "much less to reclaim.",
    ),
    _memory(
        name="proc.VmHWM", title="Peak resident memory", worse=Worse.MORE, history=True,
        help="The most RAM that each process ever occupied, since it was started: it remembers a peak from long "
        "before the capture.",
    ),
    _memory(
        name="proc.RssAnon", title="Resident anonymous memory", worse=Worse.MORE,
        help="RAM that holds heap, stacks and other memory without a file behind it. It can only be swapped out, not "
        "dropped; a leak shows here.",
    ),
    _memory(
        name="proc.RssFile", title="Resident file pages", worse=Worse.NEITHER,
        help="RAM that holds mapped files: program code, libraries, mapped data. The kernel drops it when it needs "
        "room, so less of it can be a sign of pressure.",
    ),
    _memory(
        name="proc.RssShmem", title="Resident shared memory", worse=Worse.NEITHER,
        help="RAM of shared memory and tmpfs that the program has mapped. Each process that maps it counts it, so "
        "sums over processes count it several times.",
    ),
    _memory(
        name="proc.VmSwap", title="Swapped out", worse=Worse.MORE, role=Role.SATURATION,
        help="The program's memory that is on swap and not in RAM (shared memory left out). More is worse: it was "
        "pushed out by somebody's need, and touching it again takes a read from the swap device.",
        next="vmstat 1 5", attributes=(Resource.MEMORY,),
        moved_by=("sysctl[vm.swappiness]", "sysctl[vm.overcommit_*]"),
    ),
    _program(
        name="proc.Threads", title="Threads (status)", unit="threads", kind=Kind.GAUGE, role=Role.UTILIZATION,
        worse=Worse.MORE, alias_of="proc.num_threads",
        help="Threads of all processes of this program, as status tells it; the same as proc.num_threads.",
    ),
    _program(
        name="proc.Cpus_allowed_list", title="CPUs allowed", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION,
        worse=Worse.EITHER, next="grep Cpus_allowed_list /proc/[0-9]*/status",
        help="The CPUs on which the main thread may run, set by taskset, a cpuset or a service's CPUAffinity. Fewer "
        "of them make it wait while others stand idle.",
    ),
    _switches(
        name="proc.voluntary_ctxt_switches", title="Main thread's waits", worse=Worse.NEITHER,
        help="Times that the main thread alone gave up its CPU to wait for I/O, a lock or a timer. Demand rather "
        "than fault; the switches of other threads are not in it.",
    ),
    _switches(
        name="proc.nonvoluntary_ctxt_switches", title="Main thread pushed aside", worse=Worse.MORE,
        help="Times that the main thread alone was taken off its CPU though it could have gone on: its slice was "
        "over or somebody came first. More is worse, CPUs are short; other threads' switches are not in it.",
        moved_by=("proc.nice", "proc.policy", "proc.Cpus_allowed_list"),
    ),
)
# fmt: on

_Lines = tuple[tuple[str, str, str], ...]


def _lines(*kinds: Kind) -> _Lines:
    """What to look for, in the order in which the kernel writes it: metric, label, unit."""
    return tuple(
        (metric.name, f"\n{metric.name.removeprefix('proc.')}:", metric.unit)
        for metric in _METRICS
        if metric.kind in kinds
    )


_STANDING: Final = _lines(Kind.GAUGE, Kind.FACT)
_COUNTED: Final = _lines(Kind.COUNTER)
"""The last lines of the file, and the only ones that change whenever the process runs."""
_COUNT_NAMES: Final = tuple(name for name, _, _ in _COUNTED)
_USUAL_COUNTS: Final = re.compile("".join(f"{label}\t([0-9]+)" for _, label, _ in _COUNTED) + "\n")
"""As every kernel so far writes them."""


def parse(text: str, origin: Origin) -> Readings:
    """Give the readings of those lines that this kernel and this process have.

    A last line without its line break is cut off: nobody knows how its number went on, so it is left out.

    Raises:
        ValueError: None of the lines is there, or one holds something else than its kind of value.
    """
    text = "\n" + text[: text.rfind("\n") + 1]
    end = text.rfind(_COUNTED[0][1])
    begin = max(text.find(_STANDING[0][1], 0, end), 0)  # above the first line that is looked for stands the pid
    try:
        readings = _joined(_standing(text[begin : end + 1 or None]), _counts(text, end))
    except ValueError as problem:
        raise ValueError(
            f"/proc/{origin.key}/status has no whole number, in kB for sizes, in {str(problem)!r}."
        ) from None
    if not readings.metrics:
        raise ValueError(
            f"/proc/{origin.key}/status should be lines such as 'Threads:', a tab and a number, and is {text[1:80]!r}."
        )
    return readings


def _read(text: str, lines: _Lines) -> Readings:
    """The readings of those lines that are there.

    Raises:
        ValueError: With the line that holds something else.
    """
    names: list[str] = []
    values: list[float | str] = []
    start = end = 0
    try:
        for name, label, unit in lines:
            found = text.find(label, end)
            if found < 0:
                continue
            start = found + len(label)
            if unit == "bytes":
                end = text.index(" kB\n", start)
                values.append(int(text[start:end]) * 1024)
            elif unit == "text":
                end = text.index("\n", start)
                values.append(text[start:end].strip())
            else:
                end = text.index("\n", start)
                values.append(int(text[start:end]))
            names.append(name)
    except ValueError:
        raise ValueError(text[text.rindex("\n", 0, start) + 1 :].partition("\n")[0]) from None
    return Readings(tuple(names), tuple(values))


@lru_cache(maxsize=1024)
def _standing(text: str) -> Readings:
    """All but the counts; remembered, for a process's texts mostly differ in those alone, and processes are alike."""
    return _read(text, _STANDING)


def _counts(text: str, begin: int) -> Readings:
    """The counts, which begin there; below 0 for nowhere."""
    if usual := _USUAL_COUNTS.fullmatch(text, max(begin, 0)):
        return Readings(_COUNT_NAMES, (int(usual[1]), int(usual[2])))
    return _read(text[begin:] if begin >= 0 else "", _COUNTED)


def _joined(standing: Readings, counts: Readings) -> Readings:
    return Readings(_both(standing.metrics, counts.metrics), standing.values + counts.values)


@cache
def _both(standing: tuple[str, ...], counts: tuple[str, ...]) -> tuple[str, ...]:
    """One and the same tuple for all that have these."""
    return standing + counts


COLLECTOR: Final = Collector(
    name="proc.pid.status",
    read=PerProcess(file="status"),
    metrics=_METRICS,
    parse=parse,
    adds="swap, kinds of resident memory and allowed CPUs of every program",
    needs="/proc mounted without hidepid, or root",
)
