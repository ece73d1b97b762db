"""How far the clock is off, where systemd-timesyncd keeps it.

Runs `timedatectl timesync-status` (systemd >= 239), a line for each figure; times are written for people.

           Server: 192.0.2.8 (time.example.net)
             Leap: normal
          Stratum: 1
    Root distance: 91us (max: 5s)
           Offset: -5.224ms
            Delay: 65.884ms
           Jitter: 5.386ms

Before its first answer only some of the lines are there. Where another service keeps the clock it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.system.unit_names import BOOTED
from snapper.collectors.text.figures import decimal
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_gauge = partial(
    Metric, unit="seconds", kind=Kind.GAUGE, resource=Resource.HOST, role=Role.INTERNAL, worse=Worse.MORE,
    doc="https://man7.org/linux/man-pages/man1/timedatectl.1.html", next="timedatectl timesync-status",
)  # fmt: skip

# fmt: off
_TIMES: Final = {
    "Offset": _gauge(name="timesync.offset", title="Clock offset (timesyncd)",
                     help="By how much the clock was off from the server at its last answer. Time stamps of different "
                          "hosts differ by that much."),
    "Delay": _gauge(name="timesync.delay", title="Way to the time server (timesyncd)",
                    help="Time that a message takes to the server and back. A long way makes the clock less certain."),
    "Jitter": _gauge(name="timesync.jitter", title="Scatter of the clock offset (timesyncd)",
                     help="How much the offset differs from one answer to the next. More makes the clock less "
                          "certain."),
    "Root distance": _gauge(name="timesync.root_distance", title="Uncertainty of the clock (timesyncd)",
                            help="The most that the server itself can be off."),
}
_STRATUM: Final = _gauge(
    name="timesync.stratum", unit="count", worse=Worse.EITHER, title="Stratum of the time server (timesyncd)",
    help="Servers between the one that is followed and a clock that is right by itself.",
)
_LEAP: Final = _gauge(
    name="timesync.leap", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="State of the time server (timesyncd)",
    help="What the server says of its own clock: normal, a leap second ahead, or not synchronized.",
)
# fmt: on
_UNITS: Final = {
    "y": 31557600.0,
    "month": 2629800.0,
    "w": 604800.0,
    "d": 86400.0,
    "h": 3600.0,
    "min": 60.0,
    "s": 1.0,
    "ms": 1e-3,
    "us": 1e-6,
    "μs": 1e-6,
    "ns": 1e-9,
    "": 1.0,
}  # fmt: skip
"""As systemd.time(7) writes them; 0 stands alone."""
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([a-zμ]*)")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the figures that are there, times in seconds without their sign; nothing for no text.

    Raises:
        ValueError: A line without a colon, or a figure that is none.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            raise ValueError(f"timedatectl timesync-status:{number} expected a name and a figure, read {line[:80]!r}.")
        if name in _TIMES:
            yield Reading(_TIMES[name].name, _seconds(value))
        elif name == "Stratum":
            yield Reading(_STRATUM.name, whole(value, "timesync-status: Stratum"))
        elif name == "Leap" and value:
            yield Reading(_LEAP.name, value)


def _seconds(text: str) -> float:
    """A span of time, without its sign and what stands in brackets behind it.

    >>> _seconds("-5.224ms"), _seconds("1min 4s (min: 32s; max 34min 8s)"), _seconds("0")
    (0.005224, 64.0, 0.0)
    """
    total = 0.0
    parts = text.partition("(")[0].lstrip("+-").split()
    for part in parts:
        match = _PART.fullmatch(part)
        if not match or match[2] not in _UNITS:
            raise ValueError(f"timesync-status should tell a time like '-5.224ms', and tells {text[:60]!r}.")
        total += decimal(match[1], "timesync-status") * _UNITS[match[2]]
    if not parts:
        raise ValueError(f"timesync-status should tell a time like '-5.224ms', and tells {text[:60]!r}.")
    return total


COLLECTOR: Final = Collector(
    name="cmd.timesync-status",
    read=Command(
        argv=("timedatectl", "timesync-status"),
        version=("systemctl", "--version"),
        cadence=Cadence.ONCE,
        where=BOOTED,
    ),
    metrics=(*_TIMES.values(), _STRATUM, _LEAP),
    parse=parse,
    adds="how far the clock is off, where systemd-timesyncd keeps it",
    needs="timedatectl (package systemd) >= 239 and systemd-timesyncd",
)
