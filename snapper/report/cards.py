"""Findings as cards: what is told of one, in the order in which a reader asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from snapper.analyze.diff import Culprit, Diff, Event, Finding
from snapper.metric import Metric, Worse
from snapper.report import words
from snapper.report.bars import Bars, bars_of
from snapper.report.chart import Plot, has_course, plot_of
from snapper.report.visible import shortened
from snapper.units import UNKNOWN

ALSO_SHOWN: Final = 6
"""Related series named at once; the rest is folded."""

DIRECTIONS: Final[Mapping[Worse, str]] = {
    Worse.MORE: "more is worse",
    Worse.LESS: "less is worse",
    Worse.EITHER: "either way is worse",
    Worse.NEITHER: "neither way is worse by itself",
}
"""What a reader is told of a metric's own direction."""

EVENTS_SHOWN: Final = 3
"""Events named in a card; all of them stand in their own section."""


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
    measured: str
    """What the figures are of, where the title does not say it: a program that is new has many."""
    figures: str
    """Both sides in one phrase; empty for what is no number."""
    change: str
    ratio: str
    """How many times, where the change does not say it already."""
    interval: str
    plot: Plot | None
    bars: Bars | None
    """Both levels, where there is no course to draw."""
    blames: tuple[Blame, ...]
    events: tuple[Event, ...]
    """What was logged about the same resource while the later side was recorded; a possibility, no proof."""
    also: tuple[str, ...]
    also_more: tuple[str, ...]
    direction: str
    """Which way is worse."""
    doc: str
    """An address that may be followed, or empty."""
    evidence: tuple[str, ...]
    """The command for either side."""


def card_of(finding: Finding, diff: Diff, sources: Mapping[str, str], metrics: Mapping[str, Metric]) -> Card:
    """Cut one finding into what its card shows.

    Args:
        finding: One of the comparison's.
        diff: The comparison.
        sources: Metric → source that it was read from, as far as known.
        metrics: Declarations by name; one that is not there is of another version.
    """
    told = finding.tier != "context" and finding.chart is not None
    drawn = finding.chart if told and finding.chart and has_course(finding.chart) else None
    change, ratio = words.change_of(finding), words.ratio_of(finding)
    source, declared = sources.get(finding.metric, ""), metrics.get(finding.metric)
    return Card(
        finding=finding,
        anchor=anchor_of(finding),
        measured=_measured(finding, declared),
        figures=words.figures_of(finding),
        change=change,
        ratio="" if ratio in {change, UNKNOWN} else ratio,
        interval=words.interval_of(finding),
        plot=plot_of(drawn, finding.unit, finding.before, finding.after) if drawn else None,
        bars=bars_of(finding.before, finding.after) if told and drawn is None else None,
        blames=tuple(_blame(culprit) for culprit in finding.culprits),
        events=tuple(event for event in diff.events if finding.rank in event.findings)[:EVENTS_SHOWN],
        also=finding.also[:ALSO_SHOWN],
        also_more=finding.also[ALSO_SHOWN:],
        direction=DIRECTIONS[declared.worse] if declared else "",
        doc=finding.doc if finding.doc.startswith("https://") else "",
        evidence=tuple(f"snapper show {words.handle(side)} {source}".strip() for side in (diff.before, diff.after)),
    )


def anchor_of(finding: Finding) -> str:
    """Where a link finds it; the prefix keeps findings apart from the page's own sections."""
    return f"finding-{shortened(finding.id)}"


def _measured(finding: Finding, declared: Metric | None) -> str:
    if declared is None or finding.verdict not in {"new", "gone"}:
        return ""
    title = declared.title.removesuffix(" of a program")
    return "" if title.lower() in finding.title.lower() else title


def _blame(culprit: Culprit) -> Blame:
    width = round(100 * min(1.0, max(0.0, culprit.share)))
    return Blame(culprit=culprit, width=width, pair=words.pair_of(culprit.before, culprit.after, culprit.value_unit))
