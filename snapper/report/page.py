"""What the page shows of a `Diff`, cut into the pieces that its templates iterate over.

Numbers stay as they are in the `Diff`; what is made here is drawing (paths, widths), choice
(which findings are told at length) and wording (times, names, commands).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from snapper.analyze.diff import CoverageRow, Culprit, Diff, DriftRow, Finding, Side, Tier
from snapper.report import words
from snapper.report.chart import Plot, plot_of
from snapper.report.marked import Segments, marked
from snapper.report.visible import TEXT_LIMIT, shortened
from snapper.report.wire import TableRow, ranked, series_json, static_rows
from snapper.units import UNKNOWN, format_duration, format_value

ALSO_SHOWN: Final = 6
"""Related series named at once; the rest is folded."""

DRIFT_SHOWN: Final = 60
"""Settings listed at once: more came with another system, not with a change of this one."""

COSTS: Final = (
    ("cpu", "CPU time of the recorder", "seconds"),
    ("tools_cpu", "CPU time of the tools it ran", "seconds"),
    ("rss", "Memory of the recorder", "bytes"),
    ("late", "Ticks that began late", "count"),
)
"""(name in the manifest, what, unit)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """A program's part in a finding."""

    culprit: Culprit
    width: int
    """Of its bar, in percent."""
    pair: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One finding, ready to be told."""

    finding: Finding
    anchor: str
    figures: str
    """Both sides in one phrase; empty for what is no number."""
    change: str
    ratio: str
    """How many times, where the change does not say it already."""
    interval: str
    plot: Plot | None
    blames: tuple[Blame, ...]
    also: tuple[str, ...]
    also_more: tuple[str, ...]
    doc: str
    """An address that may be followed, or empty."""
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """One setting, both values in pieces; None where it is not there."""

    row: DriftRow
    before: Segments | None
    after: Segments | None


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
    headline: tuple[Card, ...]
    minor: tuple[Card, ...]
    context: tuple[Card, ...]
    anchors: Mapping[int, str]
    """Rank → anchor, for the settings that may explain a finding."""
    use_notes: Mapping[str, int]
    """Why a cell of the matrix has no value → number of the note that says so."""
    drift: tuple[DriftView, ...]
    drift_more: tuple[DriftView, ...]
    rows: tuple[TableRow, ...]
    more: int
    """Series that only the script's list has."""
    data: str
    read_whole: tuple[CoverageRow, ...]
    read_in_part: tuple[CoverageRow, ...]
    provenance: tuple[tuple[str, str, str], ...]
    costs: tuple[tuple[str, str, float | None, float | None], ...]
    """What the recorder took: (what, unit, before, after)."""


def page_of(diff: Diff, sources: Mapping[str, str]) -> Page:
    """Cut a comparison into what the templates show.

    Args:
        diff: What there is to tell.
        sources: Metric → source that it was read from, as far as known.
    """
    before, after = diff.before, diff.after
    series = ranked(diff.series)
    rows = static_rows(series)
    drift = tuple(_drift(row) for row in diff.drift)
    host = words.hosts(diff)
    tiers: dict[Tier, tuple[Card, ...]] = {
        tier: tuple(_card(finding, diff, sources) for finding in diff.findings if finding.tier == tier)
        for tier in ("headline", "minor", "context")
    }
    return Page(
        title=f"{host}: {words.called(before)} → {words.called(after)}",
        hosts=host,
        called=(words.called(before), words.called(after)),
        clocks=((words.clock(before), words.clock_utc(before)), (words.clock(after), words.clock_utc(after))),
        apart=words.apart(diff),
        sentence=_sentence(diff),
        headline=tiers["headline"],
        minor=tiers["minor"],
        context=tiers["context"],
        anchors={finding.rank: _anchor(finding) for finding in diff.findings},
        use_notes=_notes(diff),
        drift=drift[:DRIFT_SHOWN],
        drift_more=drift[DRIFT_SHOWN:],
        rows=rows,
        more=len(series) - len(rows),
        data=series_json(series, diff, sources),
        read_whole=tuple(row for row in diff.coverage.sources if row.before == row.after == "ok"),
        read_in_part=tuple(row for row in diff.coverage.sources if not row.before == row.after == "ok"),
        provenance=_provenance(before, after),
        costs=tuple(
            (what, unit, diff.coverage.cost_before.get(name), diff.coverage.cost_after.get(name))
            for name, what, unit in COSTS
        ),
    )


def _card(finding: Finding, diff: Diff, sources: Mapping[str, str]) -> Card:
    told = finding.tier != "context" and finding.chart is not None
    change, ratio = words.change_of(finding), words.ratio_of(finding)
    return Card(
        finding=finding,
        anchor=_anchor(finding),
        figures=words.figures_of(finding),
        change=change,
        ratio="" if ratio in {change, UNKNOWN} else ratio,
        interval=words.interval_of(finding),
        plot=plot_of(finding.chart, finding.unit, finding.before, finding.after) if told and finding.chart else None,
        blames=tuple(_blame(culprit) for culprit in finding.culprits),
        also=finding.also[:ALSO_SHOWN],
        also_more=finding.also[ALSO_SHOWN:],
        doc=finding.doc if finding.doc.startswith("https://") else "",
        evidence=tuple(
            f"snapper show {side.id} {sources.get(finding.metric, '')}".strip() for side in (diff.before, diff.after)
        ),
    )


def _anchor(finding: Finding) -> str:
    # The prefix keeps findings apart from the page's own sections.
    return f"finding-{shortened(finding.id)}"


def _blame(culprit: Culprit) -> Blame:
    width = round(100 * min(1.0, max(0.0, culprit.share)))
    return Blame(culprit=culprit, width=width, pair=words.pair_of(culprit.before, culprit.after, culprit.value_unit))


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


def _drift(row: DriftRow) -> DriftView:
    before, after = (None if value is None else shortened(value, TEXT_LIMIT) for value in (row.before, row.after))
    if before is None or after is None:
        pieces = tuple(None if value is None else ((value, False),) for value in (before, after))
        return DriftView(row=row, before=pieces[0], after=pieces[1])
    left, right = marked(before, after)
    return DriftView(row=row, before=left, after=right)


def _provenance(before: Side, after: Side) -> tuple[tuple[str, str, str], ...]:
    """What the two snapshots say of themselves: (what, before, after)."""
    columns: Sequence[Sequence[tuple[str, str]]] = [_facts(side) for side in (before, after)]
    return tuple((name, left, right) for (name, left), (_, right) in zip(*columns, strict=True))


def _facts(side: Side) -> tuple[tuple[str, str], ...]:
    return (
        ("Snapshot", side.id),
        ("File", side.path or UNKNOWN),
        ("SHA-256", side.sha256 or UNKNOWN),
        ("Began", f"{words.clock(side)}, {words.clock_utc(side)}"),
        (
            "Window",
            f"{format_duration(side.duration)}, {side.ticks:,} ticks of {format_value(side.interval, 'seconds')}",
        ),
        ("Complete", "yes" if side.complete else "no, cut short"),
        ("Host", side.host),
        ("System", side.os or UNKNOWN),
        ("Kernel", side.kernel),
        ("CPUs", f"{side.cpus:,}"),
        ("Memory", format_value(side.memory or None, "bytes")),
        ("Boot", side.boot_id or UNKNOWN),
        ("Privileged", "yes" if side.privileged else "no"),
        ("Container", side.container or "none"),
        ("Tags", ", ".join(f"{key}={value}" for key, value in sorted(side.tags.items())) or "none"),
    )
