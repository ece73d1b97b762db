"""What `snapper diff --explain` prints: the readings of one series, the numbers, and the verdict in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from snapper.units import UNKNOWN, format_change, format_value

if TYPE_CHECKING:
    from snapper.analyze.account import SeriesAccount, Window

SHOWN: Final = 120
"""Readings of a side that are printed."""


def lines_of(account: SeriesAccount) -> Iterator[str]:
    """The account of one series, line by line."""
    metric, unit = account.metric, account.metric.compared_unit
    name = f"{metric.name}[{account.instance}]" if account.instance else metric.name
    yield f"{name}: {account.verdict}"
    yield f"  {metric.title}, {unit}; {metric.role.value} of {metric.resource.value}, worse: {metric.worse.value}"
    yield ""
    for side, window in (("before", account.before), ("after", account.after)):
        yield f"{side:<9} {_mean(window, unit)}; {_readings(window, unit)}"
    if len(account.baselines) > 1:
        means = ", ".join(_value(mean, unit) for mean in account.baselines)
        yield f"baselines {means}; median {_value(account.level, unit)}"
    yield ""
    yield from _numbers(account)
    yield ""
    yield f"verdict   {reason(account)}"


def reason(account: SeriesAccount) -> str:
    """Why the verdict is what it is, in a sentence."""
    by, unit = account.thresholds, account.metric.compared_unit
    if account.change is None:
        return _not_compared(account)
    if account.copy_of:
        way = "flagged" if account.factors else "not flagged"
        return f"It says once more what {account.copy_of} says, which is tested in its place; this is {way}."
    if account.rank is None:
        return "Both sides stood still at the same level: there is nothing to test."
    effect, z, q = abs(account.effect or 0.0), account.z or 0.0, account.q or 0.0
    failed = []
    if z < by.z:
        failed.append(f"it is {z:.2f} standard deviations, and {by.z:g} are asked for")
    if q > by.q:
        failed.append(f"among {_family(account)} the false discovery rate rules it out (q {_p(q)}, up to {by.q:g})")
    if effect < account.floor:
        failed.append(f"it is below the floor of {format_value(account.floor, unit)}")
    told = f"The change of {format_change(account.change, unit)}"
    if account.drift and effect < abs(account.change):
        told += f" ({format_value(effect, unit)} without what the baseline's own drift explains)"
    if failed:
        least = f"; from {format_value(account.least, unit)} on it would be flagged" if account.least else ""
        return f"{told} is not flagged: {', and '.join(failed)}{least}."
    return (
        f"{told} is flagged: {z:.1f} standard deviations (from {by.z:g} on), q {_p(q)} (up to {by.q:g}), and "
        f"{effect / account.floor:.1f} times the floor. {_called(account)}"
    )


def _family(account: SeriesAccount) -> str:
    """The tests that it was one of."""
    return f"{account.tests:,} series {'of the USE matrix' if account.watched else 'outside of the USE matrix'}"


def _called(account: SeriesAccount) -> str:
    worse = account.metric.worse.value
    return {
        "regressed": f"It counts as worse: of this metric {worse} is worse.",
        "improved": f"It counts as better: of this metric {worse} is worse.",
        "new": "It was nothing before, so that it is new and has no percentage.",
        "gone": "Nothing is left of it, so that it is gone.",
    }.get(account.verdict, f"Neither way is worse of this metric ({worse}).")


def _not_compared(account: SeriesAccount) -> str:
    if account.verdict == "new":
        return (
            "Only the after side has it, and others of its metric are on both: it is new. There is no change to test."
        )
    if account.verdict == "gone":
        return "Only the before side has it, and others of its metric are on both: it is gone."
    lacking = [side for side, window in (("before", account.before), ("after", account.after)) if window.mean is None]
    if lacking:
        return f"It is not known of {' and '.join(lacking)}, and what is not known is not compared."
    return "A side has less than two ticks, and no change is told of one."


def _numbers(account: SeriesAccount) -> Iterator[str]:
    by, unit, noise = account.thresholds, account.metric.compared_unit, account.noise
    yield f"change    {format_change(account.change, unit)}"
    if account.drift:
        yield (
            f"drift     the baseline moved by {format_change(account.drift, unit)} within its window; {by.drift:g} "
            f"times that is taken off a change of the same sign: {format_change(account.effect, unit)} are left"
        )
    yield (
        f"class     {noise.words}: noise {format_value(noise.absolute, unit)} and {noise.relative:.1%} of the level, "
        f"together {format_value(account.tabled, unit)}"
    )
    yield f"between   {format_value(account.between, unit)} between two captures, {_teachers(account)}"
    scatter = "not known of so few readings" if account.single else format_value(account.within, unit)
    yield f"within    {scatter}, by the scatter of {by.blocks} blocks of each window"
    count = len(account.baselines)
    yield (f"error     {format_value(account.error, unit)} = √(between² × (1 + 1/{count}) + within²), of the change")
    if account.z is not None:
        yield f"z         {account.z:.2f} standard deviations; p {_p(account.p)}"
    if account.rank is not None:
        yield (
            f"rank      {account.rank:,} of {_family(account)} that moved; q {_p(account.q)} "
            f"(Benjamini and Hochberg, {account.standing:,} stand at {by.q:g})"
        )
    yield f"floor     {format_value(account.floor, unit)}: less does not matter, however sure"
    if account.least is not None:
        yield f"least     {format_value(account.least, unit)} would have been seen"
    if account.factors:
        made = account.factors
        yield (
            f"severity  {account.severity:.2f} = class {made.weight:g} × sureness {made.confidence:.2f} × novelty "
            f"{made.novelty:.2f} × (size {made.floors:.2f} + capacity {made.capacity:.2f}); a finding is a headline "
            f"from {by.headline:g} on"
        )
    if account.short:
        yield "short     the windows are too short for headlines, but of failures that count one by one"


def _teachers(account: SeriesAccount) -> str:
    teachers = [f"the noise profile of {account.taught} captures"] * bool(account.taught)
    teachers += [f"{len(account.baselines)} baselines"] * (len(account.baselines) > 1)
    return (
        f"the class moderated by {' and '.join(teachers)}"
        if teachers
        else "by the class alone: one baseline teaches nothing"
    )


def _mean(window: Window, unit: str) -> str:
    return f"mean {_value(window.mean, unit)}"


def _readings(window: Window, unit: str) -> str:
    """Every reading in as few characters as it takes; what repeats once, with how often."""
    if not window.points:
        return "0 where it is not there" if window.mean == 0 else "not on this side"
    told = _runs([_value(point, unit) for point in window.points[:SHOWN]])
    more = f" … {len(window.points) - SHOWN} more" if len(window.points) > SHOWN else ""
    return f"{window.seen} of {len(window.points)} ticks known: {', '.join(told)}{more}"


def _runs(values: Sequence[str]) -> list[str]:
    """Equal neighbours as one.

    >>> _runs(["1", "1", "1", "2"])
    ['1 (3 times)', '2']
    """
    runs: list[tuple[str, int]] = []
    for value in values:
        if runs and runs[-1][0] == value:
            runs[-1] = (value, runs[-1][1] + 1)
        else:
            runs.append((value, 1))
    return [value if count == 1 else f"{value} ({count} times)" for value, count in runs]


def _value(value: float | None, unit: str) -> str:
    return UNKNOWN if value is None else format_value(value, unit)


def _p(p: float | None) -> str:
    """A probability, with what a double can no longer tell from 0 as a bound.

    >>> _p(0.0312), _p(0.0), _p(None)
    ('0.031', '< 1e-300', '–')
    """
    if p is None:
        return UNKNOWN
    return "< 1e-300" if p == 0 else f"{p:.2g}"
