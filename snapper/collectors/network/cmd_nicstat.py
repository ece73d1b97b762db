"""nicstat's own view of the window, as evidence beside /proc/net/dev: traffic, utilization, saturation of interfaces.

Runs `nicstat -p <interval> <count>` along with the window and gives the means of its reports; the first is left out,
for it covers the time since boot. A line has the time, the interface, kilobytes and packets received and sent a second,
utilization in per cent, and saturation.

    1795805283:eth0:105.7:0.109:2.483:1.301:0.01:0.00
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_metric = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.NETWORK, role=Role.WORKLOAD, worse=Worse.NEITHER,
    doc="https://manpages.debian.org/bookworm/nicstat/nicstat.1.en.html", labels=("interface",), next="nicstat -x 1",
)  # fmt: skip

# fmt: off
_COLUMNS: Final = (
    (_metric(name="nicstat.read_bytes", unit="bytes/s", title="Bytes received, from nicstat",
             help="Bytes received a second. Demand."), KIB),
    (_metric(name="nicstat.write_bytes", unit="bytes/s", title="Bytes sent, from nicstat",
             help="Bytes sent a second. Demand."), KIB),
    (_metric(name="nicstat.read_packets", unit="operations/s", title="Packets received, from nicstat",
             help="Packets received a second. Demand."), 1),
    (_metric(name="nicstat.write_packets", unit="operations/s", title="Packets sent, from nicstat",
             help="Packets sent a second. Demand."), 1),
    (_metric(name="nicstat.utilization", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE,
             title="Interface utilization, from nicstat",
             help="Share of the interface's speed that is used; 0 where nicstat does not know the speed."), 0.01),
    (_metric(name="nicstat.saturation", unit="operations/s", role=Role.SATURATION, worse=Worse.MORE,
             title="Interface saturation, from nicstat",
             help="Drops, overruns, collisions and other signs of saturation a second, all together."), 1),
)
# fmt: on
_NUMBER: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,9})?")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the means over the reports after the first, of each interface; nothing where there is but one report.

    Raises:
        ValueError: A whole line that is not a time, an interface and six numbers.
    """
    reports: list[dict[str, list[float]]] = []
    whole = text[: text.rfind("\n") + 1]  # a tool that is stopped may leave half a line
    for number, line in enumerate(whole.splitlines(), start=1):
        interface, values = _row(line, number)
        if not reports or interface in reports[-1]:
            reports.append({})
        reports[-1][interface] = values
    if not reports:
        raise ValueError(f"nicstat printed no report; read {text[:60]!r}; run nicstat -p <interval> <count>.")
    for interface in dict.fromkeys(name for report in reports[1:] for name in report):
        rows = [report[interface] for report in reports[1:] if interface in report]
        for (metric, factor), column in zip(_COLUMNS, zip(*rows, strict=True), strict=True):
            yield Reading(metric.name, sum(column) / len(column) * factor, interface)


def _row(line: str, number: int) -> tuple[str, list[float]]:
    """The interface and its figures; an alias has a colon in its name, `eth0:1`."""
    time, _, rest = line.partition(":")
    parts = rest.rsplit(":", len(_COLUMNS))
    if len(parts) != len(_COLUMNS) + 1 or not parts[0] or not all(map(_NUMBER.fullmatch, [time, *parts[1:]])):
        raise ValueError(f"nicstat:{number} expected a time, an interface and 6 numbers, read {line[:80]!r}.")
    return parts[0], list(map(float, parts[1:]))


COLLECTOR = Collector(
    name="cmd.nicstat",
    read=Command(argv=("nicstat", "-p", "{interval}", "{count}"), version=("nicstat", "-v"), cadence=Cadence.WINDOW),
    metrics=tuple(metric for metric, _ in _COLUMNS),
    parse=parse,
    adds="nicstat's own figures of every interface, to check ours against",
    needs="nicstat (package nicstat)",
    judged=False,
)
