"""The load averages, and how many threads there are.

Reads /proc/loadavg (since Linux 1.0): runnable and uninterruptible tasks averaged over one, five and fifteen minutes
with exponentially fading weight, then runnable / existing threads at this moment, then the last pid given out.

    0.08 0.12 0.05 1/95 32634
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/loadavg"
_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_loadavg.5.html"
_SOURCE: Final = "https://elixir.bootlin.com/linux/v6.12/source/kernel/sched/loadavg.c"

_average = partial(
    Metric,
    unit="tasks",
    kind=Kind.GAUGE,
    resource=Resource.CPU,
    role=Role.SATURATION,
    worse=Worse.MORE,
    history=True,
    next="vmstat 1 5",
    doc=_SOURCE,
)

_METRICS: Final = (
    _average(
        name="loadavg.load1",
        title="Load average, 1 minute",
        help="Tasks that ran, waited for a CPU or waited for a disk, averaged over about a minute. It remembers what "
        "was before the capture, so it confirms a finding and is none.",
    ),
    _average(
        name="loadavg.load5",
        title="Load average, 5 minutes",
        help="Tasks that ran, waited for a CPU or waited for a disk, averaged over about five minutes: mostly what "
        "was before the capture.",
    ),
    _average(
        name="loadavg.load15",
        title="Load average, 15 minutes",
        help="Tasks that ran, waited for a CPU or waited for a disk, averaged over about fifteen minutes: mostly what "
        "was before the capture.",
    ),
    Metric(
        name="loadavg.running",
        unit="tasks",
        kind=Kind.GAUGE,
        resource=Resource.CPU,
        role=Role.SATURATION,
        worse=Worse.MORE,
        alias_of="stat.procs_running",
        title="Runnable threads",
        help="Threads that run or wait for a CPU at the moment of reading; /proc/stat has the same number.",
        doc=_DOC,
    ),
    Metric(
        name="loadavg.threads",
        unit="threads",
        kind=Kind.GAUGE,
        resource=Resource.TASKS,
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        primary=True,
        title="Threads in existence",
        help="Threads of all processes and of the kernel. A number that only ever grows is a leak of threads; each "
        "costs memory and counts against kernel.threads-max.",
        next="ps -eo nlwp,pid,comm --sort=-nlwp | head",
        doc=_DOC,
    ),
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the three averages and the two numbers of threads.

    Raises:
        ValueError: It is not one line of three averages, running/existing and a pid.
    """
    *averages, threads, pid = text.split() if text.count("/") == 1 else ("", "")
    words = (*averages, *threads.split("/"))
    if len(words) != len(_METRICS) or not all(word.replace(".", "", 1).isdecimal() for word in (*words, pid)):
        raise refused(_PATH, 1, text, "three averages, runnable/existing threads and a pid")
    for metric, word in zip(_METRICS, words, strict=True):
        yield Reading(metric.name, float(word))


COLLECTOR = Collector(
    name="proc.loadavg",
    read=File(path="proc/loadavg"),
    metrics=_METRICS,
    parse=parse,
    adds="load averages and the number of threads",
    needs="CONFIG_PROC_FS",
)
