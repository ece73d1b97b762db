"""How much energy processors, memory and the whole board use (RAPL), and how much they may.

Reads files of /sys/class/powercap (since Linux 3.13; AMD since 5.11) in one go, see `joined_lines`; but the paths here
have colons. A zone `intel-rapl:0:1` is part 1 of zone `intel-rapl:0`. energy_uj counts microjoules and begins anew
behind max_energy_range_uj, after minutes or hours: a window in which it did has no figure.

    /sys/class/powercap/intel-rapl:0/name:package-0
    /sys/class/powercap/intel-rapl:0/energy_uj:240422366267
    /sys/class/powercap/intel-rapl:0/constraint_0_name:long_term
    /sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw:125000000
    /sys/class/powercap/intel-rapl:0:0/name:core

Numbers are given out in the order in which drivers come up, so a zone is called by its name and those above it:
`package-0/core`. Since Linux 5.10 energy_uj is root's alone, for it betrays what the processor works on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_MICRO: Final = 1_000_000

_zone = partial(
    Metric, resource=Resource.HARDWARE, labels=("zone",), next="turbostat --Summary --quiet --interval 5",
    doc="https://www.kernel.org/doc/html/v6.12/power/powercap/powercap.html",
)  # fmt: skip
_fact = partial(_zone, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
_ENERGY: Final = _zone(
    name="powercap.energy", unit="joules", kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.MORE,
    title="Power drawn", moved_by=("powercap.power_limit", "powercap.enabled", "cpufreq.*"),
    help="Watts that this part of the machine drew over the window: a processor (package), its cores, its memory "
         "(dram), the board (psys). It follows the load and the clock; more for the same work is worse.",
)
_LIMIT: Final = _fact(
    name="powercap.power_limit", title="Power limit",
    help="Watts that this part may draw over the time its constraint stands for. Under a lower limit processors run "
         "slower as soon as all of their cores work.",
)
_ENABLED: Final = _fact(
    name="powercap.enabled", title="Power limit in force",
    help="1 where the limits of this part of the machine are kept to, 0 where they are not.",
)
# fmt: on

_LINK: Final = re.compile(r"/\S+ -> .*")
_FILE: Final = re.compile(r"/(?:[^/]+/)+([^/]+)/([a-z0-9_]+):(.*)")
_LIMIT_FILE: Final = re.compile(r"constraint_([0-9]+)_power_limit_uw")
_FIRST_KIND: Final = "intel-rapl"
"""The kind of zones that all machines with RAPL have; of others (intel-rapl-mmio, dtpm) the zone's name says which."""

_Zones = Mapping[str, Mapping[str, str]]


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield each zone's energy and limits.

    Raises:
        ValueError: A line that is neither a file's nor a link's, or a figure that is none.
    """
    zones: dict[str, dict[str, str]] = {}
    for number, line in enumerate(_whole_lines(text), start=1):
        if match := _FILE.fullmatch(line):
            zones.setdefault(match[1], {})[match[2]] = match[3].strip()
        elif not _LINK.fullmatch(line):
            raise ValueError(f"powercap:{number} expected a path, a colon and a file's line, read {line[:80]!r}.")
    names = {zone: _called(zone, zones) for zone, files in zones.items() if "name" in files}
    alike = Counter(names.values())
    for zone, name in names.items():
        yield from _of_zone(zones[zone], name if alike[name] == 1 else f"{name} {zone}")


def _whole_lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines.pop():
        raise ValueError(f"the last of joined lines should be whole, and is {text[-80:]!r}.")
    return lines


def _called(zone: str, zones: _Zones) -> str:
    """A zone's name behind those of the zones that it is part of.

    >>> _called("intel-rapl:0:1", {"intel-rapl:0": {"name": "package-0"}, "intel-rapl:0:1": {"name": "dram"}})
    'package-0/dram'
    """
    kind, *numbers = zone.split(":")
    above = [":".join([kind, *numbers[:depth]]) for depth in range(1, len(numbers) + 1)]
    path = "/".join(name for one in above if (name := zones.get(one, {}).get("name")))
    return path if kind == _FIRST_KIND else f"{path} ({kind})"


def _of_zone(files: Mapping[str, str], name: str) -> Iterator[Reading]:
    if "energy_uj" in files:
        yield Reading(_ENERGY.name, whole(files["energy_uj"], f"{name}/energy_uj") / _MICRO, name)
    for file, line in files.items():
        if match := _LIMIT_FILE.fullmatch(file):
            constraint = files.get(f"constraint_{match[1]}_name") or match[1]
            watts = whole(line, f"{name}/{file}") / _MICRO
            yield Reading(_LIMIT.name, f"{watts:.10g}", f"{name} {constraint}")
    if files.get("enabled"):
        yield Reading(_ENABLED.name, str(whole(files["enabled"], f"{name}/enabled")), name)


COLLECTOR: Final = Collector(
    name="sys.powercap",
    read=Files(
        patterns=tuple(
            f"sys/class/powercap/*:*/{file}"
            for file in ("name", "energy_uj", "enabled", "constraint_*_name", "constraint_*_power_limit_uw")
        ),
        cadence=Cadence.EDGES,
        max_files=1000,
        joined=True,
    ),
    metrics=(_ENERGY, _LIMIT, _ENABLED),
    parse=parse,
    adds="watts of processors, memory and board, and their power limits",
    needs="a processor with RAPL that is not virtual (CONFIG_INTEL_RAPL); root since Linux 5.10",
)
