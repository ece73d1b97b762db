"""GPUs, as the kernel's own drivers tell of them, without the tools of their makers.

Reads files of /sys/class/drm/cardN in one go, see `joined_lines`: below device/ those of amdgpu, below gt/gtN those of
i915 (since Linux 5.19), below device/tileN/gtN those of xe (since 6.8). Clocks are in MHz, times in milliseconds,
memory in bytes; a count of errors has two lines.

    /sys/class/drm/card0 -> ../../devices/pci0000:00/0000:00:03.1/0000:03:00.0/drm/card0
    /sys/class/drm/card0/device/gpu_busy_percent:12
    /sys/class/drm/card0/device/ras/umc_err_count:ue: 0
    /sys/class/drm/card1/gt/gt0/rc6_residency_ms:868353

Numbers of cards are given out in the order in which drivers come up, so a card is called by its device. Clocks and
watts of amdgpu are in `sys.hwmon`; a GPU that hangs is told in the kernel's log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.machine.drm_metrics import BUSY, CLOCK, DERIVED, IDLE, LIMITS, MEMORY, METRICS, RAS, THROTTLED
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind
from snapper.record.plan import Cadence, Files

_PERCENT: Final = 100
_MILLISECONDS: Final = 1000
_HERTZ_IN_A_MEGAHERTZ: Final = 1_000_000

_LINK: Final = re.compile(r"(?m)^/\S*/(card[0-9]+) -> \S*?/([^/\s]+)/drm/card[0-9]+\n")
_OTHER_LINK: Final = re.compile(r"(?m)^/\S+ -> .*\n")
_FILE: Final = re.compile(
    r"/(card[0-9]+)/(?:device/([a-z_]+)|device/ras/[a-z0-9_]+_(err_count)"
    r"|gt/(gt[0-9]+)/([a-z0-9_]+)|device/(tile[0-9]+)/(gt[0-9]+)/([a-z0-9_/]+))"
)
_COUNT: Final = re.compile(r"(ce|ue): (.*)")
_OF_GT: Final = {
    "rc6_residency_ms": (IDLE, 1 / _MILLISECONDS),
    "gtidle/idle_residency_ms": (IDLE, 1 / _MILLISECONDS),
    "throttle_reason_status": (THROTTLED, 1),
    "freq0/throttle/status": (THROTTLED, 1),
    "rps_act_freq_mhz": (CLOCK, _HERTZ_IN_A_MEGAHERTZ),
    "freq0/act_freq": (CLOCK, _HERTZ_IN_A_MEGAHERTZ),
    "rps_max_freq_mhz": (LIMITS["max"], _HERTZ_IN_A_MEGAHERTZ),
    "freq0/max_freq": (LIMITS["max"], _HERTZ_IN_A_MEGAHERTZ),
    "rps_min_freq_mhz": (LIMITS["min"], _HERTZ_IN_A_MEGAHERTZ),
    "freq0/min_freq": (LIMITS["min"], _HERTZ_IN_A_MEGAHERTZ),
}
"""File of i915 or xe to the metric and how many of its units one of the file's is."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what each card says, and of Intel's each of its parts.

    Raises:
        ValueError: A line that is neither a file's nor a link's, or a figure that is none.
    """
    places = dict(_LINK.findall(text))
    errors: dict[tuple[str, str], int] = {}
    for match, line in lines_of(_OTHER_LINK.sub("", text), _FILE):
        card, file, is_count, part, of_part, tile, of_tile, below = match.groups(default="")
        gpu = places.get(card, card)
        if is_count:
            for kind, count in _of_count(line, f"{gpu}/ras"):
                errors[gpu, kind] = errors.get((gpu, kind), 0) + count
        elif file:
            yield from _of_card(gpu, file, line)
        else:
            name = f"{gpu} {part}" if part else f"{gpu} {tile} {of_tile}"
            yield from _of_part(name, of_part or below, line)
    for (gpu, kind), count in errors.items():
        yield Reading(RAS[kind].name, count, gpu)


def _of_count(line: str, where: str) -> Iterator[tuple[str, int]]:
    """One line of a count of errors; kinds that are not known are passed over."""
    if match := _COUNT.fullmatch(line):
        yield match[1], whole(match[2], f"{where}: {match[1]}")


def _of_card(gpu: str, file: str, line: str) -> Iterator[Reading]:
    if file in MEMORY:
        yield Reading(MEMORY[file].name, whole(line, f"{gpu}/{file}"), gpu)
    elif file == "gpu_busy_percent":
        yield Reading(BUSY.name, whole(line, f"{gpu}/{file}") / _PERCENT, gpu)


def _of_part(name: str, file: str, line: str) -> Iterator[Reading]:
    if file in _OF_GT:
        metric, size = _OF_GT[file]
        value = whole(line, f"{name}/{file}") * size
        yield Reading(metric.name, str(value) if metric.kind is Kind.FACT else value, name)


def _patterns(files: Mapping[str, object]) -> Iterator[str]:
    for file in files:
        is_of_xe = "/" in file
        yield f"sys/class/drm/card*/{f'device/tile*/gt*/{file}' if is_of_xe else f'gt/gt*/{file}'}"


COLLECTOR: Final = Collector(
    name="sys.drm",
    read=Files(
        patterns=(
            *(f"sys/class/drm/card*/device/{file}" for file in (*MEMORY, "gpu_busy_percent", "ras/*_err_count")),
            *_patterns(_OF_GT),
        ),
        cadence=Cadence.EDGES,
        max_files=3000,
        joined=True,
    ),
    metrics=METRICS,
    derived=DERIVED,
    parse=parse,
    adds="memory, sleep, clock and errors of GPUs whose driver is the kernel's own",
    needs="a GPU with the driver amdgpu, i915 (Linux >= 5.19) or xe (Linux >= 6.8)",
)
