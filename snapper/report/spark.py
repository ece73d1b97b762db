"""Sparklines: a series in a table cell, both sides on one scale, few enough points to be seen and stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from snapper.analyze.diff import SeriesRow
from snapper.report.chart import Axis, axis_of, drawable, has_course, known, path_of, thinned

POINTS: Final = 32
WIDTH: Final = 124  # four units a point: as few characters in a path as one would take
HEIGHT: Final = 24

LEVELS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""A character for each of the 64 heights that a sparkline has in the script's list, the lowest first."""


@dataclass(frozen=True, slots=True)
class Spark:
    """What is drawn of one series."""

    before: Sequence[float | None]
    after: Sequence[float | None]
    axis: Axis

    @property
    def paths(self) -> tuple[str, str]:
        """Path data of both sides, in a box of WIDTH by HEIGHT."""
        slots = max(len(self.before), len(self.after))
        before, after = (
            path_of(points, self.axis, width=WIDTH, height=HEIGHT, slots=slots) for points in (self.before, self.after)
        )
        return before, after

    @property
    def text(self) -> str:
        """Both sides, a character a point, a blank for a gap; a bar between the sides.

        >>> Spark((0.0, None), (1.0, 0.5), Axis(0.0, 1.0, ())).text
        'A |_g'
        """
        scale = (len(LEVELS) - 1) / (self.axis.high - self.axis.low)
        low = self.axis.low
        return "|".join(
            "".join(LEVELS[round((value - low) * scale)] if drawable(value) else " " for value in points)
            for points in (self.before, self.after)
        )


def spark_of(row: SeriesRow) -> Spark | None:
    """Thin both sides alike, so that a point is the same span of time on either; None where there is no course."""
    if row.chart is None or not has_course(row.chart):
        return None
    longest = max(len(row.chart.before), len(row.chart.after), 1)
    share = min(1.0, POINTS / longest)
    before, after = (thinned(side, max(1, round(len(side) * share))) for side in (row.chart.before, row.chart.after))
    points = known((*before, *after))
    return Spark(before, after, axis_of(points, row.unit)) if points else None
