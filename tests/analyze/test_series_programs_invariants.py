"""What must not matter to a program's series: who of it worked, under which pid, when, and what was remembered."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.series import tabulate
from snapper.analyze.table import SeriesTable
from tests.analyze.program_series import SOURCE, STAT, host, mean, points, worked
from tests.analyze.tape import Tape, stat

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=8)


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
