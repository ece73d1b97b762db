from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from snapper.analyze.diff import Diff
from snapper.report.markdown import DRIFT_SHOWN, render_markdown
from snapper.report.markdown_text import code, prose

GITHUB = MarkdownIt("commonmark", {"html": True}).enable("table")
COMMENT_LIMIT = 65_536


def tokens(text: str) -> list[Token]:
    found = []
    for token in GITHUB.parse(text):
        found += [token, *(token.children or ())]
    return found


def shown(text: str) -> str:
    return "".join(token.content for token in tokens(text) if token.type in {"text", "code_inline"})


def test_it_tells_the_verdict_the_findings_the_matrix_and_the_settings(sample: Diff) -> None:
    text = render_markdown(sample)

    assert text.startswith("> The kernels differ: 6.1.0-28-amd64")
    assert "\n\n## Three things regressed, nothing improved." in text
    assert "| 1 | ▲ CPU utilization rose: nearly saturated | 24 → 83 % | +59 points | `api-server` 91 % |" in text
    assert "| Disk `nvme0n1` | ▲ 74 % busy, was 11 %" in text
    assert "| `module` | `nf_conntrack` | not there → `loaded` |" in text
    assert "(95 % interval +57 … +61 points)" in text


def test_without_a_finding_it_says_so(quiet: Diff) -> None:
    text = render_markdown(quiet)

    assert "## No significant change." in text
    assert "No change stands out." in text
    assert "| Resource |" not in text


def test_a_changed_setting_that_is_a_finding_has_no_figures(sample: Diff) -> None:
    setting = replace(sample.findings[0], before=None, after=None, change=None, interval=None)

    assert "`cpu.utilization[all]`: changed\n" in render_markdown(replace(sample, findings=(setting,)))


def test_hostile_text_makes_neither_html_nor_links_nor_cells(hostile: Diff, sample: Diff) -> None:
    text = render_markdown(hostile)

    kinds = {token.type for token in tokens(text)}
    assert "html_block" not in kinds
    assert "link_open" not in kinds
    assert "image" not in kinds
    assert {token.content for token in tokens(text) if token.type == "html_inline"} <= {"<br>"}
    assert not set(text) & set("\x00\x1b\u202e\u2028")
    for kind in ("table_open", "tr_open", "td_open", "heading_open"):
        assert sum(token.type == kind for token in tokens(text)) == sum(
            token.type == kind for token in tokens(render_markdown(sample))
        )


def test_it_fits_a_comment_whatever_the_host_calls_things(samples: ModuleType) -> None:
    long = samples.hostile_diff("|`_<" * 2_500)
    many = replace(
        long, findings=long.findings * 30, use=long.use * 30, drift=long.drift * 200, warnings=long.warnings * 50
    )

    assert len(render_markdown(many)) < COMMENT_LIMIT


def test_what_is_left_out_is_counted(sample: Diff) -> None:
    text = render_markdown(replace(sample, drift=sample.drift * 20))

    assert f"and {100 - DRIFT_SHOWN} more, in the full report" in text


@pytest.mark.parametrize(
    "text", ["a|b", "`", "``a", "a`", " a ", "[x](http://y)", "<b>", "# x", "- x", "1. x", "*x*", "\\"]
)
def test_a_name_reads_as_it_is(text: str) -> None:
    assert shown(code(text)).strip() == text.strip()
    assert shown(prose(text)).strip() == text.strip()


@given(st.text(min_size=1, max_size=40))
def test_no_text_ends_its_code_span(text: str) -> None:
    inline = list(GITHUB.parse(f"x {code(text)} x")[1].children or ())

    assert [token.type for token in inline] in (["text", "code_inline", "text"], ["text"])
