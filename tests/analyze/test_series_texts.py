"""From what a source said to series: what parses, what does not, and what is no series."""

from __future__ import annotations

import json

import pytest

from snapper.analyze.series import tabulate
from snapper.collectors.contract import Origin, Reading
from tests.analyze.host_series import LEVEL, MODE, NAN, SOURCE, mean, points, same
from tests.analyze.tape import Tape, host_source, metric


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


def test_nor_does_one_that_is_led_down_by_lists_within_lists() -> None:
    source = host_source(LEVEL, parse=lambda text, _origin: [Reading("t.level", float(json.loads(text)))])

    table = tabulate(Tape(range(2)).add("test.host", 0, "1").add("test.host", 1, "[" * 100_000), [source])

    assert same(points(table, "t.level"), [1, NAN])
    assert len(table.warnings) == 1
    assert "recursion" in table.warnings[0]


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
