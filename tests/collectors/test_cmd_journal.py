"""When the journal can be counted, and which of its entries are new."""

from __future__ import annotations

from snapper.collectors.contract import Origin
from snapper.collectors.system.cmd_journal import MOST, JournalEvent, journal_events, parse

BEGIN = "[    2.000000] host systemd-journald[24]: Journal started\n"


def entry(seconds: float, text: str, identifier: str = "cron[12]") -> str:
    return f"[{seconds:12.6f}] host {identifier}: {text}\n"


def test_no_entry_at_all_may_mean_that_there_is_no_journal() -> None:
    assert list(parse("-- No entries --\n", Origin())) == []
    assert list(parse("", Origin())) == []


def test_the_entry_with_which_a_journal_begins_proves_that_there_is_one() -> None:
    assert [tuple(reading) for reading in parse(BEGIN, Origin())] == [("journal.errors", 0, "")]


def test_a_journal_of_which_only_the_end_was_read_is_not_counted() -> None:
    full = "".join(entry(n, "x") for n in range(MOST))

    assert list(parse(full, Origin())) == []
    assert len(list(parse(full.partition("\n")[2], Origin()))) == 2


def test_programs_are_told_by_their_own_name_whatever_their_pid() -> None:
    text = BEGIN + entry(3, "x", "app[7]") + entry(4, "y", "app[8]") + entry(5, "z", "with blank")

    assert {reading.instance: reading.value for reading in parse(text, Origin())} == {"": 3, "app": 2, "with blank": 1}


def test_what_is_new_is_told_with_its_time_and_its_first_line() -> None:
    before = BEGIN + entry(3, "old")
    after = before + entry(3, "of the same moment") + entry(9, "first line") + "              second line\n"

    assert journal_events(before, after) == [
        JournalEvent(3.0, "cron", "of the same moment"),
        JournalEvent(9.0, "cron", "first line"),
    ]


def test_the_same_entry_once_more_is_new() -> None:
    again = entry(3, "again")

    assert journal_events(again, again * 2) == [JournalEvent(3.0, "cron", "again")]


def test_entries_that_the_earlier_print_out_had_no_room_for_are_not_new() -> None:
    before = entry(5, "b")

    assert journal_events(before, entry(4, "a") + before + entry(6, "c")) == [JournalEvent(6.0, "cron", "c")]
