"""Series of the host: rates, levels, facts, and what is not known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.series import tabulate
from snapper.analyze.table import SeriesTable
from snapper.collectors.contract import Derived, Origin, Reading
from snapper.metric import Kind
from snapper.record.plan import Cadence
from tests.analyze.tape import Tape, host_source, keyed_source, metric

NAN = math.nan
JOBS = metric("t.jobs", Kind.COUNTER, unit="operations")
BUSY = metric("t.busy", Kind.COUNTER, unit="seconds")
LEVEL = metric("t.level")
MODE = metric("t.mode", Kind.FACT)
SOURCE = host_source(JOBS, BUSY, LEVEL, MODE)


def points(table: SeriesTable, name: str, instance: str = "") -> list[float]:
    return table.points[table.row[name, instance]].round(9).tolist()


def mean(table: SeriesTable, name: str, instance: str = "") -> float:
    return float(table.mean[table.row[name, instance]])


def seen(table: SeriesTable, name: str, instance: str = "") -> int:
    return int(table.seen[table.row[name, instance]])


def same(left: list[float], right: list[float]) -> bool:
    return np.array_equal(np.array(left), np.array(right), equal_nan=True)


def counted(*reads: tuple[float, float | str], ticks: tuple[float, ...] = (0, 1, 2, 3), **told: object) -> SeriesTable:
    """A counter's series from (second, value) of its reads; a text stands for the status of a read that failed."""
    tape = Tape(ticks, **told)
    for t, value in reads:
        if isinstance(value, str):
            tape.add("test.host", t, status=value)
        else:
            tape.add("test.host", t, f"t.jobs {value}")
    return tabulate(tape, [SOURCE])


@pytest.mark.parametrize(
    ("reads", "expected", "over_all"),
    [
        pytest.param([(0, 0), (1, 10), (2, 30), (3, 60)], [NAN, 10, 20, 30], 20, id="steady ticks"),
        pytest.param([(0, 0), (1.5, 15), (2, 30), (3, 60)], [NAN, 10, 30, 30], 20, id="a late read"),
        pytest.param([(0.25, 0), (1.25, 10), (2.25, 20), (3.25, 30)], [NAN, 10, 10, 10], 10, id="all reads late"),
        pytest.param([(0, 5)], [NAN, 0, 0, 0], 0, id="never stored again, so it never moved"),
        pytest.param([(0, 5), (2, 25)], [NAN, 0, 20, 0], 20 / 3, id="not stored where nothing changed"),
        pytest.param([(0.5, 0), (2.5, 20)], [NAN, 0, 20, 0], 20 / 3, id="an unstored read is as late as the stored"),
        pytest.param([(0.5, 0), (2.0, 30)], [NAN, 0, 60, 0], 12, id="measured time, whatever the lateness"),
        pytest.param([(0, 100), (1, 110), (2, 4), (3, 14)], [NAN, 10, NAN, 10], 10, id="a reset is no rate"),
        pytest.param([(0, 1), (1, 1), (2, "failed"), (3, 31)], [NAN, 0, NAN, 15], 10, id="rate over an unknown tick"),
        pytest.param([(0, "denied"), (2, 10), (3, 12)], [NAN, NAN, NAN, 2], 2, id="unknown at first"),
        pytest.param([(0, 1), (1, 3), (2, "absent")], [NAN, 2, NAN, NAN], 2, id="it vanished"),
        pytest.param([(0, "denied"), (3, 7)], [NAN] * 4, NAN, id="one reading makes no rate"),
        pytest.param([(-0.5, 0), (1, 15), (2, 25), (3, 35)], [NAN, 10, 10, 10], 10, id="read before the first tick"),
    ],
)  # fmt: skip
def test_a_counter_becomes_a_rate_by_measured_time(
    reads: list[tuple[float, float | str]], expected: list[float], over_all: float
) -> None:
    table = counted(*reads)

    assert same(points(table, "t.jobs"), expected)
    assert mean(table, "t.jobs") == pytest.approx(over_all, nan_ok=True)
    assert seen(table, "t.jobs") == sum(not math.isnan(value) for value in expected)


