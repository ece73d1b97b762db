"""mpstat's own view of the window, as evidence beside /proc/stat: where the CPUs' time went.

Runs `mpstat -P ALL -o JSON <interval> <count>` (text before sysstat 11.5) along with the window and gives the means of
its reports. With an interval mpstat, other than iostat and vmstat, makes no report of the time since boot: all count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.cpu.mpstat_reports import reports_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_share = partial(
    Metric, unit="ratio", kind=Kind.GAUGE, resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man1/mpstat.1.html", next="mpstat -P ALL 1",
)  # fmt: skip

# fmt: off
_ALL: Final = {
    column: _share(name=f"mpstat.{column}", title=f"CPU time: {column} (mpstat)",
                   help=f"mpstat's %{column}: share of all CPUs' time {what}.")
    for column, what in {
        "usr": "in programs of normal priority, without guests",
        "nice": "in programs of lowered priority, without guests",
        "sys": "in the kernel",
        "iowait": "with nothing to run while a disk was waited for",
        "irq": "in interrupt handlers",
        "soft": "in the deferred half of interrupts",
        "steal": "that the hypervisor gave to others",
        "guest": "in virtual machines",
        "gnice": "in virtual machines of lowered priority",
        "idle": "with nothing to run and no disk waited for",
    }.items()
}
_IDLE: Final = _share(
    name="mpstat.percpu.idle", labels=("cpu",), title="One CPU idle (mpstat)",
    help="mpstat's %idle of one CPU: share of its time with nothing to run and no disk waited for.",
)
# fmt: on
_HUNDREDTH: Final = 0.01


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the means over the reports, of each CPU over those that list it.

    Raises:
        ValueError: As `reports_of`.
    """
    reports = reports_of(text)
    for column, metric in _ALL.items():
        values = [report["all"][column] for report in reports if column in report.get("all", {})]
        if values:
            yield Reading(metric.name, sum(values) / len(values) * _HUNDREDTH)
    for cpu in dict.fromkeys(cpu for report in reports for cpu in report if cpu != "all"):
        values = [report[cpu]["idle"] for report in reports if "idle" in report.get(cpu, {})]
        if values:
            yield Reading(_IDLE.name, sum(values) / len(values) * _HUNDREDTH, f"cpu{cpu}")


_ASKED: Final = ("mpstat", "-P", "ALL")

COLLECTOR: Final = Collector(
    name="cmd.mpstat",
    read=Command(
        argv=(*_ASKED, "-o", "JSON", "{interval}", "{count}"),
        version=("iostat", "-V"),
        cadence=Cadence.WINDOW,
        alternatives=((*_ASKED, "{interval}", "{count}"),),
    ),
    metrics=(*_ALL.values(), _IDLE),
    parse=parse,
    adds="mpstat's own figures of every CPU, to check ours against",
    needs="mpstat (package sysstat)",
    judged=False,
)
