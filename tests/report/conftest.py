"""Comparisons to render: a usual one, one without a finding, a large one, and one that means harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from snapper.analyze.diff import Diff
from snapper.report.html import render_html
from tests.report import sample as sample_module
from tests.report.profiles import hostile as hostile_profile
from tests.report.profiles import profiled, usual, widest


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return sample_module


@pytest.fixture(scope="session")
def sample(samples: ModuleType) -> Diff:
    diff: Diff = samples.sample_diff()
    return diff


@pytest.fixture(scope="session")
def quiet(samples: ModuleType) -> Diff:
    diff: Diff = samples.quiet_diff()
    return diff


@pytest.fixture(scope="session")
def hostile(samples: ModuleType) -> Diff:
    diff: Diff = samples.hostile_diff()
    return diff


@pytest.fixture(scope="session")
def large(samples: ModuleType) -> Diff:
    diff: Diff = samples.sample_diff(count=30_000, flagged=500)
    return diff


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from tests.report.browsing import chromium  # noqa: PLC0415 - it skips whoever has no playwright

    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def files(
    tmp_path_factory: pytest.TempPathFactory, sample: Diff, quiet: Diff, hostile: Diff, large: Diff
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for name, diff in (("sample", sample), ("quiet", quiet), ("hostile", hostile), ("large", large)):
        written[name] = folder / f"{name}.html"
        written[name].write_text(render_html(diff, sources={"proc.rss": "proc.pid.stat"}), encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, sample: Diff) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("profiles")
    written = {}
    for name, profile in (("usual", usual()), ("hostile", hostile_profile()), ("widest", widest())):
        written[name] = folder / f"{name}.html"
        written[name].write_text(render_html(profiled(sample, profile), sources={}), encoding="utf-8")
    return written


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Any]:
    from tests.report.browsing import Report, visits  # noqa: PLC0415 - same

    with visits(Report, browser, files) as open_page:
        yield open_page
