"""What the page shows of a `Diff`, cut into the pieces that its templates iterate over.

Numbers stay as they are in the `Diff`; what is made here is drawing (paths, widths), choice
(which findings are told at length) and wording (times, names, commands).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snapper.analyze.diff import Diff, Figure, Tier
from snapper.metric import Metric
from snapper.report import words
from snapper.report.cards import Card, anchor_of, card_of
from snapper.report.comings import Comings, comings_of
from snapper.report.coverage import CoverageView, costs_of, coverage_of, provenance_of
from snapper.report.drifted import DriftGroup, groups_of
from snapper.report.flames import ProfileView, view_of
from snapper.report.marked import Segments
from snapper.report.wire import TableRow, paths_of, ranked, series_json, static_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number of the workload, with how it went over the window."""

    figure: Figure
    before: str
    """Path data of its sparkline; empty where there is none."""
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the templates need besides the `Diff` itself."""

    title: str
    hosts: str
    called: tuple[str, str]
    clocks: tuple[tuple[str, str], tuple[str, str]]
    """(local time, UTC) of both sides."""
    apart: str
    sentence: Segments
    """In pieces: (text, whether it names the main culprit)."""
    expected: str
    headline: tuple[Card, ...]
    minor: tuple[Card, ...]
    context: tuple[Card, ...]
    anchors: Mapping[int, str]
    """Rank → anchor, for the settings and events that may explain a finding."""
    use_notes: Mapping[str, int]
    """Why a cell of the matrix has no value → number of the note that says so."""
    load: tuple[Tile, ...]
    efficiency: tuple[Tile, ...]
    profile: ProfileView | None
    """None where none was captured."""
    drift: tuple[DriftGroup, ...]
    comings: Comings
    rows: tuple[TableRow, ...]
    more: int
    """Series that only the script's list has."""
    data: str
    coverage: CoverageView
    provenance: tuple[tuple[str, str, str], ...]
    costs: tuple[tuple[str, str, float | None, float | None], ...]
    """What the recorder took: (what, unit, before, after)."""


def page_of(diff: Diff, sources: Mapping[str, str], metrics: Mapping[str, Metric]) -> Page:
    """Cut a comparison into what the templates show.

    Args:
        diff: What there is to tell.
        sources: Metric → source that it was read from, as far as known.
        metrics: Declarations by name: what settings are called, and what they can move.
    """
    before, after = diff.before, diff.after
    series = ranked(diff.series)
    rows = static_rows(series)
    host = words.hosts(diff)
    tiers: dict[Tier, tuple[Card, ...]] = {
        tier: tuple(card_of(finding, diff, sources, metrics) for finding in diff.findings if finding.tier == tier)
        for tier in ("headline", "minor", "context")
    }
    return Page(
        title=f"{host}: {words.called(before)} → {words.called(after)}",
        hosts=host,
        called=(words.called(before), words.called(after)),
        clocks=((words.clock(before), words.clock_utc(before)), (words.clock(after), words.clock_utc(after))),
        apart=words.apart(diff),
        sentence=_sentence(diff),
        expected=words.expected(diff),
        headline=tiers["headline"],
        minor=tiers["minor"],
        context=tiers["context"],
        anchors={finding.rank: anchor_of(finding) for finding in diff.findings},
        use_notes=_notes(diff),
        load=_tiles(diff.workload.load, diff),
        efficiency=_tiles(diff.workload.efficiency, diff),
        profile=view_of(diff.profile) if diff.profile else None,
        drift=groups_of(diff, metrics),
        comings=comings_of(diff),
        rows=rows,
        more=len(series) - len(rows),
        data=series_json(series, diff, sources),
        coverage=coverage_of(diff.coverage.sources),
        provenance=provenance_of(before, after),
        costs=costs_of(diff),
    )


def _sentence(diff: Diff) -> Segments:
    """The verdict with the main culprit set off, if it speaks of it."""
    sentence = diff.summary.sentence
    program = next((finding.culprits[0].program for finding in diff.findings if finding.culprits), "")
    if not program or program not in sentence:
        return ((sentence, False),)
    left, _, right = sentence.partition(program)
    return tuple((text, named) for text, named in ((left, False), (program, True), (right, False)) if text)


def _notes(diff: Diff) -> dict[str, int]:
    """The reasons in the matrix, each once: on most hosts the same few stand in many cells."""
    cells = (cell for row in diff.use for column in (row.utilization, row.saturation, row.errors) for cell in column)
    reasons = dict.fromkeys(cell.reason for cell in cells if cell.reason)
    return {reason: number for number, reason in enumerate(reasons, start=1)}


def _tiles(figures: tuple[Figure, ...], diff: Diff) -> tuple[Tile, ...]:
    """Each figure with the sparkline of the series that it is of."""
    wanted = {(figure.metric, figure.instance) for figure in figures if figure.metric}
    drawn = {(row.metric, row.instance): paths_of(row) for row in diff.series if (row.metric, row.instance) in wanted}
    paths = [drawn.get((figure.metric, figure.instance), ("", "")) for figure in figures]
    return tuple(
        Tile(figure=figure, before=before, after=after) for figure, (before, after) in zip(figures, paths, strict=True)
    )
