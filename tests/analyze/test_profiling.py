"""Profiles compared: what grew is told, what two draws of one load differ by is not, small branches are one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.analyze.cpu_profile import CpuProfile, FrameRow, FunctionRow
from snapper.analyze.profiling import GREW, MOST_FRAMES, SHRANK, chance, compared
from snapper.analyze.stacks import SLICES, Taken
from snapper.collectors.programs.perf_samples import Frame, Sample
from tests.analyze.profiles import AFTER, BEFORE, taken_of


@pytest.fixture(scope="module")
def dearer() -> CpuProfile:
    return compared(taken_of(BEFORE, seed=1), taken_of(AFTER, seed=2))


def function(profile: CpuProfile, name: str) -> FunctionRow:
    return next(row for row in profile.functions if row.name == name)


def callers(profile: CpuProfile) -> list[tuple[FrameRow | None, FrameRow]]:
    """Each frame with the one that called it."""
    found: list[tuple[FrameRow | None, FrameRow]] = []
    path: list[FrameRow] = []
    for row in profile.frames:
        del path[row.depth :]
        found.append((path[-1] if path else None, row))
        path.append(row)
    return found


def test_the_function_that_became_dearer_stands_first_and_is_told_as_grown(dearer: CpuProfile) -> None:
    first = dearer.functions[0]

    assert (first.name, first.moved, first.kernel) == ("checksum", "grew", False)
    assert first.chance < 0.01
    assert first.change == pytest.approx(first.self_after - first.self_before)
    assert first.self_before == pytest.approx(150 / 2275, rel=0.3)
    assert first.self_after == pytest.approx(700 / 2275, rel=0.2)


def test_a_caller_grows_with_what_it_calls_and_not_by_itself(dearer: CpuProfile) -> None:
    handle = function(dearer, "handle")

    assert (handle.self_before, handle.self_after, handle.moved) == (0.0, 0.0, "within chance")
    assert handle.total_after > handle.total_before + 0.15


def test_a_function_of_two_programs_is_one_row_and_two_frames(dearer: CpuProfile) -> None:
    assert sum(row.name == "do_syscall_64" for row in dearer.functions) == 1
    assert sum(row.name == "do_syscall_64" for row in dearer.frames) == 2
    assert function(dearer, "do_syscall_64").kernel


def test_idle_time_is_time_and_no_work(dearer: CpuProfile) -> None:
    assert not {"swapper", "do_idle", "default_idle"} & {row.name for row in (*dearer.frames, *dearer.functions)}
    assert dearer.before.busy == pytest.approx(775 / 2275, rel=0.1)
    assert sum(row.before for row in dearer.frames if row.depth == 0) == pytest.approx(dearer.before.busy)


def test_what_an_idle_cpu_is_interrupted_by_is_work() -> None:
    stack = {"swapper;k:do_idle;k:default_idle;k:__do_softirq;k:net_rx_action": 400.0}

    profile = compared(taken_of({**BEFORE, **stack}), taken_of(BEFORE))

    assert function(profile, "net_rx_action").moved == "gone"
    assert [row.name for row in profile.frames if row.depth == 0 and row.name == "swapper"]


def test_the_recorder_and_its_tools_are_no_work_of_the_host() -> None:
    side = taken_of(BEFORE)
    pid = next(sample.pid for sample in side.samples if sample.comm == "orders")

    profile = compared(replace(side, own=frozenset({pid})), side)

    assert not [row for row in profile.frames if row.name == "orders" and row.before]
    assert profile.before.samples == profile.after.samples


def test_an_interpreter_is_named_after_what_it_runs_whatever_its_threads_are_called() -> None:
    main = (Frame("eval", "libpython3.11.so", kernel=False),)
    threads = [Sample(comm, 7, float(second), main) for second in range(20) for comm in ("python3", "pool-1")]
    side = Taken(samples=threads, cut=False, own=frozenset(), cmdlines={7: "/usr/bin/python3\0/srv/server.py\0"})

    profile = compared(side, side)

    assert [(row.name, row.before) for row in profile.frames if row.depth == 0] == [("python server.py", 1.0)]


@pytest.mark.parametrize("bursts", [0.0, 1.0])
def test_two_profiles_of_one_load_hardly_ever_tell_of_a_change(bursts: float) -> None:
    told = 0
    for seed in range(60):
        profile = compared(
            taken_of(BEFORE, seed=2 * seed, bursts=bursts), taken_of(BEFORE, seed=2 * seed + 1, bursts=bursts)
        )
        told += any(row.moved != "within chance" for row in profile.functions)

    assert told <= 3  # of 60, where at most one in a hundred is meant


def test_a_load_that_comes_in_bursts_is_no_change_of_its_functions() -> None:
    """All of `late` falls into one tenth of the window: that alone is no reason to expect it in the next one."""
    side = taken_of(BEFORE)
    burst = [Sample("late", 9, 1003 + place / 100, (Frame("late", "late", kernel=False),)) for place in range(100)]
    many = Taken(samples=sorted(side.samples + burst, key=lambda sample: sample.seconds), cut=False, own=frozenset())

    row = function(compared(side, many), "late")

    assert (row.self_before, row.moved) == (0.0, "within chance")
    assert row.self_after > 0.04


def test_what_came_is_new_and_what_went_is_gone() -> None:
    extra = {"orders;main;handle;retry": 300.0}

    came = compared(taken_of(BEFORE, seed=3), taken_of({**BEFORE, **extra}, seed=4))
    went = compared(taken_of({**BEFORE, **extra}, seed=4), taken_of(BEFORE, seed=3))

    assert function(came, "retry").moved == "new"
    assert function(went, "retry").moved == "gone"
    assert came.functions[0].name == went.functions[-1].name == "retry"


def test_a_caller_is_at_least_as_wide_as_all_that_it_called(dearer: CpuProfile) -> None:
    for caller, _ in callers(dearer):
        if caller is None:
            continue
        inner = [row for above, row in callers(dearer) if above is caller]
        assert sum(row.before for row in inner) <= caller.before + 1e-9
        assert sum(row.after for row in inner) <= caller.after + 1e-9


def test_small_branches_are_put_together_and_nothing_is_lost() -> None:
    leaves = {f"orders;main;leaf{number}": 0.8 for number in range(600)}

    profile = compared(taken_of({**BEFORE, **leaves}, seed=1), taken_of({**BEFORE, **leaves}, seed=2))

    [other] = [row for row in profile.frames if row.name == "(other)" and row.depth == 2]
    assert other.before > 0.04
    assert not [row for row in profile.frames if max(row.before, row.after) < profile.least]


def test_a_wide_profile_is_bounded() -> None:
    wide = {f"program{number};{';'.join(f'f{number}_{depth}' for depth in range(30))}": 20.0 for number in range(120)}

    profile = compared(taken_of(wide, seed=1), taken_of(wide, seed=2))

    assert 0 < len(profile.frames) <= MOST_FRAMES
    assert profile.least > 0.001
    assert len(profile.functions) == GREW + SHRANK
    assert list(profile.functions) == sorted(profile.functions, key=lambda row: -row.change)


def test_a_stack_of_10000_calls_of_itself_counts_its_function_once() -> None:
    deep = Sample("fib", 7, 1.0, (Frame("fib", "fib", kernel=False),) * 10_000)
    side = Taken(samples=[deep, deep._replace(seconds=2.0)], cut=False, own=frozenset())

    profile = compared(side, side)

    assert function(profile, "fib").total_before == 1.0
    assert max(row.depth for row in profile.frames) < 200


SAMPLES = st.lists(
    st.builds(
        Sample,
        st.sampled_from(["a", "b", "kworker/1:2", "", "\x00"]),
        st.integers(0, 3),
        st.floats(0, 1e9),
        st.lists(
            st.builds(Frame, st.sampled_from(["f", "g", "[x]", "idle"]), st.just("x"), st.booleans()), max_size=6
        ).map(tuple),
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(before=SAMPLES, after=SAMPLES)
def test_any_samples_make_a_profile_of_shares(before: list[Sample], after: list[Sample]) -> None:
    profile = compared(*(Taken(samples=each, cut=False, own=frozenset({3})) for each in (before, after)))

    for frame in profile.frames:
        assert 0 <= frame.before <= 1
        assert 0 <= frame.after <= 1
    for row in profile.functions:
        assert 0 <= row.self_before <= row.total_before <= 1
        assert 0 <= row.chance <= 1
    assert 0 <= profile.before.busy <= 1


def test_chance_is_even_where_nothing_but_chance_is_at_work() -> None:
    draw = np.random.default_rng(5)
    totals = (np.full(SLICES, 300.0), np.full(SLICES, 300.0))

    found = chance([draw.binomial(300, 0.05, (4000, SLICES)).astype(float) for _ in totals], totals)

    for level in (0.5, 0.1, 0.01):
        assert level / 4 < (found < level).mean() < level * 1.2  # the larger of two errors is a little too large
