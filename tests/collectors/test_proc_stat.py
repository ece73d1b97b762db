from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors.contract import Derived, Origin
from snapper.collectors.cpu.proc_stat import COLLECTOR, parse
from snapper.metric import Role

DERIVED = {derived.metric.name: derived for derived in COLLECTOR.derived}
FIELDS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice")

ticks = st.lists(st.integers(0, 2**40), min_size=8, max_size=10)


def read(*times: int, clock_ticks: int = 100) -> dict[str, float]:
    text = f"cpu  {' '.join(map(str, times))}\ncpu0 {' '.join(map(str, times))}\n"
    return {reading.metric: float(reading.value) for reading in parse(text, Origin(clock_ticks=clock_ticks))}


def compute(derived: Derived, said: dict[str, float]) -> float:
    return float(derived.compute(*(np.float64(said.get(name, 0)) for name in derived.inputs)))


@given(ticks)
def test_busy_and_unused_are_the_whole_time_without_guests(times: list[int]) -> None:
    said = read(*times)

    assert said["stat.cpu.busy"] + said["stat.cpu.unused"] == pytest.approx(sum(times[:8]) / 100)
    assert said["stat.percpu.busy"] == said["stat.cpu.busy"]


@given(ticks.filter(lambda times: sum(times[:8]) > 0))
def test_the_shares_add_up_to_one(times: list[int]) -> None:
    said = read(*times)
    parts = ("user", "nice", "system", "iowait", "irq", "softirq", "steal")

    shares = sum(compute(DERIVED[f"cpu.{part}"], said) for part in parts)
    idle = said["stat.cpu.idle"] / (said["stat.cpu.busy"] + said["stat.cpu.unused"])

    assert shares + idle == pytest.approx(1)


def test_utilization_is_all_but_idle_and_iowait() -> None:
    said = read(30, 10, 20, 900, 25, 5, 5, 5, 30, 10)

    assert compute(DERIVED["cpu.utilization"], said) == pytest.approx(0.075)
    assert compute(DERIVED["percpu.utilization"], said) == pytest.approx(0.075)
    assert compute(DERIVED["cpu.guest"], said) == pytest.approx(0.04)


def test_unused_time_does_not_fall_when_iowait_moves_to_idle() -> None:
    waiting, woken = read(10, 0, 10, 1000, 500, 0, 0, 0), read(10, 0, 10, 1080, 430, 0, 0, 0)

    assert woken["stat.cpu.iowait"] < waiting["stat.cpu.iowait"]
    assert woken["stat.cpu.unused"] > waiting["stat.cpu.unused"]


@pytest.mark.parametrize("columns", [4, 7, 8, 9, 10])
def test_an_older_kernel_has_fewer_columns_and_no_zeros_in_their_place(columns: int) -> None:
    said = read(*range(1, columns + 1))

    assert {name for name in said if name in {f"stat.cpu.{field}" for field in FIELDS}} == {
        f"stat.cpu.{field}" for field in FIELDS[:columns]
    }


def test_a_host_that_did_nothing_between_two_ticks_is_not_at_zero() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(compute(DERIVED["cpu.utilization"], {"stat.cpu.busy": 0.0, "stat.cpu.unused": 0.0}))


def test_only_the_sum_and_what_the_hypervisor_took_can_be_a_headline() -> None:
    roles = {name: derived.metric.role for name, derived in DERIVED.items() if name != "cpu.utilization"}

    assert {name for name, role in roles.items() if role is not Role.INTERNAL} == {"cpu.steal"}
