"""Which services run, and whether any unit of systemd has failed.

Runs `systemctl list-units --all`: unit, whether its file was found, its state, the state in its kind's own words,
and what it is for. Older versions mark a failed unit with a dot in front, and put a heading and a legend around the
list, which --plain and --no-legend leave out.

    broken.service   loaded    failed     failed       A one-shot that fails
    dbus.service     loaded    active     running      D-Bus System Message Bus
    iscsi.service    not-found inactive   dead         iscsi.service

Of services that do not run nothing is said: those that a timer starts are at rest between two runs, and it would be
chance to meet one at work. So a service that was stopped is a fact that is gone.
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

_DOC: Final = "https://man7.org/linux/man-pages/man1/systemctl.1.html"
_FAILED: Final = Metric(
    name="systemd.failed",
    unit="count",
    kind=Kind.GAUGE,
    resource=Resource.HOST,
    role=Role.ERRORS,
    worse=Worse.MORE,
    title="Failed units",
    help="Units of systemd (services, mounts, timers) that are in the state 'failed'. Each is something that should be "
    "there and is not.",
    doc=_DOC,
    next="systemctl --failed; journalctl -p err -b",
)
_SERVICE: Final = Metric(
    name="systemd.service",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Service",
    help="A service that runs (or is just being started again after it ended), that has done its work for this boot "
    "(exited), or that has failed. One that is gone was stopped.",
    doc=_DOC,
    labels=("unit",),
    next="systemctl status {instance}",
)
_TOLD: Final = {"running": "running", "auto-restart": "running", "exited": "exited", "failed": "failed"}
"""States of a service that last, and what is told; the others are on the way to one of them, or at rest."""
_LINE: Final = re.compile(rf"(?:[●*x○↻] +| *)({UNIT.pattern}) +([a-z-]+) +([a-z-]+) +([a-z-]+)(?: .*)?")
_HEADING: Final = re.compile(r" *UNIT +LOAD +ACTIVE +SUB +.*")
_LEGEND: Final = re.compile(r"(?:Legend: )?LOAD +(?:=|→) .*|[0-9]+ (?:loaded )?units listed\b.*")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the number of failed units, and the state of each service that has one that lasts.

    Raises:
        ValueError: A line that is no unit, before the legend if there is one; or no unit at all.
    """
    failed, units = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or _HEADING.fullmatch(line):
            continue
        if _LEGEND.fullmatch(line):
            break
        match = _LINE.fullmatch(line)
        if match is None:
            raise refused("systemctl list-units", number, line, "a unit and three words for its state")
        unit, _, active, state = match.groups()
        units += 1
        failed += active == "failed"
        if unit.endswith(".service") and state in _TOLD and lasts(unit):
            yield Reading(_SERVICE.name, _TOLD[state], unit)
    if not units:
        raise refused("systemctl list-units", 1, text, "at least one unit")
    yield Reading(_FAILED.name, failed)


COLLECTOR: Final = Collector(
    name="cmd.systemctl.units",
    read=Command(
        argv=("systemctl", "list-units", "--all", "--no-legend", "--plain", "--no-pager"),
        version=("systemctl", "--version"),
        cadence=Cadence.EDGES,
        where=BOOTED,
    ),
    metrics=(_FAILED, _SERVICE),
    parse=parse,
    adds="which services run, and which units have failed",
    needs="systemd as init",
)
