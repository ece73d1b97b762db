"""Series of programs: births, deaths, reuse of a pid, and sums over processes."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.programs import EVERY
from snapper.analyze.series import NO_PROGRAMS, tabulate
from snapper.analyze.table import Program, SeriesTable
from snapper.collectors.contract import Derived
from snapper.collectors.cpu import proc_stat
from snapper.collectors.programs import pid_stat
from snapper.metric import Kind
from snapper.record.plan import Cadence
from tests.analyze.tape import Tape, of_program, process_source, stat

NAN = math.nan
WORK = of_program("p.work", Kind.COUNTER, unit="operations")
SIZE = of_program("p.size", unit="bytes")
MODE = of_program("p.mode", Kind.FACT)
SOURCE = process_source(WORK, SIZE, MODE)
STAT = "proc.pid.stat"


def points(table: SeriesTable, name: str, instance: str = "nginx") -> list[float]:
    return table.points[table.row[name, instance]].round(9).tolist()


def mean(table: SeriesTable, name: str, instance: str = "nginx") -> float:
    return float(table.mean[table.row[name, instance]])


def same(left: list[float], right: list[float]) -> bool:
    return np.allclose(left, right, atol=1e-9, equal_nan=True)


def host(ticks: int, **processes: Iterable[int]) -> Tape:
    """A tape on which pid 7 (`p7`) is alive at some ticks, and so on; all are nginx and were seen at their first."""
    alive = {int(name[1:]): list(when) for name, when in processes.items()}
    tape = Tape(range(ticks), [[pid for pid, when in alive.items() if tick in when] for tick in range(ticks)])
    for pid, when in alive.items():
        tape.add(STAT, when[0], stat(pid), key=str(pid))
    return tape


def worked(tape: Tape, pid: int, *counts: tuple[float, float | str]) -> Tape:
    for t, count in counts:
        if isinstance(count, str):
            tape.add("test.pid", t, key=str(pid), status=count)
        else:
            tape.add("test.pid", t, f"p.work {count}\np.size {count}", key=str(pid))
    return tape


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


def test_a_program_that_never_has_a_metric_has_no_row() -> None:
    tape = (
        host(2, p7=range(2), p8=range(2)).add("test.pid", 0, "p.size 4", key="7").add(STAT, 1, stat(8, "sh"), key="8")
    )
    tape.add("test.pid", 0, status="denied", key="8")

    table = tabulate(tape, [SOURCE])

    assert [name for name in table.row if name[0] not in {"proc.count", "proc.starts"}] == [("p.size", "nginx")]


def test_a_process_without_the_metric_has_none_of_it() -> None:
    tape = host(2, p7=range(2), p8=range(2)).add("test.pid", 0, "p.size 4", key="7").add("test.pid", 0, "", key="8")

    assert points(tabulate(tape, [SOURCE]), "p.size") == [4, 4]


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


def test_what_a_reading_tells_apart_comes_behind_the_program() -> None:
    tape = host(1, p7=[0], p8=[0])
    tape.add("test.pid", 0, 'p.size[heap] 3\np.size[lib.so] 1\np.mode[heap] "rw"', key="7")
    tape.add("test.pid", 0, "p.size[heap] 4", key="8")

    table = tabulate(tape, [SOURCE])

    assert points(table, "p.size", "nginx heap") == [7]
    assert points(table, "p.size", "nginx lib.so") == [1]
    assert table.facts == {("p.mode", "nginx heap"): "rw"}
    assert {name: who.name for name, who in table.programs.items()} == dict.fromkeys(
        ("nginx", "nginx heap", "nginx lib.so"), "nginx"
    )
    assert table.long_lived == {"nginx", "nginx heap", "nginx lib.so"}


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        pytest.param(["on", "on"], "on", id="they agree"),
        pytest.param(["on", "off", "on"], "off, on", id="they differ"),
        pytest.param(list("fedcba"), "a, b, c, d and 2 more", id="too many to say"),
    ],
)
def test_a_fact_of_a_program(modes: list[str], expected: str) -> None:
    tape = host(2, **{f"p{pid}": range(2) for pid in range(1, len(modes) + 1)})
    for pid, mode in enumerate(modes, start=1):
        tape.add("test.pid", 0, 'p.mode "old"', key=str(pid)).add("test.pid", 1, f'p.mode "{mode}"', key=str(pid))

    assert tabulate(tape, [SOURCE]).facts == {("p.mode", "nginx"): expected}


def test_programs_in_units_are_apart() -> None:
    tape = host(1, p7=[0], p8=[0]).add("proc.pid.cgroup", 0, "0::/system.slice/nginx.service\n", key="7")
    worked(worked(tape, 7, (0, 1)), 8, (0, 2))

    table = tabulate(tape, [SOURCE])

    assert table.programs == {
        "nginx": Program("nginx"),
        "nginx.service/nginx": Program("nginx", "nginx.service"),
    }
    assert (points(table, "p.size", "nginx.service/nginx"), points(table, "p.size", "nginx")) == ([1], [2])


def test_a_derived_metric_of_programs() -> None:
    per_byte = Derived(
        metric=of_program("p.ratio", unit="ratio"), inputs=("p.work", "p.size"), compute=lambda a, b: a / b
    )
    tape = worked(host(2, p7=range(2)), 7, (0, 10), (1, 20))

    table = tabulate(tape, [process_source(WORK, SIZE, derived=(per_byte,))])

    assert same(points(table, "p.ratio"), [NAN, 0.5])
    assert mean(table, "p.ratio") == 10 / 15
    assert ("p.ratio", EVERY) not in table.row


def test_without_stat_there_are_no_programs_and_it_is_told() -> None:
    table = tabulate(Tape([0], [[7]]).add("test.pid", 0, "p.work 1", key="7"), [SOURCE])

    assert (table.metrics, table.programs, table.warnings) == ((), {}, (NO_PROGRAMS,))


def test_time_of_no_process_that_was_seen_counts_those_left_out_as_seen() -> None:
    tape = Tape(range(3), [[7, 9], [7, 9], [7, 9]], pids=(9,))
    cpu = "cpu  {} 0 100 1000 0 0 0 0 0 0\ncpu0 {} 0 100 1000 0 0 0 0 0 0\n"
    for tick, (user, mine, recorder) in enumerate([(1000, 500, 10), (1100, 550, 20), (1150, 550, 30)]):
        tape.add("proc.stat", tick, cpu.format(user, user))
        tape.add(STAT, tick, stat(7, utime=mine), key="7").add(STAT, tick, stat(9, "python3", utime=recorder), key="9")

    table = tabulate(tape, [proc_stat.COLLECTOR, pid_stat.COLLECTOR])

    assert same(points(table, "cpu.unattributed", ""), [NAN, 0.4, 0.4])
    assert mean(table, "cpu.unattributed", "") == pytest.approx(0.4)
    assert {instance for name, instance in table.row if name.startswith("proc.")} == {"nginx"}


def test_where_programs_are_not_known_neither_is_what_is_left() -> None:
    tape = Tape(range(2)).add("proc.stat", 0, "cpu  1 0 1 1 0 0 0 0 0 0\n")

    assert ("cpu.unattributed", "") not in tabulate(tape, [proc_stat.COLLECTOR, pid_stat.COLLECTOR]).row


COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=8)


def test_each_gauge_of_a_source_is_summed_for_itself() -> None:
    tape = host(4, p7=range(4), p8=range(4))
    tape.add("test.pid", 0, "p.size 10\np.heap 4", key="7").add("test.pid", 2, "p.size 20\np.heap 6", key="7")
    tape.add("test.pid", 0, "p.size 1", key="8").add("test.pid", 1, key="8", status="failed")
    tape.add("test.pid", 3, "p.size 3", key="8")

    table = tabulate(tape, [process_source(SIZE, of_program("p.heap", unit="bytes"), WORK)])

    assert same(points(table, "p.size"), [11, NAN, NAN, 23])
    assert same(points(table, "p.heap"), [4, NAN, NAN, 6])
    assert (mean(table, "p.size"), mean(table, "p.heap")) == (17, 5)


@pytest.mark.parametrize("most", [0, 1, 3, 1000])
@pytest.mark.parametrize("kinds", [1, 2, 50])
def test_texts_say_the_same_whether_they_are_remembered_or_not(
    monkeypatch: pytest.MonkeyPatch, most: int, kinds: int
) -> None:
    monkeypatch.setattr("snapper.analyze.readings.MOST_KNOWN", most)
    tape = Tape(range(50), [[7, 8]] * 50)
    for pid in (7, 8):
        tape.add(STAT, 0, stat(pid), key=str(pid))
        for tick in range(50):
            tape.add("test.pid", tick, f'p.size {tick % kinds}\np.mode "m{tick % kinds}"', key=str(pid))

    table = tabulate(tape, [SOURCE])

    assert points(table, "p.size") == [2 * (tick % kinds) for tick in range(50)]
    assert table.facts["p.mode", "nginx"] == f"m{49 % kinds}"


@given(steps=COUNTS, parts=st.integers(1, 4), share=st.randoms(use_true_random=False))
def test_splitting_a_counter_over_several_processes_changes_nothing(
    steps: list[int], parts: int, share: random.Random
) -> None:
    ticks = len(steps)
    whole = host(ticks, p1=range(ticks))
    split = host(ticks, **{f"p{pid}": range(ticks) for pid in range(1, parts + 1)})
    totals = [0] * parts
    for tick, step in enumerate(steps):
        for _ in range(step):
            totals[share.randrange(parts)] += 1
        worked(whole, 1, (tick, sum(totals)))
        for pid, total in enumerate(totals, start=1):
            worked(split, pid, (tick, total))

    one, many = tabulate(whole, [SOURCE]), tabulate(split, [SOURCE])

    for name in ("p.work", "p.size"):
        np.testing.assert_allclose(points(one, name), points(many, name))
        assert mean(one, name) == pytest.approx(mean(many, name))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6), COUNTS), min_size=1, max_size=5),
    st.permutations(range(1, 6)),
    st.integers(0, 10**6),
)
def test_which_pids_the_processes_have_and_when_it_was_changes_nothing(
    lives: list[tuple[int, int, list[int]]], pids: list[int], seconds: int
) -> None:
    def told(pid_of: Callable[[int], int], begin: int) -> SeriesTable:
        spans = [(pid_of(at), range(start, start + length)) for at, (start, length, _) in enumerate(lives)]
        tape = Tape(
            (begin + tick for tick in range(12)), [[pid for pid, span in spans if tick in span] for tick in range(12)]
        )
        for (pid, span), (_, _, steps) in zip(spans, lives, strict=True):
            tape.add(STAT, begin + span[0], stat(pid), key=str(pid))
            for tick, count in zip(span, np.cumsum(steps), strict=False):
                worked(tape, pid, (begin + tick, int(count)))
        return tabulate(tape, [SOURCE])

    one, other = told(lambda at: at + 1, 0), told(lambda at: pids[at], seconds)

    np.testing.assert_allclose(one.points, other.points)
    np.testing.assert_allclose(one.mean, other.mean)
    assert one.row == other.row


@given(st.lists(st.tuples(st.integers(0, 7), COUNTS), min_size=1, max_size=4))
def test_all_that_newborn_processes_counted_is_in_the_rates(births: list[tuple[int, list[int]]]) -> None:
    tape = host(9, **{f"p{pid}": range(born + 1, 9) for pid, (born, _) in enumerate(births, start=1)})
    counted = 0
    for pid, (born, steps) in enumerate(births, start=1):
        for tick, count in zip(range(born + 1, 9), np.cumsum(steps), strict=False):
            worked(tape, pid, (tick, int(count)))
        counted += sum(steps[: 8 - born])

    table = tabulate(tape, [SOURCE])

    assert sum(points(table, "p.work")[1:]) == pytest.approx(counted)
    assert mean(table, "p.work") * 8 == pytest.approx(counted)
