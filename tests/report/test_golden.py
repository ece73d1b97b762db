"""The formats that others read by machine or paste elsewhere, to the letter: a change of them is meant, or is none.

If it is meant: `SNAPPER_GOLDEN=write pytest tests/report/test_golden.py`, and look at what git says.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from snapper import __version__
from snapper.analyze.diff import Chart, Diff
from snapper.report.write import rendered
from tests.report.awkward import mapped

GOLDEN = Path(__file__).with_name("golden")
POINTS = 6


@pytest.fixture(scope="module")
def short(samples: ModuleType) -> Diff:
    """The sample with few series and points, its figures cut to what no other machine reckons otherwise."""

    def plain(value: Any) -> Any:
        if isinstance(value, Chart):
            return Chart(before=value.before[:POINTS], after=value.after[:POINTS], interval=value.interval)
        return float(f"{value:.6g}") if isinstance(value, float) and value < 1e9 else value

    diff: Diff = mapped(samples.sample_diff(count=7, flagged=3), plain)
    return diff


@pytest.mark.parametrize("name", ["sample.md", "sample.json", "sample.text"])
def test_the_format_is_as_it_was(short: Diff, name: str) -> None:
    told = rendered(short, name.partition(".")[2]).decode().replace(f"snapper {__version__}", "snapper VERSION")
    if os.environ.get("SNAPPER_GOLDEN") == "write":
        (GOLDEN / name).write_text(told, encoding="utf-8")

    assert told == (GOLDEN / name).read_text(encoding="utf-8")
