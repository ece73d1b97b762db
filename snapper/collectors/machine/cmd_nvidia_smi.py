"""NVIDIA's GPUs, which no file of the kernel tells of: load, memory, heat, watts, clock, errors, what holds them back.

Runs `nvidia-smi --query-gpu=... --format=csv,nounits -l <interval>` along with the window and gives the means of its
reports; of counts the last. A heading names the fields, by their full names and with a unit where there is one:

    pci.bus_id, name, utilization.gpu [%], memory.used [MiB], clocks_event_reasons.hw_slowdown
    00000000:3B:00.0, NVIDIA L4, 37, 1024, Not Active

What a card does not tell is [N/A] or [Not Supported]. The fields asked for are those of all drivers since 2018.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.machine.nvidia_metrics import ASKED, COUNTS, DERIVED, FACTS, LEVELS, METRICS, REASONS
from snapper.collectors.text.figures import decimal
from snapper.record.plan import Cadence, Command

_BUS: Final = "pci.bus_id"
_UNIT: Final = re.compile(r" \[[^\]]*\]")
_NOT_TOLD: Final = re.compile(r"\[.*\]|N/A|Unknown.*|")
_ACTIVE: Final = {"Active": 1.0, "Not Active": 0.0}
_ANY_REASON: Final = re.compile(r"clocks_(?:throttle|event)_reasons\.(.+)")
_FULL: Final = {"clocks.current.sm": "clocks.sm"}
"""Fields that are headed by another name than they are asked by."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield means, the last of each count, and facts of each GPU.

    Raises:
        ValueError: No heading, a row that does not fit it, or a figure that is none.
    """
    series: dict[tuple[str, str], list[float]] = {}
    facts: dict[tuple[str, str], str] = {}
    for row in _rows(text):
        gpu = row.get(_BUS, "").lower()
        for field, value in row.items():
            if _NOT_TOLD.fullmatch(value):
                continue
            if field in FACTS:
                facts[FACTS[field].name, gpu] = value
            elif field in REASONS:
                series.setdefault((field, gpu), []).append(_active(field, value))
            elif field in LEVELS or field in COUNTS:
                series.setdefault((field, gpu), []).append(decimal(value, f"nvidia-smi: {field}"))
    yield from (Reading(metric, value, gpu) for (metric, gpu), value in facts.items())
    for (field, gpu), values in series.items():
        if field in COUNTS:
            yield Reading(COUNTS[field].name, values[-1], gpu)
        else:
            size, metric = (1.0, REASONS[field]) if field in REASONS else LEVELS[field]
            yield Reading(metric.name, sum(values) / len(values) * size, gpu)


def _active(field: str, value: str) -> float:
    if value not in _ACTIVE:
        raise ValueError(f"nvidia-smi: {field} expected Active or Not Active, read {value[:60]!r}.")
    return _ACTIVE[value]


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """Each row by the names that the fields were asked by."""
    lines = text[: text.rfind("\n") + 1].splitlines()  # a tool that is stopped may leave half a line
    heading: list[str] = []
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line.split(",")]
        if cells[0] == _BUS:
            heading = [_asked_name(cell) for cell in cells]
        elif heading and len(cells) == len(heading):
            yield dict(zip(heading, cells, strict=True))
        elif line.strip():
            expected = f"{len(heading)} fields" if heading else f"a heading that begins with {_BUS}"
            raise ValueError(f"nvidia-smi:{number} expected {expected}, read {line[:80]!r}.")


def _asked_name(heading: str) -> str:
    """The field's name as it was asked for.

    >>> _asked_name("clocks_event_reasons.sw_power_cap"), _asked_name("clocks.current.sm [MHz]")
    ('clocks_throttle_reasons.sw_power_cap', 'clocks.sm')
    """
    name = _UNIT.sub("", heading)
    reason = _ANY_REASON.fullmatch(name)
    return f"clocks_throttle_reasons.{reason[1]}" if reason else _FULL.get(name, name)


COLLECTOR: Final = Collector(
    name="cmd.nvidia-smi",
    read=Command(
        argv=(
            *("nvidia-smi", f"--query-gpu={','.join((_BUS, *ASKED))}"),
            *("--format=csv,nounits", "-l", "{interval}"),
        ),
        version=("nvidia-smi", "--version"),
        cadence=Cadence.WINDOW,
        where=("proc/driver/nvidia/version",),
    ),
    opt_in="tools",
    metrics=METRICS,
    derived=DERIVED,
    parse=parse,
    adds="load, memory, heat, watts, clock and errors of NVIDIA's GPUs",
    needs="nvidia-smi, which comes with NVIDIA's driver",
)
