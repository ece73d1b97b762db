"""A machine that is faster one day and slower the next accuses no program."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.diff import Diff
from snapper.analyze.steadiness import common_change, unsteadiness
from snapper.analyze.table import Program
from snapper.analyze.thresholds import Thresholds
from snapper.collectors import catalogue
from tests.analyze.lab import MIB, Host, diff_of

CPU = catalogue()["proc.cpu"]
BUSY = catalogue()["cpu.utilization"]
RSS = catalogue()["proc.rss"]
WORKERS = [Program(f"worker-{letter}") for letter in "abcdef"]


def diffed(factors: list[float], *, everybody: float = 1.0) -> Diff:
    """Six programs that take 20 % of a CPU each, and then so many times as much; and all others, of the host itself."""
    hosts = Host(1), Host(2)
    for host, sides in zip(hosts, ([1.0] * len(factors), factors), strict=True):
        for who, factor in zip(WORKERS, sides, strict=False):
            host.program(who, cpu=0.2 * factor, rss=3 * MIB, fds=4)
        host.rate("cpu.utilization", 0.02 + 0.05 * sum(sides), scatter=0.005)
    for key in [key for key in hosts[1].rows if key[0] == CPU and key[1] not in {who.instance for who in WORKERS}]:
        hosts[1].rows[key] = np.asarray(hosts[1].rows[key]) * everybody
    return diff_of(hosts[0].table(), hosts[1].table())


def blamed(diff: Diff) -> set[str]:
    return {row.instance for row in diff.series if row.metric == "proc.cpu" and row.tier is not None}


def test_one_dearer_program_among_steady_ones_is_found() -> None:
    diff = diffed([1.15, 1.0, 1.0, 1.0, 1.0, 1.0])

    assert blamed(diff) == {"worker-a"}
    assert "speed" not in {caution.code for caution in diff.warnings}


@pytest.mark.parametrize("speed", [1.2, 0.82])
def test_where_all_moved_alike_it_may_be_the_machine_and_nobody_is_accused(speed: float) -> None:
    diff = diffed([speed * wobble for wobble in (1.0, 0.99, 1.01, 1.0, 0.98, 1.02)], everybody=speed)

    assert blamed(diff) == set()
    caution = next(caution for caution in diff.warnings if caution.code == "speed")
    assert ("more CPU time" if speed > 1 else "less CPU time") in caution.text


def test_one_that_moved_far_does_not_hide_behind_its_own_change() -> None:
    assert blamed(diffed([3.0, 1.0, 1.0, 1.0, 1.0, 1.0])) == {"worker-a"}


def test_it_is_the_median_of_the_others() -> None:
    metrics, names = [CPU, CPU, CPU, BUSY, RSS], ["a", "b", "c", "", "a"]
    before, after = np.array([0.2, 0.2, 0.2, 0.3, 5e6]), np.array([0.4, 0.2, 0.2, 0.4, 9e6])

    found = unsteadiness(metrics, names, before, after, Thresholds())

    assert found[0] == 0  # the others stood still
    assert found[1] == found[2] > 0
    assert found[4] == 0  # memory does not depend on how fast a machine is


def test_those_that_took_more_tell_more() -> None:
    before, after = np.array([0.2, 0.3, 0.011, 0.012]), np.array([0.22, 0.3, 0.022, 0.006])

    found = unsteadiness([CPU] * 4, list("abcd"), before, after, Thresholds())

    assert found[0] < 0.01**2  # the steps of the two that were nearly idle are no sign of an unsteady machine


def test_what_is_too_small_or_unknown_tells_nothing() -> None:
    before, after = np.array([0.001, np.nan, 0.0]), np.array([0.004, 0.2, 0.3])

    assert unsteadiness([CPU] * 3, ["a", "b", "c"], before, after, Thresholds()).tolist() == [0.0, 0.0, 0.0]
    assert common_change([CPU] * 3, before, after, Thresholds()) == 1.0


@given(st.lists(st.floats(0.01, 4.0), min_size=1, max_size=9), st.lists(st.floats(0.01, 4.0), min_size=9, max_size=9))
def test_it_is_the_same_from_both_sides_and_bounded(before: list[float], other: list[float]) -> None:
    sides = np.array(before), np.array(other[: len(before)])
    names = [str(number) for number in range(len(before))]

    there, back = (
        unsteadiness([CPU] * len(before), names, one, two, Thresholds()) for one, two in (sides, sides[::-1])
    )

    assert np.allclose(there, back)
    assert (there >= 0).all()
    assert (there <= Thresholds().steady_most ** 2).all()
