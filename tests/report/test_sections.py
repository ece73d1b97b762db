"""What the page's sections are cut from: programs, settings, events, sources."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.diff import Chart, CoverageRow, Diff, DriftRow, Event, Movable, SeriesRow
from snapper.collectors import catalogue
from snapper.report.bars import bars_of
from snapper.report.cards import card_of
from snapper.report.chart import has_course
from snapper.report.comings import SHOWN, comings_of
from snapper.report.coverage import coverage_of
from snapper.report.drifted import LONG, groups_of


def of_program(
    sample: Diff, metric: str, program: str, levels: tuple[float | None, float | None], **changes: object
) -> SeriesRow:
    usual = replace(
        sample.series[0],
        metric=metric,
        instance=program,
        unit="bytes" if metric == "proc.rss" else "tasks",
        before=levels[0],
        after=levels[1],
        change=None,
        verdict="same",
        tier=None,
        severity=0.0,
        chart=None,
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def test_programs_that_came_and_went_are_told_with_what_they_took(sample: Diff) -> None:
    rows = (
        of_program(sample, "proc.count", "small", (0.0, 1.0), verdict="new"),
        of_program(sample, "proc.count", "large", (0.0, 2.0), verdict="new"),
        of_program(sample, "proc.rss", "large", (0.0, 2.0**30), verdict="new"),
        of_program(sample, "proc.count", "old", (1.0, None), verdict="gone"),
        of_program(sample, "proc.count", "steady", (1.0, 1.0)),
    )

    comings = comings_of(replace(sample, series=rows, events=()))

    assert [(each.program, each.takes) for each in comings.came] == [
        ("large", ("–", "1 GiB", "2")),
        ("small", ("–", "–", "1")),
    ]
    assert [(each.program, each.takes) for each in comings.went] == [("old", ("–", "–", "1"))]
    assert comings.grew == ()


@pytest.mark.parametrize(
    ("metric", "changes", "grown"),
    [
        ("proc.rss", {"change": 5.0, "tier": "minor"}, ["api"]),
        ("proc.fds", {"change": 5.0, "tier": "minor"}, ["api"]),
        ("proc.rss", {"change": -5.0, "tier": "minor"}, []),
        ("proc.rss", {"change": 5.0, "tier": None}, []),
        ("proc.rss", {"change": None, "tier": "minor"}, []),
        ("proc.cpu", {"change": 5.0, "tier": "minor"}, []),
    ],
)
def test_a_program_grew_where_what_it_holds_was_flagged_as_more(
    sample: Diff, metric: str, changes: dict[str, object], grown: list[str]
) -> None:
    row = of_program(sample, metric, "api", (10.0, 15.0), verdict="regressed", severity=1.0, **changes)

    assert [each.program for each in comings_of(replace(sample, series=(row,))).grew] == grown


def test_a_program_that_came_did_not_grow(sample: Diff) -> None:
    rows = (
        of_program(sample, "proc.count", "job", (0.0, 1.0), verdict="new"),
        of_program(sample, "proc.rss", "job", (0.0, 9.0), verdict="new", change=9.0, tier="minor"),
    )

    assert comings_of(replace(sample, series=rows)).grew == ()


def test_a_started_service_is_told_with_its_time_and_lists_are_bounded(sample: Diff) -> None:
    events = tuple(
        Event(
            side="after", t=2.5, metric="systemd.NRestarts", title="Service started", resource="host",
            text=f"{index}.service",
        )
        for index in range(SHOWN + 4)
    )  # fmt: skip

    comings = comings_of(replace(sample, series=(), events=events))

    assert comings.restarted[0] == ("0.service", "after, 2.5 s in")
    assert len(comings.restarted) == SHOWN
    assert comings.unlisted == 4


def test_settings_that_may_explain_come_first_and_say_what_they_move(sample: Diff) -> None:
    rows = (
        DriftRow(source="dpkg", key="bash", before="5.1", after="5.2"),
        DriftRow(source="sysctl", key="vm.swappiness", before="60", after="10", findings=(2,)),
    )

    can = Movable(source="sysctl", metrics=tuple("abcdefgh"))

    groups = groups_of(replace(sample, drift=rows, movable=(can,)), catalogue())

    assert [group.source for group in groups] == ["sysctl", "dpkg"]
    assert groups[0].moves == tuple("abcdef")
    assert (groups[0].moves_more, groups[1].moves) == (2, ())


@pytest.mark.parametrize(("length", "brief"), [(LONG, 0), (LONG + 1, LONG // 2)])
def test_a_long_value_has_a_short_form(sample: Diff, length: int, brief: int) -> None:
    row = DriftRow(source="cmdline", key="", before="short", after="x" * length)

    (group,) = groups_of(replace(sample, drift=(row,)), {})

    assert [len(value) for value in group.shown[0].brief] == [0, brief]


def test_a_card_names_the_events_that_are_related(sample: Diff) -> None:
    happened = replace(sample.events[1], findings=(2,))
    diff = replace(sample, events=(happened,))

    assert [finding.rank for finding in diff.findings if card_of(finding, diff, {}, {}).events] == [2]


def test_sources_lie_in_three_heaps_and_none_is_lost() -> None:
    statuses = [("ok", "ok"), ("absent", "absent"), ("skipped", "absent"), ("ok", "absent"), ("denied", "denied")]
    rows = tuple(CoverageRow(source=f"{a}.{b}", before=a, after=b, why="") for a, b in statuses)

    view = coverage_of(rows)

    assert [row.source for row in view.whole] == ["ok.ok"]
    assert [row.source for row in view.nowhere] == ["absent.absent", "skipped.absent"]
    assert [row.source for row in view.trouble] == ["ok.absent", "denied.denied"]


@given(st.none() | st.floats(), st.none() | st.floats())
def test_bars_stand_as_the_levels_do(before: float | None, after: float | None) -> None:
    bars = bars_of(before, after)

    if bars is not None:
        assert max(bars.before, bars.after) == 100
        assert min(bars.before, bars.after) >= 0


@pytest.mark.parametrize(
    "chart", [Chart(before=(1.0, 2.0), after=(), interval=1.0), Chart(before=(), after=(None, 1.0, 1.0), interval=1.0)]
)
def test_two_neighbouring_points_make_a_line(chart: Chart) -> None:
    assert has_course(chart)


@pytest.mark.parametrize("side", [(1.0,), (1.0, None, 1.0), (None, None), ()])
def test_lone_points_make_none(side: tuple[float | None, ...]) -> None:
    assert not has_course(Chart(before=side, after=side, interval=1.0))
