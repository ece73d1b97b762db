"""An opened snapshot gives its reads by source and key, and who was alive at each tick."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from snapper.archive.archive import Archive, open_archive
from snapper.archive.parquet import write
from snapper.archive.read import Read, Rows, rows_of
from snapper.errors import UnreadableSnapshot
from tests.archive import spools

ROWS = spools.rows(spools.small())


def archive_of(folder: Path, *rows: Read) -> Archive:
    write(rows, spools.manifest(), folder / "a.parquet")
    return open_archive(folder / "a.parquet")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return archive_of(tmp_path, *ROWS)


def test_sources_and_keys_are_sorted_as_text(archive: Archive) -> None:
    assert archive.sources() == (
        "cmd.vmstat",
        "proc.pid.io",
        "proc.pid.stat",
        "proc.pids",
        "proc.stat",
        "recorder.tick",
    )
    assert archive.keys("proc.pid.stat") == ("10", "9")
    assert archive.keys("proc.stat") == ("",)


def test_reads_of_a_source_are_sorted_by_key_and_time(archive: Archive) -> None:
    assert archive.reads("proc.pid.stat") == sorted(
        (row for row in ROWS if row.source == "proc.pid.stat"), key=lambda row: row[:3]
    )
    assert archive.reads("proc.stat") == [spools.stat(0), spools.stat(1), spools.stat(2)]


@pytest.mark.parametrize("key", ["9", "10"])
def test_the_reads_of_one_key_are_those_of_its_source(archive: Archive, key: str) -> None:
    assert archive.read("proc.pid.stat", key) == [row for row in archive.reads("proc.pid.stat") if row.key == key]


@pytest.mark.parametrize("portion", [1, 2, 3, 1000])
def test_reads_are_the_same_whatever_the_portions_they_are_made_in(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr("snapper.archive.archive.PORTION", portion)

    for source in archive.sources():
        expected = sorted((row for row in ROWS if row.source == source), key=lambda row: row[:3])
        assert archive.reads(source) == expected
        assert archive.rows(source) == joined(archive.walk(source)) == rows_of(expected)
    assert list(archive.walk("proc.nothing")) == []
    assert archive.rows("proc.nothing") == rows_of([])


def joined(portions: Iterable[Rows]) -> Rows:
    return Rows(*([value for values in columns for value in values] for columns in zip(*portions, strict=True)))


def test_a_command_has_its_errors_and_its_exit_code(archive: Archive) -> None:
    [read] = archive.reads("cmd.vmstat")

    assert (read.status, read.content, read.stderr, read.exit_code) == ("failed", b"procs\n", b"vmstat: odd\n", 3)


def test_a_source_or_key_that_is_not_there_has_no_reads(archive: Archive) -> None:
    assert archive.keys("proc.nothing") == ()
    assert archive.reads("proc.nothing") == []
    assert archive.read("proc.stat", "x") == archive.read("proc.nothing", "") == []


def test_ticks_are_when_each_began(archive: Archive) -> None:
    assert archive.ticks() == [spools.BOOTTIME + number * spools.SECOND for number in range(3)]


def test_a_list_of_processes_holds_until_the_next_one(archive: Archive) -> None:
    assert archive.pids() == [{1, 9, 10}, {1, 9, 10}, {1, 10}]


@pytest.mark.parametrize(
    ("lists", "alive"),
    [
        ([], []),
        ([spools.pids(1, 7)], [{7}, {7}, {7}]),
        ([spools.pids(0, 7), spools.pids(2)], [{7}, {7}, set()]),
        ([spools.pids(0, 7), spools.pids(0, 8)._replace(t=spools.BOOTTIME + 5)], [{7}, {7}, {7}]),
        ([spools.pids(0, 7), spools.pids(9, 8)], [{7}, {7}, {8}]),
        ([spools.pids(0, 7), spools.pids(1)._replace(status="failed")], [{7}, {7}, {7}]),
    ],
    ids=["unknown", "late", "none left", "twice in a tick", "after the last tick", "unreadable once"],
)
def test_processes_of_each_tick(tmp_path: Path, lists: list[Read], alive: list[set[int]]) -> None:
    archive = archive_of(tmp_path, spools.tick(0), spools.tick(1), spools.tick(2), *lists)

    assert archive.pids() == alive


def test_without_ticks_there_is_no_one_at_any_tick(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, spools.pids(0, 7))

    assert (archive.ticks(), archive.pids()) == ([], [])


def test_a_list_of_processes_that_is_none_is_refused(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, spools.tick(0), spools.pids(0)._replace(content=b"1 two 3"))

    with pytest.raises(UnreadableSnapshot, match="no list of numbers"):
        archive.pids()


def test_a_snapshot_of_nothing_opens(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)

    assert (archive.sources(), archive.ticks(), archive.pids()) == ((), [], [])


def test_the_hash_names_the_file(archive: Archive) -> None:
    assert archive.sha256 == hashlib.sha256(archive.path.read_bytes()).hexdigest()

    archive.path.unlink()

    assert len(archive.sha256) == 64


def test_the_hash_of_a_file_that_went_is_told_in_a_sentence(archive: Archive) -> None:
    archive.path.unlink()

    with pytest.raises(UnreadableSnapshot, match="no such file"):
        _ = archive.sha256
