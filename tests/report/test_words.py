from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.diff import Diff
from snapper.report import words
from snapper.report.marked import marked
from snapper.report.visible import UNSEEN, shortened, visible


@pytest.mark.parametrize(
    ("verdict", "worse", "tone", "mark"),
    [
        ("regressed", None, "worse", "▲"),
        ("improved", None, "better", "▼"),
        ("changed", None, "plain", "●"),
        ("new", None, "plain", "●"),
        ("new", True, "worse", "▲"),
        ("gone", True, "worse", "▲"),
        ("gone", False, "better", "▼"),
        ("same", True, "same", ""),
        ("too little data", None, "same", ""),
    ],
)
def test_the_tone_of_a_verdict(sample: Diff, verdict: str, worse: object, tone: str, mark: str) -> None:
    judged = replace(sample.series[0], verdict=verdict, worse=worse)

    assert words.tone(judged) == tone
    assert words.mark(judged) == mark


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({}, "30 s each, 31 minutes apart, same boot, baseline of 5"),
        ({"boot_id": "other"}, "30 s each, 31 minutes apart, rebooted in between, baseline of 5"),
        ({"duration": 60.0}, "30 s, then 60 s, 31 minutes apart, same boot, baseline of 5"),
        ({"host": "web-8"}, "30 s each, 31 minutes apart, another host, baseline of 5"),
        ({"boot_id": ""}, "30 s each, 31 minutes apart, boot unknown, baseline of 5"),
    ],
)
def test_the_circumstances_of_two_captures(sample: Diff, after: dict[str, object], said: str) -> None:
    diff = replace(sample, after=replace(sample.after, **after))

    assert words.circumstances(diff) == said


def test_a_later_side_may_be_the_earlier_one(sample: Diff) -> None:
    assert words.apart(sample) == "31 minutes later, same boot"
    assert words.apart(replace(sample, before=sample.after, after=sample.before)) == "31 minutes earlier, same boot"


def test_a_clock_is_the_host_s_own_with_its_offset_and_utc(sample: Diff) -> None:
    side = replace(sample.before, started=1_795_396_500.0, utc_offset=-19_800)

    assert words.clock(side) == "2026-11-22 19:45:00 -05:30"
    assert words.clock_utc(side) == "2026-11-23 01:15:00 UTC"
    assert words.clock_utc(sample.before) == "08:41:07 UTC"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "+59 points"),
        ({"verdict": "gone"}, "gone"),
        ({"before": 0.0}, "new"),
        ({"change": None}, "3.5 ×"),
    ],
)
def test_how_much_it_changed(sample: Diff, changes: dict[str, object], said: str) -> None:
    assert words.change_of(replace(sample.findings[0], **changes)) == said


@given(st.text())
def test_nothing_unseen_is_left_and_different_names_stay_different(text: str) -> None:
    assert not UNSEEN.search(visible(text))
    if not UNSEEN.search(text):
        assert visible(text) == text


@given(st.text(), st.integers(min_value=3, max_value=50))
def test_a_name_is_cut_in_its_middle(text: str, limit: int) -> None:
    cut = shortened(text, limit)

    assert len(cut) == min(len(text), limit)
    assert cut[0:1] == text[0:1]
    assert cut[-1:] == text[-1:]


@given(st.text(alphabet="ab =,", max_size=40), st.text(alphabet="ab =,", max_size=40))
def test_marking_what_differs_loses_nothing(before: str, after: str) -> None:
    for value, pieces in zip((before, after), marked(before, after), strict=True):
        assert "".join(text for text, _ in pieces) == value
        assert not any(differs and re.search(r"\s$", text) for text, differs in pieces)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("", "a41f09c2d711"),
        ("/store/web-7_pre-deploy_20261123T084107Z_a41f09c2d711.parquet", "a41f09c2d711"),
        ("/mnt/before.parquet", "/mnt/before.parquet"),
        ("my file; rm -r *.parquet", "'my file; rm -r *.parquet'"),
    ],
)
def test_a_command_names_a_snapshot_so_that_it_is_found(sample: Diff, path: str, named: str) -> None:
    assert words.handle(replace(sample.before, path=path)) == named


@pytest.mark.parametrize(("flags", "said"), [(0.02, "fewer than 0.1"), (0.87, "0.87"), (33.7, "34"), (1204.2, "1,204")])
def test_expected_flags_are_said_no_finer_than_they_are_known(sample: Diff, flags: float, said: str) -> None:
    assert words.expected(replace(sample, summary=replace(sample.summary, expected_flags=flags))) == said
