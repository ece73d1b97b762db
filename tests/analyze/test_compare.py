"""Differences in numbers: noise, floors, windows, what baselines teach."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.analyze.table import Program
from snapper.metric import Kind, Role
from tests.analyze.lab import CAPACITY, GIB, MIB, compared_of, is_rate, judged_of, known, metric, table_of


def test_two_still_levels_differ_by_the_noise_between_runs() -> None:
    fds = metric(unit="files")

    compared = compared_of(table_of({(fds, ""): 100.0}), table_of({(fds, ""): 130.0}))

    spread = math.hypot(1.5, 0.03 * math.sqrt(100 * 130))
    within = 3 * (0.3 * spread) ** 2 / (8 * 6)
    assert compared.change[0] == 30
    assert compared.error[0] == pytest.approx(math.sqrt(2 * spread**2 + 2 * within))
    assert compared.floor[0] == pytest.approx(max(5, 0.05 * 100))


def test_the_scatter_of_blocks_counts() -> None:
    share = metric(unit="ratio")
    steps = np.repeat([0.1, 0.2, 0.1, 0.2, 0.1, 0.2], 5)

    compared = compared_of(table_of({(share, ""): 0.15}, ticks=30), table_of({(share, ""): steps}, ticks=30))

    prior = 0.006**2 + (0.05 * 0.15) ** 2
    blocks = [0.1, 0.2, 0.1, 0.2, 0.1, 0.2]
    still, moved = (
        (3 * 0.09 * prior + 5 * variance) / 48 if (variance := 0.0) else 3 * 0.09 * prior / 48,
        np.var(blocks, ddof=1),
    )
    assert compared.error[0] ** 2 == pytest.approx(2 * prior + still + still + 5 * moved / 48)


def test_the_floor_of_memory_is_a_share_of_the_host() -> None:
    used = metric(unit="bytes")

    compared = compared_of(table_of({(used, ""): 100 * MIB}), table_of({(used, ""): 0.0}))

    assert compared.floor[0] == pytest.approx(0.005 * CAPACITY.memory)


def test_a_floor_is_relative_to_the_smaller_side() -> None:
    rate = metric(unit="operations", kind=Kind.COUNTER)

    compared = compared_of(table_of({(rate, ""): 1e6}), table_of({(rate, ""): 0.0}))

    assert compared.floor[0] == 20


def test_a_level_drifts_and_a_rate_does_not() -> None:
    climb = np.arange(30.0)
    level, rate = metric("test.level", unit="files"), metric("test.rate", unit="files", kind=Kind.COUNTER)
    before = table_of({(level, ""): climb, (rate, ""): climb}, ticks=30)

    compared = compared_of(before, before)

    assert compared.drift[compared.row["test.level", ""]] == pytest.approx(30)
    assert compared.drift[compared.row["test.rate", ""]] == 0


def test_a_reading_at_each_end_has_the_noise_between_runs_only() -> None:
    size = metric(unit="bytes")
    ends = np.full(31, np.nan)
    ends[[0, -1]] = 4 * GIB

    compared = compared_of(table_of({(size, ""): ends}), table_of({(size, ""): ends}))

    assert compared.single[0]
    assert compared.error[0] == pytest.approx(math.sqrt(2) * math.hypot(1.5 * MIB, 0.01 * 4 * GIB))


def test_one_tick_has_levels_and_no_change() -> None:
    level = metric()

    compared = compared_of(table_of({(level, ""): 3.0}, ticks=1), table_of({(level, ""): 9.0}, ticks=1))

    assert (compared.before[0], compared.after[0]) == (3, 9)
    assert math.isnan(compared.change[0])


def test_baselines_give_their_median_and_teach_their_spread() -> None:
    level = metric(unit="files")
    calm = [table_of({(level, ""): value}) for value in (100.0, 100.0, 100.0, 100.0)]
    wild = [table_of({(level, ""): value}) for value in (60.0, 100.0, 101.0, 140.0)]
    after = table_of({(level, ""): 130.0})

    one, several, scattered = (compared_of(befores[0], after, *befores[1:]) for befores in (calm[:1], calm, wild))

    assert several.before[0] == 100
    assert scattered.before[0] == 100.5
    assert several.error[0] < one.error[0] < scattered.error[0]


VALUES = st.one_of(st.just(math.nan), st.floats(min_value=0, max_value=1e15), st.integers(0, 100).map(float))


@settings(deadline=None)
@given(
    st.lists(st.lists(VALUES, min_size=12, max_size=12), min_size=1, max_size=4),
    st.lists(st.lists(VALUES, min_size=12, max_size=12), min_size=1, max_size=4),
    st.sampled_from(["ratio", "bytes", "files", "seconds", "pages", "tasks"]),
    st.sampled_from([Kind.COUNTER, Kind.GAUGE]),
)
def test_whatever_is_not_known_is_survived(
    was: list[list[float]], now: list[list[float]], unit: str, kind: Kind
) -> None:
    one = metric(unit=unit, kind=kind, labels=("thing",))
    before, after = (
        table_of({(one, str(number)): points for number, points in enumerate(side)}, ticks=12) for side in (was, now)
    )

    compared = compared_of(before, after)

    understood = np.isfinite(compared.change)
    assert np.isfinite(compared.error).all()
    assert (compared.error > 0).all()
    assert (compared.floor > 0).all()
    assert (understood == (np.isfinite(compared.before) & np.isfinite(compared.after))).all()


def test_the_rows_do_not_depend_on_the_order_of_the_programs() -> None:
    cpu = known("proc.cpu")
    people = [Program("b"), Program("a", "a.service"), Program("c")]

    rows = {(cpu, who.instance): 0.1 for who in people}
    compared = compared_of(table_of(rows, programs=people), table_of(dict(reversed(rows.items())), programs=people))

    assert compared.instances == tuple(sorted(who.instance for who in people))
    assert is_rate(cpu)


def incident(**told: Any) -> Any:
    return metric("vmstat.oom_kill", unit="events", kind=Kind.COUNTER, role=Role.ERRORS, **told)


@pytest.mark.parametrize("ticks", [11, 31, 301])
def test_one_failure_in_a_window_is_flagged_however_long_it_was(ticks: int) -> None:
    killed = np.zeros(ticks)
    killed[ticks // 2] = 1.0
    capacity = replace(CAPACITY, window=float(ticks - 1))

    quiet, bad = (table_of({(incident(), ""): points}, ticks=ticks) for points in (np.zeros(ticks), killed))

    assert judged_of(quiet, bad, capacity=capacity).flagged.all()
    assert not judged_of(bad, bad, capacity=capacity).flagged.any()
