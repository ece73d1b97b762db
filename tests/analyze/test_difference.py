"""The whole comparison: what holds of any two snapshots."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapper.analyze.diff import Diff
from snapper.analyze.difference import diff_snapshots
from snapper.analyze.table import Program, SeriesTable
from snapper.archive.manifest import SourceCoverage
from tests.analyze.lab import MIB, Host, diff_of, is_rate, metric, snapshot_of

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def troubled(seed: int) -> Host:
    """A host on which something or other went wrong."""
    host = Host(seed)
    random = np.random.default_rng(seed)
    for key in random.choice(len(host.rows), 8, replace=False):
        name = list(host.rows)[key]
        host.rows[name] = host.rows[name] * random.choice([0.0, 0.3, 3.0, 30.0])
    host.program(Program(f"job {seed % 7}"), cpu=float(random.random()), rss=50 * MIB, fds=9)
    host.facts["sysctl", "vm.dirty_ratio"] = str(seed % 3 * 10)
    return host


def verdicts(diff: Diff) -> dict[tuple[str, str], str]:
    return {(row.metric, row.instance): row.verdict for row in diff.series}


@few
@given(SEEDS)
def test_a_snapshot_with_itself_has_no_difference(seed: int) -> None:
    table = troubled(seed).table()

    diff = diff_of(table, table)

    assert diff.summary.sentence.startswith("No significant change. Changes from ")
    assert diff.findings == ()
    assert diff.drift == ()
    assert set(verdicts(diff).values()) <= {"same", "too little data"}


@few
@given(SEEDS, SEEDS)
def test_swapped_sides_swap_what_is_said(seed: int, other: int) -> None:
    one, two = (table_of_rates(troubled(number)) for number in (seed, other))

    there, back = diff_of(one, two), diff_of(two, one)

    opposite = {"regressed": "improved", "improved": "regressed", "new": "gone", "gone": "new"}
    assert verdicts(back) == {name: opposite.get(verdict, verdict) for name, verdict in verdicts(there).items()}
    for row, mirrored in zip(there.series, back.series, strict=True):
        assert (row.change is None) == (mirrored.change is None)
        if row.change is not None and mirrored.change is not None:
            assert row.change == pytest.approx(-mirrored.change)
    assert len(there.findings) == len(back.findings)


def table_of_rates(host: Host) -> SeriesTable:
    """Without levels: they drift, and it is the baseline's drift that is taken off."""
    for one, name in list(host.rows):
        if not is_rate(one):
            host.rows[one, name] = float(np.nanmean(host.rows[one, name]))
    return host.table()


@few
@given(SEEDS, SEEDS)
def test_an_unrelated_series_that_stands_still_changes_nothing(seed: int, other: int) -> None:
    before, after = troubled(seed), troubled(other)
    without = diff_of(before.table(), after.table())
    for host in (before, after):
        host.rows[metric("aaa.still", unit="files"), ""] = 7.0

    with_it = diff_of(before.table(), after.table())

    assert with_it.findings == without.findings
    assert verdicts(with_it) == verdicts(without) | {("aaa.still", ""): "same"}


@few
@given(SEEDS, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_baselines_but_the_first_does_not_matter(seed: int, other: int, random: object) -> None:
    first, *more = (Host(seed % 1000 + number).table() for number in range(4))
    shuffled = sorted(more, key=lambda _: random.random())  # type: ignore[attr-defined]
    after = troubled(other).table()

    one, two = diff_of(first, after, *more), diff_of(first, after, *shuffled)

    assert verdicts(one) == verdicts(two)
    assert [finding.id for finding in one.findings] == [finding.id for finding in two.findings]


@few
@given(SEEDS, st.floats(0.05, 1.0))
def test_holes_are_survived_and_never_read_as_zero(seed: int, share: float) -> None:
    before, after = Host(seed).table(), Host(seed + 1).table()
    holes = np.random.default_rng(seed).random(after.points.shape) < share
    points = np.where(holes, np.nan, after.points)
    seen = np.isfinite(points).sum(axis=1)
    mean = np.where(seen > 0, np.nansum(points, axis=1) / np.maximum(seen, 1), np.nan)

    diff = diff_of(before, replace(after, points=points, seen=seen, mean=mean))

    for row in diff.series:
        if seen[after.row[row.metric, row.instance]] == 0:
            assert (row.after, row.verdict) == (None, "too little data")
        else:
            assert row.verdict != "gone" or row.after == 0
    json.dumps(diff.to_json(), allow_nan=False)


@few
@given(SEEDS, SEEDS)
def test_any_comparison_is_strict_json(seed: int, other: int) -> None:
    document = diff_of(troubled(seed).table(), troubled(other).table()).to_json()

    again = json.loads(json.dumps(document, allow_nan=False))

    assert again["format"] == "snapper.diff/1"
    assert list(again) == ["format", "before", "after", "summary", "warnings", "findings", "use", "workload", "drift",
                           "movable", "events", "series", "coverage", "profile"]  # fmt: skip


def test_one_tick_is_too_little_to_judge_by() -> None:
    diff = diff_of(Host(1, ticks=1).table(), Host(2).table())

    assert diff.summary.sentence == "Too little data to judge by: a side has less than two ticks."
    assert set(verdicts(diff).values()) <= {"too little data", "new", "gone"}
    assert all(row.change is None and row.interval is None and row.least is None for row in diff.series)
    assert diff.summary.series_compared == 0
    assert diff.warnings[0].code == "short-window"


def test_nothing_is_counted_twice() -> None:
    diff = diff_of(troubled(1).table(), troubled(2).table())

    assert diff.summary.series_flagged == sum(row.tier is not None for row in diff.series)
    assert diff.summary.series_compared + diff.summary.not_comparable == len(diff.series)
    assert diff.summary.headline + diff.summary.minor == sum(one.tier != "context" for one in diff.findings)


def test_coverage_tells_both_sides_and_the_first_failure() -> None:
    before = snapshot_of(Host(1).table(), coverage={"proc.stat": SourceCoverage(status="ok", masked=2)})
    after = snapshot_of(
        Host(2).table(), cost={"cpu": 0.4},
        coverage={"proc.stat": SourceCoverage(status="ok"), "proc.pressure": SourceCoverage(status="denied", why="no")},
    )  # fmt: skip

    coverage = diff_snapshots([before], after).coverage

    assert [(row.source, row.before, row.after, row.why) for row in coverage.sources] == [
        ("proc.pressure", "skipped", "denied", "no"),
        ("proc.stat", "ok", "ok", ""),
    ]
    assert (coverage.masked, coverage.cost_after) == (2, {"cpu": 0.4})
    assert any("false discovery rate of 1 %" in sentence for sentence in coverage.method)


def test_notes_say_which_side_they_are_of() -> None:
    before = replace(Host(1).table(), warnings=("snmp.Tcp.InSegs fell at tick 3",))

    notes = diff_of(before, Host(2).table()).coverage.notes

    assert notes == ("before: snmp.Tcp.InSegs fell at tick 3",)


def test_the_table_of_a_diff_is_a_frame() -> None:
    frame = diff_of(Host(1).table(), Host(2).table()).table

    assert list(frame.columns[:2]) == ["metric", "instance"]
    assert len(frame) == len(Host(1).rows)
