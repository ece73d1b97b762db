from __future__ import annotations

import numpy as np
import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.cpu.sys_cpufreq_stats import COLLECTOR, parse

DERIVED = {derived.metric.name: derived for derived in COLLECTOR.derived}
STATS = "/sys/devices/system/cpu/cpufreq/policy0/stats"


def read(**clocks: int) -> dict[str, float]:
    """Times at clocks, `mhz2000=300`."""
    text = "".join(f"{STATS}/time_in_state:{name[3:]}000 {time}\n" for name, time in clocks.items())
    return {reading.metric: float(reading.value) for reading in parse(text, Origin())}


def over(before: dict[str, float], after: dict[str, float], derived: str) -> float:
    rates = (np.float64(after[name] - before[name]) for name in DERIVED[derived].inputs)
    return float(DERIVED[derived].compute(*rates))


def test_the_mean_clock_is_that_of_the_window_and_not_since_boot() -> None:
    before, after = read(mhz3000=10_000, mhz1000=0), read(mhz3000=10_100, mhz1000=300)

    assert over(before, after, "cpufreq.stats.mean") == pytest.approx(1.5e9)
    assert over(before, after, "cpufreq.stats.top_share") == pytest.approx(0.25)


def test_the_order_of_the_clocks_does_not_matter() -> None:
    assert read(mhz1000=7, mhz3000=5) == read(mhz3000=5, mhz1000=7)


def test_a_window_without_a_tick_has_no_mean() -> None:
    same = read(mhz3000=10)

    with np.errstate(invalid="ignore"):
        assert np.isnan(over(same, same, "cpufreq.stats.mean"))


def test_ticks_are_those_of_the_host() -> None:
    text = f"{STATS}/time_in_state:1000000 1000\n"

    times = [
        reading.value for reading in parse(text, Origin(clock_ticks=1000)) if reading.metric == "cpufreq.stats.time"
    ]

    assert times == [1.0]
