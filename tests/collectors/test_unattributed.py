"""CPU time of no process that was seen: what two measurements leave, which is never less than nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors.programs.program_metrics import UNATTRIBUTED
from tests.pairs.played import mean, pair

rates = st.floats(0, 512, allow_nan=False)


def left(user: float, system: float, programs: float, *, softirq: float = 0.0) -> float:
    host = {"user": user, "system": system, "softirq": softirq}
    told = {f"stat.cpu.{mode}": rate for mode, rate in host.items()} | {"proc.utime": programs}
    with np.errstate(all="ignore"):
        return float(UNATTRIBUTED.compute(*(np.float64(told.get(name, 0)) for name in UNATTRIBUTED.inputs)))


def test_what_processes_do_not_account_for_is_told_in_full() -> None:
    assert left(2.5, 0.5, 2.0) == pytest.approx(1.0)


@pytest.mark.parametrize("programs", [1.0, 1.05, 1.15])
def test_less_than_nothing_by_no_more_than_the_error_is_nothing(programs: float) -> None:
    assert (left(0.8, 0.2, programs), np.signbit(left(0.8, 0.2, programs))) == (0.0, False)


def test_less_than_nothing_by_more_than_that_is_not_known() -> None:
    assert np.isnan(left(0.8, 0.2, 1.5))


def test_a_process_may_have_the_time_of_the_interrupts_in_its_turn() -> None:
    assert left(0.8, 0.2, 1.5, softirq=0.5) == 0.0


@given(user=rates, system=rates, programs=rates)
def test_it_is_never_negative(user: float, system: float, programs: float) -> None:
    found = left(user, system, programs)

    assert np.isnan(found) or found == max(user + system - programs, 0)


def test_programs_that_have_more_than_the_host_leave_what_nobody_knows(corpus: Path) -> None:
    """Two moments that were put together by hand: four processes are given 2.8 CPUs more than the host was busy."""
    assert np.isnan(mean(pair(corpus, "sysstat/roots-1-2"), "cpu.unattributed"))
    assert mean(pair(corpus, "sysstat/roots-2-3"), "cpu.unattributed") > 1
    assert 0 < mean(pair(corpus, "aperf/m6g-52s"), "cpu.unattributed") < 0.1
