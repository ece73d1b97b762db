"""Which units of systemd are started at boot, which are not, and which are forbidden.

Runs `systemctl list-unit-files`: file, state, and since systemd 246 what the distribution would have it.

    nginx.service            enabled         enabled
    postgresql.service       disabled        enabled
    systemd-networkd.service masked          enabled

Units that nobody can choose (static, indirect, alias) and those made at boot (generated, transient) are left out.
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

_FILE: Final = Metric(
    name="systemd.unit_file",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Unit at boot",
    help="Whether a service, timer or mount is started at boot (enabled), not (disabled), or cannot be started at all "
    "(masked). It says nothing of what runs now.",
    doc="https://man7.org/linux/man-pages/man1/systemctl.1.html",
    labels=("unit",),
    next="systemctl cat {instance}",
)
_CHOSEN: Final = frozenset(
    {"enabled", "enabled-runtime", "linked", "linked-runtime", "masked", "masked-runtime", "disabled", "bad"}
)
_LINE: Final = re.compile(rf" *({UNIT.pattern}) +([A-Za-z-]+)(?: +(?:[a-z-]+))? *")
_HEADING: Final = re.compile(r" *UNIT FILE +STATE.*")
_LEGEND: Final = re.compile(r"[0-9]+ unit files? listed\..*")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the state of every unit of which somebody can choose it; unknown states are passed over.

    Raises:
        ValueError: A line that is no unit file, or none at all.
    """
    files = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or _HEADING.fullmatch(line) or _LEGEND.fullmatch(line):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise refused("systemctl list-unit-files", number, line, "a unit and its state")
        files += 1
        if match[2] in _CHOSEN and lasts(match[1]):
            yield Reading(_FILE.name, match[2], match[1])
    if not files:
        raise refused("systemctl list-unit-files", 1, text, "at least one unit")


COLLECTOR: Final = Collector(
    name="cmd.systemctl.unit-files",
    read=Command(
        argv=("systemctl", "list-unit-files", "--no-legend", "--no-pager"),
        version=("systemctl", "--version"),
        cadence=Cadence.ONCE,
        where=BOOTED,
    ),
    opt_in="tools",
    metrics=(_FILE,),
    parse=parse,
    adds="which services are started at boot",
    needs="systemctl (package systemd)",
)
