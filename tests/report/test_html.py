"""The page as text: what it says, what it escapes, what it weighs. `test_browser` looks at it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from itertools import pairwise
from types import ModuleType

import pytest

from snapper.analyze.diff import Diff
from snapper.collectors import declared_sources
from snapper.report.html import render_html
from tests.report.outline import Outline

SOURCES = {"cpu.utilization": "proc.stat"}


@pytest.fixture(scope="module")
def page(sample: Diff) -> str:
    return render_html(sample, sources=SOURCES)


@pytest.mark.parametrize("name", ["sample", "quiet", "hostile"])
def test_every_tag_is_closed_and_headings_go_down_step_by_step(name: str, request: pytest.FixtureRequest) -> None:
    outline = Outline(render_html(request.getfixturevalue(name), sources=SOURCES))

    assert outline.open == []
    levels = [int(heading[1]) for heading in outline.headings if heading]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_finding_tells_all_that_is_known_of_it(page: str) -> None:
    text = re.sub(r"\s+", " ", " ".join(Outline(page).text))

    for said in (
        "CPU utilization rose: nearly saturated", "24 %", "83 %", "+59 points", "3.5 ×",
        "95 % interval +57 … +61 points",
        "api-server", "91 %", "61 → 277 %", "2.14.0", "2.15.1", "Share of time in which the CPUs ran",
        "perf record -F 49", "pressure.cpu.some", "softirqs.SCHED", "more is worse",
        "snapper show /var/lib/snapper/web-7/pre-deploy.parquet proc.stat",
        "snapper show /var/lib/snapper/web-7/post-deploy.parquet proc.stat",
        "follows from 1: the program accepts more slowly",
    ):  # fmt: skip
        assert said in text


def test_a_changed_setting_that_is_a_finding_has_no_figures(sample: Diff) -> None:
    setting = replace(
        sample.findings[0],
        title="Command line of api-server changed",
        unit="text",
        **dict.fromkeys(("before", "after", "change", "interval", "chart")),
    )

    page = render_html(replace(sample, findings=(setting,)), sources={})

    assert "Command line of api-server changed" in page
    assert '<p class="figures num">' not in page
    assert '<b class="worse">changed</b>' in page


def test_why_a_cell_is_empty_stands_once_below_the_matrix(sample: Diff) -> None:
    page = render_html(replace(sample, use=sample.use * 3), sources={})

    assert page.count("this driver counts no errors") == 1
    assert page.count('href="#use-note-1"') == 3


def test_times_are_local_with_their_offset_and_utc(page: str) -> None:
    assert "2026-11-23 09:41:07 +01:00" in page
    assert "08:41:07 UTC" in page


def test_a_chart_has_its_text_equivalent(page: str) -> None:
    charts = [attributes for tag, attributes in Outline(page).tags if tag == "svg" and attributes.get("role") == "img"]

    assert len(charts) == 6
    assert all(re.search(r"Before: .*\. After: .*\.", str(chart["aria-label"])) for chart in charts)


def test_table_headers_have_a_scope_and_links_a_text(page: str) -> None:
    tags = Outline(page).tags

    assert all(attributes.get("scope") in {"row", "col", "rowgroup"} for tag, attributes in tags if tag == "th")
    assert not re.search(r"<a [^>]*></a>", page)


def test_fragments_lead_somewhere_and_ids_are_unique(page: str) -> None:
    tags = Outline(page).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    fragments = {
        str(attributes["href"])[1:] for tag, attributes in tags if tag == "a" and str(attributes["href"])[0] == "#"
    }

    assert len(set(ids)) == len(ids)
    assert fragments <= set(ids)


def test_the_policy_admits_this_style_and_this_script_and_nothing_else(page: str) -> None:
    policy = next(
        str(attributes["content"])
        for tag, attributes in Outline(page).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.replace("&#39;", "'").split("; "))

    for directive, pattern in (("style-src", r"<style>(.*?)</style>"), ("script-src", r"<script>(.*?)</script>")):
        (content,) = re.findall(pattern, page, flags=re.DOTALL)
        assert rules[directive] == f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy


def test_nothing_is_styled_or_scripted_by_attribute_and_nothing_is_loaded(page: str) -> None:
    for tag, attributes in Outline(page).tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        if tag == "a":
            assert str(attributes["href"]).startswith("#") or attributes["rel"] == "noreferrer noopener"


def test_hostile_text_stays_text(hostile: Diff, sample: Diff) -> None:
    page = render_html(hostile, sources={})

    def counted(text: str) -> dict[str, int]:
        tags = [tag for tag, _ in Outline(text).tags]
        return {tag: tags.count(tag) for tag in ("script", "img", "style", "iframe", "h1", "article")}

    assert counted(page) == counted(render_html(sample, sources={}))
    assert counted(page)["script"] == 2
    assert counted(page)["img"] == 0
    assert not set(page) & set("\x00\x1b\u202e\u2028\u2029")
    assert "javascript:" not in page
    assert "{{7*7}}" in page


def test_long_names_are_cut_and_the_page_stays_small(samples: ModuleType) -> None:
    page = render_html(samples.hostile_diff("x" * 10_000), sources={})

    assert len(page) < 1_000_000
    assert "x" * 2_000 not in page


def test_five_hundred_flagged_series_fit_in_600_kb(samples: ModuleType) -> None:
    page = render_html(samples.sample_diff(count=3000, flagged=500), sources=SOURCES)

    assert page.count('<tr><th scope="row"><code>') >= 500
    assert len(page.encode()) <= 600_000


def test_thirty_thousand_series_fit_in_a_megabyte_and_a_half(large: Diff) -> None:
    page = render_html(large, sources=SOURCES)

    assert len(page.encode()) <= 1_500_000
    assert "29,500 further series need JavaScript" in page


def test_the_list_of_series_is_in_the_page_as_json(page: str) -> None:
    (text,) = re.findall(r'<script type="application/json" id="series-data">(.*?)</script>', page, flags=re.DOTALL)

    assert {"metrics", "instances", "rows", "sparks"} <= set(json.loads(text))


def test_documentation_is_linked_only_over_https(sample: Diff) -> None:
    finding = replace(sample.findings[0], doc="http://example.org/")

    assert "http://example.org/" not in render_html(replace(sample, findings=(finding,)), sources={})


def test_where_nothing_is_known_the_page_says_so(quiet: Diff) -> None:
    text = " ".join(Outline(render_html(quiet, sources={})).text)

    for said in ("No significant change.", "No change stands out.", "No setting that was read differs."):
        assert said in text


def test_the_declared_sources_name_sources() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", source) for source in declared_sources().values())


def test_what_to_know_before_believing_a_number_stands_before_the_sentence(page: str) -> None:
    body = page[page.index("<main>") :]

    assert 0 < body.index("The kernels differ") < body.index("<h1>") < body.index("series flagged")


def test_the_sections_come_in_the_order_in_which_they_are_asked_for(page: str) -> None:
    sections = re.findall(r'<section id="([a-z]+)"', page)

    assert sections == ["findings", "use", "workload", "drift", "events", "programs", "series", "method"]