def test_a_fall_is_told_once_for_a_series() -> None:
    table = counted((0, 9), (1, 5), (2, 7), (3, 1))

    assert table.warnings == ("t.jobs fell at tick 1 and 1 times later: reset or wrap; rate unknown there",)


def test_seconds_a_second_are_a_ratio_and_ticks_are_as_measured() -> None:
    tape = Tape((10, 11.5, 12)).add("test.host", 10, "t.busy 1").add("test.host", 11.5, "t.busy 2.5")

    table = tabulate(tape, [SOURCE])

    assert same(points(table, "t.busy"), [NAN, 1, 0])
    assert table.t.tolist() == [0, 1.5, 2]


@pytest.mark.parametrize(
    ("reads", "expected", "over_all"),
    [
        pytest.param([(0, "t.level 4"), (2, "t.level 7")], [4, 4, 7, 7], 5.5, id="it holds until it changes"),
        pytest.param([(1, "t.level 4")], [NAN, 4, 4, 4], 4, id="unknown before it was read"),
        pytest.param([(0, "t.level 4"), (1, "t.jobs 1")], [4, NAN, NAN, NAN], 4, id="a text without it"),
        pytest.param([(0, "t.level 1"), (0.5, "t.level 3")], [3] * 4, 3, id="the last read of a tick"),
        pytest.param([(0, "t.level 1\nt.level 2")], [2] * 4, 2, id="said twice, the later counts"),
    ],
)
def test_a_gauge_is_a_level(reads: list[tuple[float, str]], expected: list[float], over_all: float) -> None:
    tape = Tape(range(4))
    for t, text in reads:
        tape.add("test.host", t, text)

    table = tabulate(tape, [SOURCE])

    assert same(points(table, "t.level"), expected)
    assert mean(table, "t.level") == over_all


@pytest.mark.parametrize(
    ("ended", "reads", "jobs", "levels", "over_all"),
    [
        pytest.param("done", [(-1, 10), (3.5, 55)], [NAN, NAN, NAN, 10], [10, NAN, NAN, 55], 10, id="both edges"),
        pytest.param("done", [(-1, 10)], [NAN, NAN, NAN, 0], [10, NAN, NAN, 10], 0, id="unchanged"),
        pytest.param("cut", [(-1, 10)], [NAN] * 4, [10, NAN, NAN, NAN], NAN, id="the second never came"),
        pytest.param("interrupted", [(3.5, 7)], [NAN] * 4, [NAN, NAN, NAN, 7], NAN, id="only the second"),
    ],
)
def test_what_is_read_at_the_edges_is_known_at_the_edges(
    ended: str, reads: list[tuple[float, float]], jobs: list[float], levels: list[float], over_all: float
) -> None:
    tape = Tape(range(4), ended=ended)
    for t, value in reads:
        tape.add("test.host", t, f"t.jobs {value}\nt.level {value}")

    table = tabulate(tape, [host_source(JOBS, LEVEL, cadence=Cadence.EDGES)])

    assert same(points(table, "t.jobs"), jobs)
    assert same(points(table, "t.level"), levels)
    assert mean(table, "t.jobs") == pytest.approx(over_all, nan_ok=True)
    assert seen(table, "t.level") == sum(not math.isnan(value) for value in levels)


@pytest.mark.parametrize("cadence", [Cadence.ONCE, Cadence.WINDOW])
def test_what_is_read_once_holds_for_the_window_and_was_seen_once(cadence: Cadence) -> None:
    tape = Tape(range(4)).add("test.host", -1, "t.level 3\nt.jobs 5")

    table = tabulate(tape, [host_source(LEVEL, JOBS, cadence=cadence)])

    assert points(table, "t.level") == [3] * 4
    assert (mean(table, "t.level"), seen(table, "t.level")) == (3, 1)
    assert (same(points(table, "t.jobs"), [NAN] * 4), seen(table, "t.jobs")) == (True, 0)


