"""Which links have a speed, and how busy that makes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin, Reading
from snapper.collectors.network.sys_class_net import COLLECTOR
from snapper.collectors.network.sys_class_net_statistics import COLLECTOR as STATISTICS

rates = st.floats(0, 1e12)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("eth0/speed", "-1\n"),
        ("eth0/speed", "0\n"),
        ("eth0/speed", "65535\n"),
        ("eth0/speed", "4294967295\n"),
        ("lo/speed", ""),
        ("tun0/speed", "10\n"),
        ("tap12/speed", "10\n"),
        ("vnet3/speed", "10\n"),
        ("eth0/address", "\n"),
        ("eth0/dormant", "0\n"),
    ],
)
def test_what_the_kernel_does_not_know_is_not_told(key: str, text: str) -> None:
    assert list(COLLECTOR.parse(text, Origin(key=key))) == []


def test_a_link_that_fell_back_to_ten_megabit_is_told() -> None:
    assert Reading("net.speed", 10_000_000, "eth0") in COLLECTOR.parse("10\n", Origin(key="eth0/speed"))


def test_a_counter_that_is_not_known_is_passed_over() -> None:
    assert list(STATISTICS.parse("not even a number", Origin(key="eth0/statistics/rx_jumbo"))) == []


@given(received=rates, sent=rates, speed=st.floats(1e6, 1e12))
def test_utilization_is_that_of_the_busier_direction(received: float, sent: float, speed: float) -> None:
    (derived,) = COLLECTOR.derived

    found = derived.compute(np.array([received]), np.array([sent]), np.array([speed]))

    assert found == pytest.approx(max(received, sent) * 8 / speed, rel=1e-9)


def test_utilization_is_unknown_where_an_input_is() -> None:
    (derived,) = COLLECTOR.derived
    known, unknown = np.array([1e6, np.nan, 1e6]), np.array([2e6, 2e6, np.nan])

    found = derived.compute(known, unknown, np.full(3, 1e9))

    assert np.isnan(found).tolist() == [False, True, True]
