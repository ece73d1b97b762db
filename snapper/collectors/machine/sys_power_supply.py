"""What feeds the machine: mains or battery, how full it is, and how fast it drains.

Reads files of /sys/class/power_supply (since Linux 2.6.24), a folder for each supply: `online` of mains and USB is 1
where it feeds, `status` of a battery a word, `capacity` per cent, `power_now` microwatts, `voltage_now` microvolts.
Batteries of mice and the like (scope Device) feed no machine, and are passed over.

    /sys/class/power_supply/AC/type:Mains
    /sys/class/power_supply/AC/online:0
    /sys/class/power_supply/BAT0/status:Discharging

On battery most machines run slower: firmware and power profiles see to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import signed, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_MICRO: Final = 1_000_000
_PERCENT: Final = 100

_supply = partial(
    Metric, resource=Resource.HARDWARE, labels=("supply",), next="grep . /sys/class/power_supply/{instance}/*",
    doc="https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-class-power",
)  # fmt: skip
_fact = partial(_supply, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
_level = partial(_supply, kind=Kind.GAUGE, role=Role.INTERNAL)

# fmt: off
_FACTS: Final = {
    "online": _fact(
        name="power_supply.online", title="Power supply feeds",
        help="1 where this supply feeds the machine. Where mains went from 1 to 0 it runs on battery, and slower."),
    "status": _fact(
        name="power_supply.status", title="Battery",
        help="Charging, Discharging, Full or Not charging. Discharging means that mains is gone or too weak."),
    "health": _fact(
        name="power_supply.health", title="Health of a battery",
        help="What the battery's own electronics say of it: Good, or what is wrong."),
}
_LEVELS: Final = {
    "capacity": (_PERCENT, _level(
        name="power_supply.capacity", unit="ratio", worse=Worse.LESS, title="Battery charge", history=True,
        help="How full the battery is. Empty, the machine stops.")),
    "power_now": (_MICRO, _level(
        name="power_supply.power_now", unit="watts", worse=Worse.MORE, title="Power at the battery",
        help="Watts that go into or out of the battery at this moment. While it drains, that is what the machine "
             "draws; more under the same load is worse.")),
    "voltage_now": (_MICRO, _level(
        name="power_supply.voltage_now", unit="volts", worse=Worse.LESS, title="Voltage of the battery", history=True,
        help="Voltage at this moment; it falls as the battery drains.")),
}
# fmt: on

_FILE: Final = re.compile(r"/([^/]+)/([a-z_]+)")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what each supply of the machine says.

    Raises:
        ValueError: A line that is neither a file's nor a link's, or a figure that is none.
    """
    supplies: dict[str, dict[str, str]] = {}
    for match, line in lines_of(re.sub(r"(?m)^/\S+ -> .*\n", "", text), _FILE):
        supplies.setdefault(match[1], {})[match[2]] = line
    for supply, files in supplies.items():
        if files.get("scope", "").strip() != "Device":
            yield from _of_supply(supply, files)


def _of_supply(supply: str, files: Mapping[str, str]) -> Iterator[Reading]:
    for file, metric in _FACTS.items():
        if value := words(files.get(file, "")):
            yield Reading(metric.name, value, supply)
    for file, (parts, level) in _LEVELS.items():
        if file in files:
            yield Reading(level.name, signed(files[file], f"/sys/class/power_supply/{supply}/{file}") / parts, supply)


COLLECTOR: Final = Collector(
    name="sys.power_supply",
    read=Files(
        patterns=tuple(f"sys/class/power_supply/*/{file}" for file in (*_FACTS, *_LEVELS, "scope")),
        cadence=Cadence.EDGES,
        max_files=500,
        joined=True,
    ),
    metrics=(*_FACTS.values(), *(level for _, level in _LEVELS.values())),
    parse=parse,
    adds="whether the machine runs on mains or battery, and how full that is",
    needs="CONFIG_POWER_SUPPLY, and a machine with a battery or a supply that tells of itself",
)
