"""Series of the host: rates, levels, and where neither is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.series import tabulate
from snapper.analyze.table import SeriesTable
from snapper.record.plan import Cadence
from tests.analyze.host_series import JOBS, LEVEL, NAN, SOURCE, mean, points, same, seen
from tests.analyze.tape import Tape, host_source, keyed_source


def counted(*reads: tuple[float, float | str], ticks: tuple[float, ...] = (0, 1, 2, 3), **told: object) -> SeriesTable:
    """A counter's series from (second, value) of its reads; a text stands for the status of a read that failed."""
    tape = Tape(ticks, **told)
    for t, value in reads:
        if isinstance(value, str):
            tape.add("test.host", t, status=value)
        else:
            tape.add("test.host", t, f"t.jobs {value}")
    return tabulate(tape, [SOURCE])


@pytest.mark.parametrize(
    ("reads", "expected", "over_all"),
    [
        pytest.param([(0, 0), (1, 10), (2, 30), (3, 60)], [NAN, 10, 20, 30], 20, id="steady ticks"),
        pytest.param([(0, 0), (1.5, 15), (2, 30), (3, 60)], [NAN, 10, 30, 30], 20, id="a late read"),
        pytest.param([(0.25, 0), (1.25, 10), (2.25, 20), (3.25, 30)], [NAN, 10, 10, 10], 10, id="all reads late"),
        pytest.param([(0, 5)], [NAN, 0, 0, 0], 0, id="never stored again, so it never moved"),
        pytest.param([(0, 5), (2, 25)], [NAN, 0, 20, 0], 20 / 3, id="not stored where nothing changed"),
        pytest.param([(0.5, 0), (2.5, 20)], [NAN, 0, 20, 0], 20 / 3, id="an unstored read is as late as the stored"),
        pytest.param([(0.5, 0), (2.0, 30)], [NAN, 0, 60, 0], 12, id="measured time, whatever the lateness"),
        pytest.param([(0, 100), (1, 110), (2, 4), (3, 14)], [NAN, 10, NAN, 10], 10, id="a reset is no rate"),
        pytest.param([(0, 1), (1, 1), (2, "failed"), (3, 31)], [NAN, 0, NAN, 15], 10, id="rate over an unknown tick"),
        pytest.param([(0, "denied"), (2, 10), (3, 12)], [NAN, NAN, NAN, 2], 2, id="unknown at first"),
        pytest.param([(0, 1), (1, 3), (2, "absent")], [NAN, 2, NAN, NAN], 2, id="it vanished"),
        pytest.param([(0, "denied"), (3, 7)], [NAN] * 4, NAN, id="one reading makes no rate"),
        pytest.param([(-0.5, 0), (1, 15), (2, 25), (3, 35)], [NAN, 10, 10, 10], 10, id="read before the first tick"),
    ],
)  # fmt: skip
def test_a_counter_becomes_a_rate_by_measured_time(
    reads: list[tuple[float, float | str]], expected: list[float], over_all: float
) -> None:
    table = counted(*reads)

    assert same(points(table, "t.jobs"), expected)
    assert mean(table, "t.jobs") == pytest.approx(over_all, nan_ok=True)
    assert seen(table, "t.jobs") == sum(not math.isnan(value) for value in expected)


def test_a_fall_is_told_once_for_a_series() -> None:
    table = counted((0, 9), (1, 5), (2, 7), (3, 1))

    assert table.warnings == ("t.jobs fell at tick 1 and 1 times later: reset or wrap; rate unknown there",)


def test_seconds_a_second_are_a_ratio_and_ticks_are_as_measured() -> None:
    tape = Tape((10, 11.5, 12)).add("test.host", 10, "t.busy 1").add("test.host", 11.5, "t.busy 2.5")

    table = tabulate(tape, [SOURCE])

    assert same(points(table, "t.busy"), [NAN, 1, 0])
    assert table.t.tolist() == [0, 1.5, 2]


@pytest.mark.parametrize(
    ("reads", "expected", "over_all"),
    [
        pytest.param([(0, "t.level 4"), (2, "t.level 7")], [4, 4, 7, 7], 5.5, id="it holds until it changes"),
        pytest.param([(1, "t.level 4")], [NAN, 4, 4, 4], 4, id="unknown before it was read"),
        pytest.param([(0, "t.level 4"), (1, "t.jobs 1")], [4, NAN, NAN, NAN], 4, id="a text without it"),
        pytest.param([(0, "t.level 1"), (0.5, "t.level 3")], [3] * 4, 3, id="the last read of a tick"),
        pytest.param([(0, "t.level 1\nt.level 2")], [2] * 4, 2, id="said twice, the later counts"),
    ],
)
def test_a_gauge_is_a_level(reads: list[tuple[float, str]], expected: list[float], over_all: float) -> None:
    tape = Tape(range(4))
    for t, text in reads:
        tape.add("test.host", t, text)

    table = tabulate(tape, [SOURCE])

    assert same(points(table, "t.level"), expected)
    assert mean(table, "t.level") == over_all


