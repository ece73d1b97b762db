"""The page in a browser: its policy blocks nothing of ours, it asks nobody for anything, and every part is reached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.browsing import needs_chromium

pytestmark = needs_chromium

HOLD = "window.requestIdleCallback = (run) => { window.begin = run; };"
WITHIN_REACH = """() => [...document.querySelectorAll("a, button, summary, input, select, [tabindex='0']")]
  .filter((each) => each.tabIndex >= 0 && each.checkVisibility()).length"""
FOCUSED = """() => {
  const each = document.activeElement;
  const style = getComputedStyle(each.closest(".chip") ?? each);
  each.dataset.reached = "yes";
  return [each.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0];
}"""
REACHED = "() => document.querySelectorAll('[data-reached]').length"
SLIP_IN = """() => {
  const script = document.createElement("script");
  script.textContent = "window.pwned = 1";
  document.body.append(script);
}"""


@pytest.mark.parametrize("name", ["sample", "quiet", "hostile", "large"])
def test_nothing_is_blocked_nothing_is_asked_for_nothing_goes_wrong(visit: Any, files: Any, name: str) -> None:
    opened = visit(name)

    assert opened.page.evaluate("blocked") == []
    assert opened.complaints == []
    assert opened.requests == [files[name].as_uri()]


def test_no_text_of_the_host_runs(visit: Any) -> None:
    opened = visit("hostile")

    opened.page.get_by_label("same").check()
    opened.page.locator("#rows .open").first.click()

    assert opened.page.evaluate("window.pwned") is None
    assert "<script>window.pwned=1</script>" in opened.texts("h1")[0]
    assert "<script>window.pwned=1</script>" in opened.texts("#zoom-title")[0]
    assert opened.page.locator("img").count() == 0


def test_an_inline_script_that_slipped_in_would_be_blocked(visit: Any) -> None:
    opened = visit()

    opened.page.evaluate(SLIP_IN)

    assert opened.page.evaluate("window.pwned") is None
    assert opened.page.evaluate("blocked") == ["script-src-elem"]


def test_what_is_not_in_sight_waits_until_the_page_has_been_painted(browser: Any, files: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.add_init_script(HOLD)
    page.goto(files["large"].as_uri())

    assert page.get_by_text("83 %", exact=True).first.is_visible()
    assert page.locator("#tools").is_hidden()
    assert page.locator("#rows tr").count() == 500

    page.evaluate("begin()")

    assert page.get_by_role("searchbox").is_visible()
    assert page.locator("#rows tr").count() < 60
    context.close()


def test_the_findings_are_readable_without_script(visit: Any) -> None:
    opened = visit(java_script_enabled=False)

    assert opened.texts("h3 >> nth=0") == ["CPU utilization rose: nearly saturated"]
    for text in ("24 %", "83 %", "perf record -F 49 -g -p $(pidof api-server) -- sleep 30", "fluent-bit.service"):
        assert opened.page.get_by_text(text, exact=True).first.is_visible()
    assert opened.page.locator("#rows tr").count() == 41
    assert opened.texts("noscript p") == ["259 further series need JavaScript, or snapper diff --format json."]
    assert opened.page.locator("noscript p").is_visible()
    assert opened.page.locator("#tools").is_hidden()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit: Any) -> None:
    opened = visit()
    wanted = opened.page.evaluate(WITHIN_REACH)

    for _ in range(wanted):
        opened.page.keyboard.press("Tab")
        tag, outlined = opened.page.evaluate(FOCUSED)
        assert outlined, tag

    assert opened.page.evaluate(REACHED) == wanted > 100


def test_a_cell_of_the_matrix_leads_to_its_series(visit: Any) -> None:
    opened = visit()

    opened.page.locator(".use .sought", has_text="machine checks").click()

    assert opened.page.get_by_role("searchbox").input_value() == "cpu.mce "
    assert opened.page.evaluate("location.hash") == "#series"
    assert opened.page.get_by_label("same").is_checked()


def test_a_related_series_is_found_by_its_metric_and_instance(visit: Any) -> None:
    opened = visit()

    opened.page.locator(".trail .sought", has_text="disk.queue[nvme0n1]").click()

    assert opened.page.get_by_role("searchbox").input_value() == "disk.queue nvme0n1"


def test_every_finding_and_every_section_can_be_linked_to(visit: Any) -> None:
    opened = visit()

    for anchor in ("finding-cpu-utilization", "finding-network-retransmits", "use", "programs", "method"):
        link = opened.page.locator(f"main a[href='#{anchor}']").first
        link.evaluate("(each) => each.closest('details')?.setAttribute('open', '')")
        link.focus()
        opened.page.keyboard.press("Enter")
        assert opened.page.evaluate("location.hash") == f"#{anchor}"
        assert opened.page.evaluate("document.querySelector(':target') !== null")


def test_a_link_from_elsewhere_shows_its_place(browser: Any, files: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{files['large'].as_uri()}#events")
    page.wait_for_selector("html.painted")

    assert 0 <= page.locator("#events").bounding_box()["y"] < 100
    context.close()


def test_on_a_narrow_screen_no_figure_stands_before_what_to_know(visit: Any) -> None:
    opened = visit(viewport={"width": 390, "height": 844})

    assert opened.page.locator(".toc").is_hidden()
    cautions, sentence = (opened.page.locator(name).bounding_box()["y"] for name in (".cautions", "h1"))
    assert cautions < sentence < 844


def test_a_folded_finding_opens_where_a_link_leads_to_it(visit: Any) -> None:
    opened = visit()

    opened.page.evaluate("location.hash = '#finding-program-api-rss'")
    opened.page.wait_for_selector("#finding-program-api-rss[open]")

    assert opened.page.get_by_text("still growing").first.is_visible()
