"""The lab's captures that are kept: what the judge makes of them is what it made of them when they were last kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "bench"))

from lab import kept, score  # noqa: E402 - found by the line above
from lab.faults import FAULTS  # noqa: E402

TRUTHS = {fault.name: fault.truth for fault in FAULTS}
KEPT = {part.partition(",")[0]: part for part in kept.FINDINGS.read_text("utf-8").strip().split("\n\n")}

of_each = pytest.mark.parametrize("case", kept.CASES, ids=lambda case: case.after)


@of_each
def test_a_change_of_the_judge_shows_in_review(case: kept.Case) -> None:
    """`PYTHONPATH=bench python -m lab keep` writes the findings anew, for whoever has the lab's captures."""
    assert "\n".join(kept.told(case, kept.compared(case))).strip() == KEPT[case.after]


@of_each
def test_the_fault_is_first_and_nothing_is_a_headline_where_there_is_none(case: kept.Case) -> None:
    found = kept.compared(case)

    if case.after not in TRUTHS:
        assert "headline" not in {finding.tier for finding in found.findings}
        return
    truth = TRUTHS[case.after]
    scored = score.score_fault(found, truth)
    assert scored.finding == 1
    assert scored.bystanders == ()
    assert scored.program == (1 if truth.program else None)


def test_nothing_is_kept_that_is_not_compared() -> None:
    compared = {name for case in kept.CASES for name in (*case.befores, case.after)}

    assert {path.stem for path in kept.FIXTURES.glob("*.parquet")} == compared
    assert KEPT.keys() == {case.after for case in kept.CASES}
