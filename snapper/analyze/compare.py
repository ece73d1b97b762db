"""How each series of two snapshots differs, in numbers; what that means is for `judge`.

The change of a series is measured against how much it differs between two captures of an
unchanged host (`noise`, or the user's own baselines once there are two), not only against its
scatter within the windows: gauges stand still within a window and at another level in the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from snapper.analyze.align import Alignment, align
from snapper.analyze.noise import Capacity
from snapper.analyze.noise_class import is_incident, noise_of
from snapper.analyze.presence import absent_is_zero, is_new
from snapper.analyze.steadiness import unsteadiness
from snapper.analyze.table import Array, SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.window import Bools, Ints, measure
from snapper.archive.profile import Profile, Spread
from snapper.metric import Metric

UNTAUGHT = Spread(0.0, 0)
"""Stands for a series that the host's profile does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Every series of either side; all arrays have a value for each, in the metric's compared unit."""

    metrics: tuple[Metric, ...]
    instances: tuple[str, ...]
    before: Array
    """Median of the baselines' means; NaN where none knows."""
    after: Array
    change: Array
    """after - before; NaN where either is not known or a side was read once only."""
    error: Array
    """Standard deviation of the change on an unchanged host: between runs and within the windows."""
    noise: Array
    """Variance between two runs, as the table, the host's profile and the baselines have it together."""
    within: Array
    """Variance of the change that comes of the scatter within the windows."""
    floor: Array
    """The least change that matters."""
    drift: Array
    """By how much a level moved within the baseline's window; 0 for a rate."""
    steady: Bools
    """Both sides stood still at the same level: there is nothing to test."""
    single: Bools
    """A side was read so seldom that its scatter is not known."""
    came: Bools
    """Only the after side has it, though the before side has others of its metric: it was not there."""
    went: Bools
    """Only the before side has it, though the after side has others of its metric."""
    before_row: Ints
    """Row in the first baseline's table, -1 where it lacks the series."""
    after_row: Ints
    notes: tuple[str, ...]
    """Sentences: devices that bear another name now."""
    baselines: int
    capacity: Capacity
    short: bool
    """A window is too short for any verdict but on what needs no statistics."""
    means: Array
    """baselines × rows: the mean of each."""
    taught: int
    """Captures that the host's noise profile was learnt from; 0 without one."""
    row: dict[tuple[str, str], int] = field(init=False, repr=False, compare=False)
    """(metric name, instance) → row."""

    def __post_init__(self) -> None:
        names = ((metric.name, instance) for metric, instance in zip(self.metrics, self.instances, strict=True))
        object.__setattr__(self, "row", {name: row for row, name in enumerate(names)})


def compare(  # noqa: PLR0913 - two sides, and what they are measured by
    befores: Sequence[SeriesTable],
    after: SeriesTable,
    *,
    capacity: Capacity,
    thresholds: Thresholds,
    profile: Profile | None = None,
    known_to_profile: Sequence[bool] = (),
) -> Compared:
    """Measure how each series differs; judge nothing.

    Args:
        befores: One or more baselines; the first is the one whose points are shown.
        after: The side that is judged.
        capacity: CPUs and memory of the host, for the floors.
        thresholds: Noise table, blocks and priors.
        profile: What earlier captures of this host taught.
        known_to_profile: Of each baseline, whether the profile was learnt from it: it must not teach twice.

    Returns:
        A row for each series of the first baseline and of `after`, sorted by metric name and instance.

    The noise between runs is the table's, moderated by the host's profile and by the variance between
    baselines where there are several (as limma does for genes, doi:10.2202/1544-6115.1027); the error
    of a window's mean is the scatter of its blocks, shrunk to a share of that noise.
    """
    aligned = align(befores[0], after)
    series, rows = _union(befores, after, aligned)
    metrics = tuple(metric for metric, _ in series)
    whose = {instance: who.instance for table in (*befores, after) for instance, who in table.programs.items()}
    sides = [
        measure(table, blocks=thresholds.blocks).of(column, zero=absent_is_zero(table, column, series, whose))
        for table, column in zip((*befores, after), rows, strict=True)
    ]
    *baselines, judged = sides
    means = np.array([side.mean for side in baselines])
    before, known = _median(means), np.isfinite(means).sum(axis=0)
    absolute, relative, floor_absolute, floor_relative = _classes(metrics, capacity, thresholds)
    instances = tuple(instance for _, instance in series)
    moves = relative**2 + unsteadiness(metrics, instances, before, judged.mean, thresholds)
    prior = absolute**2 + moves * np.nan_to_num(np.abs(before * judged.mean))
    fresh = means[[not taught for taught in known_to_profile]] if known_to_profile else means
    noise = _moderated(prior, fresh, _taught(profile, series), thresholds.noise_prior_weight)
    # Baselines that are minutes apart do not show how what remembers the past drifts over hours.
    past = np.fromiter((metric.history for metric in metrics), np.bool_, len(metrics))
    noise = np.where(past, np.maximum(noise, prior), noise)
    within = np.sum([side.error(prior, thresholds) for side in baselines], axis=0) / np.maximum(known, 1) ** 2
    within = within + judged.error(prior, thresholds)
    smaller = np.fmin(np.abs(before), np.abs(judged.mean))
    # A single failure is in one block only: their scatter says nothing of it.
    single = np.fromiter((is_incident(metric) for metric in metrics), np.bool_, len(metrics))
    within = np.where(single, 0.0, within)
    moments = min(len(table.t) for table in (*befores, after))
    return Compared(
        metrics=metrics,
        instances=instances,
        before=before,
        after=judged.mean,
        change=judged.mean - before if moments > 1 else np.full(len(series), np.nan),
        error=np.sqrt(noise * (1 + 1 / np.maximum(known, 1)) + within),
        noise=noise,
        within=within,
        floor=np.maximum(floor_absolute, np.nan_to_num(floor_relative * smaller)),
        drift=np.nan_to_num(_median(np.array([side.drift for side in baselines]))),
        steady=np.logical_and.reduce([side.steady for side in sides]) & (means == judged.mean).all(axis=0),
        single=np.logical_or.reduce([(side.seen > 0) & (side.seen <= thresholds.single_sample) for side in sides]),
        came=is_new(befores, rows[:-1], series) & (rows[-1] >= 0),
        went=is_new([after], rows[-1:], series),
        before_row=rows[0],
        after_row=rows[-1],
        notes=aligned.notes,
        baselines=len(befores),
        capacity=capacity,
        short=any(is_short(table, thresholds) for table in (*befores[:1], after)),
        means=means,
        taught=len(profile.captures) if profile else 0,
    )


