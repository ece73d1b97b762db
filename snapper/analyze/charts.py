"""Points for drawing: at most 120 a side, each the mean of those it stands for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from snapper.analyze.compare import Compared
from snapper.analyze.diff import Chart
from snapper.analyze.table import Array, SeriesTable
from snapper.analyze.window import Bools, Ints

MOST: Final = 120
"""Points a side: as many as a small chart can show apart."""
FINE: Final = 1e-4
"""Of what a chart spans: less than that no drawing shows, and it makes the half of a report's data."""
PLACES: Final = 300
"""Decimal places where it spans nothing: all there are."""

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
    sides = [
        (decimated(table.points, size), rows[drawn], means[drawn])
        for table, rows, means in (
            (before, compared.before_row, compared.before),
            (after, compared.after_row, compared.after),
        )
    ]
    digits = _digits([points[rows] for points, rows, _ in sides], [rows >= 0 for _, rows, _ in sides])
    early, late = (_side(*side, digits) for side in sides)
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


def rounded(points: Array, digits: Ints) -> Array:
    """Each row to so many decimal places, which may be negative: as close as a double comes to that decimal.

    >>> rounded(np.array([[0.123456], [123456.0]]), np.array([2, -3])).tolist()
    [[0.12], [123000.0]]
    """
    scale = 10.0 ** np.abs(digits)[:, np.newaxis]
    with np.errstate(over="ignore", invalid="ignore"):
        coarse = np.where(digits[:, np.newaxis] < 0, np.rint(points / scale) * scale, np.rint(points * scale) / scale)
    return np.where(np.isfinite(coarse), coarse, points)


def _digits(sides: Sequence[Array], there: Sequence[Bools]) -> Ints:
    """Decimal places that tell a `FINE` part of what both sides of a row span together."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        lows, highs = (
            np.array(
                [
                    np.where(has, reduce(points, axis=1, initial=np.nan), np.nan)
                    for points, has in zip(sides, there, strict=True)
                ]
            )
            for reduce in (np.fmin.reduce, np.fmax.reduce)
        )
        span = np.fmax.reduce(highs) - np.fmin.reduce(lows)
        places = -np.floor(np.log10(span * FINE))
    return np.where(np.isfinite(places), np.clip(places, -300, 300), PLACES).astype(np.int64)


def _side(points: Array, rows: Ints, means: Array, digits: Ints) -> Iterable[Points]:
    still = (0.0,) * points.shape[1]
    shown = rounded(points[rows], digits).astype(np.object_)
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
