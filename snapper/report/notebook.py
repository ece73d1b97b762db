"""A comparison as a notebook shows it: the verdict, the top findings, the USE matrix, the functions that grew.

One piece of HTML that brings its looks with it, as attributes: a notebook has styles of its own,
strips sheets of others, and shows cells on a light or a dark ground. So colours are few, of
middle lightness, and never alone: the marks and words of all formats stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markupsafe import Markup

from snapper.analyze.cpu_profile import FunctionRow
from snapper.analyze.diff import Cell, Diff, Finding, UseRow
from snapper.report import words
from snapper.report.brief import FUNCTIONS_SHOWN, cautions, row_name, telling_cell, top_findings, top_rows
from snapper.report.flames import grown, moved_text
from snapper.report.settled import settled
from snapper.report.visible import shortened, visible
from snapper.units import UNKNOWN, format_value

NAME_LIMIT: Final = 60
PROSE_LIMIT: Final = 600

_COLOURS: Final = {"worse": "#d84a3f", "better": "#258a5f", "plain": "inherit", "same": "inherit"}
_HEAD: Final = Markup('<th scope="col" style="text-align:left;padding:.1em .6em">{}</th>')
_LEFT: Final = Markup('<td style="text-align:left;vertical-align:top;padding:.1em .6em">{}</td>')
_NAME: Final = Markup('<th scope="row" style="text-align:left;vertical-align:top;padding:.1em .6em">{}</th>')
_FIGURES: Final = Markup(
    '<td style="text-align:right;vertical-align:top;padding:.1em .6em;white-space:nowrap;'
    'font-variant-numeric:tabular-nums">{}</td>'
)
_TONED: Final = Markup('<span style="color:{};font-weight:600">{}</span>')
_QUIET: Final = Markup('<span style="opacity:.7">{}</span>')
_PARAGRAPH: Final = Markup('<p style="margin:.3em 0">{}</p>')
_TABLE: Final = Markup('<table style="margin:.6em 0"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')


def render_notebook(diff: Diff) -> str:
    """HTML for one cell of a notebook; what comes from the host is text in it, and bounded."""
    return Markup('<div style="max-width:70em;overflow-x:auto">{}</div>').format(Markup().join(_parts(settled(diff))))


def _parts(diff: Diff) -> Iterator[Markup]:
    names = f"{_name(words.hosts(diff))}: {_name(words.called(diff.before))} → {_name(words.called(diff.after))}"
    yield _PARAGRAPH.format(_QUIET.format(f"{names}, {_prose(words.circumstances(diff))}"))
    for caution in cautions(diff.warnings):
        yield _PARAGRAPH.format(f"! {_prose(caution)}")
    yield _PARAGRAPH.format(Markup("<strong>{}</strong>").format(_prose(diff.summary.sentence)))
    for line in (diff.summary.caveat, words.reported(diff)):
        if line:
            yield _PARAGRAPH.format(_QUIET.format(_prose(line)))
    findings, left = top_findings(diff.findings)
    if findings:
        yield _table(("", "What", "Before → after", "Change", "Who"), map(_finding, findings))
        yield _more(left, "finding")
    if diff.use:
        rows, left = top_rows(diff.use)
        yield _table(("Resource", "Utilization", "Saturation", "Errors"), map(_row, rows))
        yield _more(left, "row")
    if diff.profile is not None and (grew := grown(diff.profile)[:FUNCTIONS_SHOWN]):
        yield _table(("Function that grew", "In", "Of all CPU time", ""), map(_function, grew))


def _finding(finding: Finding) -> Markup:
    tone = words.tone(finding)
    title = Markup("{} {}").format(_toned(tone, words.MARKS[tone]), _prose(finding.title))
    note = Markup("<div>{}</div>").format(_QUIET.format(_prose(finding.note))) if finding.note else ""
    return Markup().join(
        (
            _FIGURES.format(finding.rank),
            _LEFT.format(title + note),
            _FIGURES.format(words.figures_of(finding)),
            _FIGURES.format(_toned(tone, words.change_of(finding))),
            _LEFT.format(_name(words.who(finding.culprits))),
        )
    )


def _row(row: UseRow) -> Markup:
    columns = (row.utilization, row.saturation, row.errors)
    return _NAME.format(_name(row_name(row))) + Markup().join(map(_cell, columns))


def _function(row: FunctionRow) -> Markup:
    return _NAME.format(_name(row.name)) + Markup().join(
        (
            _LEFT.format(_QUIET.format("kernel" if row.kernel else _name(row.image))),
            _FIGURES.format(words.pair_of(row.self_before, row.self_after, "ratio")),
            _LEFT.format(moved_text(row)),
        )
    )


def _cell(column: Sequence[Cell]) -> Markup:
    cell = telling_cell(column)
    if cell is None:
        return _LEFT.format(_QUIET.format(UNKNOWN))
    tone = words.tone(cell)
    now = _toned(tone, f"{words.MARKS[tone]} {format_value(cell.after, cell.unit)}".strip())
    was = _QUIET.format(f"was {format_value(cell.before, cell.unit)}")
    return _LEFT.format(Markup("{} {}").format(now, was))


def _toned(tone: str, text: str) -> Markup | str:
    return text if tone == "same" or not text else _TONED.format(_COLOURS[tone], text)


def _table(head: Iterable[str], rows: Iterable[Markup]) -> Markup:
    body = Markup().join(map(Markup("<tr>{}</tr>").format, rows))
    return _TABLE.format(Markup().join(map(_HEAD.format, head)), body)


def _more(left: int, noun: str) -> Markup:
    said = _QUIET.format(f"and {words.counted(left, noun)} more, in the report")
    return _PARAGRAPH.format(said) if left else Markup()


def _prose(text: str) -> str:
    return shortened(visible(text), PROSE_LIMIT)


def _name(text: str) -> str:
    return shortened(visible(text), NAME_LIMIT)
