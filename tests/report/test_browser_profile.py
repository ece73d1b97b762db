"""The flame graph in a browser: zoomed by click and by keyboard, searched, and readable without its script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report.browsing import Visit, needs_chromium, visits

pytestmark = needs_chromium

SHOWN = """(side) => [...document.querySelectorAll(`.flame.${side} > svg`)]
  .filter((each) => each.getAttribute("display") !== "none")
  .map((each) => [each.querySelector("title").textContent.replace(/^[▲▼] /, "").split(":")[0],
    Math.round(parseFloat(each.getAttribute("x"))), Math.round(parseFloat(each.getAttribute("width")))])"""
FOCUSED = "() => document.activeElement.getAttribute('aria-label')"
ROLES = "() => [...document.querySelectorAll('.flame > svg[tabindex=\"0\"]')].length"


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
    with visits(Report, browser, pages) as open_page:
        yield open_page


@pytest.mark.parametrize("name", ["usual", "hostile", "widest"])
def test_nothing_is_blocked_nothing_is_asked_for_nothing_goes_wrong(visit: Any, pages: Any, name: str) -> None:
    opened = visit(name)

    assert opened.page.evaluate("blocked") == []
    assert opened.complaints == []
    assert opened.requests == [pages[name].as_uri()]
    assert opened.page.evaluate("window.pwned") is None


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
