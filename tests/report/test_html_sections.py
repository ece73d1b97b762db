"""The page's sections as text: what a finding, a setting, an event and a source are told with."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from snapper.analyze.diff import Chart, Diff, DriftRow, Movable
from snapper.report.html import render_html
from tests.report.outline import Outline


@pytest.fixture(scope="module")
def page(sample: Diff) -> str:
    return render_html(sample, sources={})


def test_settings_are_grouped_by_kind_with_what_they_can_move(sample: Diff) -> None:
    rows = (
        DriftRow(source="sysctl", key="vm.swappiness", before="60", after="10"),
        DriftRow(source="sysctl", key="vm.dirty_ratio", before="20", after="5", findings=(3,)),
        DriftRow(source="unheard.of", key="x", before="1", after=None),
    )

    diff = replace(sample, drift=rows, movable=(Movable(source="sysctl", metrics=("memory.dirty", "vmstat.pgscan")),))

    text = re.sub(r"\s+", " ", " ".join(Outline(render_html(diff, sources={})).text))

    kernel = text[text.index("Kernel setting 2 sysctl") : text.index("unheard.of 1")]
    assert "can move memory.dirty , vmstat.pgscan" in kernel
    assert kernel.index("vm.dirty_ratio") < kernel.index("vm.swappiness")
    assert "no metric is declared to move with it" in text


def test_an_event_is_told_with_the_finding_about_the_same_resource(page: str) -> None:
    text = re.sub(r"\s+", " ", " ".join(Outline(page).text))
    card = text[text.index("nvme0n1: writes wait eight times longer", text.index("Findings #")) :]

    assert "blk_update_request: I/O error" in card[: card.index("What it means")]
    assert re.search(r"blk_update_request: I/O error, dev nvme0n1, sector 4711 finding 3", text)


def test_what_the_figures_of_a_new_program_are_of_stands_above_them(sample: Diff) -> None:
    new = replace(
        sample.findings[0], verdict="new", title="knocker: new, holds 9.3 MiB", metric="proc.fds", instance="knocker"
    )

    page = render_html(replace(sample, findings=(new,)), sources={})

    assert "<h4>Open files</h4>" in page
    assert "<h4>CPU utilization</h4>" not in render_html(sample, sources={})


def test_what_was_read_once_is_drawn_as_two_bars(sample: Diff) -> None:
    once = replace(
        sample.findings[0], before=2070.0, after=4.9, chart=Chart(before=(2070.0,), after=(4.9,), interval=1)
    )

    page = render_html(replace(sample, findings=(once,)), sources={})

    assert re.findall(r'<rect class="part" width="(\d+)" height="4"/></svg>\n', page) == ["100", "0"]
    assert '<figure class="chart">\n  <div class="plot">\n    <svg class="lines" viewBox' not in page


def test_the_expected_flags_of_an_unchanged_host_and_the_checksums_are_told(page: str, sample: Diff) -> None:
    text = re.sub(r"\s+", " ", " ".join(Outline(page).text))

    assert "an unchanged host would show about 0.87" in text
    assert sample.before.sha256 in text
    assert sample.after.sha256 in text


def test_what_neither_side_has_is_folded_and_trouble_is_not(page: str) -> None:
    shown = page[page.index("Read in part, or on one side only") :]
    shown, _, folded = shown.partition("<details")

    assert "permission denied; run as root" in shown
    assert "proc.schedstat" not in shown
    assert "this kernel lacks CONFIG_SCHEDSTATS" in folded


def test_settings_without_end_are_bounded(sample: Diff) -> None:
    rows = tuple(
        DriftRow(source="kernel_config", key=f"CONFIG_{index}", before="y" * 5000, after="n" * 5000)
        for index in range(5000)
    )

    page = render_html(replace(sample, drift=rows), sources={})

    assert "4,788 further settings in" in page
    assert len(page) < 2_000_000
