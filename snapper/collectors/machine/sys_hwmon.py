"""Temperatures, fans, voltages, currents and power, sensor by sensor, and the alarms that the sensors' chips raise.

Reads files of /sys/class/hwmon/hwmonN (since Linux 2.6.5; beside `name` since 3.15 for all drivers) as
one text, with where each chip's link leads. tempM_input is in thousandths of a degree, fanM_input in turns a minute,
inM_input in millivolts, currM_input in milliamperes, powerM_input, _average and _cap in microwatts, energyM_input in
microjoules, freqM_input of amdgpu in hertz; tempM_label names what is measured; files ending in _alarm or _fault are 1
where a limit is crossed or the sensor is broken.

    /sys/class/hwmon/hwmon2 -> ../../devices/platform/coretemp.1/hwmon/hwmon2
    /sys/class/hwmon/hwmon2/name:coretemp
    /sys/class/hwmon/hwmon2/temp1_label:Package id 1
    /sys/class/hwmon/hwmon2/temp1_input:38000

Numbers of chips are given out in the order in which drivers come up, so a chip is called by its device and its name.
What a sensor measures follows the load and jitters by a step of its converter: only an alarm is a fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import signed, whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_MILLI: Final = 1000
_MICRO: Final = 1_000_000
_MINUTE: Final = 60

_gauge = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.HARDWARE, role=Role.INTERNAL, worse=Worse.MORE, labels=("sensor",),
    doc="https://www.kernel.org/doc/html/v6.12/hwmon/sysfs-interface.html", next="sensors",
)  # fmt: skip

# fmt: off
_TEMPERATURE: Final = _gauge(
    name="hwmon.temp_input", unit="celsius", title="Temperature",
    help="What this sensor measures. It follows the load and the room; much higher under the same load is worse, for "
         "a part that is too hot is slowed down or switched off.",
)
_FAN: Final = _gauge(
    name="hwmon.fan_input", unit="hertz", worse=Worse.EITHER, title="Speed of a fan",
    help="Turns of the fan a second. Faster means that more heat is to be got rid of, 0 that it stands still.",
)
_VOLTAGE: Final = _gauge(
    name="hwmon.in_input", unit="volts", worse=Worse.EITHER, title="Voltage",
    help="What this sensor measures. One that left its nominal value by more than a twentieth points at a power "
         "supply or a board that fails.",
)
_CURRENT: Final = _gauge(
    name="hwmon.curr_input", unit="amperes", title="Current",
    help="What this sensor measures. It follows the load; more under the same load is worse, for it becomes heat.",
)
_POWER: Final = _gauge(
    name="hwmon.power_input", unit="watts", title="Power",
    help="What the part draws at this moment. It follows the load; more under the same load is worse.",
)
_AVERAGE: Final = _gauge(
    name="hwmon.power_average", unit="watts", title="Power, averaged",
    help="What the part drew on average over the sensor's own interval. More under the same load is worse.",
)
_ENERGY: Final = _gauge(
    name="hwmon.energy_input", unit="joules", kind=Kind.COUNTER, title="Power, from energy used",
    help="Energy that the part has used, compared as the watts of the window. More under the same load is worse.",
)
_CLOCK: Final = _gauge(
    name="hwmon.freq_input", unit="hertz", worse=Worse.NEITHER, title="Clock of a graphics card",
    doc="https://www.kernel.org/doc/html/v6.12/gpu/amdgpu/thermal.html", moved_by=("hwmon.power_cap",),
    help="Clock of the card's processors (sclk) or memory (mclk) at this moment, as amdgpu tells it. It follows the "
         "load.",
)
_CAP: Final = _gauge(
    name="hwmon.power_cap", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="Power limit of a part",
    help="Watts above which the part draws no more and runs slower instead.",
)
_ALARM: Final = _gauge(
    name="hwmon.alarm", unit="errors", role=Role.ERRORS, title="Alarm of a sensor",
    help="How many of the sensor's alarms are raised: a limit that is crossed, a fan that stands still, a sensor that "
         "is broken. A board whose limits nobody set may raise some for ever.",
)
# fmt: on

_FILE: Final = re.compile(r"/(hwmon[0-9]+)/(?:(name)|((?:temp|fan|in|curr|power|energy|freq)[0-9]+)_([a-z_]+))")
_KIND: Final = re.compile(r"[a-z]+")
_MEASURED: Final = {
    ("temp", "input"): (_TEMPERATURE, _MILLI),
    ("fan", "input"): (_FAN, _MINUTE),
    ("in", "input"): (_VOLTAGE, _MILLI),
    ("curr", "input"): (_CURRENT, _MILLI),
    ("power", "input"): (_POWER, _MICRO),
    ("power", "average"): (_AVERAGE, _MICRO),
    ("power", "cap"): (_CAP, _MICRO),
    ("energy", "input"): (_ENERGY, _MICRO),
    ("freq", "input"): (_CLOCK, 1),
}
"""Kind of sensor and file to the metric and what its unit is divided by."""
_BELOW_ZERO: Final = frozenset({"temp", "in", "curr", "power"})
_LINK: Final = re.compile(r"(?m)^/\S*/(hwmon[0-9]+) -> (.*)\n")
_PLACE: Final = re.compile(r".*?/([^/]+)(?:/hwmon)?/hwmon[0-9]+")
_NO_PLACE: Final = frozenset({"virtual", "devices", "hwmon", "class", ".."})


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what each sensor says; one that has no label of its own is called by its number.

    Raises:
        ValueError: A line that is neither a file's nor a link's, or a figure that is none.
    """
    places = {chip: place[1] for chip, link in _LINK.findall(text) if (place := _PLACE.fullmatch(link))}
    names: dict[str, str] = {}
    sensors: dict[tuple[str, str], dict[str, str]] = {}
    for match, line in lines_of(_LINK.sub("", text), _FILE):
        chip, name, sensor, file = match.groups()
        if name:
            names[chip] = line.strip()
        else:
            sensors.setdefault((chip, sensor), {})[file] = line.strip()
    called = {chip: _chip_name(names.get(chip, ""), places.get(chip, "")) or chip for chip, _ in sensors}
    labels = Counter((called[chip], files.get("label", "")) for (chip, _), files in sensors.items())
    for (chip, sensor), files in sensors.items():
        label = files.get("label", "")
        unique = bool(label) and labels[called[chip], label] == 1
        yield from _of_sensor(sensor, files, f"{called[chip]} {label if unique else f'{label} {sensor}'.strip()}")


