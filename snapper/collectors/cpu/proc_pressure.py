"""For how long tasks stood still for want of a CPU, of memory or of a disk: pressure stall information (PSI).

Reads /proc/pressure/cpu, memory, io (since Linux 4.20) and irq (since 6.1). `some` is time for which at least one
task waited, `full` time for which all that had work waited; `total` counts microseconds, the averages are per cent.
For the CPU `full` is 0 by definition (printed since 5.13); irq has `full` only.

    some avg10=0.00 avg60=0.67 avg300=1.23 total=14035249
    full avg10=0.00 avg60=0.00 avg300=0.00 total=0

The averages remember what was before the capture; what is judged is how fast the totals grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/accounting/psi.html"

_WAITED_FOR: Final = {
    "cpu": (Resource.CPU, "a CPU", "pidstat -u -w 1 5", ("sysctl[kernel.sched_*]", "cpufreq.*")),
    "memory": (Resource.MEMORY, "memory to be freed", "vmstat 1 5", ("sysctl[vm.*]", "thp.*")),
    "io": (Resource.DISK, "storage", "pidstat -d 1 5; iostat -x 1 5", ("block.*", "sysctl[vm.dirty_*]")),
    "irq": (Resource.CPU, "interrupts to be done with", "mpstat -I ALL 1 5", ()),
}
_WHO: Final = {"some": "some task", "full": "all tasks that had work"}
_AVERAGES: Final = {"avg10": "10 seconds", "avg60": "a minute", "avg300": "5 minutes"}
_MICROSECONDS: Final = 1_000_000


def _judged(key: str, who: str) -> bool:
    """Whether it is this line that speaks for its file: a stall of some task shows first."""
    return who == ("full" if key == "irq" else "some")


def _total(key: str, who: str) -> Metric:
    resource, what, command, moved_by = _WAITED_FOR[key]
    return Metric(
        name=f"pressure.{key}.{who}.total",
        unit="seconds",
        kind=Kind.COUNTER,
        resource=resource,
        role=Role.SATURATION if _judged(key, who) else Role.INTERNAL,
        worse=Worse.MORE,
        primary=_judged(key, who) and key != "irq",
        title=f"Time that {_WHO[who]} waited for {what}",
        help=f"Share of time for which {_WHO[who]} stood still, waiting for {what}. More is worse: work is delayed "
        "by that much.",
        doc=_DOC,
        next=command,
        moved_by=moved_by,
    )


def _average(key: str, who: str, name: str) -> Metric:
    resource, what, command, _ = _WAITED_FOR[key]
    return Metric(
        name=f"pressure.{key}.{who}.{name}",
        unit="ratio",
        kind=Kind.GAUGE,
        resource=resource,
        role=Role.SATURATION if _judged(key, who) else Role.INTERNAL,
        worse=Worse.MORE,
        history=True,
        title=f"Time that {_WHO[who]} waited for {what}, average of {_AVERAGES[name]}",
        help=f"Share of about the last {_AVERAGES[name]} for which {_WHO[who]} waited for {what}. It remembers what "
        "was before the capture.",
        doc=_DOC,
        next=command,
    )


_METRICS: Final = tuple(
    metric
    for key in _WAITED_FOR
    for who in _WHO
    for metric in (_total(key, who), *(_average(key, who, name) for name in _AVERAGES))
)
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield totals in seconds and averages as ratios; the key is the file's name, "io".

    Raises:
        ValueError: A line that is not `some` or `full` with fields `name=value`, or none at all.
    """
    path = f"/proc/pressure/{origin.key}"
    lines = text.splitlines()
    if not lines:
        raise refused(path, 1, text, "a line 'some' or 'full'")
    for number, line in enumerate(lines, start=1):
        who, *fields = line.split() or [""]
        if who not in _WHO or not fields:
            raise refused(path, number, line, "'some' or 'full' and fields like 'avg10=0.00'")
        for field in fields:
            name, _, value = field.partition("=")
            if not value.replace(".", "", 1).isdecimal():
                raise refused(path, number, line, "fields like 'avg10=0.00' and 'total=0'")
            metric = f"pressure.{origin.key}.{who}.{name}"
            if metric in _KNOWN:
                yield Reading(metric, float(value) / (_MICROSECONDS if name == "total" else 100))


COLLECTOR = Collector(
    name="proc.pressure",
    read=Files(patterns=("proc/pressure/*",), cadence=Cadence.TICK),
    metrics=_METRICS,
    parse=parse,
    adds="for how long tasks stood still for want of CPU, memory or disk",
    needs="Linux >= 4.20 with CONFIG_PSI; psi=1 on the kernel command line where the distribution disables it",
)
