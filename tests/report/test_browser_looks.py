"""How the page looks: at any width, in both schemes, on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.report.browsing import needs_chromium

pytestmark = needs_chromium

CUT_ON_PAPER = """() => [...document.querySelectorAll("main *")]
  .filter((each) => {
    const style = getComputedStyle(each);
    const wide = each.scrollWidth > each.clientWidth + 1 && style.overflowX !== "visible";
    const tall = each.scrollHeight > each.clientHeight + 1 && style.overflowY !== "visible";
    return each.clientWidth && (wide || tall) && !each.classList.contains("sr");
  })
  .map((each) => each.tagName + "." + each.className)"""
COLOURS = """(selector) => {
  const element = document.querySelector(selector);
  const style = getComputedStyle(element);
  const clear = "rgba(0, 0, 0, 0)";
  let ground = clear;
  for (let each = element; each && ground === clear; each = each.parentElement) {
    ground = getComputedStyle(each).backgroundColor;
  }
  return [element.namespaceURI.endsWith("svg") ? style.fill : style.color, ground];
}"""
COUNT_FOLDED = """() => addEventListener("beforeprint", () => {
  window.onPaper = document.querySelectorAll("details:not([open])").length;
})"""
TEXTS = [
    *("h1", "h1 em", "h4", ".caveat", ".figures .was", ".figures .now", ".note", ".axis text", ".command", ".toc a"),
    *(
        ".word.worse",
        ".word.better",
        ".word.plain",
        ".use td.worse .dim",
        ".use td.better .dim",
        "thead th",
        "del",
        "mark",
    ),
]


@pytest.mark.parametrize("name", ["sample", "quiet", "hostile"])
@pytest.mark.parametrize("width", [320, 390, 800, 1280, 1920])
def test_the_page_never_scrolls_sideways(visit: Any, name: str, width: int) -> None:
    opened = visit(name, viewport={"width": width, "height": 844})

    assert opened.overflows() == []
    opened.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert opened.overflows() == []


def luminance(colour: str) -> float:
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colours: tuple[str, str]) -> float:
    light, dark = sorted(map(luminance, colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_both_schemes(visit: Any, scheme: str) -> None:
    opened = visit(color_scheme=scheme)

    found = {selector: contrast(opened.page.evaluate(COLOURS, selector)) for selector in TEXTS}

    assert {selector: ratio for selector, ratio in found.items() if ratio < 4.5} == {}


def test_the_dark_scheme_is_dark(visit: Any) -> None:
    grounds = {
        scheme: visit(color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }

    assert luminance(grounds["light"]) > 0.9
    assert luminance(grounds["dark"]) < 0.05


def test_on_paper_everything_is_open_and_nothing_is_cut(visit: Any) -> None:
    opened = visit()
    opened.page.evaluate(COUNT_FOLDED)

    pdf = opened.page.pdf(prefer_css_page_size=True)

    assert pdf.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 40
    assert opened.page.evaluate("onPaper") == 0
    assert opened.page.locator("details:not([open])").count() > 0
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 700, "height": 1000})
    assert opened.overflows() == []
    assert opened.page.locator("nav").is_hidden()


@pytest.mark.parametrize("name", ["sample", "hostile", "quiet"])
def test_no_text_is_cut_on_a_sheet_of_a4(visit: Any, name: str) -> None:
    opened = visit(name, viewport={"width": 703, "height": 1017})  # A4 less its margins, at 96 dots an inch
    opened.page.emulate_media(media="print")

    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert opened.overflows() == []
    assert opened.page.evaluate(CUT_ON_PAPER) == []


def test_paper_bears_the_flagged_series_and_says_how_many_more_there_are(visit: Any) -> None:
    opened = visit("large")
    opened.page.get_by_label("same").check()

    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.page.emulate_media(media="print")

    assert opened.page.locator("#rows tr:not(.gap)").count() == 500
    assert opened.texts("#on-paper") == ["And 29,500 more of the 30,000 series, in the file itself."]
    assert opened.page.locator("#on-paper").is_visible()
