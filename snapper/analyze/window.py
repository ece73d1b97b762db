"""One window of every series: how steady it was, and whether it drifted.

A window is cut into blocks of equal length; what their means do says how far the window's mean
can be trusted. Single ticks would not do: neighbouring readings of a gauge are nearly the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from snapper.analyze.table import Array, SeriesTable
from snapper.analyze.thresholds import Thresholds

T = TypeVar("T", bound=np.generic)

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is said of one window; every array has a value for each row of the table."""

    mean: Array
    """Over the window, as the table has it; NaN where it is not known."""
    variance: Array
    """Of the block means, with one degree of freedom less than there are blocks; 0 for a single block."""
    blocks: Ints
    """How many blocks hold a known point."""
    drift: Array
    """By how much a level moved from one end of the window to the other, from the outermost blocks; 0 for a rate,
    which is not known at the first tick."""
    seen: Ints
    """Known points."""
    steady: Bools
    """All known points are the same."""

    def of(self, rows: Ints, *, zero: Bools) -> Window:
        """The windows of some rows.

        Args:
            rows: Rows of the table, -1 for a series that it lacks.
            zero: Which of those that it lacks are known to be 0, since what they count was not there.
        """
        return Window(
            mean=np.where(zero, 0.0, _pick(self.mean, rows, np.nan)),
            variance=_pick(self.variance, rows, 0.0),
            blocks=_pick(self.blocks, rows, 0),
            drift=np.where(zero, 0.0, _pick(self.drift, rows, np.nan)),
            seen=_pick(self.seen, rows, 0),
            steady=_pick(self.steady, rows, True),  # noqa: FBT003 - what stands for a row that is not there
        )

    def error(self, prior: Array, thresholds: Thresholds) -> Array:
        """Variance of each window's mean, from its blocks and, the fewer they are the more, from the prior.

        Args:
            prior: Variance between two runs, a value for each row.
            thresholds: How the two are weighed.

        Returns:
            0 where there are too few readings to tell: the noise between runs then stands alone.
        """
        weight, free = thresholds.block_prior_weight, np.maximum(self.blocks - 1, 0)
        pooled = weight * thresholds.block_prior**2 * prior + free * self.variance
        error: Array = pooled / ((weight + free) * np.maximum(self.blocks, 1))
        return np.where(self.seen > thresholds.single_sample, error, 0.0)


def measure(table: SeriesTable, *, blocks: int) -> Window:
    """Describe the window of each series of a snapshot.

    Args:
        table: Any snapshot's series; unknown points are passed over.
        blocks: Into how many blocks the ticks are cut, >= 2; fewer where there are fewer ticks.
    """
    rows, ticks = table.points.shape
    if ticks == 0:
        nothing = np.zeros(rows)
        return Window(
            mean=table.mean, variance=nothing, blocks=np.zeros(rows, np.int64), drift=nothing,
            seen=table.seen, steady=np.ones(rows, np.bool_),
        )  # fmt: skip
    means, full = _block_means(table.points, blocks)
    count = full.sum(axis=1)
    known = np.where(full, means, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = known.sum(axis=1) / count
        squares = np.where(full, (means - centre[:, None]) ** 2, 0.0).sum(axis=1)
        variance = np.where(count > 1, squares / (count - 1), 0.0)
    low, high = np.fmin.reduce(table.points, axis=1), np.fmax.reduce(table.points, axis=1)
    return Window(
        mean=table.mean, variance=variance, blocks=count,
        drift=np.where(np.isfinite(table.points[:, 0]), _drift(means, full), 0.0),
        seen=table.seen, steady=~(low < high),
    )  # fmt: skip


def _pick(values: npt.NDArray[T], rows: Ints, absent: T | float) -> npt.NDArray[T]:
    """The values of some rows, `absent` for row -1."""
    return np.append(values, np.asarray(absent, values.dtype))[rows]


def _block_means(points: Array, blocks: int) -> tuple[Array, Bools]:
    """Mean of the known points of each block, and whether there are any."""
    ticks = points.shape[1]
    starts = np.linspace(0, ticks, blocks + 1).astype(np.int64)[:-1]
    starts = starts[np.diff(starts, prepend=-1) > 0]  # fewer ticks than blocks
    known = np.isfinite(points)
    sums = np.add.reduceat(np.where(known, points, 0.0), starts, axis=1)
    counts = np.add.reduceat(known.astype(np.int64), starts, axis=1)
    full = counts > 0
    return np.where(full, sums / np.maximum(counts, 1), np.nan), full


def _drift(means: Array, full: Bools) -> Array:
    """Last known block less first, stretched from the distance of their centres to the whole window."""
    rows, blocks = means.shape
    every = np.arange(rows)
    first = full.argmax(axis=1)
    last = blocks - 1 - full[:, ::-1].argmax(axis=1)
    apart = last - first
    moved = means[every, last] - means[every, first]
    return np.where(apart > 0, moved * blocks / np.maximum(apart, 1), 0.0)
