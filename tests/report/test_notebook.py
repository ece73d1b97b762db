from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType

import pytest

from snapper.analyze.diff import Diff
from snapper.report.brief import ROWS_SHOWN
from tests.report.profiles import profiled, usual

VOID = {"br", "img", "input", "link", "meta"}
ALLOWED = {"div", "p", "span", "strong", "table", "thead", "tbody", "tr", "th", "td"}
"""What notebooks leave alone when they clean the output of others."""


class Cell(HTMLParser):
    """Tags with their attributes, the text, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def said(diff: Diff) -> str:
    return re.sub(r"\s+", " ", " ".join(Cell(diff._repr_html_()).text))


def test_it_says_the_verdict_the_findings_and_the_matrix(sample: Diff) -> None:
    text = said(sample)

    for words in (
        "web-7: pre-deploy → post-deploy",
        "Three things regressed, nothing improved.",
        "The kernels differ",
        "CPU utilization rose: nearly saturated 24 → 83 % +59 points api-server (91 %)",
        "Disk nvme0n1 ▲ 74 % was 11 %",
    ):
        assert words in text


def test_the_note_of_a_finding_stands_below_its_title(sample: Diff) -> None:
    assert "Connections were refused at the accept queue follows from 1" in said(sample)


def test_the_functions_that_grew_are_named_as_in_the_terminal(sample: Diff) -> None:
    text = said(profiled(sample, usual()))

    assert "Function that grew In Of all CPU time checksum lib.so.1 6.5 → 32 % ▲ grew" in text
    assert "Function that grew" not in said(sample)


def test_without_a_finding_there_is_no_table(quiet: Diff) -> None:
    assert "No significant change." in said(quiet)
    assert "<table" not in quiet._repr_html_()


@pytest.mark.parametrize("name", ["sample", "quiet", "hostile"])
def test_it_is_whole_by_itself_and_runs_nothing(name: str, request: pytest.FixtureRequest) -> None:
    cell = Cell(request.getfixturevalue(name)._repr_html_())

    assert cell.open == []
    assert {tag for tag, _ in cell.tags} <= ALLOWED
    assert {attribute for _, attributes in cell.tags for attribute in attributes} <= {"style", "scope"}
    assert not any("url(" in (attributes.get("style") or "") for _, attributes in cell.tags)


def test_the_verdict_is_told_without_colour_too(sample: Diff) -> None:
    text = said(sample)

    assert text.count("▲") >= 3
    assert "▼" in text


def test_it_is_short_and_counts_what_it_leaves_out(sample: Diff, samples: ModuleType) -> None:
    many = replace(
        sample,
        findings=tuple(samples.finding(rank, f"f-{rank}", tier="headline") for rank in range(1, 31)),
        use=tuple(replace(row, instance=str(number)) for number in range(10) for row in sample.use),
    )

    text = said(many)

    assert "and 20 findings more, in the report" in text
    assert f"and {10 * len(sample.use) - ROWS_SHOWN} rows more, in the report" in text
    assert len(many._repr_html_()) < 20_000
