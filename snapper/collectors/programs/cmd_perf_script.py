"""`perf record` along the window on the software clock, all CPUs, and what `perf script` says of it afterwards.

The clock `cpu-clock` is the kernel's own timer, which every machine has, also a virtual one without counters of its
processor. 49 times a second keeps out of step with what happens every hundredth. What idle CPUs do is sampled too:
so all samples are all CPU time, and a share of them is a share of it.

The call stacks are read by `perf_samples`, for `snapper.analyze`; a series they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.perf_samples import samples
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

HERTZ: Final = 49

_count = partial(
    Metric,
    unit="count",
    kind=Kind.GAUGE,
    resource=Resource.CPU,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man1/perf-script.1.html",
    next="perf record -F 49 -e cpu-clock -a -g -- sleep 30",
)

# fmt: off
_METRICS: Final = (
    _count(name="perf.samples", title="Samples of the CPU profile",
           help="Samples that perf took over the window, 49 a second on each CPU. Neither way is worse: it is how much "
                "the profile rests on."),
    _count(name="perf.idle_samples", title="Samples of the CPU profile on idle CPUs",
           help="Samples that found a CPU with nothing to do. Neither way is worse: CPU utilization tells it finer."),
)
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield how many samples there are, where there are any.

    Raises:
        ValueError: As `samples`.
    """
    found = [sample.is_idle for sample in samples(text)]
    if found:
        yield Reading("perf.samples", len(found))
        yield Reading("perf.idle_samples", sum(found))


COLLECTOR: Final = Collector(
    name="cmd.perf_script",
    read=Command(
        # No build-ids: they would be put into a cache in a home directory. Small buffers: 49 samples a second are few.
        argv=("perf", "record", "-q", "-F", str(HERTZ), "-e", "cpu-clock", "-a", "-g", "-N", "-B", "-m", "128K",
              "-o", "-"),
        # Not inlined functions, which perf would ask another program for, one by one.
        then=("perf", "script", "-i", "-", "--no-inline", "-F", "comm,pid,time,ip,sym,dso"),
        version=("perf", "--version"),
        cadence=Cadence.WINDOW,
        timeout=60.0,
        max_bytes=32 * MIB,
    ),
    opt_in="profile",
    metrics=_METRICS,
    parse=parse,
    adds="a CPU profile: which functions of which programs the CPU time went to",
    needs="perf (package linux-perf or linux-tools), and root, CAP_PERFMON or kernel.perf_event_paranoid <= 0",
    judged=False,
)  # fmt: skip
