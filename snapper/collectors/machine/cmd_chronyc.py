"""How far the clock is off, and whether it is being kept right, by chrony's account.

Runs `chronyc -n -c tracking` (chrony >= 2.3 for -c): one line of 14 fields between commas. Names of time servers are
not looked up. It says "506 Cannot talk to daemon" where chronyd does not run, which tells nothing.

    7F000001,127.0.0.1,4,1795803817.094577044,-0.000001844,0.000000009,0.000000582,0.015,0.000,0.069,0.000006211,...,Normal
    reference,address,stratum,last update,system time,last offset,RMS offset,frequency,residual,skew,root delay,root
    dispersion,update interval,leap status

Which server it follows is left out: pools change it all the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.figures import decimal
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_time = partial(
    Metric, unit="seconds", kind=Kind.GAUGE, resource=Resource.HOST, role=Role.INTERNAL, worse=Worse.MORE,
    doc="https://chrony-project.org/doc/4.5/chronyc.html", next="chronyc tracking; chronyc sources -v",
)  # fmt: skip


class _Field(NamedTuple):
    place: int
    metric: Metric
    is_signed: bool = False
    """Fast or slow is all the same: the distance is read."""


# fmt: off
_FIELDS: Final = (
    _Field(2, _time(name="chronyc.stratum", unit="count", worse=Worse.EITHER, title="Stratum of the clock (chrony)",
                    help="Servers between this host and a clock that is right by itself. 0 stands for no server.")),
    _Field(4, _time(name="chronyc.system_time", title="Clock offset (chrony)",
                    help="By how much the clock is off right now, by chrony's estimate. Time stamps of different "
                         "hosts differ by that much."), is_signed=True),
    _Field(6, _time(name="chronyc.rms_offset", title="Clock offset in the long run (chrony)",
                    help="By how much the clock was found to be off, on a long-term average.")),
    _Field(10, _time(name="chronyc.root_delay", title="Way to the reference clock (chrony)",
                     help="Time that messages take to the reference clock and back. A long way makes the clock less "
                          "certain.")),
    _Field(11, _time(name="chronyc.root_dispersion", title="Uncertainty of the clock (chrony)",
                     help="Error that has added up on the way from the reference clock. More is worse; it grows while "
                          "no server answers.")),
)
_LEAP: Final = _time(
    name="chronyc.leap_status", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="State of the clock (chrony)",
    help="Whether the clock follows a server (Normal, or a leap second ahead), or is Not synchronised and drifts.",
)
# fmt: on
_COUNT: Final = 14
_NOT_RUNNING: Final = "506 "


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what chronyd knows of its clock, in seconds; nothing where there is no chronyd to ask.

    Raises:
        ValueError: Not 14 fields, or one that is no number.
    """
    if not text.strip() or text.startswith(_NOT_RUNNING):
        return
    fields = text.strip().split(",")
    if len(fields) != _COUNT:
        raise ValueError(f"chronyc -c tracking should say {_COUNT} fields between commas, and says {text[:80]!r}.")
    for field in _FIELDS:
        value = decimal(fields[field.place], f"chronyc: field {field.place + 1}")
        yield Reading(field.metric.name, abs(value) if field.is_signed else value)
    yield Reading(_LEAP.name, fields[-1])


COLLECTOR: Final = Collector(
    name="cmd.chronyc",
    read=Command(argv=("chronyc", "-n", "-c", "tracking"), version=("chronyc", "-v"), cadence=Cadence.EDGES),
    metrics=(*(field.metric for field in _FIELDS), _LEAP),
    parse=parse,
    adds="how far the clock is off, where chrony keeps it",
    needs="chronyc (package chrony) >= 2.3 and a chronyd that runs",
)
