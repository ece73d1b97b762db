"""What only the processors' own registers tell: clock while busy, instructions per cycle, sleep, watts, SMIs.

Runs `turbostat --quiet --Summary --enable Time_Of_Day_Seconds --interval <interval> --num_iterations <count>` along
with the window and gives the means of its reports, which are of one interval each, the first one too. Columns differ by
processor; of those that are there a few are taken. Some machines print a row for each CPU as well: the summary is the
one with '-' for a CPU.

    Time_Of_Day_Seconds Avg_MHz Busy%   Bzy_MHz TSC_MHz IPC     SMI     CPU%c6  PkgTmp  PkgWatt RAMWatt PKG_%
    1700000001.000201   52      2.10    2476    2394    0.91    0       95.96   50      63.01   33.18   0.00

It needs /dev/cpu/0/msr (`modprobe msr`) and is not run without, for it would load that module itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.cpu.turbostat_metrics import COLUMNS, METRICS, RESIDENCY, SMI
from snapper.collectors.text.figures import decimal
from snapper.record.plan import Cadence, Command

_TIME: Final = "Time_Of_Day_Seconds"
_KNOWN: Final = frozenset({"Busy%", "%Busy", "Avg_MHz", "Bzy_MHz", "TSC_MHz", "PkgWatt"})
"""Any of them makes a line a heading."""
_PLACE: Final = frozenset({"CPU", "Core", "Package", "Die", "Node"})
_RESIDENCY: Final = re.compile(r"(?:CPU|Core|Mod|Pkg|Die|SAM|GFX|SYS)%[a-z]*c[0-9]+")
_HUNDREDTH: Final = 0.01

Row = dict[str, float]


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield means over the reports; of SMIs, which are counted, how many there were a second.

    Raises:
        ValueError: No heading or no report, or a summary that does not fit its heading.
    """
    reports = list(_summaries(text))
    if not reports:
        raise ValueError(f"turbostat printed no summary below a heading with Busy%; read {text[:60]!r}.")
    for column in dict.fromkeys(column for report in reports for column in report):
        values = [report[column] for report in reports if column in report]
        mean = sum(values) / len(values)
        if column in COLUMNS:
            metric, size = COLUMNS[column]
            yield Reading(metric.name, mean * size)
        elif _RESIDENCY.fullmatch(column):
            yield Reading(RESIDENCY.name, mean * _HUNDREDTH, column)
    yield from _interruptions(reports)


def _interruptions(reports: Sequence[Row]) -> Iterator[Reading]:
    """SMIs a second from the second report on, for the first does not tell when its interval began."""
    timed = [report for report in reports if report.keys() >= {_TIME, "SMI"}]
    seconds = timed[-1][_TIME] - timed[0][_TIME] if timed else 0.0
    if seconds > 0:
        yield Reading(SMI.name, sum(report["SMI"] for report in timed[1:]) / seconds)


def _summaries(text: str) -> Iterator[Row]:
    heading: list[str] = []
    whole = text[: text.rfind("\n") + 1]  # a tool that is stopped may leave half a line
    for number, line in enumerate(whole.splitlines(), start=1):
        cells = line.split()
        if _KNOWN & set(cells):
            heading = cells
        elif heading and cells and _is_summary(heading, cells):
            if len(cells) != len(heading):
                raise ValueError(f"turbostat:{number} expected {len(heading)} columns, read {line[:80]!r}.")
            yield {
                column: decimal(cell, f"turbostat:{number} {column}")
                for column, cell in zip(heading, cells, strict=True)
                if column in COLUMNS or column in {_TIME, "SMI"} or _RESIDENCY.fullmatch(column)
            }


def _is_summary(heading: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row is of all CPUs: it has '-' where the others have a number, or there is no such column."""
    return all(cell == "-" for column, cell in zip(heading, cells, strict=False) if column in _PLACE)


COLLECTOR: Final = Collector(
    name="cmd.turbostat",
    read=Command(
        argv=(
            *("turbostat", "--quiet", "--Summary", "--enable", _TIME),
            *("--interval", "{interval}", "--num_iterations", "{count}"),
        ),
        version=("turbostat", "--version"),
        cadence=Cadence.WINDOW,
        where=("dev/cpu/0/msr",),
    ),
    opt_in="tools",
    metrics=METRICS,
    parse=parse,
    adds="clock while busy, instructions per cycle, watts and sleep of the processors, from their own registers",
    needs="turbostat (package linux-cpupower, linux-tools or kernel-tools); root; modprobe msr",
)
