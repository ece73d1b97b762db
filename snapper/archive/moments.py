"""Words for a moment in the past: an age (`7d`, `3 days ago`, `last week`) or a date."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from snapper.units import parse_duration

_SECONDS: Final = {
    "second": 1.0,
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86_400.0,
    "week": 7 * 86_400.0,
    "month": 30 * 86_400.0,  # of a month or year ago the nearest snapshot is meant, not a day of the calendar
    "year": 365 * 86_400.0,
}
_NAMES: Final = "|".join(_SECONDS)
_LAST: Final = re.compile(rf"last ({_NAMES})")
_WORDS: Final = re.compile(rf"(an?|\d+(?:\.\d+)?) ?({_NAMES})s?(?: ago)?")
_SHORT: Final = re.compile(r"((?:\d+(?:\.\d+)?(?:s|m|min|h|d|w))+)(?: ago)?")


class Moment(NamedTuple):
    """From `begin` to `end`, seconds since the epoch; the two are equal for all but a whole day."""

    begin: float
    end: float

    def distance(self, t: float) -> float:
        """Seconds from a time to the nearest end; 0 inside."""
        return max(self.begin - t, t - self.end, 0.0)


def moment_of(text: str, *, now: float, zone: tzinfo | None = None) -> Moment | None:
    """The moment that is meant; None if the text is no such words, or means a time before 1970.

    Args:
        text: `90s`, `15m`, `2h`, `7d`, `1w`, `1d12h`, `3 days ago`, `yesterday` (this time of day), `last month`,
            `2026-11-16` (the whole day), `2026-11-16T09:41`, with an offset or without.
        now: Seconds since the epoch.
        zone: Of dates without an offset; None for the local one.

    >>> moment_of("2h", now=10_000.0), moment_of("tuesday", now=10_000.0)
    (Moment(begin=2800.0, end=2800.0), None)
    """
    age = _age(" ".join(text.lower().split()))
    if age is not None:
        return Moment(now - age, now - age) if age <= now else None
    try:
        return _calendar(text.strip(), zone)
    except (ValueError, OverflowError):  # no date, or one that the calendar does not have
        return None


def _age(text: str) -> float | None:
    if text == "yesterday":
        return _SECONDS["day"]
    if last := _LAST.fullmatch(text):
        return _SECONDS[last[1]]
    if words := _WORDS.fullmatch(text):
        return (1.0 if words[1].startswith("a") else float(words[1])) * _SECONDS[words[2]]
    if short := _SHORT.fullmatch(text):
        try:
            return parse_duration(short[1])
        except ValueError:  # "0s"
            return None
    return None


def _calendar(text: str, zone: tzinfo | None) -> Moment:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        t = _timestamp(datetime.fromisoformat(text), zone)
        return Moment(t, t)
    midnight = datetime.combine(day, time.min)
    return Moment(_timestamp(midnight, zone), _timestamp(midnight + timedelta(days=1), zone))


def _timestamp(when: datetime, zone: tzinfo | None) -> float:
    if when.tzinfo is None:
        when = when.astimezone() if zone is None else when.replace(tzinfo=zone)
    return when.timestamp()
