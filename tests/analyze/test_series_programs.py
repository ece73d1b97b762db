"""Series of programs: births, deaths, reuse of a pid, and sums over processes."""

from __future__ import annotations

import numpy as np
import pytest

from snapper.analyze.series import tabulate
from snapper.record.plan import Cadence
from tests.analyze.program_series import NAN, SIZE, SOURCE, STAT, WORK, host, mean, points, same, worked
from tests.analyze.tape import Tape, of_program, process_source, stat


@pytest.mark.parametrize(
    ("tape", "work", "over_all", "size"),
    [
        pytest.param(
            worked(host(4, p7=range(4)), 7, (0, 100), (1, 110), (3, 150)),
            [NAN, 10, 0, 40], 50 / 3, [100, 110, 110, 150],
            id="one process",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(4)), 7, (0, 100), (1, 110)), 8, (0, 1), (1, 6), (2, 9)),
            [NAN, 15, 3, 0], 18 / 3, [101, 116, 119, 119],
            id="the sum of two",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(2, 4)), 7, (0, 100)), 8, (2, 30), (3, 35)),
            [NAN, 0, 30, 5], 35 / 3, [100, 100, 130, 135],
            id="one is born and brings all that it has counted",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(2)), 7, (0, 100)), 8, (0, 500), (1, 540)),
            [NAN, 40, 0, 0], 40 / 3, [600, 640, 100, 100],
            id="one ends and its sum does not fall",
        ),
        pytest.param(
            worked(host(4, p7=[1, 2]), 7, (1, 30), (2, 36)),
            [NAN, 30, 6, 0], 36 / 3, [0, 30, 36, 0],
            id="where nothing runs there is nothing",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(2), p8=range(2, 4)), 7, (0, 100), (1, 110)), 8, (2, 4), (3, 8)),
            [NAN, 10, 4, 4], 18 / 3, [100, 110, 4, 8],
            id="restarted under another pid",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(4)), 7, (0, 9), (2, 4), (3, 5)), 8, (0, 0), (3, 30)),
            [NAN, 0, NAN, 31], 1 / 2 + 30 / 3, [9, 9, 4, 35],
            id="a reset of one makes the sum unknown there",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(4)), 7, (0, 10), (1, 20)), 8, (0, "denied")),
            [NAN, 10, 0, 0], 10 / 3, [10, 20, 20, 20],
            id="one that can never be read adds nothing",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(4)), 7, (0, 10)), 8, (0, 1), (1, "failed"), (3, 7)),
            [NAN, NAN, NAN, 2], 6 / 3, [11, NAN, NAN, 17],
            id="one that could not be read for a while",
        ),
        pytest.param(
            worked(worked(host(4, p7=range(4), p8=range(4)), 7, (0, 10)), 8, (1, 5), (2, "absent"), (3, 8)),
            [NAN, NAN, 0, 3 / 2], 3 / 2, [NAN, 15, 10, 18],
            id="unknown until first read; what is not there is nothing",
        ),
        pytest.param(
            worked(host(4, p7=range(1, 4)), 7, (1, "failed"), (2, 30)),
            [NAN, NAN, 15, 0], 30 / 3, [0, NAN, 30, 30],
            id="a newborn that could not be read at once",
        ),
        pytest.param(
            worked(host(4, p7=range(4)), 7, (0.5, 0), (1.5, 10), (3.1, 26)),
            [NAN, 10, 0, 16 / 0.6], 26 / 2.6, [0, 10, 10, 26],
            id="late reads count by measured time",
        ),
        pytest.param(
            worked(host(4, p7=[3]), 7, (3.2, 5)),
            [NAN, 0, 0, 5], 5 / 3, [0, 0, 0, 5],
            id="born at the last tick",
        ),
        pytest.param(worked(host(1, p7=[0]), 7, (0, 5)), [NAN], NAN, [5], id="a single tick"),
    ],
)  # fmt: skip
def test_processes_are_summed_over_their_program(
    tape: Tape, work: list[float], over_all: float, size: list[float]
) -> None:
    table = tabulate(tape, [SOURCE])

    assert same(points(table, "p.work"), work)
    assert mean(table, "p.work") == pytest.approx(over_all, nan_ok=True)
    assert same(points(table, "p.size"), size)
    assert mean(table, "p.size") == pytest.approx(np.nanmean(size))


