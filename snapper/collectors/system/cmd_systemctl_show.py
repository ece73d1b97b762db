"""How often systemd had to start each service again, and in what services differ from each other.

Runs `systemctl show '*.service'` for a few properties: a block a service, apart by a blank line, a property a line in
an order of systemd's own.

    Restart=always
    NRestarts=5
    LimitNOFILE=65536
    Id=flaky.service

NRestarts (since systemd 235) counts restarts that Restart= asked for; it starts anew when somebody stops the service.

What most services have is told once, as of `*.service`; of one service only what it has otherwise. So a new default
is one changed fact, not a hundred.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.system.unit_names import BOOTED, lasts
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_RESTARTS: Final = Metric(
    name="systemd.NRestarts",
    unit="events",
    kind=Kind.COUNTER,
    resource=Resource.TASKS,
    role=Role.ERRORS,
    worse=Worse.MORE,
    title="Restarts of a service",
    help="Times that systemd started a service again because it had ended. More means that it crashes, or is killed; "
    "each time its connections and caches are lost.",
    doc="https://man7.org/linux/man-pages/man5/systemd.service.5.html",
    labels=("unit",),
    next="journalctl -b -u {instance}",
)
_SETTING: Final = Metric(
    name="systemd.setting",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Setting of a service",
    help="A limit, a priority or a share that systemd gives a service; of *.service, what most of them have. It takes "
    "effect when the service is started.",
    doc="https://man7.org/linux/man-pages/man5/systemd.exec.5.html",
    labels=("unit", "setting"),
    next="systemctl show $(echo {instance} | cut -d/ -f1)",
)
_SETTINGS: Final = (
    "CPUAffinity", "CPUQuotaPerSecUSec", "CPUSchedulingPolicy", "CPUSchedulingPriority", "CPUShares", "CPUWeight",
    "IOSchedulingClass", "IOSchedulingPriority", "IOWeight", "LimitAS", "LimitCORE", "LimitMEMLOCK", "LimitNOFILE",
    "LimitNPROC", "LimitRTPRIO", "LimitSTACK", "MemoryHigh", "MemoryLimit", "MemoryMax", "MemorySwapMax", "NUMAPolicy",
    "Nice", "OOMPolicy", "OOMScoreAdjust", "Restart", "RestartUSec", "TasksMax", "TimerSlackNSec",
)  # fmt: skip
_STARTED: Final = "ExecMainStartTimestampMonotonic"
_ASKED: Final = ("Id", "Names", "NRestarts", _STARTED, *_SETTINGS)
_MICROSECONDS: Final = 1_000_000
_UNSET: Final = frozenset({"", "infinity", "[not set]", "n/a", "18446744073709551615"})
"""How systemd, by version and property, says that there is no limit and no share."""
_NOTHING: Final = "(not set)"
_PROPERTY: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)=(.*)")
_EVERY: Final = "*.service"

Service = dict[str, str]
"""Property → value."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the restarts of services that are to be restarted, and what is not as most services have it.

    Raises:
        ValueError: A line that is no property, a block without the service's name, a count that is none, or no block.
    """
    services = {name: service for name, service in _services(text) if lasts(name)}
    for name, service in services.items():
        count = service.get("NRestarts", "")
        if count and not re.fullmatch("[0-9]{1,20}", count):
            raise ValueError(f"systemctl show {name} expected a whole number as NRestarts, read {count[:40]!r}.")
        if count and service.get("Restart") != "no":
            yield Reading(_RESTARTS.name, int(count), name)
    for setting in _SETTINGS:
        yield from _deviations(setting, {name: of[setting] for name, of in services.items() if setting in of})


def starts(before: str, after: str) -> list[tuple[float, str]]:
    """Which services were started between two print-outs, by a timer, by somebody or again after a crash.

    Args:
        before: What systemctl printed at the beginning.
        after: And at the end, in the same boot.

    Returns:
        Pairs of CLOCK_MONOTONIC seconds of the last start and name, the earliest first.

    Raises:
        ValueError: As `parse`.
    """
    olds = {name: of.get(_STARTED, "") for name, of in _services(before)}
    news = {name: of.get(_STARTED, "") for name, of in _services(after)}
    started = {name: at for name, at in news.items() if re.fullmatch("[1-9][0-9]{0,19}", at) and olds.get(name) != at}
    return sorted((int(at) / _MICROSECONDS, name) for name, at in started.items())


def _services(text: str) -> Iterator[tuple[str, Service]]:
    blocks = [block for block in text.split("\n\n") if block.strip()]
    if not blocks:
        raise refused("systemctl show", 1, text, "properties of at least one service")
    for block in blocks:
        service: Service = {}
        for line in block.strip().splitlines():
            match = _PROPERTY.fullmatch(line)
            if match is None:
                raise refused("systemctl show", 1, line, "a property, '=' and its value")
            service[match[1]] = match[2]
        names = [service["Id"]] if service.get("Id") else service.get("Names", "").split()
        if not names:
            raise refused("systemctl show", 1, block, "a block with the service's 'Id'")
        yield names[0], service


def _deviations(setting: str, values: Service) -> Iterator[Reading]:
    """What most services have, unless it is nothing, and who has something else."""
    plain = {name: "" if value in _UNSET else value for name, value in values.items()}
    if not plain:
        return
    count = Counter(plain.values())
    usual = min(count, key=lambda value: (-count[value], value))
    if usual and len(plain) > 1:
        yield Reading(_SETTING.name, usual, f"{_EVERY}/{setting}")
    for name, value in plain.items():
        if value != usual or (value and len(plain) == 1):
            yield Reading(_SETTING.name, value or _NOTHING, f"{name}/{setting}")


COLLECTOR: Final = Collector(
    name="cmd.systemctl.show",
    read=Command(
        argv=("systemctl", "show", "--no-pager", f"--property={','.join(_ASKED)}", _EVERY),
        version=("systemctl", "--version"),
        cadence=Cadence.EDGES,
        where=BOOTED,
    ),
    metrics=(_RESTARTS, _SETTING),
    parse=parse,
    adds="how often each service had to be started again, and the limits it is given",
    needs="systemd as init; systemd >= 235 for the restarts",
)