def _chip_name(name: str, place: str) -> str:
    """A chip's device, with the chip's name before it where that tells more.

    >>> _chip_name("coretemp", "coretemp.1"), _chip_name("k10temp", "0000:00:18.3"), _chip_name("acpitz", "virtual")
    ('coretemp.1', 'k10temp 0000:00:18.3', 'acpitz')
    """
    if place in _NO_PLACE:
        return name
    return place if name and place.startswith(name) else f"{name} {place}".strip()


def _of_sensor(sensor: str, files: Mapping[str, str], instance: str) -> Iterator[Reading]:
    match = _KIND.match(sensor)
    kind = match[0] if match else ""
    for file, line in files.items():
        if (kind, file) in _MEASURED:
            metric, parts = _MEASURED[kind, file]
            value = (signed if kind in _BELOW_ZERO else whole)(line, f"{instance}: {kind}_{file}")
            level = value / parts
            yield Reading(metric.name, f"{level:.10g}" if metric is _CAP else level, instance)
    alarms = [whole(line, f"{instance}: {file}") for file, line in files.items() if file.endswith(("alarm", "fault"))]
    if alarms:
        yield Reading(_ALARM.name, sum(map(bool, alarms)), instance)


_FILES: Final = (
    "name", *(f"{kind}*_{file}" for kind, file in _MEASURED), "temp*_label", "fan*_label", "in*_label", "curr*_label",
    "power*_label", "energy*_label", "freq*_label", "*_alarm", "*_fault",
)  # fmt: skip

COLLECTOR: Final = Collector(
    name="sys.hwmon",
    read=Files(patterns=tuple(f"sys/class/hwmon/hwmon*/{file}" for file in _FILES), cadence=Cadence.EDGES, joined=True),
    metrics=(*(metric for metric, _ in _MEASURED.values()), _ALARM),
    parse=parse,
    adds="temperatures, fans, voltages, power and alarms of the machine's sensors",
    needs="drivers of the sensors' chips, and a machine that is not virtual",
)
