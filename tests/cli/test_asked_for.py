"""What is read only when asked for, and the catalogue as the USE matrix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from snapper.analyze.cells import COLUMNS, ROWS
from snapper.collectors import all_collectors, chosen_collectors
from snapper.errors import UnknownSource, UsageError
from snapper.record.plan import Cadence, Command
from tests.cli.running import Run

OPTIONS = {name: collector.opt_in for name, collector in all_collectors().items() if collector.opt_in}


def test_no_host_is_asked_unless_it_is_named() -> None:
    assert not {collector.name for collector in chosen_collectors()} & set(OPTIONS)
    assert {"cmd.ping", "cmd.trace", "cmd.pidstat"} <= set(OPTIONS)


def test_a_named_host_goes_into_the_command() -> None:
    (ping,) = chosen_collectors(only=["cmd.ping"], asked={"ping": "db-1.example"})

    assert isinstance(ping.read, Command)
    assert ping.read.argv[-1] == "db-1.example"


@pytest.mark.parametrize("host", ["-f", "a b", "$(id)", "", "x" * 400, "a;b", "\n"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="--ping"):
        chosen_collectors(asked={"ping": host})


def test_a_source_that_was_not_asked_for_says_how_to_ask() -> None:
    with pytest.raises(UnknownSource, match="add --ping"):
        chosen_collectors(only=["cmd.ping"])


def test_the_round_trip_is_measured(alone: Run, tmp_path: Path) -> None:
    if shutil.which("ping") is None:
        pytest.skip("no ping here")
    target = tmp_path / "x.parquet"

    done = alone("capture", "-d", "1s", "--only", "cmd.ping", "--ping", "127.0.0.1", "-o", target)

    assert done.returncode == 0, done.stderr
    assert "127.0.0.1" in alone("show", target, "cmd.ping").stdout


def test_the_coverage_has_a_row_for_each_cell(alone: Run) -> None:
    rows = alone("metrics", "--coverage").stdout.splitlines()[1:]

    assert len(rows) == len(ROWS) * len(COLUMNS)
    assert all(len(row.split(None, 2)) == 3 for row in rows)


def test_doctor_says_what_a_missing_tool_would_add(alone: Run) -> None:
    told = {row.split()[0]: row for row in alone("doctor").stdout.splitlines() if row.strip()}
    lacking = [name for name, row in told.items() if "was not found on" in row]

    assert set(OPTIONS) <= set(told)
    assert all(f"adds {all_collectors()[name].adds}" in told[name] for name in lacking)
    # The time of the window is not what a tool costs that runs along with it.
    along = {name for name, row in told.items() if " runs along " in row}
    window = {name for name, one in all_collectors().items() if one.read.cadence is Cadence.WINDOW}
    assert along == {name for name in window & set(told) if f"{name} yes" in " ".join(told[name].split())}
