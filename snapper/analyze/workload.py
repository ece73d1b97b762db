"""Workload characterization: who puts what load on the host, and what a unit of it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from snapper.analyze.attribute import Cast
from snapper.analyze.costs import costs_of
from snapper.analyze.diff import Figure, ProgramRow, Workload
from snapper.analyze.judge import Judged
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import listed, subject, within
from snapper.metric import Metric, Resource, Role
from snapper.units import format_ratio, format_value

ORDER: Final = (
    Resource.SOCKETS,
    Resource.NETWORK,
    Resource.DISK,
    Resource.FILESYSTEM,
    Resource.TASKS,
    Resource.SCHEDULER,
    Resource.INTERRUPTS,
)
"""Resources whose demand is the offered load, those nearest to the users' requests first."""
MOST_LOAD: Final = 24
MOST_PROGRAMS: Final = 8
"""Programs shown for each of CPU, memory and disk; as many again that came or went."""
PROGRAM_FIGURES: Final = ("proc.cpu", "proc.rss", "proc.read_bytes", "proc.write_bytes", "proc.count")
"""What a program took, in the order of its row."""


def workload_of(judged: Judged, cast: Cast, thresholds: Thresholds) -> Workload:
    """Characterize the load of both sides.

    Args:
        judged: Verdicts on all series.
        cast: The programs.
        thresholds: From which growth on load explains anything.
    """
    load = _load_rows(judged)
    efficiency = costs_of(judged, cast, thresholds)
    return Workload(
        load=tuple(_figure(judged, row) for row in load[:MOST_LOAD]),
        efficiency=efficiency,
        programs=_programs(judged, cast),
        sentence=_sentence(judged, load, efficiency),
    )


def _load_rows(judged: Judged) -> list[int]:
    """Rates of demand that are there on either side, those that changed first, then by resource."""
    compared = judged.compared
    rows = [
        row
        for row, metric in enumerate(compared.metrics)
        if _is_load(metric) and max(compared.before[row], compared.after[row]) >= compared.floor[row]
    ]

    def place(row: int) -> tuple[float, int, str, str]:
        metric = compared.metrics[row]
        return -judged.severity[row], ORDER.index(metric.resource), metric.name, compared.instances[row]

    return sorted(rows, key=place)


def _is_load(metric: Metric) -> bool:
    is_rate = metric.compared_unit.endswith("/s")
    return is_rate and metric.role is Role.WORKLOAD and metric.resource in ORDER and not metric.alias_of


def _figure(judged: Judged, row: int, title: str = "") -> Figure:
    compared = judged.compared
    metric, instance = compared.metrics[row], compared.instances[row]
    return Figure(
        title=title or subject(metric, instance),
        unit=metric.compared_unit,
        before=float(compared.before[row]),
        after=float(compared.after[row]),
        verdict=judged.verdicts[row],
        metric=metric.name,
        instance=instance,
    )


def _sentence(judged: Judged, load: Sequence[int], efficiency: Sequence[Figure]) -> str:
    compared = judged.compared
    changed = [row for row in load if judged.flagged[row]]
    dearer = [figure for figure in efficiency if figure.verdict in {"regressed", "improved"}]
    costs = "".join(
        f" {figure.title} {'rose' if figure.verdict == 'regressed' else 'fell'} from "
        f"{format_value(figure.before, figure.unit)} to {format_value(figure.after, figure.unit)}."
        for figure in dearer[:1]
    )
    if not load:
        return "No offered load was seen on either side."
    if not changed:
        return f"The offered load did not change.{costs}"
    parts = [
        f"{_within(compared.metrics[row], compared.instances[row])} "
        f"{format_ratio(compared.before[row], compared.after[row])}"
        for row in changed
    ]
    return f"The offered load changed: {listed(parts)}.{costs}"


def _within(metric: Metric, instance: str) -> str:
    """The subject in the middle of a sentence; a device keeps its name as it is."""
    named = subject(metric, instance)
    return within(named) if named == metric.title else named


def _programs(judged: Judged, cast: Cast) -> tuple[ProgramRow, ...]:
    """The most costly of either side by CPU, memory and disk, then those that came or went."""
    by_metric: dict[str, dict[str, int]] = {name: {} for name in PROGRAM_FIGURES}
    for program, rows in cast.rows.items():
        for row in rows:
            of_metric = by_metric.get(judged.compared.metrics[row].name)
            if of_metric is not None:
                of_metric.setdefault(program, row)
    shown: dict[str, None] = {}
    for name in PROGRAM_FIGURES[:-1]:
        costly = sorted(by_metric[name].items(), key=lambda item: (-_larger(judged, item[1]), item[0]))
        shown |= dict.fromkeys(program for program, row in costly[:MOST_PROGRAMS] if _larger(judged, row) > 0)
    first = sorted(shown, key=lambda program: (-_size(judged, cast.rows[program]), program))
    passing = [program for program in sorted(cast.lasting) if program not in shown][:MOST_PROGRAMS]
    return tuple(_program(judged, cast, program, by_metric) for program in (*first, *passing) if program in cast.rows)


def _program(judged: Judged, cast: Cast, program: str, by_metric: dict[str, dict[str, int]]) -> ProgramRow:
    who = cast.programs[judged.compared.instances[cast.rows[program][0]]]
    figures = tuple(
        _figure(judged, rows[program], judged.compared.metrics[rows[program]].title)
        if program in rows
        else Figure(title=name, unit="", before=None, after=None, verdict="too little data", metric=name)
        for name, rows in by_metric.items()
    )
    return ProgramRow(
        program=who.name,
        unit=who.unit,
        verdict=cast.arrivals.get(program, figures[0].verdict),
        figures=figures,
    )


def _larger(judged: Judged, row: int) -> float:
    sides = (float(judged.compared.before[row]), float(judged.compared.after[row]))
    return max((side for side in sides if math.isfinite(side)), default=0.0)


def _size(judged: Judged, rows: Sequence[int]) -> float:
    """What a program takes of the host: its CPU in CPUs, and for order among the idle its memory's share."""
    compared = judged.compared
    of = {compared.metrics[row].name: _larger(judged, row) for row in rows}
    return of.get("proc.cpu", 0.0) + of.get("proc.rss", 0.0) / max(compared.capacity.memory, 1)
