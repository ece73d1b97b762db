"""The report as GitHub-flavoured Markdown, short enough for a comment on a ticket or a change.

What comes from the host stands in code spans, or escaped: `markdown_text` has both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from snapper import __version__
from snapper.analyze.cpu_profile import CpuProfile
from snapper.analyze.diff import Cell, Diff, DriftRow, Event, Figure, Finding
from snapper.report import words
from snapper.report.brief import FUNCTIONS_SHOWN, cautions
from snapper.report.flames import grown, lead_of, moved_text
from snapper.report.markdown_text import NAME_LIMIT, code, prose, table
from snapper.report.visible import shortened
from snapper.units import UNKNOWN, format_change, format_ratio, format_value

FINDINGS_SHOWN: Final = 20
DETAILED: Final = 5
ROWS_SHOWN: Final = 20
DRIFT_SHOWN: Final = 30
FIGURES_SHOWN: Final = 12
"""Together below 65,536 characters, which a comment on GitHub may have."""

TITLE_LIMIT: Final = 120
COMMAND_LIMIT: Final = 300
ADDRESS: Final = re.compile(r"https://[\w./#?=&%~:+,-]{1,300}", re.ASCII)
"""What may stand between angle brackets and is sure to end there."""


def render_markdown(diff: Diff) -> str:
    """The verdict, the findings as a table, the first of them in detail, the USE matrix, workload, drift."""
    return "\n".join(
        (
            *_head(diff),
            *_findings(diff.findings),
            *_details(diff.findings),
            *_matrix(diff),
            *_workload(diff),
            *_profile(diff.profile),
            *_drift(diff.drift),
            *_events(diff.events),
            f"Made by snapper {__version__} from {code(diff.before.id)} and {code(diff.after.id)}.",
            "",
        )
    )


def _head(diff: Diff) -> Iterator[str]:
    before, after = diff.before, diff.after
    for caution in cautions(diff.warnings):
        yield f"> {prose(caution)}  "
    if diff.warnings:
        yield ""
    yield f"## {prose(diff.summary.sentence)}"
    yield ""
    yield (
        f"{code(words.hosts(diff))}: {code(words.called(before))} → {code(words.called(after))}, "
        f"{prose(words.circumstances(diff))}  "
    )
    yield f"{words.clock(before)} ({words.clock_utc(before)}) → {words.clock(after)} ({words.clock_utc(after)})"
    yield ""
    if diff.summary.caveat:
        yield from (prose(diff.summary.caveat), "")


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    told = [finding for finding in findings if finding.tier != "context"]
    yield from ("### Findings", "")
    if not told:
        yield from ("No change stands out.", "")
        return
    yield from table(
        ("#", "What", "Before → after", "Change", "Who"),
        (
            (
                str(finding.rank),
                f"{words.mark(finding)} {prose(shortened(finding.title, TITLE_LIMIT))}",
                words.figures_of(finding),
                words.change_of(finding),
                _who(finding),
            )
            for finding in told[:FINDINGS_SHOWN]
        ),
        left=len(findings) - len(told[:FINDINGS_SHOWN]),
    )


def _details(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in [each for each in findings if each.tier == "headline"][:DETAILED]:
        yield f"#### {finding.rank}. {prose(shortened(finding.title, TITLE_LIMIT))}"
        yield ""
        figures, interval = words.figures_of(finding), words.interval_of(finding)
        yield (
            f"{code(words.series_name(finding.metric, finding.instance))}: "
            + (f"**{figures}**, " if figures else "")
            + words.change_of(finding)
            + (f" (95 % interval {interval})" if interval else "")
        )
        for note in (finding.note, finding.help):
            yield from ("", prose(note)) if note else ()
        if finding.culprits or finding.config:
            yield from ("", *_reasons(finding))
        if finding.next:
            yield from ("", f"Look next: {code(finding.next, COMMAND_LIMIT)}")
        if ADDRESS.fullmatch(finding.doc):
            yield from ("", f"Documented at <{finding.doc}>.")
        yield ""


def _reasons(finding: Finding) -> Iterator[str]:
    for culprit in finding.culprits[:3]:
        unit = f" ({code(culprit.unit)})" if culprit.unit else ""
        yield f"- {code(culprit.program)}{unit}: {format_value(culprit.share, 'ratio')} of the change"
    for change in finding.config[:3]:
        setting = f"{change.source} {change.key}".strip()
        yield f"- may explain it: {code(setting)} {_swap(change.before, change.after)}"


def _matrix(diff: Diff) -> Iterator[str]:
    if not diff.use:
        return
    yield from ("### USE matrix", "")
    yield from table(
        ("Resource", "Utilization", "Saturation", "Errors"),
        (
            (
                f"{prose(words.RESOURCES.get(row.resource, shortened(row.resource, NAME_LIMIT)))} "
                + (code(row.instance) if row.instance else ""),
                *(_cell(column) for column in (row.utilization, row.saturation, row.errors)),
            )
            for row in diff.use[:ROWS_SHOWN]
        ),
        left=len(diff.use) - ROWS_SHOWN,
    )


def _cell(column: Sequence[Cell]) -> str:
    there = [cell for cell in column if cell.after is not None or cell.before is not None][:2]
    return (
        "<br>".join(
            f"{words.mark(cell)} {format_value(cell.after, cell.unit)} {prose(shortened(cell.title, NAME_LIMIT))}, "
            f"was {format_value(cell.before, cell.unit)}".strip()
            for cell in there
        )
        or UNKNOWN
    )


def _workload(diff: Diff) -> Iterator[str]:
    figures = (*diff.workload.load, *diff.workload.efficiency)
    if not figures and not diff.workload.sentence:
        return
    yield from ("### Workload", "", prose(diff.workload.sentence), "")
    yield from table(
        ("", "Before → after", "Ratio", ""),
        (
            (
                prose(shortened(figure.title, NAME_LIMIT)),
                words.pair_of(figure.before, figure.after, figure.unit),
                format_ratio(figure.before, figure.after),
                _verdict(figure),
            )
            for figure in figures[:FIGURES_SHOWN]
        ),
        left=len(figures) - FIGURES_SHOWN,
    )


def _profile(profile: CpuProfile | None) -> Iterator[str]:
    if profile is None:
        return
    yield from ("### Where the CPU time went", "", prose(lead_of(profile)), "")
    rows = grown(profile)[:FUNCTIONS_SHOWN]
    if rows:
        yield from table(
            ("Function that grew", "In", "CPU time in itself", "Change", ""),
            (
                (
                    code(row.name),
                    "kernel" if row.kernel else code(row.image),
                    words.pair_of(row.self_before, row.self_after, "ratio"),
                    format_change(row.change, "ratio"),
                    moved_text(row),
                )
                for row in rows
            ),
            left=0,
        )


def _drift(rows: Sequence[DriftRow]) -> Iterator[str]:
    if not rows:
        return
    yield from ("### Configuration", "")
    yield from table(
        ("Source", "Setting", "Before → after", "May explain"),
        (
            (code(row.source), code(row.key), _swap(row.before, row.after), ", ".join(map(str, row.findings)))
            for row in rows[:DRIFT_SHOWN]
        ),
        left=len(rows) - DRIFT_SHOWN,
    )


def _events(events: Sequence[Event]) -> Iterator[str]:
    if not events:
        return
    yield from ("### What the kernel reported meanwhile", "")
    yield from table(
        ("When", "What", "Message", "May explain"),
        (
            (
                f"{event.side} {'' if event.t is None else format_value(event.t, 'seconds')}",
                prose(event.title),
                code(event.text, TITLE_LIMIT),
                ", ".join(map(str, event.findings)),
            )
            for event in events[:DRIFT_SHOWN]
        ),
        left=len(events) - DRIFT_SHOWN,
    )


def _swap(before: str | None, after: str | None) -> str:
    return " → ".join("not there" if value is None else code(value) for value in (before, after))


def _verdict(figure: Figure) -> str:
    return f"{words.mark(figure)} {words.word(figure.verdict)}".strip()


def _who(finding: Finding) -> str:
    if not finding.culprits:
        return ""
    return f"{code(finding.culprits[0].program)} {format_value(finding.culprits[0].share, 'ratio')}"
