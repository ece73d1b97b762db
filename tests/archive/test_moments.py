"""Ages and dates as people write them, with a fixed now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive.moments import Moment, moment_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW = NOON.timestamp()
HOUR = 3600.0
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("90s", 90),
        ("15m", 15 * 60),
        ("2h", 2 * HOUR),
        ("1.5h", 1.5 * HOUR),
        ("7d", 7 * DAY),
        ("1w", 7 * DAY),
        ("1d12h", 36 * HOUR),
        ("7D", 7 * DAY),
        ("7d ago", 7 * DAY),
        ("3 days ago", 3 * DAY),
        ("1 day", DAY),
        ("an hour ago", HOUR),
        ("a week ago", 7 * DAY),
        ("  2   weeks ago ", 14 * DAY),
        ("yesterday", DAY),
        ("Yesterday", DAY),
        ("last hour", HOUR),
        ("last week", 7 * DAY),
        ("last month", 30 * DAY),
        ("last year", 365 * DAY),
    ],
)
def test_an_age_is_counted_from_now(text: str, age: float) -> None:
    assert moment_of(text, now=NOW) == (NOW - age, NOW - age)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-16T09:41", datetime(2026, 11, 16, 9, 41, tzinfo=UTC)),
        ("2026-11-16 09:41:07", datetime(2026, 11, 16, 9, 41, 7, tzinfo=UTC)),
        ("2026-11-16T09:41Z", datetime(2026, 11, 16, 9, 41, tzinfo=UTC)),
        ("2026-11-16T09:41+02:00", datetime(2026, 11, 16, 7, 41, tzinfo=UTC)),
    ],
)
def test_a_date_with_a_time_is_that_moment(text: str, moment: datetime) -> None:
    assert moment_of(text, now=NOW, zone=UTC) == (moment.timestamp(), moment.timestamp())


def test_a_date_is_the_whole_day_where_the_user_is() -> None:
    east = timezone(timedelta(hours=2))
    midnight = datetime(2026, 11, 16, tzinfo=east).timestamp()

    assert moment_of("2026-11-16", now=NOW, zone=east) == (midnight, midnight + DAY)


def test_without_a_zone_the_local_one_is_meant() -> None:
    local = datetime(2026, 11, 16, 9, 41).astimezone().timestamp()

    assert moment_of("2026-11-16T09:41", now=NOW) == (local, local)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "0s",
        "7x",
        "d",
        "days ago",
        "last",
        "last blue moon",
        "2026",
        "2026-13-01",
        "pre-deploy",
        "-7d",
        "99999d",
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text, now=NOW) is None


@given(text=st.text() | st.from_regex(r"\A[0-9.]{1,400} ?(s|d|w|days|years)( ago)?\Z"))
def test_any_text_is_a_moment_that_is_a_time_or_none(text: str) -> None:
    moment = moment_of(text, now=NOW)

    assert moment is None or moment.begin <= moment.end < float("inf")


@pytest.mark.parametrize(("t", "distance"), [(5.0, 5.0), (10.0, 0.0), (15.0, 0.0), (20.0, 0.0), (26.0, 6.0)])
def test_the_distance_is_that_to_the_nearer_end(t: float, distance: float) -> None:
    assert Moment(10.0, 20.0).distance(t) == distance
