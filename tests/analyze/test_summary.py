"""The summary: one sentence on what changed, and what an unchanged host would show."""

from __future__ import annotations

import pytest

from snapper.analyze.table import Program
from tests.analyze.lab import MIB, THRESHOLDS, Host, diff_of


def test_the_sentence_counts_and_names() -> None:
    after = Host(2)
    after.program(Program("python burn.py"), cpu=0.98, rss=9 * MIB)
    after.add("cpu.utilization", 0.245)

    summary = diff_of(Host(1).table(), after.table()).summary

    assert summary.sentence.startswith("One thing regressed, nothing improved, one is new. python burn.py takes 9")
    assert summary.sentence.endswith(" % of a CPU that nothing took before.")
    assert (summary.regressed, summary.improved, summary.headline) == (1, 0, 2)


def test_what_got_better_is_said_first() -> None:
    before = Host(1)
    before.add("cpu.utilization", 0.5)

    sentence = diff_of(before.table(), Host(2).table()).summary.sentence

    assert sentence == "One thing improved, nothing regressed. CPU utilization fell to 7.9 %."


def test_a_changed_setting_alone_is_neither() -> None:
    after = Host(2)
    after.facts["sysctl", "vm.dirty_ratio"] = "5"

    sentence = diff_of(Host(1).table(), after.table()).summary.sentence

    assert sentence == "One thing changed, nothing regressed. vm.dirty_ratio changed from 20 to 5."


def test_the_caveat_says_what_an_unchanged_host_shows() -> None:
    one = diff_of(Host(1).table(), Host(2).table())
    six = diff_of(Host(1).table(), Host(2).table(), *(Host(seed).table() for seed in range(3, 8)))

    assert "an unchanged host shows about 0, and less than 0.03 headline findings (measured on" in one.summary.caveat
    for diff, baselines in ((one, 1), (six, 6)):
        assert diff.summary.expected_flags == pytest.approx(diff.summary.series_compared * THRESHOLDS.unchanged.flags)
        assert diff.before.baselines == baselines
