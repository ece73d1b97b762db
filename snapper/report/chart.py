"""Charts as SVG path data: points → integers, on one scale for both sides, with ticks people count in.

Paths are relative and whole-numbered ("M0 129l18-4 18 4"), which is a third of the bytes of
absolute decimals and cannot be told from them at this size. Nothing here knows of colours or tags.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, TypeGuard

from snapper.analyze.diff import Chart
from snapper.units import format_value

WIDTH: Final = 600
HEIGHT: Final = 200
"""Of a finding's chart, in its own units; one of HEIGHT is a pixel, WIDTH is stretched."""

MOST_TICKS: Final = 4
"""Intervals between grid lines: enough to read a value to a tenth of the scale, few enough not to be seen first."""

ZERO_SHARE: Final = 0.5
"""A scale begins at zero unless the points use less than this upper part of it: 412 → 449 MiB would be flat."""

ABSURD: Final = 1e300
"""No such value was ever measured; the distance of two of them may not be a number any more."""

TINY: Final = 1e-12
"""Values closer than this are one: their distance is the error of a division, not a change."""

ARROW_ROOM: Final = 14
"""Between two levels closer than this an arrow would be all head."""

_BINARY_STEPS: Final = tuple(1024.0**power for power in range(6))
_TIME_STEPS: Final = (1.0, 60.0, 3600.0, 86_400.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """A vertical scale: values from `low` to `high`, with the ticks between them, both ends included."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def y(self, value: float, height: int) -> int:
        """Whole units from the top, within 0 to `height`.

        >>> Axis(0.0, 1.0, (0.0, 0.5, 1.0)).y(0.75, 160)
        40
        """
        share = (value - self.low) / (self.high - self.low)
        return round(height * (1 - min(1.0, max(0.0, share))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A chart that a template only has to put between tags."""

    before: str
    """Path data; empty where that side has no point."""
    after: str
    grid: str
    """Path data of the lines at the ticks."""
    labels: tuple[tuple[int, str], ...]
    """(y, text) of the ticks, from the top down."""
    levels: str
    """Path data of an arrow from the level of one side to that of the other; it stands beside the plot."""
    times: tuple[str, ...]
    """Labels of the beginning, middle and end; empty for a single point."""
    description: str
    """The same in words, for whoever does not see it."""


def axis_of(values: Sequence[float], unit: str) -> Axis:
    """A scale for all values, on steps of 1, 2 or 5 of the printed unit.

    Args:
        values: Of both sides together.
        unit: Their compared unit; bytes step by powers of 1024, long times by minutes and hours.

    >>> axis_of([0.22, 0.86], "ratio").ticks
    (0.0, 0.5, 1.0)
    >>> [format_value(tick, "bytes") for tick in axis_of([430e6, 470e6], "bytes").ticks]
    ['410 MiB', '420 MiB', '430 MiB', '440 MiB', '450 MiB']
    """
    drawable = known(values)
    low, high = min(drawable, default=0.0), max(drawable, default=0.0)
    if high - low <= TINY * max(abs(low), abs(high), 1.0):
        low, high = min(0.0, low), max(0.0, high)
    from_zero = low >= 0 and high - low >= ZERO_SHARE * high
    axis = _stepped(0.0 if from_zero else low, high, unit)
    labels = [format_value(tick, unit) for tick in axis.ticks]
    if len(set(labels)) < len(labels):  # the printed figures cannot tell such ticks apart
        axis = _stepped(min(0.0, low), max(0.0, high), unit)
    return axis


def path_of(points: Sequence[float | None], axis: Axis, *, width: int, height: int, slots: int = 0) -> str:
    """Draw one side.

    Args:
        points: In order of time; None is a gap, and a point between two gaps becomes a dot.
        axis: The scale of both sides.
        width: Units from the first slot to the last.
        height: Units from `axis.high` down to `axis.low`.
        slots: Points that the whole width stands for, where the other side has more of them.

    >>> path_of([0.0, 1.0, None, 0.5], Axis(0.0, 1.0, ()), width=30, height=10)
    'M0 10l10-10M30 5h0'
    """
    step = width / max(1, max(slots, len(points)) - 1)
    drawn: list[str] = []
    here: tuple[int, int] | None = None
    moved = False  # the last thing written was a move, so that a gap here would leave a point unseen
    for index, value in enumerate(points):
        if not drawable(value):
            drawn.append("h0" if moved else "")
            here, moved = None, False
            continue
        x, y = round(index * step), axis.y(value, height)
        if here is None:
            drawn.append(f"M{x} {y}")
        else:
            across, down = x - here[0], y - here[1]
            drawn.append(f"{'l' if moved else ' '}{across}{'' if down < 0 else ' '}{down}")
        moved = here is None
        here = (x, y)
    drawn.append("h0" if moved else "")
    return "".join(drawn)


def plot_of(chart: Chart, unit: str, before: float | None, after: float | None) -> Plot:
    """Both sides over one another on one scale, with the levels that were compared."""
    axis = axis_of(known((*chart.before, *chart.after, before, after)), unit)
    slots = max(len(chart.before), len(chart.after))
    seconds = chart.interval * (slots - 1)
    return Plot(
        before=path_of(chart.before, axis, width=WIDTH, height=HEIGHT, slots=slots),
        after=path_of(chart.after, axis, width=WIDTH, height=HEIGHT, slots=slots),
        grid="".join(f"M0 {axis.y(tick, HEIGHT)}h{WIDTH}" for tick in axis.ticks),
        labels=tuple((axis.y(tick, HEIGHT), format_value(tick, unit)) for tick in reversed(axis.ticks)),
        levels=_levels(before, after, axis),
        times=tuple(format_value(share * seconds, "seconds") for share in (0.0, 0.5, 1.0)) if slots > 1 else (),
        description=f"Over time. {_described('Before', chart.before, unit)} {_described('After', chart.after, unit)}",
    )


def has_course(chart: Chart) -> bool:
    """Whether any two neighbouring points of a side are known: what was read once or at the two ends draws no line.

    >>> has_course(Chart(before=(1.0, None, 2.0), after=(None, 3.0), interval=1.0))
    False
    """
    sides = (chart.before, chart.after)
    return any(drawable(one) and drawable(next_) for side in sides for one, next_ in pairwise(side))


def known(values: Sequence[float | None]) -> list[float]:
    """The values that are there and can be drawn."""
    return [value for value in values if value is not None and abs(value) < ABSURD]


def drawable(value: float | None) -> TypeGuard[float]:
    """Whether there is a number that has a place on a scale."""
    return value is not None and abs(value) < ABSURD


def thinned(points: Sequence[float | None], most: int) -> Sequence[float | None]:
    """At most `most` points; of each stretch the one farthest from the whole's mean, so that a spike is kept.

    >>> thinned([1.0, 1.0, 9.0, 1.0, 1.0, None], 3)
    [1.0, 9.0, 1.0]
    """
    if len(points) <= most:
        return points
    there = known(points)
    mean = sum(there) / len(there) if there else 0.0
    gaps = -1.0  # below any distance, so that a gap is taken only where there is nothing else
    distances = [abs(value - mean) if drawable(value) else gaps for value in points]
    return [points[max(stretch, key=distances.__getitem__)] for stretch in _stretches(len(points), most)]


@cache
def _stretches(length: int, count: int) -> tuple[range, ...]:
    """Places cut into so many neighbouring stretches; those of a thousand charts are the same."""
    return tuple(range(start, end) for start, end in pairwise(round(at * length / count) for at in range(count + 1)))


def _stepped(low: float, high: float, unit: str) -> Axis:
    if high - low <= TINY * max(abs(low), abs(high), 1.0):
        high = low + max(1.0, abs(low))
    scale = _scale_of(unit, max(abs(low), abs(high)))
    rough = (high - low) / scale / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = scale * power * next((nice for nice in (1.0, 2.0, 5.0) if nice * power >= rough * (1 - 1e-9)), 10.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(number * step for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def _scale_of(unit: str, largest: float) -> float:
    """What one stands for in the printed figure: ticks of 1.5 GiB are even there, not in bytes."""
    if unit.startswith("bytes"):
        return next((step for step in reversed(_BINARY_STEPS) if largest >= step), 1.0)
    if unit == "seconds":
        return next((step for step in reversed(_TIME_STEPS) if largest >= step), 1.0)
    return 1.0


def _levels(before: float | None, after: float | None, axis: Axis) -> str:
    """A mark at each level, and an arrow between them where there is room for its head."""
    ends = known((before, after))
    drawn = "".join(f"M0 {axis.y(end, HEIGHT)}h12" for end in ends)
    if len(ends) < 2:
        return drawn
    start, tip = (axis.y(end, HEIGHT) for end in ends)
    if abs(tip - start) < ARROW_ROOM:
        return drawn
    back = 5 if tip < start else -5
    return f"{drawn}M6 {start}V{tip}M2 {tip + back}l4{-back:+d}l4{back:+d}".replace("+", " ")


def _described(side: str, points: Sequence[float | None], unit: str) -> str:
    there = known(points)
    if not there:
        return f"{side}: no data."
    low, high = format_value(min(there), unit), format_value(max(there), unit)
    return f"{side}: {low} throughout." if low == high else f"{side}: between {low} and {high}."
