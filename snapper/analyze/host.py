"""Series of the host and its devices: what every source but those of processes becomes.

A read whose bytes equal the one before it was not stored, so a value holds until the next
stored read; that it was read is known, and when: as long after its tick's begin as the stored one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from snapper.analyze.part import Name, Part, part_of, told_of_falls, told_of_texts
from snapper.analyze.rates import levels, rates
from snapper.analyze.readings import Parsed, parse_reads
from snapper.analyze.table import Array
from snapper.analyze.timeline import Grid, Ints, Recording, grid_of
from snapper.archive.read import Rows
from snapper.collectors.contract import Collector
from snapper.metric import Kind


def host_part(collector: Collector, reads: Rows, recording: Recording) -> Part:
    """Make series and facts of all reads of one source.

    Args:
        collector: The source's; not one of processes.
        reads: Sorted by key and t, as the archive gives them.
        recording: The capture's ticks and constants.
    """
    grid = grid_of(recording, collector.read.cadence)
    parses = [parse_reads(collector, [some], recording) for some in _groups(collector, reads)]
    gathered = [_gather(parsed, grid) for parsed in parses if parsed.columns]
    names = [name for parsed in parses for name in parsed.columns]
    shape = (0, len(grid.columns))
    values = np.concatenate([np.empty(shape), *(values for values, _ in gathered)])
    times = np.concatenate([np.empty(shape, np.int64), *(times for _, times in gathered)])
    points, mean, warnings = _rated(collector, names, values, times, grid)
    once, points, mean = _added(names, points, mean)
    return part_of(
        names=once,
        values=points,
        mean=mean,
        grid=grid,
        facts={
            name: text
            for parsed in parses
            for said in parsed.told[parsed.told >= 0].tolist()
            for name, text in parsed.facts[said].items()
        },
        warnings=told_of_texts(collector.name, parses, recording) + warnings,
    )


def _groups(collector: Collector, reads: Rows) -> Iterator[Rows]:
    """The reads by key, so that a key's matrix holds its own columns only; all at once where there are only facts."""
    if all(metric.kind is Kind.FACT for metric in collector.metrics):
        yield reads
        return
    begin = 0
    for _, some in groupby(reads.keys):
        end = begin + len(list(some))
        yield reads.part(begin, end)
        begin = end


def _gather(parsed: Parsed, grid: Grid) -> tuple[Array, Ints]:
    """The readings of one key (columns × slots), NaN where not known, and when each was read."""
    slot = grid.slot(parsed.t)
    slots = np.arange(len(grid.columns))
    row = np.searchsorted(slot, slots, side="right") - 1
    held = row >= 0 if grid.carries else (row >= 0) & (slot[row] == slots)
    values: Array = np.where(held, parsed.values[row].T, np.nan)
    times = grid.begin + (parsed.t - grid.begin[slot])[row]
    return values, np.broadcast_to(times, values.shape)


def _added(names: Sequence[Name], points: Array, mean: Array) -> tuple[list[Name], Array, Array]:
    """Add up what several keys say under one name, as containers do whose random ids are folded.

    Rates are taken before, for each is a counter of its own. One that is there no more adds nothing;
    where none is known, neither is the sum.
    """
    rows: defaultdict[Name, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        rows[name].append(row)
    if len(rows) == len(names):
        return list(names), points, mean
    summed = [(_sum(points[some]), _sum(mean[some])) for some in rows.values()]
    return list(rows), np.array([sums for sums, _ in summed]), np.array([whole for _, whole in summed])


def _sum(values: Array) -> Array:
    """Over the first axis, NaN only where all are."""
    total: Array = np.where(np.isnan(values).all(axis=0), np.nan, np.nansum(values, axis=0))
    return total


def _rated(
    collector: Collector, names: Sequence[Name], values: Array, times: Ints, grid: Grid
) -> tuple[Array, Array, list[str]]:
    """Turn the rows of counters into rates; give points, means and what is to be told."""
    counters = {metric.name for metric in collector.metrics if metric.kind is Kind.COUNTER}
    rows = np.flatnonzero(np.fromiter((name in counters for name, _ in names), np.bool_, len(names)))
    mean = levels(values)
    if not len(rows):
        return values, mean, []
    found = rates(values[rows], times[rows])
    values[rows], mean[rows] = found.points, found.mean
    return values, mean, told_of_falls([names[row] for row in rows.tolist()], found.fell, grid)