def test_a_reused_pid_is_another_process() -> None:
    tape = Tape(range(4), [[7]] * 4)
    tape.add(STAT, 0, stat(7, "nginx", start=50), key="7").add(STAT, 2, stat(7, "redis", start=500), key="7")
    worked(tape, 7, (0, 100), (1, 110), (2, 30), (3, 31))

    table = tabulate(tape, [SOURCE])

    assert same(points(table, "p.work", "nginx"), [NAN, 10, 0, 0])
    assert same(points(table, "p.work", "redis"), [NAN, 0, 30, 1])
    assert points(table, "proc.count", "nginx") == [1, 1, 0, 0]
    assert table.long_lived == set()
    assert table.warnings == ()


def test_a_program_that_was_there_at_every_tick_is_long_lived_whoever_ran_it() -> None:
    table = tabulate(worked(host(4, p7=range(2), p8=range(2, 4)), 7, (0, 1)), [SOURCE])

    assert table.long_lived == {"nginx"}
    assert points(table, "proc.count") == [1] * 4


def test_falls_of_a_program_are_told() -> None:
    table = tabulate(worked(host(3, p7=range(3)), 7, (0, 9), (1, 3)), [SOURCE])

    assert table.warnings == ("p.work[nginx] fell at tick 1: reset or wrap; rate unknown there",)


@pytest.mark.parametrize(
    ("read", "expected", "over_all"),
    [
        pytest.param({7: [(-1, 100), (3.5, 145)]}, [NAN, NAN, NAN, 10], 10, id="both edges"),
        pytest.param({7: [(-1, 100)]}, [NAN, NAN, NAN, 0], 0, id="unchanged"),
        pytest.param({7: [(-1, 0)], 8: [(3.0, 90)]}, [NAN, NAN, NAN, 30], 30, id="born between the edges"),
        pytest.param({9: [(-1, 40)], 7: [(-1, 0), (3.0, 6)]}, [NAN, NAN, NAN, 1.5], 1.5, id="ended between them"),
    ],
)
def test_processes_that_are_read_at_the_edges(
    read: dict[int, list[tuple[float, float]]], expected: list[float], over_all: float
) -> None:
    tape = host(4, p7=range(4), p8=range(2, 4), p9=range(2))
    for pid, counts in read.items():
        worked(tape, pid, *counts)

    table = tabulate(tape, [process_source(WORK, SIZE, cadence=Cadence.EDGES)])

    assert same(points(table, "p.work"), expected)
    assert mean(table, "p.work") == pytest.approx(over_all)


@pytest.mark.parametrize(("read", "expected"), [([7, 8], [9, 9]), ([7], [NAN, NAN])], ids=["all", "one left out"])
def test_of_a_program_of_which_only_some_were_chosen_nothing_is_known(read: list[int], expected: list[float]) -> None:
    tape = host(2, p7=range(2), p8=range(2))
    for pid in read:
        tape.add("test.pid", -1, f"p.size {pid - 3 if pid == 7 else 5}", key=str(pid))

    table = tabulate(tape, [process_source(SIZE, cadence=Cadence.EDGES, largest=2)])

    assert same(points(table, "p.size"), expected)


def test_each_gauge_of_a_source_is_summed_for_itself() -> None:
    tape = host(4, p7=range(4), p8=range(4))
    tape.add("test.pid", 0, "p.size 10\np.heap 4", key="7").add("test.pid", 2, "p.size 20\np.heap 6", key="7")
    tape.add("test.pid", 0, "p.size 1", key="8").add("test.pid", 1, key="8", status="failed")
    tape.add("test.pid", 3, "p.size 3", key="8")

    table = tabulate(tape, [process_source(SIZE, of_program("p.heap", unit="bytes"), WORK)])

    assert same(points(table, "p.size"), [11, NAN, NAN, 23])
    assert same(points(table, "p.heap"), [4, NAN, NAN, 6])
    assert (mean(table, "p.size"), mean(table, "p.heap")) == (17, 5)
