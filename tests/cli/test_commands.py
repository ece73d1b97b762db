"""What a user types, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Run

COMMANDS = ("capture", "diff", "render", "list", "show", "metrics", "explain", "doctor", "recover", "schema")


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


def test_a_diff_summarises_and_leaves_a_report(snapper: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"

    done = snapper("diff", "first", "second", "-o", report)

    assert done.returncode == 0, done.stderr
    assert "first → second" in done.stdout
    assert "CPU" in done.stdout
    assert "\x1b" not in done.stdout
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("form", ["html", "md", "json", "text"])  # test_render has the one that is no text
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
        "movable",
        "events",
        "series",
        "coverage",
        "profile",
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
    assert "Available memory" in alone("metrics", "meminfo.MemAvailable").stdout