def _union(
    befores: Sequence[SeriesTable], after: SeriesTable, aligned: Alignment
) -> tuple[list[tuple[Metric, str]], list[Ints]]:
    """Every series of the first baseline and of `after`, and its row in each table, -1 where that lacks it."""
    first, *others = befores
    lacks = np.full(len(aligned.only_before), -1), np.full(len(aligned.only_after), -1)
    in_first = np.concatenate([aligned.before, aligned.only_before, lacks[1]]).astype(np.int64)
    in_after = np.concatenate([aligned.after, lacks[0], aligned.only_after]).astype(np.int64)
    series = [
        (after.metrics[late], after.instances[late]) if late >= 0 else (first.metrics[early], first.instances[early])
        for early, late in zip(in_first.tolist(), in_after.tolist(), strict=True)
    ]
    order = sorted(range(len(series)), key=lambda row: (series[row][0].name, series[row][1]))
    columns = [in_first, *(_rows_of(other, after, series, in_after) for other in others), in_after]
    return [series[row] for row in order], [column[order] for column in columns]


def _rows_of(other: SeriesTable, after: SeriesTable, series: Sequence[tuple[Metric, str]], in_after: Ints) -> Ints:
    """Where a further baseline has each series: aligned with `after` where that has it, else by name."""
    aligned = align(other, after)
    there = np.full(len(after.metrics) + 1, -1, np.int64)  # one more, so that row -1 of `after` gives -1
    there[aligned.after] = aligned.before
    named = (other.row.get((metric.name, instance), -1) for metric, instance in series)
    return np.where(in_after >= 0, there[in_after], np.fromiter(named, np.int64, len(series)))


def _median(values: Array) -> Array:
    """Median over the baselines that know; NaN where none does. `numpy.nanmedian` warns of those."""
    ordered = np.sort(values, axis=0)  # NaN comes last
    known = np.isfinite(values).sum(axis=0)
    low, high = np.maximum(known - 1, 0) // 2, known // 2
    every = np.arange(values.shape[1])
    pair: Array = (ordered[low, every] + ordered[np.minimum(high, len(values) - 1), every]) / 2
    return pair


def _moderated(prior: Array, means: Array, taught: tuple[Array, Ints], weight: float) -> Array:
    """Variance between runs, pooled by degrees of freedom: the table's, the profile's, the baselines' own.

    Args:
        prior: The table's, a value for each row.
        means: Of the baselines that the profile does not know, baselines × rows.
        taught: The profile's variance and its degrees of freedom.
        weight: Degrees of freedom of the table.
    """
    counted = np.isfinite(means)
    known = counted.sum(axis=0)
    centre = np.where(counted, means, 0.0).sum(axis=0) / np.maximum(known, 1)
    squares: Array = np.where(counted, (means - centre) ** 2, 0.0).sum(axis=0)
    variance, freedom = taught
    pooled: Array = (weight * prior + freedom * variance + squares) / (weight + freedom + np.maximum(known - 1, 0))
    return pooled


def _taught(profile: Profile | None, series: Sequence[tuple[Metric, str]]) -> tuple[Array, Ints]:
    """What the profile says of each row: variance and degrees of freedom, 0 where it says nothing."""
    spreads = profile.spreads if profile else {}
    found = [spreads.get((metric.name, instance), UNTAUGHT) for metric, instance in series]
    variance = np.fromiter((spread.variance for spread in found), np.float64, len(found))
    return variance, np.fromiter((spread.freedom for spread in found), np.int64, len(found))


def is_short(table: SeriesTable, thresholds: Thresholds) -> bool:
    """Whether a window is too short for verdicts: few ticks, and little time for the kernel's counters to count."""
    span = float(table.t[-1] - table.t[0]) if len(table.t) else 0.0
    return len(table.t) < thresholds.short_window and span < thresholds.short_time


def _classes(metrics: Sequence[Metric], capacity: Capacity, thresholds: Thresholds) -> Array:
    """Noise and floor of each row's class: absolute, relative, floor absolute, floor relative; 4 × rows."""
    known: dict[str, tuple[float, float, float, float]] = {}
    for metric in metrics:
        if metric.name not in known:
            noise = noise_of(metric, thresholds.noise, capacity)
            floor = max(noise.floor_absolute, noise.floor_memory * capacity.memory)
            known[metric.name] = (noise.absolute, noise.relative, floor, noise.floor_relative)
    return np.array([known[metric.name] for metric in metrics], np.float64).reshape(-1, 4).T
