"""The list of all series in a browser: searched, filtered, sorted, and reached by keyboard."""

from __future__ import annotations

import re
from typing import Any

from tests.report.browsing import needs_chromium

pytestmark = needs_chromium


def test_the_list_is_searched_and_says_what_the_filter_hides(visit: Any) -> None:
    opened = visit()
    assert opened.texts("#status") == ["41 of 300 series; 259 more match with another verdict, show them"]

    opened.page.keyboard.press("/")
    opened.page.keyboard.type("RSS worker-4")
    assert opened.page.locator("#rows .open").all_inner_texts() == ["proc.rss"]
    opened.page.get_by_role("button", name="show them").click()

    assert opened.texts("#status") == ["11 of 300 series"]
    assert set(opened.texts("#rows .open")) == {"proc.rss"}


def test_the_list_is_filtered_by_verdict_resource_and_role(visit: Any) -> None:
    opened = visit()

    opened.page.get_by_label("better").uncheck()
    opened.page.get_by_role("checkbox", name="changed").uncheck()
    assert set(opened.texts("#rows td:last-child")) - {""} == {"worse"}

    opened.page.get_by_label("same").check()
    opened.page.get_by_label("Resource").select_option("disk")
    opened.page.get_by_label("Role").select_option("saturation")
    assert set(opened.texts("#rows .open")) == {"disk.w_await"}
    assert opened.page.get_by_label("Role").locator("option").all_inner_texts()[0] == "any"


def test_the_list_is_sorted_by_the_value_and_not_by_its_text(visit: Any) -> None:
    opened = visit()
    opened.page.get_by_role("searchbox").fill("proc.rss")
    scale = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}

    def after() -> list[float]:
        cells = [text.split() for text in opened.texts("#rows tr td:nth-child(4)")]
        return [float(number.replace(",", "")) * scale[unit] for number, unit in cells]

    opened.page.get_by_role("button", name="After").click()
    assert after() == sorted(after(), reverse=True)
    assert opened.page.locator("[aria-sort]").get_attribute("aria-sort") == "descending"
    opened.page.get_by_role("button", name="After").click()
    assert after() == sorted(after())
    opened.page.get_by_role("button", name="Series").click()
    assert opened.page.locator("[aria-sort]").get_attribute("data-key") == "name"


def test_a_large_list_keeps_few_rows_in_the_document_and_reaches_the_last(visit: Any) -> None:
    opened = visit("large")
    opened.page.get_by_label("same").check()
    assert opened.texts("#status") == ["30,000 of 30,000 series"]

    opened.page.locator("#window").evaluate("(frame) => { frame.scrollTop = frame.scrollHeight; }")
    opened.page.wait_for_selector('#rows tr[aria-rowindex="30001"]')

    assert opened.page.locator("#rows tr").count() < 100
    assert opened.page.locator("#rows tr[aria-rowindex='30001']").is_visible()


def test_rows_are_reached_and_opened_by_keyboard(visit: Any) -> None:
    opened = visit()
    opened.page.locator("#rows .open").first.focus()

    for _ in range(30):
        opened.page.keyboard.press("ArrowDown")
    assert opened.page.evaluate("document.activeElement.closest('tr').getAttribute('aria-rowindex')") == "32"
    opened.page.keyboard.press("Enter")

    assert opened.page.locator("#zoom").is_visible()
    assert opened.page.locator("#zoom-lines path.line").count() == 2
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("#zoom").is_hidden()


def test_scrolling_does_not_take_the_focus_from_a_row(visit: Any) -> None:
    opened = visit()
    opened.page.locator("#rows .open").nth(2).focus()

    opened.page.locator("#window").evaluate("(frame) => { frame.scrollTop = 100; }")
    opened.page.wait_for_function("document.querySelector('#window').scrollTop === 100")

    assert opened.page.evaluate("document.activeElement.className") == "open"


def test_a_series_can_be_seen_large_with_its_evidence(visit: Any) -> None:
    opened = visit()
    opened.page.get_by_role("searchbox").fill("proc.rss worker-0")

    opened.page.locator("#rows .open").first.click()

    assert opened.texts("#zoom-title") == ["proc.rss[system.slice/worker-0.service]"]
    assert "snapper show /var/lib/snapper/web-7/pre-deploy.parquet proc.pid.stat" in opened.texts("#zoom-trail")[0]
    assert re.fullmatch(r"[\d.]+ GiB", opened.page.locator("#zoom-high").text_content())
