"""A plugin of pytest that writes down which of the corpus's expected files the tests of a run open.

`python -m pytest -p tests.collectors.corpus_opened ...` with the list's path in $SNAPPER_EXPECTED_OPENED.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

LIST = "SNAPPER_EXPECTED_OPENED"
_EXPECTED = re.compile(r".*/([^/]+/[^/]+/expected[^/]*)")
_opened: set[str] = set()
_compared: set[str] = set()


def _note(event: str, arguments: tuple[object, ...]) -> None:
    path = arguments[0] if event == "open" and arguments else None
    found = _EXPECTED.fullmatch(os.fspath(path)) if isinstance(path, str | Path) else None
    if found:
        _opened.add(found[1])


def pytest_configure() -> None:
    sys.addaudithook(_note)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What a test opens that then fails compares nothing."""
    if report.when == "call":
        _compared.update(_opened if report.passed else ())
        _opened.clear()


def pytest_sessionfinish() -> None:
    Path(os.environ[LIST]).write_text("\n".join(sorted(_compared)), encoding="utf-8")
