"""How the flame graph looks: at any width, in both schemes, on paper, and to axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files as package_files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.report.browsing import Visit, needs_chromium, visits

pytestmark = needs_chromium

PLACES = """() => [...document.querySelectorAll(".flame > svg")].map((each) => {
  const box = each.querySelector("rect").getBoundingClientRect();
  const graph = each.parentElement.getBoundingClientRect();
  return box.left >= graph.left - 1 && box.right <= graph.right + 1
    && box.top >= graph.top - 1 && box.bottom <= graph.bottom + 1;
}).every(Boolean)"""
COLOURS = """(look) => {
  const box = [...document.querySelectorAll(".flame > svg")].find((each) => each.querySelector("text"));
  box.setAttribute("class", look);
  return [getComputedStyle(box.querySelector("text")).fill, getComputedStyle(box.querySelector("rect")).fill];
}"""
CLICK = "() => document.querySelector('.flame.after > svg').dispatchEvent(new Event('click', { bubbles: true }))"
AXE = """() => axe.run("#profile").then(({ violations, passes }) => [
  violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
  passes.length,
])"""


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    with visits(Visit, browser, pages) as open_page:
        yield open_page


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", ["usual", "hostile", "widest"])
def test_every_box_lies_within_its_graph_and_the_page_does_not_scroll_sideways(
    visit: Any, name: str, width: int
) -> None:
    opened = visit(name, viewport={"width": width, "height": 844})

    assert opened.page.evaluate(PLACES)
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def luminance(colour: str) -> float:
    channels = [int(channel) / 255 for channel in colour.removeprefix("rgb(").removesuffix(")").split(", ")]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_have_contrast_on_every_colour(visit: Any, scheme: str) -> None:
    opened = visit(color_scheme=scheme)
    grounds = {}
    for look in ("", "g1", "g2", "g3", "s1", "s2", "s3"):
        text, grounds[look] = opened.page.evaluate(COLOURS, look)
        light, dark = sorted((luminance(text), luminance(grounds[look])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, look

    assert len(set(grounds.values())) == len(grounds)


@pytest.mark.parametrize("name", ["usual", "hostile", "widest"])
def test_on_a_sheet_of_a4_it_is_whole(visit: Any, name: str) -> None:
    opened = visit(name, viewport={"width": 703, "height": 1017})  # A4 less its margins, at 96 dots an inch
    opened.page.locator(".flame.after > svg").last.click(force=True)
    opened.page.emulate_media(media="print")

    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert opened.page.evaluate(PLACES)
    assert opened.page.locator(".flame > svg[display=none]").count() == 0
    assert opened.page.locator("#flame-tools").is_hidden()
    assert all(flame.bounding_box()["height"] < 1017 for flame in opened.page.locator(".flame").all())
    assert opened.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="no axe-playwright-python: axe-core is not run")
@pytest.mark.parametrize("name", ["usual", "hostile"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Any, name: str, width: int, scheme: str) -> None:
    opened = visit(name, viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.page.evaluate((package_files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))

    for action in ("() => {}", CLICK):
        opened.page.evaluate(action)
        violations, passes = opened.page.evaluate(AXE)
        assert violations == []
        assert passes > 10
