"""The server's own sensors, as its management controller reads them: temperatures, fans, voltages, power, supplies.

Runs `ipmitool -c sdr elist`, which asks the controller for one sensor after the other and takes seconds. A row is
a name, a reading, a unit and a state; a sensor of states (a power supply) has a number, a state and words instead.

    CPU Temp,48,degrees C,ok
    12V,12.26,Volts,ok
    FAN4,,,ns
    PS2 Status,C9h,ok,10.2,Presence detected, Failure detected

States: ok; ns, no reading; nc, cr, nr, with u or l before them, beyond a limit that is not critical, critical or fatal.
Of several sensors of one name the second is called `Temp #2`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.machine.ipmi_words import DOC, FAILURE, NEEDS, THERE
from snapper.collectors.text.figures import decimal
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_sensor = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.HARDWARE, role=Role.INTERNAL, worse=Worse.MORE, labels=("sensor",),
    doc=DOC, next="ipmitool sdr elist",
)  # fmt: skip

# fmt: off
_UNITS: Final = {
    "degrees C": (1, _sensor(
        name="ipmi.temperature", unit="celsius", title="Temperature (IPMI)",
        help="What this sensor measures. It follows the load and the room; much higher under the same load is worse.")),
    "RPM": (1 / 60, _sensor(
        name="ipmi.fan", unit="hertz", worse=Worse.EITHER, title="Speed of a fan (IPMI)",
        help="Turns of the fan a second. Faster means that more heat is to be got rid of, 0 that it stands still.")),
    "Volts": (1, _sensor(
        name="ipmi.voltage", unit="volts", worse=Worse.EITHER, title="Voltage (IPMI)",
        help="What this sensor measures. One that left its nominal value by more than a twentieth points at a power "
             "supply or a board that fails.")),
    "Amps": (1, _sensor(
        name="ipmi.current", unit="amperes", title="Current (IPMI)",
        help="What this sensor measures. It follows the load; more under the same load is worse.")),
    "Watts": (1, _sensor(
        name="ipmi.power", unit="watts", title="Power (IPMI)",
        help="What the server or this part of it draws. It follows the load; more under the same load is worse.")),
}
_ALARM: Final = _sensor(
    name="ipmi.alarm", unit="errors", role=Role.ERRORS, title="Sensor beyond its limit (IPMI)",
    help="1 where the management controller says that this sensor is beyond a limit, or that the part has failed: a "
         "fan, a power supply, a disk.",
)
# fmt: on

_OK: Final = "ok"
_STATE: Final = re.compile(r"ok|ns|na|[ul]?(?:nc|cr|nr)")
_NUMBER: Final = re.compile(r"[0-9A-Fa-f]{2}h")
_ROW: Final = 4
"""Fields of a row at least."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what each sensor measures, and whether it is beyond a limit.

    Raises:
        ValueError: A line that is no row of a sensor.
    """
    seen: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        fields = [field.strip() for field in line.split(",")]
        if not line.strip():
            continue
        if len(fields) < _ROW or not fields[0]:
            raise ValueError(f"ipmitool:{number} expected name,reading,unit,state, read {line[:80]!r}.")
        seen[fields[0]] += 1
        name = fields[0] if seen[fields[0]] == 1 else f"{fields[0]} #{seen[fields[0]]}"
        if _NUMBER.fullmatch(fields[1]) and _STATE.fullmatch(fields[2]):
            yield from _of_states(name, fields[2], fields[4:])
        elif _STATE.fullmatch(fields[3]):
            yield from _of_reading(name, fields, f"ipmitool:{number}")
        else:
            raise ValueError(f"ipmitool:{number} expected a state such as ok or ns, read {line[:80]!r}.")


def _of_reading(name: str, fields: Sequence[str], where: str) -> Iterator[Reading]:
    _, reading, unit, state = fields[:_ROW]
    if not reading or state in {"ns", "na"} or _NUMBER.fullmatch(reading) or reading.startswith("0x"):
        return
    value = decimal(reading, where)
    if unit in _UNITS:
        size, metric = _UNITS[unit]
        yield Reading(metric.name, value * size, name)
    yield Reading(_ALARM.name, int(state != _OK), name)


def _of_states(name: str, state: str, words: Sequence[str]) -> Iterator[Reading]:
    if state not in {"ns", "na"}:
        yield Reading(_ALARM.name, int(state != _OK or any(map(FAILURE.search, words))), name)


COLLECTOR: Final = Collector(
    name="cmd.ipmitool.sdr",
    read=Command(
        argv=("ipmitool", "-c", "sdr", "elist"),
        version=("ipmitool", "-V"),
        cadence=Cadence.EDGES,
        where=THERE,
        timeout=20.0,
        max_bytes=512 * 1024,
    ),
    opt_in="tools",
    metrics=(*(metric for _, metric in _UNITS.values()), _ALARM),
    parse=parse,
    adds="temperatures, fans, voltages, power and failed parts, as the server's management controller has them",
    needs=NEEDS,
)
