"""How often, and for how long, CPUs were slowed down because they were too hot (Intel).

Reads files of /sys/devices/system/cpu/cpuN/thermal_throttle (counts since Linux 2.6.31, times since 5.6) in one go,
see `joined_lines`. Every thread of a core counts what the core suffered, every CPU of a package what the package did,
so that of each core and each package the largest figure is taken, and those are added up.

    /sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count:5
    /sys/devices/system/cpu/cpu0/topology/physical_package_id:0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_MILLISECONDS: Final = 1000

_throttle = partial(
    Metric, unit="events", kind=Kind.COUNTER, resource=Resource.HARDWARE, role=Role.SATURATION, worse=Worse.MORE,
    doc="https://elixir.bootlin.com/linux/v6.12/source/drivers/thermal/intel/therm_throt.c",
    next="turbostat --quiet --show Busy%,Bzy_MHz,CoreTmp,PkgTmp --interval 1 --num_iterations 5; sensors",
    moved_by=("dmi.bios_version", "cpuinfo.microcode"),
)  # fmt: skip

# fmt: off
_METRICS: Final = {
    "core_throttle_count": _throttle(
        name="thermal_throttle.core_throttle_count", primary=True, title="Cores too hot",
        help="Times that a core reached its limit of temperature and was slowed down, summed over cores. Any under a "
             "normal load points at a fan, dust or a hot room; work takes longer meanwhile."),
    "package_throttle_count": _throttle(
        name="thermal_throttle.package_throttle_count", title="Processors too hot",
        help="Times that a whole processor reached its limit of temperature and was slowed down, summed over sockets."),
    "core_throttle_total_time_ms": _throttle(
        name="thermal_throttle.core_throttle_total_time", unit="seconds", title="Time that cores were too hot",
        help="Cores that were slowed down for heat, on average over the time measured. More is worse: they run slower "
             "than the load asks for."),
    "package_throttle_total_time_ms": _throttle(
        name="thermal_throttle.package_throttle_total_time", unit="seconds", title="Time that processors were too hot",
        help="Processors that were slowed down for heat, on average over the time measured. More is worse."),
}
# fmt: on

_IDS: Final = ("physical_package_id", "core_id")
_FILE: Final = re.compile(r"/(cpu[0-9]+)/(?:thermal_throttle|topology)/([a-z_]+)")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sums over cores and over packages; a CPU without a place counts by itself.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line, or a count that is none.
    """
    cpus: dict[str, dict[str, str]] = {}
    for match, line in lines_of(text, _FILE):
        cpus.setdefault(match[1], {})[match[2]] = line
    for file, metric in _METRICS.items():
        largest: dict[tuple[str, ...], int] = {}
        for cpu, files in cpus.items():
            if file in files:
                ids = _IDS if file.startswith("core") else _IDS[:1]
                place = tuple(files.get(name, cpu) for name in ids)
                count = whole(files[file], f"/sys/devices/system/cpu/{cpu}/thermal_throttle/{file}")
                largest[place] = max(largest.get(place, 0), count)
        if largest:
            total = sum(largest.values())
            yield Reading(metric.name, total / _MILLISECONDS if file.endswith("_ms") else total)


COLLECTOR: Final = Collector(
    name="sys.cpu.thermal_throttle",
    read=Files(
        patterns=(
            *(f"sys/devices/system/cpu/cpu*/thermal_throttle/{file}" for file in _METRICS),
            *(f"sys/devices/system/cpu/cpu*/topology/{file}" for file in _IDS),
        ),
        cadence=Cadence.EDGES,
        joined=True,
    ),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    adds="how often and how long CPUs were slowed down for heat",
    needs="an Intel processor, not a virtual one",
)
