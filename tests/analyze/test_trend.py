"""What keeps growing, and what only grew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.analyze.table import Array
from snapper.analyze.trend import climb, growing
from tests.analyze.lab import MIB, THRESHOLDS, compared_of, known, table_of

T = np.arange(30.0)


def trends(name: str, before: Array | float, after: Array | float) -> list[float]:
    one = known(name)
    was, now = table_of({(one, "app"): before}, ticks=30), table_of({(one, "app"): after}, ticks=30)
    return list(growing(compared_of(was, now), was, now, THRESHOLDS).values())


def test_a_leak_grows_by_so_much_within_the_window() -> None:
    assert trends("proc.fds", 60.0, 60 + T * 20) == [pytest.approx(29 * 20)]


def test_steps_are_a_climb_too() -> None:
    assert trends("proc.num_threads", 8.0, 8 + np.floor(T / 1.4)) == [pytest.approx(20, rel=0.1)]


CALM = [
    ("too little", "proc.rss", 100.0 * MIB, (100 + T * 0.1) * MIB),
    ("a jump", "proc.fds", 60.0, np.where(T < 15, 60.0, 600.0)),
    ("scatter", "proc.fds", 60.0, 60 + 300 * np.sin(T)),
    ("a fall", "proc.fds", 60.0, 900 - T * 20),
    ("it grew before as well", "proc.fds", 60 + T * 20, 700 + T * 20),
    ("a rate", "proc.cpu", 0.1, 0.1 + T / 30),
    ("what remembers", "proc.VmHWM", 100.0 * MIB, (100 + T * 10) * MIB),
    ("too few points", "proc.fds", 60.0, np.where(T % 8 == 0, 60 + T * 20, np.nan)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after"), [case[1:] for case in CALM], ids=[case[0] for case in CALM])
def test_this_is_no_leak(name: str, before: Array | float, after: Array) -> None:
    assert trends(name, before, after) == []


def test_a_leak_that_became_worse_is_told() -> None:
    assert trends("proc.fds", 60 + T * 5, 700 + T * 40) != []


LEVELS = st.lists(st.one_of(st.floats(0, 1e12), st.just(float("nan"))), min_size=0, max_size=40)


@settings(deadline=None)
@given(LEVELS)
def test_a_climb_is_never_below_zero_and_turns_with_time(values: list[float]) -> None:
    points, t = np.array(values, np.float64), np.arange(float(len(values)))

    there, back = climb(t, points, THRESHOLDS), climb(t, points[::-1], THRESHOLDS)

    assert there >= 0
    assert there == 0 or back == 0


def test_a_glimpse_before_does_not_say_that_a_climb_is_new() -> None:
    one = known("proc.fds")
    was, now = table_of({(one, "app"): 60.0}, ticks=1), table_of({(one, "app"): 60 + T * 20}, ticks=30)

    assert growing(compared_of(was, now), was, now, THRESHOLDS) == {}