@pytest.mark.parametrize("cadence", list(Cadence))
def test_a_single_tick_gives_levels_and_no_rates(cadence: Cadence) -> None:
    tape = Tape([0]).add("test.host", -1, "t.level 3\nt.jobs 5").add("test.host", 1, "t.level 4\nt.jobs 6")

    table = tabulate(tape, [host_source(LEVEL, JOBS, cadence=cadence)])

    assert (points(table, "t.level"), mean(table, "t.level"), seen(table, "t.level")) == ([4], 4, 1)
    assert (math.isnan(mean(table, "t.jobs")), seen(table, "t.jobs")) == (True, 0)


def test_a_recording_without_a_tick_has_no_series() -> None:
    table = tabulate(Tape(()).add("test.host", 0, "t.level 3"), [SOURCE])

    assert (table.metrics, table.points.shape, table.t.shape) == ((), (0, 0), (0,))


def test_keys_are_read_each_for_itself() -> None:
    tape = Tape(range(3)).add("test.keyed", 0, "t.jobs 1", key="sda").add("test.keyed", 2, "t.jobs 5", key="sda")
    tape.add("test.keyed", 1, "t.jobs 100", key="sdb").add("test.keyed", 2, "t.jobs 130", key="sdb")

    table = tabulate(tape, [keyed_source(JOBS)])

    assert same(points(table, "t.jobs", "sda"), [NAN, 0, 4])
    assert same(points(table, "t.jobs", "sdb"), [NAN, NAN, 30])


def test_keys_that_bear_one_name_are_added_after_their_rates_are_taken() -> None:
    tape = (
        Tape(range(3)).add("test.keyed", 0, "t.jobs[web] 10", key="a").add("test.keyed", 2, "t.jobs[web] 14", key="a")
    )
    tape.add("test.keyed", 1, "t.jobs[web] 100", key="b").add("test.keyed", 2, "t.jobs[web] 130", key="b")

    table = tabulate(tape, [keyed_source(JOBS)])

    assert same(points(table, "t.jobs", "web"), [NAN, 0, 34])
    assert len(table.metrics) == 1


def test_a_text_that_does_not_parse_costs_its_own_tick_and_is_told() -> None:
    def parse(text: str, origin: Origin) -> list[Reading]:
        if text == "?":
            raise ValueError("expected a number, found '?'")
        return [Reading("t.level", float(text), origin.key)]

    source = host_source(LEVEL, name="proc.net.snmp", parse=parse)
    tape = Tape(range(4)).add("proc.net.snmp", 0, "1").add("proc.net.snmp", 1, "?").add("proc.net.snmp", 2, "3")
    tape.add("proc.net.snmp", 3, "?").add("test.host", 0, "t.jobs 1")

    table = tabulate(tape, [source, SOURCE])

    assert same(points(table, "t.level"), [1, NAN, 3, NAN])
    assert same(points(table, "t.jobs"), [NAN, 0, 0, 0])
    assert table.warnings == (
        "proc.net.snmp at tick 1: expected a number, found '?' (1 more of its texts did not parse)",
    )


def test_a_parser_that_stumbles_over_a_short_line_costs_no_more() -> None:
    source = host_source(LEVEL, parse=lambda text, _origin: [Reading("t.level", float(text.split()[1]))])

    table = tabulate(Tape(range(2)).add("test.host", 0, "a 1").add("test.host", 1, "a"), [source])

    assert same(points(table, "t.level"), [1, NAN])
    assert table.warnings == ("test.host at tick 1: list index out of range",)


@pytest.mark.parametrize(("status", "level"), [("truncated", 4.0), ("ok", 4.0), ("failed", NAN), ("timeout", NAN)])
def test_what_was_cut_off_is_parsed_and_what_failed_is_not(status: str, level: float) -> None:
    table = tabulate(
        Tape([0, 1]).add("test.host", 0, "t.level 4", status=status).add("test.host", 1, "t.jobs 1"), [SOURCE]
    )

    found = points(table, "t.level") if ("t.level", "") in table.row else [NAN, NAN]
    assert same(found, [level, NAN])


