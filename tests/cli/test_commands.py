"""What a user types, and what comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import Run

COMMANDS = ("capture", "diff", "list", "show", "metrics", "doctor")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, alone: Run) -> None:
    done = alone(command, "--help")

    assert done.returncode == 0
    assert "Example: " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_last_line_of_a_capture_says_where_the_snapshot_is(alone: Run, tmp_path: Path) -> None:
    target = tmp_path / "host.parquet"

    done = alone("capture", "before", "-d", "400ms", "-i", "200ms", "-o", target)

    assert done.returncode == 0
    assert str(target) in done.stdout.splitlines()[-1]
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["host.parquet"]


def test_what_could_not_be_read_is_said_with_the_reason(alone: Run, tmp_path: Path) -> None:
    (tmp_path / "bare" / "proc").mkdir(parents=True)
    (tmp_path / "bare" / "proc" / "loadavg").write_text("0.10 0.20 0.30 1/99 4711\n")

    done = alone("capture", "-d", "200ms", "-i", "100ms", "--root", tmp_path / "bare", "--only", "proc.[ls]*")

    assert done.returncode == 0
    assert "proc.stat" in done.stderr
    assert "absent" in done.stderr


def test_ctrl_c_keeps_what_was_recorded(tmp_path: Path) -> None:
    target = tmp_path / "cut.parquet"
    arguments = ["capture", "cut", "-d", "60s", "-i", "200ms", "-o", str(target), "--only", "proc.stat"]
    running = subprocess.Popen(
        [sys.executable, "-m", "snapper", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "SNAPPER_STORE": str(tmp_path)},
    )
    spool = tmp_path / ".cut.parquet.spool"
    until = time.monotonic() + 30
    while not (spool.is_file() and spool.stat().st_size > 3_000) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)

    said, _ = running.communicate(timeout=20)

    assert running.returncode == 0
    assert "stopped early" in said
    assert target.is_file()


def test_a_diff_summarises_and_leaves_a_report(snapper: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"

    done = snapper("diff", "first", "second", "-o", report)

    assert done.returncode == 0, done.stderr
    assert "first → second" in done.stdout
    assert "CPU" in done.stdout
    assert "\x1b" not in done.stdout
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("form", ["html", "md", "json", "text"])
def test_every_format_goes_to_stdout_without_o(form: str, snapper: Run) -> None:
    done = snapper("diff", "first", "second", "--format", form)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 200


def test_the_json_is_the_documented_one(snapper: Run) -> None:
    document = json.loads(snapper("diff", "latest~1", "latest", "--format", "json").stdout)

    assert document["format"] == "snapper.diff/1"
    assert document["before"]["label"] == "first"
    expected = [
        "format",
        "before",
        "after",
        "summary",
        "warnings",
        "findings",
        "use",
        "workload",
        "drift",
        "series",
        "coverage",
    ]
    assert list(document) == expected
    assert {"sentence", "series_compared", "series_flagged", "headline", "minor", "not_comparable"} <= set(
        document["summary"]
    )


@pytest.mark.parametrize("selector", ["first", "latest~1", "1s"])
def test_snapshots_are_named_in_many_ways(selector: str, snapper: Run) -> None:
    assert snapper("show", selector).returncode == 0


def test_an_age_says_which_snapshot_it_took(snapper: Run) -> None:
    done = snapper("diff", "1h", "latest")

    assert done.returncode == 0, done.stderr
    assert "first" in done.stderr


def test_the_list_is_newest_first_and_fits_a_terminal(snapper: Run) -> None:
    done = snapper("list")

    labels = [line.split()[1] for line in done.stdout.splitlines()[1:]]
    assert labels == ["second", "first"]


def test_the_evidence_is_shown_byte_for_byte(snapper: Run) -> None:
    done = snapper("show", "first", "proc.cmdline")

    assert done.stdout == Path("/proc/cmdline").read_text()


def test_the_catalogue_comes_from_the_declarations(alone: Run) -> None:
    assert "memory.utilization" in alone("metrics", "memory.*").stdout
    assert "kernel.org" in alone("metrics", "meminfo.MemAvailable").stdout


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    shell = f"{sys.executable} -m snapper metrics | head -1"

    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("METRIC")
    assert done.stderr == ""
