from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.diff import Chart
from snapper.report.chart import HEIGHT, WIDTH, Axis, axis_of, known, path_of, plot_of, thinned
from snapper.units import format_value

values = st.floats(allow_nan=False, allow_infinity=False)
points = st.lists(st.none() | values, max_size=120)
units = st.sampled_from(["ratio", "bytes", "bytes/s", "seconds", "switches/s", "tasks"])


def drawn(path: str) -> list[tuple[int, int]]:
    """The points that a path visits, worked out from its commands as a browser does."""
    x = y = 0
    visited = []
    for command, arguments in re.findall(r"([Mlh])([^Mlh]*)", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", arguments)]
        if command == "M":
            x, y = numbers
            visited.append((x, y))
        elif command == "l":
            for across, down in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + across, y + down
                visited.append((x, y))
        else:
            assert numbers == [0]
    return visited


@pytest.mark.parametrize(
    ("given_values", "unit", "labels"),
    [
        ([0.22, 0.86], "ratio", ["0 %", "50 %", "100 %"]),
        ([0.0, 64.0], "connections/s", ["0 /s", "20 /s", "40 /s", "60 /s", "80 /s"]),
        ([0.0012, 0.0131], "seconds", ["0 s", "5 ms", "10 ms", "15 ms"]),
        ([1.1 * 2**30, 3.9 * 2**30], "bytes", ["0 B", "1 GiB", "2 GiB", "3 GiB", "4 GiB"]),
        ([90.0, 700.0], "seconds", ["0 s", "5 min", "10 min", "15 min"]),
        ([0.0, 0.0], "tasks", ["0", "0.5", "1"]),
        ([], "tasks", ["0", "0.5", "1"]),
    ],
)
def test_a_scale_has_ticks_that_people_count_in(given_values: list[float], unit: str, labels: list[str]) -> None:
    assert [format_value(tick, unit) for tick in axis_of(given_values, unit).ticks] == labels


def test_a_scale_leaves_zero_out_where_a_small_change_would_be_flat() -> None:
    assert axis_of([412.0, 449.0], "tasks").low == 410.0
    assert axis_of([30.0, 80.0], "tasks").low == 0.0


@given(st.lists(values, min_size=1, max_size=50), units)
def test_a_scale_holds_all_values_in_few_distinct_ticks(numbers: list[float], unit: str) -> None:
    axis = axis_of(numbers, unit)

    slack = 1e-9 * max(abs(axis.low), abs(axis.high))
    assert all(axis.low - slack <= value <= axis.high + slack for value in known(numbers))
    assert 2 <= len(axis.ticks) <= 7
    assert axis.low < axis.high
    assert list(axis.ticks) == sorted(set(axis.ticks))


@given(points, units)
def test_a_path_visits_every_known_point_within_its_box(side: list[float | None], unit: str) -> None:
    axis = axis_of([value for value in side if value is not None], unit)

    visited = drawn(path_of(side, axis, width=WIDTH, height=HEIGHT))

    assert len(visited) == len(known(side))
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in visited)
    assert [x for x, _ in visited] == sorted(x for x, _ in visited)


@pytest.mark.parametrize(
    ("side", "path"),
    [
        ((0.0, 1.0), "M0 10l20-10"),
        ((0.0, None, 1.0), "M0 10h0M20 0h0"),
        ((None, None), ""),
        ((1.0,), "M0 0h0"),
        ((0.0, math.nan, 0.5, 1.0), "M0 10h0M13 5l7-5"),
    ],
)
def test_a_gap_breaks_the_line_and_a_lone_point_is_a_dot(side: tuple[float | None, ...], path: str) -> None:
    assert path_of(side, Axis(0.0, 1.0, ()), width=20, height=10) == path


def test_both_sides_stand_on_one_scale_and_one_time() -> None:
    chart = Chart(before=(10.0, 10.0), after=(20.0, 20.0, 40.0), interval=5.0)

    plot = plot_of(chart, "tasks", 10.0, 26.7)

    assert drawn(plot.before) == [(0, 150), (300, 150)]
    assert drawn(plot.after) == [(0, 100), (300, 100), (600, 0)]
    assert plot.times == ("0 s", "5 s", "10 s")
    assert plot.description == "Over time. Before: 10 throughout. After: between 20 and 40."


@pytest.mark.parametrize(
    ("before", "after", "levels"),
    [
        (0.0, 1.0, "M0 200h12M0 0h12M6 200V0M2 5l4-5l4 5"),
        (1.0, 0.0, "M0 0h12M0 200h12M6 0V200M2 195l4 5l4-5"),
        (0.5, 0.51, "M0 100h12M0 98h12"),
        (None, 1.0, "M0 0h12"),
    ],
)
def test_an_arrow_leads_from_level_to_level_where_there_is_room(
    before: float | None, after: float | None, levels: str
) -> None:
    plot = plot_of(Chart(before=(0.0,), after=(1.0,), interval=1.0), "ratio", before, after)

    assert plot.levels == levels


@given(points, st.integers(min_value=1, max_value=40))
def test_thinning_keeps_the_bounds_and_the_farthest_point(side: list[float | None], most: int) -> None:
    kept = thinned(side, most)

    assert len(kept) == min(len(side), most)
    assert set(kept) <= {*side, None}
    if there := known(side):
        mean = sum(there) / len(there)
        assert max(there, key=lambda value: abs(value - mean)) in kept