def test_bytes_that_are_no_text_do_not_stop_a_parser() -> None:
    source = host_source(MODE, parse=lambda text, _origin: [Reading("t.mode", text)])

    assert tabulate(Tape([0]).add("test.host", 0, b"caf\xe9"), [source]).facts == {("t.mode", ""): "caf\\xe9"}


def test_a_parser_knows_the_key_and_the_constants_of_that_host() -> None:
    def parse(text: str, origin: Origin) -> list[Reading]:
        return [Reading("t.level", int(text) * origin.page_size / origin.clock_ticks, origin.key)]

    source = host_source(LEVEL, parse=parse)
    tape = Tape([0], page_size=65536, clock_ticks=250).add("test.host", 0, "1", key="a").add("test.host", 0, "2")

    table = tabulate(tape, [source])

    assert (mean(table, "t.level", "a"), mean(table, "t.level")) == (65536 / 250, 2 * 65536 / 250)


def test_facts_are_texts_and_the_last_one_counts() -> None:
    tape = Tape(range(3)).add("test.host", 0, 't.mode "off"\nt.level 1').add("test.host", 1, 't.mode[sda] "on"')
    tape.add("test.host", 2, 't.mode "auto"')

    table = tabulate(tape, [SOURCE])

    assert table.facts == {("t.mode", ""): "auto", ("t.mode", "sda"): "on"}
    assert ("t.mode", "") not in table.row


def test_what_a_collector_does_not_declare_is_left_out_and_told() -> None:
    table = tabulate(Tape([0]).add("test.host", 0, "t.other 1\nt.level 2"), [SOURCE])

    assert list(table.row) == [("t.level", "")]
    assert table.warnings == ("test.host: t.other is yielded but not declared by its collector; left out",)


def test_a_cross_check_is_no_series() -> None:
    table = tabulate(Tape([0]).add("test.host", 0, "t.level 1"), [host_source(LEVEL, judged=False)])

    assert not table.row


def test_rows_are_sorted_by_name_and_instance() -> None:
    tape = Tape([0]).add("b", 0, "t.level[sdb] 1\nt.level[sda] 2").add("a", 0, "t.load 1")

    table = tabulate(tape, [host_source(LEVEL, name="b"), host_source(metric("t.load"), name="a")])

    assert list(table.row) == [("t.level", "sda"), ("t.level", "sdb"), ("t.load", "")]


def ratio_of(name: str, *inputs: str, optional: tuple[str, ...] = ()) -> Derived:
    return Derived(metric=metric(name, unit="ratio"), inputs=inputs, compute=lambda a, b: a / b, optional=optional)


def derived_from(
    text: dict[float, str], *derived: Derived, source: tuple[Kind, Kind] = (Kind.COUNTER, Kind.COUNTER)
) -> SeriesTable:
    inputs = [metric(name, kind) for name, kind in zip(("t.a", "t.b"), source, strict=True)]
    tape = Tape(range(len(text) or 1))
    for t, said in text.items():
        tape.add("test.host", t, said)
    return tabulate(tape, [host_source(*inputs, derived=derived)])


def test_the_mean_of_a_ratio_is_the_ratio_of_the_means() -> None:
    table = derived_from({0: "t.a 0\nt.b 0", 1: "t.a 1\nt.b 10", 2: "t.a 31\nt.b 20"}, ratio_of("t.r", "t.a", "t.b"))

    assert same(points(table, "t.r"), [NAN, 0.1, 3])
    assert mean(table, "t.r") == 31 / 20
    assert seen(table, "t.r") == 2


def test_a_division_by_zero_is_not_known() -> None:
    table = derived_from({0: "t.a 0\nt.b 0", 1: "t.a 5\nt.b 0", 2: "t.a 5\nt.b 5"}, ratio_of("t.r", "t.a", "t.b"))

    assert same(points(table, "t.r"), [NAN, NAN, 0])
    assert mean(table, "t.r") == 1


