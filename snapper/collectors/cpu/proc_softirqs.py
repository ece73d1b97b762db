"""How often each kind of soft interrupt ran, on all CPUs together.

Reads /proc/softirqs (since Linux 2.6.31): a heading with every possible CPU, then a line for each kind. IRQ_POLL was
called BLOCK_IOPOLL before Linux 4.5.

                        CPU0       CPU1
              HI:          0          0
           TIMER:      14740      15913
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.figures import LARGEST
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/softirqs"

_HELP: Final = {
    "HI": "tasklets of high priority, used by few drivers",
    "TIMER": "timers that expired",
    "NET_TX": "packets that were sent, to be cleaned up after",
    "NET_RX": "packets that arrived and went up the protocol stack; many of them on one CPU is a bottleneck",
    "BLOCK": "disk requests that completed",
    "BLOCK_IOPOLL": "disk requests that were found complete by polling (IRQ_POLL since Linux 4.5)",
    "IRQ_POLL": "disk requests that were found complete by polling",
    "TASKLET": "tasklets, the deferred work of drivers",
    "SCHED": "balancing of runnable tasks between CPUs",
    "HRTIMER": "high resolution timers that expired outside of their interrupt",
    "RCU": "memory and other things freed after all readers were done with them",
}
_METRICS: Final = tuple(
    Metric(
        name=f"softirqs.{kind}",
        unit="interrupts",
        kind=Kind.COUNTER,
        resource=Resource.INTERRUPTS,
        role=Role.INTERNAL,
        worse=Worse.NEITHER,
        title=f"Soft interrupts, {kind}",
        help=f"Runs of the soft interrupt for {what}. It follows the load and tells which kind of it grew.",
        doc="https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#kernel-data",
        next="watch -d cat /proc/softirqs",
    )
    for kind, what in _HELP.items()
)
_NAMES: Final = {metric.name.removeprefix("softirqs."): metric.name for metric in _METRICS}


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the sum over all CPUs of each known kind.

    Raises:
        ValueError: There is no heading of CPUs, or a line has not a number for each.
    """
    heading, *lines = text.splitlines() or [""]
    cpus = heading.split()
    if not cpus or not all(cpu.startswith("CPU") for cpu in cpus):
        raise refused(_PATH, 1, heading, "a heading of CPUs ('CPU0 CPU1')")
    for number, line in enumerate(lines, start=2):
        kind, _, rest = line.partition(":")
        counts = rest.split()
        if len(counts) != len(cpus) or not "".join(counts).isdecimal():
            raise refused(_PATH, number, line, f"a kind, a colon and {len(cpus)} counts")
        name = _NAMES.get(kind.strip())
        if name:
            total = sum(map(int, counts))
            if total > LARGEST:
                raise refused(_PATH, number, line, "counts of 32 bits")
            yield Reading(name, total)


COLLECTOR = Collector(
    name="proc.softirqs",
    read=File(path="proc/softirqs"),
    metrics=_METRICS,
    parse=parse,
    adds="soft interrupts by kind",
    needs="Linux >= 2.6.31",
)
