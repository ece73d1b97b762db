"""What keeps growing: levels of programs that climb all through the window, as leaks do.

Only levels of programs are looked at: the host's free memory and its TIME-WAIT sockets climb or
fall in every capture of an unchanged host.
"""

from __future__ import annotations

import numpy as np

from snapper.analyze.compare import Compared
from snapper.analyze.table import Array, SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.window import Bools
from snapper.metric import Kind, Metric, Resource, Role, Worse


def growing(compared: Compared, before: SeriesTable, after: SeriesTable, thresholds: Thresholds) -> dict[int, float]:
    """Find the levels that grow in the later window and did not in the earlier.

    Args:
        compared: The comparison; gives rows and floors.
        before: The first baseline's table.
        after: The judged side's.
        thresholds: How straight and how steep a climb must be.

    Returns:
        Row of the comparison → by how much it grew within the window, in the metric's unit. Nothing where a window
        is short: in a second, whatever starts looks like a leak, and a glimpse before says not that it is new.
    """
    if compared.short:
        return {}
    least = thresholds.trend_floors * compared.floor
    span = np.fmax.reduce(after.points, axis=1, initial=-np.inf) - np.fmin.reduce(after.points, axis=1, initial=np.inf)
    # What is not known at the first tick is a rate, and the climb of a rate is load, not a leak.
    wide = (compared.after_row >= 0) & (span[compared.after_row] >= least) & _at_first(after)[compared.after_row]
    found = {}
    for row in np.flatnonzero(wide).tolist():
        if not _may_leak(compared.metrics[row]):
            continue
        grown = climb(after.t, after.points[compared.after_row[row]], thresholds)
        early = int(compared.before_row[row])
        was = climb(before.t, before.points[early], thresholds) if early >= 0 else 0.0
        if grown >= least[row] and was < grown / 2:
            found[row] = grown
    return found


def climb(t: Array, points: Array, thresholds: Thresholds) -> float:
    """How much a level rose along a straight line through the window; 0 where it does not keep rising.

    Args:
        t: Seconds of each tick, ascending.
        points: The level at each, NaN for not known.
        thresholds: Least number of points and least rank correlation with time.

    >>> climb(np.arange(10.0), np.arange(10.0) * 2, Thresholds())
    18.0
    >>> climb(np.arange(10.0), np.array([5.0, 1, 4, 2, 8, 3, 7, 6, 9, 0]), Thresholds())
    0.0
    """
    known = np.isfinite(points)
    if known.sum() < thresholds.trend_points:
        return 0.0
    when, level = t[known], points[known]
    if level.min() == level.max() or _correlation(_ranks(when), _ranks(level)) < thresholds.trend_correlation:
        return 0.0
    away = when - when.mean()
    slope = float((away * (level - level.mean())).sum() / (away**2).sum())
    return slope * float(t[-1] - t[0])


def _may_leak(metric: Metric) -> bool:
    is_level = metric.kind is Kind.GAUGE and metric.worse is Worse.MORE and metric.role is not Role.INTERNAL
    return metric.resource is Resource.PROGRAM and is_level and not (metric.history or metric.alias_of)


def _at_first(table: SeriesTable) -> Bools:
    """Which series are known at the first tick."""
    return np.isfinite(table.points[:, 0]) if table.points.shape[1] else np.zeros(len(table.points), np.bool_)


def _ranks(values: Array) -> Array:
    """Ranks from 0, ties sharing the mean of theirs."""
    ordered = np.sort(values)
    first, past = np.searchsorted(ordered, values), np.searchsorted(ordered, values, side="right")
    ranks: Array = (first + past - 1) / 2
    return ranks


def _correlation(left: Array, right: Array) -> float:
    """Pearson's, which of ranks is Spearman's."""
    left, right = left - left.mean(), right - right.mean()
    scale = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum()) / scale if scale else 0.0