def test_only_an_instance_with_all_inputs_has_the_derived_metric() -> None:
    table = derived_from(
        {0: "t.a[x] 1\nt.a[y] 1\nt.b[y] 2"}, ratio_of("t.r", "t.a", "t.b"), source=(Kind.GAUGE, Kind.GAUGE)
    )

    assert [name for name in table.row if name[0] == "t.r"] == [("t.r", "y")]


@pytest.mark.parametrize(
    ("text", "optional", "expected"),
    [
        pytest.param("t.a 3", ("t.b",), 3, id="what the kernel lacks is zero"),
        pytest.param("t.a 3\nt.b 4", ("t.b",), 7, id="what it has counts"),
        pytest.param("t.b 4", ("t.b",), None, id="not without what is needed"),
        pytest.param("t.b 4", ("t.a", "t.b"), 4, id="any of them will do"),
        pytest.param("", ("t.a", "t.b"), None, id="none of them will not"),
    ],
)
def test_an_input_that_the_kernel_may_lack(text: str, optional: tuple[str, ...], expected: float | None) -> None:
    total = Derived(metric=metric("t.sum"), inputs=("t.a", "t.b"), compute=lambda a, b: a + b, optional=optional)

    table = derived_from({0: text}, total, source=(Kind.GAUGE, Kind.GAUGE))

    assert (mean(table, "t.sum") if ("t.sum", "") in table.row else None) == expected


def test_a_derived_metric_may_take_another_and_one_of_another_source() -> None:
    double = Derived(metric=metric("t.double"), inputs=("t.half",), compute=lambda half: half * 4)
    half = Derived(metric=metric("t.half"), inputs=("t.level",), compute=lambda level: level / 2)
    tape = Tape([0]).add("a", 0, "t.level 10").add("b", 0, "t.load 1")
    sources = [
        host_source(LEVEL, name="a", derived=(double,)),
        host_source(metric("t.load"), name="b", derived=(half,)),
    ]

    assert mean(tabulate(tape, sources), "t.double") == 20


def test_metrics_that_wait_for_each_other_are_left_out() -> None:
    egg = Derived(metric=metric("t.egg"), inputs=("t.hen",), compute=lambda hen: hen)
    hen = Derived(metric=metric("t.hen"), inputs=("t.egg",), compute=lambda egg: egg)

    table = tabulate(Tape([0]).add("test.host", 0, "t.level 1"), [host_source(LEVEL, derived=(egg, hen))])

    assert list(table.row) == [("t.level", "")]


def test_what_is_derived_from_one_reading_was_seen_once() -> None:
    half = Derived(metric=metric("t.half"), inputs=("t.level",), compute=lambda level: level / 2)
    source = host_source(LEVEL, cadence=Cadence.ONCE, derived=(half,))

    table = tabulate(Tape(range(3)).add("test.host", -1, "t.level 4"), [source])

    assert (points(table, "t.half"), seen(table, "t.half")) == ([2] * 3, 1)


READS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 10**12)), min_size=1, max_size=8, unique_by=lambda read: read[0]
)


@given(READS, st.integers(0, 10**6))
def test_shifting_all_times_changes_nothing(reads: list[tuple[int, int]], seconds: int) -> None:
    ticks = range(10)
    found = counted(*((t / 100, value) for t, value in reads), ticks=tuple(ticks))
    later = counted(*((t / 100 + seconds, value) for t, value in reads), ticks=tuple(tick + seconds for tick in ticks))

    np.testing.assert_allclose(found.points, later.points)
    np.testing.assert_allclose(found.mean, later.mean)
    assert found.warnings == later.warnings


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=9), st.lists(st.floats(0, 0.9), min_size=9, max_size=9))
def test_the_mean_is_what_was_counted_by_the_time_it_took(steps: list[int], late: list[float]) -> None:
    counts = np.cumsum(steps)
    reads = [(tick + late[tick], int(count)) for tick, count in enumerate(counts)]

    table = counted(*reads, ticks=tuple(range(len(steps))))

    assert mean(table, "t.jobs") == pytest.approx((counts[-1] - counts[0]) / (reads[-1][0] - reads[0][0]), rel=1e-6)
