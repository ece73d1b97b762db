"""From the readings of counters to rates: delta by measured time, unknown where the counter fell.

A counter that falls was reset or wrapped, and how much it really counted is not known
(`iowait` of /proc/stat may fall too, says proc(5)); such a step is left out of the mean as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from snapper.analyze.table import Array
from snapper.analyze.timeline import SECOND, Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What counters come to."""

    points: Array
    """rows × slots: per second since the last known reading; column 0 is NaN."""
    mean: Array
    """rows: all good deltas by the time that they took, which without a fall is (last - first) / time."""
    fell: Bools
    """rows × slots: where the counter was less than before."""


def rates(values: Array, times: Ints) -> Rates:
    """Rates of counters.

    Args:
        values: rows × slots, NaN where not known.
        times: Of the same shape: when each was read, ns.

    >>> once_a_second = np.array([[0, 1, 2, 3]]) * 1_000_000_000
    >>> found = rates(np.array([[10.0, 30.0, 5.0, 15.0]]), once_a_second)
    >>> found.points.tolist(), found.mean.tolist(), found.fell.tolist()
    ([[nan, 20.0, nan, 10.0]], [15.0], [[False, False, True, False]])
    """
    known = ~np.isnan(values)
    before = _last_known(known)
    there = known & (before >= 0)
    before = np.maximum(before, 0)
    delta = values - np.take_along_axis(values, before, axis=1)
    span = (times - np.take_along_axis(times, before, axis=1)) / SECOND
    fell = there & (delta < 0)
    good = there & ~fell & (span > 0)
    points = np.full(values.shape, np.nan)
    np.divide(delta, span, out=points, where=good)
    time = np.where(good, span, 0.0).sum(axis=1)
    mean = np.full(len(values), np.nan)
    np.divide(np.where(good, delta, 0.0).sum(axis=1), time, out=mean, where=time > 0)
    return Rates(points=points, mean=mean, fell=fell)


def levels(values: Array) -> Array:
    """Mean of the known levels of gauges (rows × slots); NaN where none is known.

    >>> levels(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])).tolist()
    [2.0, nan]
    """
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    mean = np.full(len(values), np.nan)
    np.divide(np.where(known, values, 0.0).sum(axis=1), count, out=mean, where=count > 0)
    return mean


def _last_known(known: Bools) -> Ints:
    """The slot of the last known reading before each slot, -1 for none."""
    slots = np.where(known, np.arange(known.shape[1]), -1)
    before = np.full(known.shape, -1)
    before[:, 1:] = np.maximum.accumulate(slots, axis=1)[:, :-1]
    return before