@pytest.mark.parametrize(
    ("ended", "reads", "jobs", "levels", "over_all"),
    [
        pytest.param("done", [(-1, 10), (3.5, 55)], [NAN, NAN, NAN, 10], [10, NAN, NAN, 55], 10, id="both edges"),
        pytest.param("done", [(-1, 10)], [NAN, NAN, NAN, 0], [10, NAN, NAN, 10], 0, id="unchanged"),
        pytest.param("cut", [(-1, 10)], [NAN] * 4, [10, NAN, NAN, NAN], NAN, id="the second never came"),
        pytest.param("interrupted", [(3.5, 7)], [NAN] * 4, [NAN, NAN, NAN, 7], NAN, id="only the second"),
    ],
)
def test_what_is_read_at_the_edges_is_known_at_the_edges(
    ended: str, reads: list[tuple[float, float]], jobs: list[float], levels: list[float], over_all: float
) -> None:
    tape = Tape(range(4), ended=ended)
    for t, value in reads:
        tape.add("test.host", t, f"t.jobs {value}\nt.level {value}")

    table = tabulate(tape, [host_source(JOBS, LEVEL, cadence=Cadence.EDGES)])

    assert same(points(table, "t.jobs"), jobs)
    assert same(points(table, "t.level"), levels)
    assert mean(table, "t.jobs") == pytest.approx(over_all, nan_ok=True)
    assert seen(table, "t.level") == sum(not math.isnan(value) for value in levels)


@pytest.mark.parametrize("cadence", [Cadence.ONCE, Cadence.WINDOW])
def test_what_is_read_once_holds_for_the_window_and_was_seen_once(cadence: Cadence) -> None:
    tape = Tape(range(4)).add("test.host", -1, "t.level 3\nt.jobs 5")

    table = tabulate(tape, [host_source(LEVEL, JOBS, cadence=cadence)])

    assert points(table, "t.level") == [3] * 4
    assert (mean(table, "t.level"), seen(table, "t.level")) == (3, 1)
    assert (same(points(table, "t.jobs"), [NAN] * 4), seen(table, "t.jobs")) == (True, 0)


@pytest.mark.parametrize("cadence", list(Cadence))
def test_a_single_tick_gives_levels_and_no_rates(cadence: Cadence) -> None:
    tape = Tape([0]).add("test.host", -1, "t.level 3\nt.jobs 5").add("test.host", 1, "t.level 4\nt.jobs 6")

    table = tabulate(tape, [host_source(LEVEL, JOBS, cadence=cadence)])

    assert (points(table, "t.level"), mean(table, "t.level"), seen(table, "t.level")) == ([4], 4, 1)
    assert (math.isnan(mean(table, "t.jobs")), seen(table, "t.jobs")) == (True, 0)


def test_a_recording_without_a_tick_has_no_series() -> None:
    table = tabulate(Tape(()).add("test.host", 0, "t.level 3"), [SOURCE])

    assert (table.metrics, table.points.shape, table.t.shape) == ((), (0, 0), (0,))


def test_keys_are_read_each_for_itself() -> None:
    tape = Tape(range(3)).add("test.keyed", 0, "t.jobs 1", key="sda").add("test.keyed", 2, "t.jobs 5", key="sda")
    tape.add("test.keyed", 1, "t.jobs 100", key="sdb").add("test.keyed", 2, "t.jobs 130", key="sdb")

    table = tabulate(tape, [keyed_source(JOBS)])

    assert same(points(table, "t.jobs", "sda"), [NAN, 0, 4])
    assert same(points(table, "t.jobs", "sdb"), [NAN, NAN, 30])


def test_keys_that_bear_one_name_are_added_after_their_rates_are_taken() -> None:
    tape = (
        Tape(range(3)).add("test.keyed", 0, "t.jobs[web] 10", key="a").add("test.keyed", 2, "t.jobs[web] 14", key="a")
    )
    tape.add("test.keyed", 1, "t.jobs[web] 100", key="b").add("test.keyed", 2, "t.jobs[web] 130", key="b")

    table = tabulate(tape, [keyed_source(JOBS)])

    assert same(points(table, "t.jobs", "web"), [NAN, 0, 34])
    assert len(table.metrics) == 1


READS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 10**12)), min_size=1, max_size=8, unique_by=lambda read: read[0]
)


@given(READS, st.integers(0, 10**6))
def test_shifting_all_times_changes_nothing(reads: list[tuple[int, int]], seconds: int) -> None:
    ticks = range(10)
    found = counted(*((t / 100, value) for t, value in reads), ticks=tuple(ticks))
    later = counted(*((t / 100 + seconds, value) for t, value in reads), ticks=tuple(tick + seconds for tick in ticks))

    np.testing.assert_allclose(found.points, later.points)
    np.testing.assert_allclose(found.mean, later.mean)
    assert found.warnings == later.warnings


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=9), st.lists(st.floats(0, 0.9), min_size=9, max_size=9))
def test_the_mean_is_what_was_counted_by_the_time_it_took(steps: list[int], late: list[float]) -> None:
    counts = np.cumsum(steps)
    reads = [(tick + late[tick], int(count)) for tick, count in enumerate(counts)]

    table = counted(*reads, ticks=tuple(range(len(steps))))

    assert mean(table, "t.jobs") == pytest.approx((counts[-1] - counts[0]) / (reads[-1][0] - reads[0][0]), rel=1e-6)
