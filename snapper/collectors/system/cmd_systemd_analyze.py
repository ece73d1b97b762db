"""How long each unit took to start, the last time it did.

Runs `systemd-analyze blame`: time and unit, the slowest first.

    1w 5d 2h 8min 12.802s dev-sdw.device
    5min 230ms splunk.service
    2.773s kdump.service
      939ms cloud-config.service

Devices are left out: their time is that of whatever made them appear. So is what took less than a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.system.unit_names import BOOTED, UNIT, lasts
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_STARTED_IN: Final = Metric(
    name="systemd.activation_time",
    unit="seconds",
    kind=Kind.GAUGE,
    resource=Resource.HOST,
    role=Role.INTERNAL,
    worse=Worse.MORE,
    title="Time that a unit took to start",
    help="How long a service, mount or swap took from being started to being ready, at boot or at its last start. It "
    "is told from a second up, and remembers what was before the capture.",
    doc="https://man7.org/linux/man-pages/man1/systemd-analyze.1.html",
    labels=("unit",),
    history=True,
    next="systemd-analyze critical-chain {instance}",
)
_SECONDS: Final = {
    "y": 31_557_600.0,
    "month": 2_629_800.0,
    "w": 604_800.0,
    "d": 86_400.0,
    "h": 3_600.0,
    "min": 60.0,
    "s": 1.0,
    "ms": 1e-3,
    "us": 1e-6,
}
"""systemd's units of time: a year is 365.25 days, a month a twelfth of it (man systemd.time)."""
_SPAN: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(y|month|w|d|h|min|s|ms|us)")
_SLOW: Final = 1.0
"""Seconds from which on a unit is told."""
_MOST: Final = 40


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    r"""Yield the seconds that the slowest units took.

    Raises:
        ValueError: A line that is not times and a unit, or none at all.

    >>> [tuple(reading) for reading in parse("1min 2.5s kdump.service\n  939ms tuned.service\n", Origin())]
    [('systemd.activation_time', 62.5, 'kdump.service')]
    """
    lines = text.splitlines()
    if not lines:
        raise refused("systemd-analyze blame", 1, text, "a time and a unit")
    told = 0
    for number, line in enumerate(lines, start=1):
        *spans, unit = line.split() or [""]
        matches = [_SPAN.fullmatch(span) for span in spans]
        if not matches or not UNIT.fullmatch(unit):
            raise refused("systemd-analyze blame", number, line, "a time and a unit")
        seconds = 0.0
        for match in matches:
            if match is None:
                raise refused("systemd-analyze blame", number, line, "times like '1min 2.5s'")
            seconds += float(match[1]) * _SECONDS[match[2]]
        if seconds >= _SLOW and told < _MOST and not unit.endswith(".device") and lasts(unit):
            told += 1
            yield Reading(_STARTED_IN.name, seconds, unit)


COLLECTOR: Final = Collector(
    name="cmd.systemd-analyze",
    read=Command(
        argv=("systemd-analyze", "blame", "--no-pager"),
        version=("systemctl", "--version"),
        cadence=Cadence.ONCE,
        where=BOOTED,
    ),
    metrics=(_STARTED_IN,),
    parse=parse,
    adds="which services are slow to start",
    needs="systemd as init, and a boot that has come to its end",
)
