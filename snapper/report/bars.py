"""Two levels as bars, for what was read too seldom to be drawn over time."""

from __future__ import annotations

from dataclasses import dataclass

from snapper.report.chart import drawable


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Both levels as lengths on one scale."""

    before: int
    """In percent of the longer one."""
    after: int


def bars_of(before: float | None, after: float | None) -> Bars | None:
    """Lengths that stand as the levels do, a side that is not known having none; None where neither is.

    >>> bars_of(2070.0, 4.9), bars_of(None, 3.0), bars_of(0.0, 0.0)
    (Bars(before=100, after=0), Bars(before=0, after=100), None)
    """
    levels = [abs(end) if drawable(end) else 0.0 for end in (before, after)]
    most = max(levels)
    if not most:
        return None
    left, right = (round(100 * (level / most)) for level in levels)
    return Bars(before=left, after=right)
