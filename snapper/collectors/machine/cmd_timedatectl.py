"""Whether the clock is being kept right, and how it is set up, by systemd's account.

Runs `timedatectl show` (systemd >= 239), a line for each property, or `timedatectl status` on older ones, which says
the same in words that have changed since:

    Timezone=Etc/UTC                               Time zone: Etc/UTC (UTC, +0000)
    LocalRTC=no                              RTC in local TZ: no
    NTP=yes                    systemd-timesyncd.service active: yes
    NTPSynchronized=yes            System clock synchronized: yes

The times themselves are passed over. NTPSynchronized is what the kernel was told by whatever keeps the clock, be it
chrony, ntpd or systemd-timesyncd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.system.unit_names import BOOTED
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.HOST, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://man7.org/linux/man-pages/man1/timedatectl.1.html", next="timedatectl",
)  # fmt: skip

# fmt: off
_METRICS: Final = {
    "NTPSynchronized": _fact(
        name="timedatectl.NTPSynchronized", title="Clock synchronized",
        help="Whether the clock follows a time server. Where it does not, it drifts, and hosts disagree on the order "
             "of things."),
    "NTP": _fact(
        name="timedatectl.NTP", title="Time service switched on",
        help="Whether a service is to keep the clock right."),
    "Timezone": _fact(
        name="timedatectl.Timezone", title="Time zone",
        help="The zone of local times. Another one moves jobs that are started by the clock, and time stamps in logs."),
    "LocalRTC": _fact(
        name="timedatectl.LocalRTC", title="Hardware clock in local time",
        help="Whether the hardware clock holds local time, which is wrong after each change to summer time."),
}
# fmt: on

_STATUS: Final = {
    "NTP synchronized": "NTPSynchronized",
    "System clock synchronized": "NTPSynchronized",
    "NTP enabled": "NTP",
    "Network time on": "NTP",
    "NTP service": "NTP",
    "systemd-timesyncd.service active": "NTP",
    "Time zone": "Timezone",
    "Timezone": "Timezone",
    "RTC in local TZ": "LocalRTC",
}
"""How `status` has called them since systemd 195."""
_VALUES: Final = {"active": "yes", "inactive": "no"}
_LINE: Final = re.compile(r"\s*+([^:=]*[^:=\s])\s*+(?:=|: ?)(.*)")
_CONTINUED: Final = re.compile(
    r"\s*+(?:Warning: .*|(?:DST|Last DST|Next DST).*|[^:=]*|(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) .*)"
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is known; yes and no as they are, of a zone its name alone.

    Raises:
        ValueError: Lines of another kind, or none of the properties.
    """
    if not text.strip():
        return
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match:
            name = _STATUS.get(match[1], match[1])
            value = match[2].split(" ")[0]
            found.setdefault(name, _VALUES.get(value, value))
        elif not _CONTINUED.fullmatch(line):
            raise ValueError(
                f"timedatectl:{number} expected 'Timezone=Etc/UTC' or 'Time zone: Etc/UTC', read {line[:80]!r}."
            )
    known = {name: value for name, value in found.items() if name in _METRICS and value}
    if not known:
        raise ValueError(
            f"timedatectl should tell the time zone and whether the clock is kept, and says {text[:80]!r}."
        )
    for name, value in known.items():
        yield Reading(_METRICS[name].name, value)


COLLECTOR: Final = Collector(
    name="cmd.timedatectl",
    read=Command(
        argv=("timedatectl", "show"),
        version=("systemctl", "--version"),
        cadence=Cadence.ONCE,
        where=BOOTED,
        alternatives=(("timedatectl", "status"),),
    ),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    adds="whether the clock is being kept right, and the time zone",
    needs="timedatectl (package systemd) on a host that systemd runs",
)
