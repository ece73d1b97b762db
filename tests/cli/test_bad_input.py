"""Bad input: one clear sentence, the right exit code, no traceback, nothing lost."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.running import Run


def the_sentence(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["capture", "-d", "-5s"], 2, "-5s"),
        (["capture", "-d", "0"], 2, "above zero"),
        (["capture", "-d", "soon"], 2, "no duration"),
        (["capture", "-d", "1s", "-i", "2s"], 2, "interval"),
        (["capture", "--only", "proc.metinfo"], 2, "proc.meminfo"),
        (["capture", "--tag", "x"], 2, "name=value"),
        (["capture", "-d", "1s", "-o", "/nowhere/at/all.parquet"], 3, "/nowhere/at"),
        (["capture", "--colour"], 2, "--colour"),
        (["diff", "first"], 2, "after"),
        (["diff", "first", "secnd"], 2, "second"),
        (["diff", "first", "second", "--format", "pdf"], 2, "pdf"),
        (["diff", "first", "/no/such.parquet"], 2, "/no/such.parquet"),
        (["diff", "first", "second", "-o", "/nowhere/report.html"], 3, "/nowhere"),
        (["show", "first", "proc.nothing"], 2, "proc.nothing"),
        (["show", "first", "proc.stat", "7"], 2, "7"),
        (["metrics", "cpu.utilisation"], 2, "cpu.utilization"),
        (["frobnicate"], 2, "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_argument_is_told_in_a_sentence(arguments: list[str], code: int, says: str, snapper: Run) -> None:
    assert says in the_sentence(snapper(*arguments), code)


@pytest.mark.parametrize(
    ("name", "content"),
    [("text", b"hello"), ("empty", b""), ("html", b"<!doctype html>"), ("magic", b"PAR1" + b"\0" * 64 + b"PAR1")],
)
def test_a_file_that_is_no_snapshot_is_refused(name: str, content: bytes, snapper: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.parquet"
    path.write_bytes(content)

    assert str(path) in the_sentence(snapper("diff", "first", path), 3)


def test_a_cut_off_snapshot_is_refused(snapper: Run, store: Path, tmp_path: Path) -> None:
    whole = next(store.glob("*first*.parquet")).read_bytes()
    path = tmp_path / "cut.parquet"
    path.write_bytes(whole[: len(whole) // 2])

    assert str(path) in the_sentence(snapper("show", path), 3)


def test_an_existing_file_is_not_overwritten(alone: Run, tmp_path: Path) -> None:
    path = tmp_path / "thesis.parquet"
    path.write_text("years of work")

    said = the_sentence(alone("capture", "-d", "200ms", "-i", "100ms", "-o", path), 3)

    assert "--force" in said
    assert path.read_text() == "years of work"


def test_a_report_never_replaces_what_it_cannot_replace_whole(snapper: Run, tmp_path: Path) -> None:
    folder = tmp_path / "report.html"
    folder.mkdir()

    assert str(folder) in the_sentence(snapper("diff", "first", "second", "-o", folder), 3)


def test_snapshots_with_nothing_in_common_are_not_compared(alone: Run, tmp_path: Path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    assert alone("capture", "-d", "400ms", "-i", "100ms", "-o", one, "--only", "proc.loadavg").returncode == 0
    assert alone("capture", "-d", "400ms", "-i", "100ms", "-o", other, "--only", "proc.softirqs").returncode == 0

    assert "in common" in the_sentence(alone("diff", one, other), 3)


def test_a_capture_of_one_tick_is_compared_without_a_verdict(alone: Run, tmp_path: Path) -> None:
    path = tmp_path / "short.parquet"
    assert alone("capture", "-d", "100ms", "-i", "100ms", "-o", path, "--only", "proc.*").returncode == 0

    done = alone("diff", path, path)

    assert done.returncode == 0, done.stderr
    assert "too short" in done.stdout + done.stderr
