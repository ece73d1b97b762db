"""The page as axe-core judges it: no violation in either scheme, at either width, folded or not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from snapper.analyze.diff import Diff
from snapper.report.html import render_html

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: axe-core is not run")
pytest.importorskip("axe_playwright_python", reason="no axe-playwright-python: axe-core is not run")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: axe-core is not run")

UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
RUN = """() => axe.run().then(({ violations, passes }) => [
  violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
  passes.length,
])"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(params=["sample", "quiet", "hostile"])
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    diff: Diff = request.getfixturevalue(request.param)
    written = tmp_path / "page.html"
    written.write_text(render_html(diff, sources={}), encoding="utf-8")
    return written


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, axe: str, file: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page.goto(file.as_uri())
    page.wait_for_selector("html.painted")
    page.evaluate(axe)

    for action in ("() => {}", UNFOLD):
        page.evaluate(action)
        violations, passes = page.evaluate(RUN)
        assert violations == []
        assert passes > 20

    page.close()
