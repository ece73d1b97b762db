"""Points for drawing: at most 120 a side, each the mean of those it stands for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from snapper.analyze.compare import Compared
from snapper.analyze.diff import Chart
from snapper.analyze.table import Array, SeriesTable
from snapper.analyze.window import Ints

MOST: Final = 120
"""Points a side: as many as a small chart can show apart."""

Points = tuple[float | None, ...]


def charts_of(compared: Compared, before: SeriesTable, after: SeriesTable) -> list[Chart | None]:
    """Both sides of every series over their windows.

    Args:
        compared: The rows, and where each lies in the tables.
        before: The first baseline's table.
        after: The judged side's.

    Returns:
        A chart for each row; None where both sides stand still at the same level. A side that lacks the
        series has no points, one on which its program was not running stands at 0.
    """
    size = math.ceil(max(len(before.t), len(after.t), 1) / MOST)
    drawn = np.flatnonzero(~compared.steady)
    early = _side(before, compared.before_row[drawn], compared.before[drawn], size)
    late = _side(after, compared.after_row[drawn], compared.after[drawn], size)
    interval = _spacing(after, before) * size
    charts: list[Chart | None] = [None] * len(compared.metrics)
    for row, was, now in zip(drawn.tolist(), early, late, strict=True):
        charts[row] = Chart(before=was, after=now, interval=interval)
    return charts


def decimated(points: Array, size: int) -> Array:
    """Means of so many neighbouring columns each, of the known ones; rows × ⌈columns / size⌉.

    >>> decimated(np.array([[1.0, 3.0, np.nan, np.nan, 8.0]]), 2).tolist()
    [[2.0, nan, 8.0]]
    """
    if size == 1 or points.shape[1] == 0:
        return points
    starts = np.arange(0, points.shape[1], size)
    known = np.isfinite(points)
    sums = np.add.reduceat(np.where(known, points, 0.0), starts, axis=1)
    counts = np.add.reduceat(known.astype(np.int64), starts, axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _side(table: SeriesTable, rows: Ints, means: Array, size: int) -> Iterable[Points]:
    points = decimated(table.points, size)
    still = (0.0,) * points.shape[1]
    shown = points[rows].astype(np.object_)
    shown[~np.isfinite(points[rows])] = None
    for at, (row, mean) in enumerate(zip(rows.tolist(), means.tolist(), strict=True)):
        if row >= 0:
            yield tuple(shown[at].tolist())
        else:
            yield still if mean == 0 else ()


def _spacing(*tables: SeriesTable) -> float:
    """Seconds between ticks, of the first window that has two."""
    spacings: Sequence[float] = [float(np.median(np.diff(table.t))) for table in tables if len(table.t) > 1]
    return spacings[0] if spacings else 0.0
