"""The page in a browser: its policy blocks nothing of ours, it asks nobody for anything, and it works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapper.analyze.diff import Diff
from snapper.report.html import render_html
from tests.report.browsing import Visit, chromium, needs_chromium

pytestmark = needs_chromium

PUSH_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : ["the page",
  ...[...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll"))
    .map((each) => each.tagName + "." + each.className)]"""
CUT_ON_PAPER = """() => [...document.querySelectorAll("main *")]
  .filter((each) => {
    const style = getComputedStyle(each);
    const wide = each.scrollWidth > each.clientWidth + 1 && style.overflowX !== "visible";
    const tall = each.scrollHeight > each.clientHeight + 1 && style.overflowY !== "visible";
    return each.clientWidth && (wide || tall) && !each.classList.contains("sr");
  })
  .map((each) => each.tagName + "." + each.className)"""
WITHIN_REACH = """() => [...document.querySelectorAll("a, button, summary, input, select, [tabindex='0']")]
  .filter((each) => each.tabIndex >= 0 && each.checkVisibility({ contentVisibilityAuto: true })).length"""
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
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


class Report(Visit):
    """A whole report."""

    def texts(self, selector: str) -> list[str]:
        return [text.strip() for text in self.page.locator(selector).all_inner_texts()]

    def overflows(self) -> list[str]:
        """Whether the page scrolls sideways, and what sticks out."""
        return list(self.page.evaluate(PUSH_OUT))


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Any]:
    opened: list[Report] = []

    def open_page(name: str = "sample", **options: Any) -> Report:
        opened.append(Report(browser, files[name], **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.context.close()


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


def test_the_findings_are_readable_without_script(visit: Any) -> None:
    opened = visit(java_script_enabled=False)

    assert opened.texts("h3 >> nth=0") == ["CPU utilization rose: nearly saturated"]
    for text in ("24 %", "83 %", "perf record -F 49 -g -p $(pidof api-server) -- sleep 30", "fluent-bit.service"):
        assert opened.page.get_by_text(text, exact=True).first.is_visible()
    assert opened.page.locator("#rows tr").count() == 41
    assert opened.texts("noscript p") == ["259 further series need JavaScript, or snapper diff --format json."]
    assert opened.page.locator("noscript p").is_visible()
    assert opened.page.locator("#tools").is_hidden()


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
