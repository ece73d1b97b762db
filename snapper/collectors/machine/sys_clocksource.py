"""What the kernel reads the time from, and from what it could.

Reads /sys/devices/system/clocksource/clocksource0 (since Linux 2.6.18): `current_clocksource` holds "tsc",
`available_clocksource` "tsc hpet acpi_pm ". tsc and those made for virtual machines are read in a few nanoseconds
without a system call; hpet and acpi_pm need one and a slow device, which every call of clock_gettime pays for. The
kernel drops tsc by itself where it finds it unreliable, at boot or later.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.CPU, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/kernel/time/clocksource.c", next="dmesg | grep -i clocksource",
)  # fmt: skip

# fmt: off
_FACTS: Final = {
    "current_clocksource": _fact(
        name="clocksource.current_clocksource", title="Clock source",
        help="What the kernel reads the time from. With hpet or acpi_pm instead of tsc or the hypervisor's own, each "
             "time stamp that a program takes costs a microsecond or more."),
    "available_clocksource": _fact(
        name="clocksource.available_clocksource", title="Clock sources available",
        help="What the kernel could read the time from, the best first. A kernel that found tsc unreliable lists it "
             "no more."),
}
# fmt: on


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the fact that one file holds, its blanks made single; nothing for another file or an empty one.

    Raises:
        ValueError: More than one line.

    >>> parse("tsc kvm-clock \n", Origin(key="clocksource0/available_clocksource"))
    [Reading(metric='clocksource.available_clocksource', value='tsc kvm-clock', instance='')]
    """
    metric = _FACTS.get(origin.key.rpartition("/")[2])
    if len(text.strip().splitlines()) > 1:
        raise ValueError(f"/sys/devices/system/clocksource/{origin.key} should be one line, and is {text[:60]!r}.")
    value = " ".join(text.split())
    return [Reading(metric.name, value)] if metric and value else []


COLLECTOR: Final = Collector(
    name="sys.clocksource",
    read=Files(
        patterns=tuple(f"sys/devices/system/clocksource/clocksource*/{file}" for file in _FACTS),
        cadence=Cadence.ONCE,
    ),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="what the kernel reads the time from",
    needs="sysfs mounted at /sys",
)
