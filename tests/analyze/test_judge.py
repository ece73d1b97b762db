"""Verdicts: what is flagged, which way it points, what it weighs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.analyze.diff import Verdict
from snapper.analyze.judge import discoveries
from snapper.metric import Kind, Metric, Resource, Role, Worse
from tests.analyze.lab import CAPACITY, MIB, Host, is_rate, judged_of, known, metric, table_of

DIRECTIONS: list[tuple[Worse, float, float, Verdict, int]] = [
    (Worse.MORE, 100, 500, "regressed", 1),
    (Worse.MORE, 500, 100, "improved", -1),
    (Worse.LESS, 100, 500, "improved", -1),
    (Worse.LESS, 500, 100, "regressed", 1),
    (Worse.EITHER, 500, 100, "regressed", 1),
    (Worse.NEITHER, 100, 500, "changed", 0),
    (Worse.MORE, 0, 500, "new", 1),
    (Worse.MORE, 500, 0, "gone", -1),
    (Worse.NEITHER, 0, 500, "new", 0),
    (Worse.MORE, 100, 100, "same", 0),
    (Worse.MORE, 100, 103, "same", 0),
    (Worse.MORE, math.nan, 100, "too little data", 0),
]


@pytest.mark.parametrize(("worse", "was", "now", "verdict", "way"), DIRECTIONS)
def test_a_change_has_a_direction(worse: Worse, was: float, now: float, verdict: Verdict, way: int) -> None:
    one = metric(unit="files", worse=worse)

    judged = judged_of(table_of({(one, ""): was}), table_of({(one, ""): now}))

    assert judged.verdicts == (verdict,)
    assert judged.worse[0] == way
    assert judged.flagged[0] == (verdict not in {"same", "too little data"})


def test_the_smallest_change_that_is_seen_is_told() -> None:
    one = metric(unit="files")

    def judged(now: float) -> bool:
        return bool(judged_of(table_of({(one, ""): 100.0}), table_of({(one, ""): now})).flagged[0])

    least = judged_of(table_of({(one, ""): 100.0}), table_of({(one, ""): 100.0})).least[0]
    assert not judged(100 + 0.9 * least)
    assert judged(100 + 1.5 * least)


def test_a_change_below_the_floor_is_none_however_sure() -> None:
    one = known("netdev.rx_errs")
    befores = [table_of({(one, ""): 0.0}) for _ in range(30)]

    judged = judged_of(befores[0], table_of({(one, ""): 0.15}), *befores[1:])

    assert judged.sureness[0] > 5
    assert not judged.flagged[0]


def test_a_leak_that_was_there_before_is_no_news() -> None:
    one = metric(unit="files")
    climbing = 1000.0 + np.arange(31.0) * 5

    judged = judged_of(table_of({(one, ""): climbing}), table_of({(one, ""): climbing + 200}))
    new = judged_of(table_of({(one, ""): 1000.0}), table_of({(one, ""): climbing + 200}))

    assert not judged.flagged[0]
    assert new.flagged[0]


def test_one_doubtful_change_among_a_thousand_is_not_believed() -> None:
    doubtful = metric("test.doubtful", unit="files")
    others = {(metric("test.other", labels=("n",)), str(n)): np.arange(31.0) % 2 for n in range(1000)}

    def flagged(rows: dict[tuple[Metric, str], object], now: float) -> bool:
        before, after = (table_of({**rows, (doubtful, ""): value}) for value in (100.0, now))  # type: ignore[dict-item]
        judged = judged_of(before, after)
        return bool(judged.flagged[judged.compared.row["test.doubtful", ""]])

    assert flagged({}, 116.0)
    assert not flagged(dict(others), 116.0)
    assert flagged(dict(others), 150.0)


def test_series_that_stand_still_are_no_tests() -> None:
    doubtful = metric("test.doubtful", unit="files")
    still = {(metric("test.still", labels=("n",)), str(n)): float(n) for n in range(1000)}

    judged = judged_of(table_of({**still, (doubtful, ""): 100.0}), table_of({**still, (doubtful, ""): 116.0}))

    assert judged.flagged.sum() == 1


SURENESS = st.lists(st.floats(min_value=0, max_value=40), min_size=1, max_size=60)


@settings(deadline=None)
@given(SURENESS, st.floats(min_value=0.001, max_value=0.2))
def test_discoveries_are_the_surest_and_within_their_rate(sureness: list[float], q: float) -> None:
    z = np.array(sureness)

    standing = discoveries(z, [np.ones(len(z), np.bool_)], q=q)

    p = np.array([math.erfc(value / math.sqrt(2)) for value in sureness])
    if standing.any():
        assert z[standing].min() >= z[~standing].max(initial=0)
        assert p[standing].max() <= q * standing.sum() / len(z)
    assert not (~standing & (p <= q / len(z))).any()


@settings(deadline=None)
@given(SURENESS, SURENESS, st.floats(min_value=0.001, max_value=0.2))
def test_what_stands_in_one_family_is_nothing_to_the_other(one: list[float], other: list[float], q: float) -> None:
    z = np.array(one + other)
    first = np.arange(len(z)) < len(one)

    standing = discoveries(z, [first, ~first], q=q)

    assert standing[first].tolist() == discoveries(np.array(one), [np.ones(len(one), np.bool_)], q=q).tolist()
    assert standing[~first].tolist() == discoveries(np.array(other), [np.ones(len(other), np.bool_)], q=q).tolist()


@pytest.mark.parametrize(("moved", "flagged"), [(110.0, []), (119.0, ["cell"]), (130.0, ["cell", "other0"])])
def test_a_cell_of_the_use_matrix_stands_where_one_of_a_thousand_others_would_not(
    moved: float, flagged: list[str]
) -> None:
    cell, others = metric("cell", primary=True), [metric(f"other{number}") for number in range(1000)]
    still = {(one, ""): 100.1 for one in others[1:]}

    judged = judged_of(
        table_of({(one, ""): 100.0 for one in (cell, *others)}),
        table_of({(cell, ""): moved, (others[0], ""): moved} | still),
    )

    assert [
        one.name for one, is_flagged in zip(judged.compared.metrics, judged.flagged, strict=True) if is_flagged
    ] == flagged


@pytest.mark.parametrize("role", [Role.UTILIZATION, Role.SATURATION, Role.ERRORS])
@pytest.mark.parametrize("resource", [Resource.MEMORY, Resource.PROGRAM])
def test_more_change_weighs_more(role: Role, resource: Resource) -> None:
    one = metric(unit="bytes", role=role, resource=resource)

    weights = [
        judged_of(table_of({(one, "x"): 300.0 * MIB}), table_of({(one, "x"): (300.0 + more) * MIB})).severity[0]
        for more in (100, 200, 400, 800, 3000)
    ]

    assert weights == sorted(weights)
    assert weights[0] > 0


def test_saturation_weighs_more_than_load_and_history_next_to_nothing() -> None:
    def weight(**told: object) -> float:
        one = metric(unit="faults", kind=Kind.COUNTER, **told)
        return float(judged_of(table_of({(one, ""): 1000.0}), table_of({(one, ""): 9000.0})).severity[0])

    load = weight(role=Role.WORKLOAD)
    assert weight(role=Role.SATURATION) > load
    assert weight(role=Role.INTERNAL) < load
    assert weight(role=Role.WORKLOAD, history=True) < weight(role=Role.INTERNAL)


def test_a_program_fills_a_share_of_the_cpus() -> None:
    system = metric("cpu.all", unit="ratio")
    program = metric("proc.cpu", unit="ratio", resource=Resource.PROGRAM, role=Role.WORKLOAD)

    judged = judged_of(
        table_of({(system, ""): 0.2, (program, "x"): 0.2}), table_of({(system, ""): 0.7, (program, "x"): 0.7})
    )

    assert CAPACITY.cpus > 1
    assert judged.severity[0] > judged.severity[1]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(min_value=0.05, max_value=5))
def test_sides_may_be_swapped(seed: int, factor: float) -> None:
    before = Host(seed).table()
    random = np.random.default_rng(seed)
    rates = {
        (one, name): before.points[row] * (factor if random.random() < 0.3 else 1)
        for row, (one, name) in enumerate(zip(before.metrics, before.instances, strict=True))
        if is_rate(one)
    }
    steady = table_of({key: before.points[before.row[key[0].name, key[1]]] for key in rates})

    there, back = judged_of(steady, table_of(rates)), judged_of(table_of(rates), steady)

    assert np.array_equal(there.compared.change, -back.compared.change, equal_nan=True)
    assert (there.flagged == back.flagged).all()
    assert (there.worse == -back.worse).all()
    opposite = {"regressed": "improved", "improved": "regressed", "new": "gone", "gone": "new"}
    assert [opposite.get(verdict, verdict) for verdict in there.verdicts] == list(back.verdicts)
