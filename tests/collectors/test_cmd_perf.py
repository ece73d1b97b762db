"""perf's counters: unknown where not counted, scaled by nobody but perf, and what is made of two of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.noise import Capacity, NoiseTable
from snapper.analyze.noise_class import noise_of
from snapper.collectors import Collector, Derived, Origin, all_collectors, catalogue
from snapper.collectors.cpu.cmd_perf_stat import COLLECTOR as SOFTWARE
from snapper.collectors.cpu.cmd_perf_stat_cpu import COLLECTOR as PROCESSOR
from snapper.collectors.cpu.cmd_perf_stat_cpu_more import COLLECTOR as MORE
from snapper.collectors.cpu.cmd_perf_stat_kernel import COLLECTOR as KERNEL
from snapper.collectors.cpu.cmd_perf_stat_syscalls import COLLECTOR as SYSCALLS
from snapper.collectors.cpu.perf_counts import LEAST_COUNTED, counts_of
from snapper.record.plan import Cadence, Command

ALL = [SOFTWARE, KERNEL, PROCESSOR, MORE, SYSCALLS]
DERIVED = {derived.metric.name: derived for one in ALL for derived in one.derived}

ORIGIN = Origin()

counts = st.integers(0, 2**40)


def line(ends: float, event: str, count: object, share: float = 100.0) -> str:
    told: dict[str, Any] = {"interval": ends, "counter-value": str(count), "unit": "", "event": event}
    return json.dumps(told | {"event-runtime": 1, "pcnt-running": share, "metric-value": 0.0, "metric-unit": ""}) + "\n"


def columns(ends: float, event: str, count: object, share: float = 100.0) -> str:
    return f"{ends:16.9f},{count},,{event},1,{share:.2f},,\n"


def command_of(collector: Collector) -> Command:
    assert isinstance(collector.read, Command)
    return collector.read


@pytest.mark.parametrize("collector", ALL, ids=lambda collector: collector.name)
def test_every_run_tells_its_intervals_and_ends_by_itself(collector: Collector) -> None:
    command = command_of(collector)

    assert command.cadence is Cadence.WINDOW
    assert [argv[3:5] for argv in command.alternatives] == [("-x", ",")]
    for argv in (command.argv, *command.alternatives):
        assert argv[argv.index("-I") + 1] == "{interval}000"
        assert argv[argv.index("--interval-count") + 1] == "{count}"
        assert argv[argv.index("--log-fd") + 1] == "1"
        assert "{" not in argv[-1], "where the first event of a group is not supported, perf ends with an error"


@pytest.mark.parametrize("collector", [SOFTWARE, KERNEL, PROCESSOR, MORE], ids=lambda collector: collector.name)
def test_what_is_asked_for_is_what_is_declared(collector: Collector) -> None:
    events = command_of(collector).argv[-1].split(",")

    found = dict.fromkeys(
        name for name, _, _ in collector.parse("".join(line(1.0, each, 7) for each in events), ORIGIN)
    )

    assert list(found) == [metric.name for metric in collector.metrics] == [f"perf.{event}" for event in events]


def test_by_itself_no_more_is_counted_than_processors_have_counters() -> None:
    asked = [one for one in ALL if not one.opt_in]

    hardware = [one for one in asked if command_of(one).where]
    assert sum(len(one.metrics) for one in hardware) <= 6
    assert {one.opt_in for one in ALL if one not in asked} == {"tools"}


@pytest.mark.parametrize("collector", [PROCESSOR, MORE], ids=lambda collector: collector.name)
def test_a_machine_without_counters_has_no_zeros(collector: Collector) -> None:
    events = command_of(collector).argv[-1].split(",")

    for write in (line, columns):
        text = "".join(write(end, event, "<not supported>") for end in (1.0, 2.0) for event in events)
        assert list(collector.parse(text, ORIGIN)) == []


@given(values=st.lists(counts, min_size=1, max_size=5))
def test_both_ways_of_writing_say_the_same(values: list[int]) -> None:
    texts = ["".join(write(end, "cycles", value) for end, value in enumerate(values, 1)) for write in (line, columns)]

    assert counts_of(texts[0]) == counts_of(texts[1]) == {"cycles": pytest.approx(sum(values) / len(values))}


@given(counted=st.lists(st.tuples(counts, st.booleans()), min_size=1, max_size=8))
def test_an_interval_in_which_it_was_not_counted_counts_neither_as_zero_nor_as_time(
    counted: list[tuple[int, bool]],
) -> None:
    text = "".join(
        line(end, "cycles", count if there else "<not counted>") + line(end, "instructions", 1)
        for end, (count, there) in enumerate(counted, 1)
    )
    known = [count for count, there in counted if there]

    found = counts_of(text)

    assert found["instructions"] == 1
    assert found.get("cycles") == (pytest.approx(sum(known) / len(known)) if known else None)


@pytest.mark.parametrize("share", [0.0, LEAST_COUNTED / 2, LEAST_COUNTED, 50.0])
def test_what_had_a_counter_for_too_short_a_time_is_not_known(share: float) -> None:
    found = counts_of(line(1.0, "cycles", 500, share) + line(1.0, "instructions", 9))

    assert found == {"instructions": 9} | ({"cycles": 500} if share >= LEAST_COUNTED else {})


def test_a_count_that_one_kind_of_core_did_not_tell_is_not_the_other_kinds() -> None:
    text = line(1.0, "cpu_core/cycles/", 700) + line(1.0, "cpu_atom/cycles/", "<not counted>")

    assert counts_of(text + line(1.0, "cpu_core/branches/", 7) + line(1.0, "cpu_atom/branches/", 1)) == {"branches": 8}


@given(cut=st.integers(0, 1200), values=st.lists(counts, min_size=2, max_size=4))
def test_killed_anywhere_it_gives_the_intervals_that_were_whole(cut: int, values: list[int]) -> None:
    intervals = [line(end, "cycles", value) + line(end, "branches", value) for end, value in enumerate(values, 1)]
    text = "".join(intervals)
    whole = sum(len("".join(intervals[: number + 1])) <= cut for number in range(len(intervals)))
    try:
        found = counts_of(text[:cut])
    except ValueError:
        assert whole <= 1
        return

    mean = pytest.approx(sum(values[:whole]) / max(whole, 1))
    # Cut between the lines of the first interval, it is no other than a run that was asked for less.
    assert found == ({"cycles": mean, "branches": mean} if whole else {"cycles": values[0]})


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("perf.ipc", (3e9, 2e9), 1.5),
        ("perf.busy_frequency", (5e9, 1.0, 0.25, 0.5, 0.0, 0.25), 2.5e9),
        ("perf.branch_miss_ratio", (2e6, 1e8), 0.02),
        ("perf.cache_miss_ratio", (1e6, 4e6), 0.25),
        ("perf.cache_mpki", (6e6, 3e9), 0.002),
        ("perf.clock_ratio", (3.3e9, 3e9), 1.1),
        ("perf.frontend_stall_ratio", (1e9, 4e9), 0.25),
        ("perf.backend_stall_ratio", (2e9, 4e9), 0.5),
        ("perf.LLC_mpki", (3e6, 3e9), 0.001),
        ("perf.dTLB_mpki", (9e6, 3e9), 0.003),
        ("perf.iTLB_mpki", (1.5e6, 3e9), 0.0005),
    ],
)
def test_what_is_made_of_two_counts(name: str, inputs: tuple[float, ...], expected: float) -> None:
    derived = DERIVED[name]

    assert len(derived.inputs) == len(inputs)
    assert derived.compute(*(np.array([value]) for value in inputs)).tolist() == [pytest.approx(expected)]


def test_all_that_is_derived_is_in_the_table_above() -> None:
    assert len(DERIVED) == 11
    assert all(isinstance(derived, Derived) and derived.metric.name in catalogue() for derived in DERIVED.values())
    assert all(one.name in all_collectors() for one in ALL)


def test_a_rate_that_a_tool_made_has_the_noise_of_the_count_that_it_is_of() -> None:
    table, capacity = NoiseTable(), Capacity(cpus=2, memory=2**33)

    assert noise_of(catalogue()["perf.cpu-migrations"], table, capacity) == table.kernel_events
    assert noise_of(catalogue()["perf.context-switches"], table, capacity) == table.kernel_events


@pytest.mark.parametrize(
    ("name", "level", "step"),
    [
        ("perf.ipc", 1.2, 0.4),  # a third less is what a cache that is shared with a busy neighbour comes to
        ("perf.cache_mpki", 0.002, 0.004),
    ],
)
def test_a_change_of_efficiency_is_told_and_the_scatter_of_an_idle_host_is_not(
    name: str, level: float, step: float
) -> None:
    noise = noise_of(catalogue()[name], NoiseTable(), Capacity(cpus=2, memory=2**33))
    deviation = np.hypot(noise.absolute, noise.relative * level)

    assert noise.floor_absolute < step
    assert deviation * np.sqrt(2) * 3 > level * 0.1
