"""Series of programs: what a source says of processes, summed over all that run the same program.

Rates are taken for each process before they are summed, since processes come and go: the sum of
counters falls when one ends. What a process born in the window has counted by its first tick is
its rate there; of one that ends, the time since its last tick is lost. A program of which nothing
runs has a level and a rate of 0. Of a process that could never be read nothing is added; while one
that can be read at other times could not be, the program's sum is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from snapper.analyze.fold import Fold
from snapper.analyze.part import Name, Part, joined, part_of, told_of_falls, told_of_texts
from snapper.analyze.processes import Lives
from snapper.analyze.rates import levels
from snapper.analyze.readings import Column, Parsed, parse_reads
from snapper.analyze.spells import Spells, spells_of
from snapper.analyze.table import Program
from snapper.analyze.timeline import SECOND, Recording, grid_of
from snapper.archive.read import Rows
from snapper.collectors.contract import Collector
from snapper.collectors.programs.program_metrics import PROCESSES, STARTS
from snapper.metric import Kind
from snapper.record.plan import Cadence, Command, PerProcess

EVERY = ""
"""The instance that stands for all processes together, those left out included; it is not for the table."""

MOST_VALUES = 4
"""Of a fact on which a program's processes differ: more could not be read in a line of the report."""


def program_part(collector: Collector, reads: Iterable[Rows], lives: Lives, recording: Recording) -> Part:
    """Make series and facts of programs.

    Args:
        collector: The source's; one of processes.
        reads: Sorted by key and t, as the archive gives them, some at a time.
        lives: The processes of the capture.
        recording: The capture's ticks and constants.

    Returns:
        A series for each program that has the metric, and one for `EVERY`.
    """
    grid = grid_of(recording, collector.read.cadence)
    parsed = parse_reads(collector, reads, recording)
    spells = spells_of(parsed.keys, parsed.t, lives, grid)
    fold = Fold(
        lives=lives,
        grid=grid,
        spells=spells,
        readable=(parsed.parsed | parsed.absent)[spells.row],
        chosen=_is_chosen(collector),
    )
    whole = _summed(collector, parsed, fold)
    facts = _facts(parsed, spells, lives)
    told = part_of(
        names=(), values=np.empty((0, len(grid.columns))), mean=np.empty(0), grid=grid,
        facts={(metric, named(program, instance)): text for (metric, instance), program, text in facts},
        programs={named(program, instance): program for (_, instance), program, _ in facts},
        warnings=told_of_texts(collector.name, [parsed], recording),
    )  # fmt: skip
    return joined([whole, told], grid.ticks)


def _is_chosen(collector: Collector) -> bool:
    """Whether it is read of the largest processes only."""
    return isinstance(collector.read, (Command, PerProcess)) and collector.read.largest > 0


def process_counts(lives: Lives, recording: Recording) -> Part:
    """How many processes each program has, and how many of them began, a second."""
    count, births = lives.count().astype(np.float64), lives.births().astype(np.float64)
    who = {program.instance: program for program in lives.programs}
    names = [(metric.name, instance) for metric in (PROCESSES, STARTS) for instance in who]
    grid = grid_of(recording, Cadence.TICK)
    passed = np.diff(recording.ticks) / SECOND
    begun = np.full_like(births, np.nan)
    begun[:, 1:] = births[:, 1:] / passed
    whole = births[:, 1:].sum(axis=1) / passed.sum() if len(passed) else np.full(len(births), np.nan)
    values, mean = np.concatenate([count, begun]), np.concatenate([levels(count), whole])
    return part_of(names=names, values=values, mean=mean, grid=grid, programs=who)


def _summed(collector: Collector, parsed: Parsed, fold: Fold) -> Part:
    """Each metric of all programs that have it; where the readings bear no instance, of all processes as well."""
    counters = {metric.name for metric in collector.metrics if metric.kind is Kind.COUNTER}
    counted = np.fromiter((metric in counters for metric, _ in parsed.columns), np.bool_, len(parsed.columns))
    values = parsed.values[fold.spells.row]
    gauges = iter(fold.levels(values[:, ~counted]))
    names: list[Name] = []
    points, mean = [np.empty((0, len(fold.grid.columns)))], [np.empty(0)]
    who: dict[str, Program] = {}
    told: list[str] = []
    for at, (metric, instance) in enumerate(parsed.columns):
        folded = fold.rate(values[:, at]) if counted[at] else next(gauges)
        groups = np.flatnonzero(folded.has[:-1])
        its = {named(program, instance): program for program in map(fold.lives.programs.__getitem__, groups.tolist())}
        who |= its
        names += [(metric, name) for name in its]
        points.append(folded.points[groups])
        mean.append(folded.mean[groups])
        told += told_of_falls([(metric, name) for name in its], folded.fell[groups], fold.grid)
        if not instance:
            names.append((metric, EVERY))
            points.append(folded.points[folded.has].sum(axis=0, keepdims=True))
            mean.append(folded.mean[folded.has].sum(keepdims=True))
    return part_of(
        names=names,
        values=np.concatenate(points),
        mean=np.concatenate(mean),
        grid=fold.grid,
        programs=who,
        warnings=told,
    )


def named(program: Program, instance: str) -> str:
    """The instance of a program's series; what a reading itself tells apart (a mapping, say) comes behind.

    >>> named(Program("nginx"), ""), named(Program("nginx"), "[heap]")
    ('nginx', 'nginx [heap]')
    """
    return f"{program.instance} {instance}" if instance else program.instance


def _facts(parsed: Parsed, spells: Spells, lives: Lives) -> list[tuple[Column, Program, str]]:
    """Facts of programs: the values that their processes had at last, in one text."""
    told = parsed.told[spells.row]
    known = np.flatnonzero(told >= 0)
    latest = known[np.diff(spells.life[known], append=-1) != 0]
    said = zip(lives.group[spells.life[latest]].tolist(), told[latest].tolist(), strict=True)
    values: dict[tuple[Column, int], set[str]] = defaultdict(set)
    for group, texts in dict.fromkeys(said):  # of a program's processes, most say the same
        if group < len(lives.programs):
            for column, text in parsed.facts[texts].items():
                values[column, group].add(text)
    return [(column, lives.programs[group], _few(sorted(texts))) for (column, group), texts in values.items()]


def _few(texts: Sequence[str]) -> str:
    """The first few of distinct values, and how many more there are.

    >>> _few(["0"]), _few(["0", "10"]), _few(list("abcdef"))
    ('0', '0, 10', 'a, b, c, d and 2 more')
    """
    more = len(texts) - MOST_VALUES
    return ", ".join(texts[:MOST_VALUES]) + (f" and {more} more" if more > 0 else "")
