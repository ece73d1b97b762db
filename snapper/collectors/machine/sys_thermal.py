"""How warm the parts of the machine are, and how hard they are being cooled.

Reads files of /sys/devices/virtual/thermal (since Linux 2.6.25) in one go, see `joined_lines`. A zone has a `type`,
which is its name, and `temp` in thousandths of a degree; a cooling device has a `type`, `cur_state` and `max_state`.

    /sys/devices/virtual/thermal/thermal_zone0/type:x86_pkg_temp
    /sys/devices/virtual/thermal/thermal_zone0/temp:46000
    /sys/devices/virtual/thermal/cooling_device0/type:Processor
    /sys/devices/virtual/thermal/cooling_device0/cur_state:0

Numbers are given out in the order in which drivers come up, so a type tells a zone apart where it is the only one of
it. Cooling devices of one type (a Processor for each CPU) are taken together; -1 stands for one that is at rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import signed
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_MILLI: Final = 1000
_ABSOLUTE_ZERO: Final = -273.15
"""Drivers print it, or less, where they know no temperature."""

_gauge = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.HARDWARE, role=Role.INTERNAL, worse=Worse.MORE,
    doc="https://www.kernel.org/doc/html/v6.12/driver-api/thermal/sysfs-api.html",
    next="grep . /sys/class/thermal/*/type /sys/class/thermal/*/temp",
)  # fmt: skip

# fmt: off
_TEMPERATURE: Final = _gauge(
    name="thermal.temp", unit="celsius", labels=("zone",), title="Temperature of a thermal zone",
    help="Temperature of a part of the machine. It follows the load and the room; much higher under the same load is "
         "worse, for near its limit the part is slowed down.",
)
_COOLING: Final = _gauge(
    name="thermal.cur_state", unit="ratio", labels=("cooling",), title="Cooling in use",
    help="How far devices of this type are turned up to cool, of what they can. A fan gets louder; a processor is "
         "slowed down by it.",
)
# fmt: on

_FILE: Final = re.compile(r"/(thermal_zone[0-9]+|cooling_device[0-9]+)/(type|temp|cur_state|max_state)")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the temperature of each zone, and of each type of cooling device the share of its states that is in use.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line, or a figure that is none.
    """
    devices: dict[str, dict[str, str]] = {}
    for match, line in lines_of(text, _FILE):
        devices.setdefault(match[1], {})[match[2]] = line.strip()
    zones = {name: files for name, files in devices.items() if name.startswith("thermal_zone")}
    yield from _temperatures(zones)
    yield from _cooling({name: files for name, files in devices.items() if name not in zones})


def _temperatures(zones: Mapping[str, Mapping[str, str]]) -> Iterator[Reading]:
    alike = Counter(files.get("type", "") for files in zones.values())
    for zone, files in zones.items():
        if "temp" in files:
            celsius = signed(files["temp"], f"{zone}/temp") / _MILLI
            kind = files.get("type", "")
            if celsius > _ABSOLUTE_ZERO:
                yield Reading(
                    _TEMPERATURE.name, celsius, kind if alike[kind] == 1 and kind else f"{kind} {zone}".strip()
                )


def _cooling(devices: Mapping[str, Mapping[str, str]]) -> Iterator[Reading]:
    sums: dict[str, list[int]] = {}
    for device, files in devices.items():
        if files.keys() >= {"type", "cur_state", "max_state"}:
            current, most = (signed(files[name], f"{device}/{name}") for name in ("cur_state", "max_state"))
            if most > 0:
                total = sums.setdefault(files["type"], [0, 0])
                total[0] += max(current, 0)
                total[1] += most
    for kind, (current, most) in sums.items():
        yield Reading(_COOLING.name, current / most, kind)


COLLECTOR: Final = Collector(
    name="sys.thermal",
    read=Files(
        patterns=tuple(
            f"sys/devices/virtual/thermal/{zone}/{file}"
            for zone in ("thermal_zone*", "cooling_device*")
            for file in ("type", "temp", "cur_state", "max_state")
        ),
        cadence=Cadence.EDGES,
        joined=True,
    ),
    metrics=(_TEMPERATURE, _COOLING),
    parse=parse,
    adds="temperatures of the machine's thermal zones, and how hard it is cooled",
    needs="CONFIG_THERMAL, and a machine that is not virtual",
)
