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


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    return sample_module


@pytest.fixture(scope="session")
def sample(samples: ModuleType) -> Diff:
    return samples.sample_diff()


@pytest.fixture(scope="session")
def quiet(samples: ModuleType) -> Diff:
    return samples.quiet_diff()


@pytest.fixture(scope="session")
def hostile(samples: ModuleType) -> Diff:
    return samples.hostile_diff()


@pytest.fixture(scope="session")
def large(samples: ModuleType) -> Diff:
    return samples.sample_diff(count=30_000, flagged=500)


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


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Any]:
    from tests.report.browsing import Report  # noqa: PLC0415 - same

    opened: list[Any] = []

    def open_page(name: str = "sample", **options: Any) -> Any:
        opened.append(Report(browser, files[name], **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.context.close()
