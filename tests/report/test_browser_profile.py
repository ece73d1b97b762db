"""The flame graph in a browser: zoomed by click and by keyboard, searched, readable without its script and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files as package_files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from snapper.analyze.diff import Diff
from snapper.report.html import render_html
from tests.report.browsing import Visit, chromium, needs_chromium
from tests.report.profiles import hostile as hostile_profile
from tests.report.profiles import profiled, usual, widest

pytestmark = needs_chromium

SHOWN = """(side) => [...document.querySelectorAll(`.flame.${side} > svg`)]
  .filter((each) => each.getAttribute("display") !== "none")
  .map((each) => [each.querySelector("title").textContent.replace(/^[▲▼] /, "").split(":")[0],
    Math.round(parseFloat(each.getAttribute("x"))), Math.round(parseFloat(each.getAttribute("width")))])"""
PLACES = """() => [...document.querySelectorAll(".flame > svg")].map((each) => {
  const box = each.querySelector("rect").getBoundingClientRect();
  const graph = each.parentElement.getBoundingClientRect();
  return box.left >= graph.left - 1 && box.right <= graph.right + 1
    && box.top >= graph.top - 1 && box.bottom <= graph.bottom + 1;
}).every(Boolean)"""
FOCUSED = "() => document.activeElement.getAttribute('aria-label')"
ROLES = "() => [...document.querySelectorAll('.flame > svg[tabindex=\"0\"]')].length"
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, sample: Diff) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("profiles")
    written = {}
    for name, profile in (("usual", usual()), ("hostile", hostile_profile()), ("widest", widest())):
        written[name] = folder / f"{name}.html"
        written[name].write_text(render_html(profiled(sample, profile), sources={}), encoding="utf-8")
    return written


class Report(Visit):
    """A report with a flame graph."""

    def box(self, side: str, name: str) -> Any:
        return self.page.locator(f".flame.{side} > svg", has_text=name).first

    def shown(self, side: str) -> list[list[Any]]:
        """(name, begin, width) of each box, in percent."""
        return list(self.page.evaluate(SHOWN, side))

    def press(self, *keys: str) -> str:
        for key in keys:
            self.page.keyboard.press(key)
        return str(self.page.evaluate(FOCUSED))


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    opened: list[Report] = []

    def open_page(name: str = "usual", **options: Any) -> Report:
        opened.append(Report(browser, pages[name], **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.context.close()


@pytest.mark.parametrize("name", ["usual", "hostile", "widest"])
def test_nothing_is_blocked_nothing_is_asked_for_nothing_goes_wrong(visit: Any, pages: Any, name: str) -> None:
    opened = visit(name)

    assert opened.page.evaluate("blocked") == []
    assert opened.complaints == []
    assert opened.requests == [pages[name].as_uri()]
    assert opened.page.evaluate("window.pwned") is None


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", ["usual", "hostile", "widest"])
def test_every_box_lies_within_its_graph_and_the_page_does_not_scroll_sideways(
    visit: Any, name: str, width: int
) -> None:
    opened = visit(name, viewport={"width": width, "height": 844})

    assert opened.page.evaluate(PLACES)
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_click_lets_a_box_fill_the_width_on_both_sides(visit: Any) -> None:
    opened = visit()
    whole = opened.shown("after"), opened.shown("before")

    opened.box("after", "checksum").click()

    after, before = dict_of(opened.shown("after")), dict_of(opened.shown("before"))
    assert after["checksum"] == (0, 100)
    assert 10 < before["checksum"][1] < 40
    assert after["main"] == after["orders"] == (0, 100)
    assert "nginx" not in after | before
    assert "parse" not in after

    opened.page.get_by_role("button", name="Whole graph").click()
    assert (opened.shown("after"), opened.shown("before")) == whole
    assert opened.page.get_by_role("button", name="Whole graph").is_disabled()


def dict_of(shown: list[list[Any]]) -> dict[str, tuple[int, int]]:
    return {name: (begin, width) for name, begin, width in shown}


def test_a_second_click_shows_the_whole_again(visit: Any) -> None:
    opened = visit()
    whole = opened.shown("after")

    opened.box("after", "handle").click()
    assert opened.shown("after") != whole
    opened.box("after", "handle").click()

    assert opened.shown("after") == whole


def test_a_caller_in_view_leads_back_out(visit: Any) -> None:
    opened = visit()
    opened.box("before", "checksum").click()

    opened.box("before", "handle").click()

    assert {"handle", "parse", "checksum"} <= dict_of(opened.shown("before")).keys()


def test_a_name_appears_where_a_zoom_makes_room_for_it(visit: Any) -> None:
    opened = visit(viewport={"width": 390, "height": 844})
    narrow = opened.box("after", "worker_thread")
    assert narrow.locator("text").count() == 0 or not narrow.locator("text").is_visible()

    opened.page.locator(".flame.after > svg", has_text="kworker").first.click()

    assert narrow.locator("text").is_visible()


def test_frames_are_found_by_name_and_so_are_the_rows(visit: Any) -> None:
    opened = visit()
    rows = opened.page.locator(".functions tbody tr:visible")
    every = rows.count()

    opened.page.locator("#flame-find").fill("SYSCALL do_")

    assert opened.page.locator("#flame-status").inner_text() == "1 function found in the graph"
    assert set(dict_of([each for each in opened.shown("after") if each[0] == "do_syscall_64"])) == {"do_syscall_64"}
    assert opened.page.locator(".flame > .hit").count() == 4
    assert float(opened.box("after", "checksum").evaluate("(each) => getComputedStyle(each).opacity")) < 0.5
    assert 0 < rows.count() < every
    opened.page.locator("#flame-find").fill("")
    assert opened.page.locator("#flame-status").inner_text() == ""
    assert rows.count() == every
    assert opened.page.locator(".flame > .hit").count() == 0


def test_the_graph_is_gone_through_by_keyboard(visit: Any) -> None:
    opened = visit()
    opened.page.locator("#flame-find").focus()
    assert opened.page.evaluate(ROLES) == 1

    assert opened.press("Tab").startswith("kworker: ")  # the button for the whole graph is not to be pressed yet
    assert opened.press("ArrowRight").startswith("nginx: ")
    assert "orders" in opened.press("ArrowRight")
    assert "main" in opened.press("ArrowUp")
    assert "handle" in opened.press("ArrowUp")
    assert opened.press("ArrowUp").startswith("▲ checksum: ")
    assert opened.page.locator("#flame-says").text_content().startswith("▲ checksum: ")
    assert opened.page.locator(".flame.before > svg.on").count() == 1
    opened.press("Enter")
    assert dict_of(opened.shown("after"))["checksum"] == (0, 100)
    opened.press("Escape")
    assert "nginx" in dict_of(opened.shown("after"))
    opened.press("ArrowDown", "ArrowDown", "ArrowDown")
    assert opened.page.evaluate("document.activeElement.parentElement.classList.contains('after')")
    assert "orders" in opened.press("ArrowDown")
    assert opened.page.evaluate("document.activeElement.parentElement.classList.contains('before')")
    assert "main" in opened.press("ArrowDown")
    assert opened.page.evaluate(ROLES) == 1


def test_tab_finds_its_way_where_the_stop_was_hidden(visit: Any) -> None:
    opened = visit()

    opened.box("before", "nginx").click()

    assert opened.page.evaluate(ROLES) == 1
    assert opened.page.locator('.flame > svg[tabindex="0"]').is_visible()


def test_without_script_the_tables_and_the_graph_are_there(visit: Any) -> None:
    opened = visit(java_script_enabled=False)

    assert opened.page.locator("#profile .functions").count() == 2
    assert opened.page.locator("#profile .functions tbody tr").first.inner_text().startswith("checksum")
    assert opened.page.locator("#flame-tools").is_hidden()
    assert opened.box("after", "checksum").locator("text").is_visible()
    assert opened.page.locator(".flame").first.get_attribute("role") == "img"


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
