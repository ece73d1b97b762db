"""For how long runnable tasks waited for a CPU, and for how long they ran.

Reads /proc/schedstat (since Linux 2.6; absent without CONFIG_SCHEDSTATS). Versions 15, 16 (Linux 6.10) and 17 (6.14)
have the same nine columns for a CPU; what follows it for its scheduling domains differs and is not read.

    version 15
    timestamp 15819019232
    cpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 343796328169361 4767485306
    domain0 00000000,00000003 212499247 ...

Columns seven to nine are nanoseconds of running, nanoseconds of waiting while runnable, and timeslices. A CPU that is
offline has no line, so that the sum falls when one goes, and the step is left out as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.figures import LARGEST
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/schedstat"
_DOC: Final = "https://www.kernel.org/doc/html/v6.14/scheduler/sched-stats.html"

_VERSIONS: Final = frozenset({"15", "16", "17"})
_COLUMNS: Final = 9
_NANOSECONDS: Final = 1_000_000_000

_counter = partial(Metric, unit="seconds", kind=Kind.COUNTER, resource=Resource.CPU, doc=_DOC)

_METRICS: Final = (
    _counter(
        name="schedstat.rq_cpu_time",
        role=Role.INTERNAL,
        worse=Worse.NEITHER,
        alias_of="cpu.utilization",
        title="CPUs running tasks",
        help="CPUs that ran tasks, in CPUs, to the nanosecond; without interrupts.",
    ),
    _counter(
        name="schedstat.run_delay",
        role=Role.SATURATION,
        worse=Worse.MORE,
        primary=True,
        title="Tasks waiting for a CPU",
        help="Tasks that were ready to run and had to wait for a CPU, on average over the time measured. More is "
        "worse: every one of them is work that stands still.",
        next="perf sched timehist --summary; pidstat -u 1 5",
        moved_by=("sysctl[kernel.sched_*]", "sched.setting", "cpu.online", "cpu.isolated", "cpu.smt_*"),
    ),
    _counter(
        name="schedstat.pcount",
        unit="switches",
        resource=Resource.SCHEDULER,
        role=Role.INTERNAL,
        worse=Worse.NEITHER,
        title="Timeslices",
        help="Times a task was given a CPU.",
    ),
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the sums over all CPUs, times in seconds.

    Raises:
        ValueError: A version whose columns are not known, a line of a CPU that has not
            at least nine numbers, or no such line at all.
    """
    lines = text.splitlines()
    version = lines[0].split() if lines else []
    if len(version) != 2 or version[0] != "version" or version[1] not in _VERSIONS:
        raise refused(_PATH, 1, text.partition("\n")[0], "'version 15', 'version 16' or 'version 17'")
    ran = waited = slices = cpus = 0
    for number, line in enumerate(lines, start=1):
        if not line.startswith("cpu"):
            continue
        columns = line.split()[1:]
        numbers = list(map(int, columns)) if "".join(columns).isdecimal() else []
        if len(numbers) < _COLUMNS or max(numbers) > LARGEST:
            raise refused(_PATH, number, line, f"a CPU and {_COLUMNS} whole numbers")
        ran += numbers[6]
        waited += numbers[7]
        slices += numbers[8]
        cpus += 1
    if not cpus:
        raise refused(_PATH, len(lines), lines[-1], "lines of CPUs ('cpu0 ...')")
    yield Reading("schedstat.rq_cpu_time", ran / _NANOSECONDS)
    yield Reading("schedstat.run_delay", waited / _NANOSECONDS)
    yield Reading("schedstat.pcount", slices)


def _wait(waited: Any, slices: Any) -> Any:
    return waited / slices


COLLECTOR = Collector(
    name="proc.schedstat",
    read=File(path="proc/schedstat"),
    metrics=_METRICS,
    parse=parse,
    derived=(
        Derived(
            metric=Metric(
                name="cpu.run_latency",
                unit="seconds",
                kind=Kind.GAUGE,
                resource=Resource.SCHEDULER,
                role=Role.SATURATION,
                worse=Worse.MORE,
                title="Wait for a CPU before each run",
                help="For how long a task that was ready waited, on average, each time before it was given a CPU. More "
                "is worse: it is added to every response.",
                doc=_DOC,
                next="perf sched timehist --summary",
                moved_by=("sysctl[kernel.sched_*]", "sched.setting", "cpu.online", "cpu.isolated", "cpu.smt_*"),
            ),
            inputs=("schedstat.run_delay", "schedstat.pcount"),
            compute=_wait,
        ),
    ),
    adds="for how long runnable tasks waited for a CPU",
    needs="CONFIG_SCHEDSTATS (and kernel.sched_schedstats=1 for some of its other numbers)",
)
