"""The summary for a terminal: the verdict, what changed most, the USE matrix, where the report is.

It is laid out for the width it is given. Below `NARROW` columns who did it stands below the
finding, and the matrix says only what is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from snapper.analyze.cpu_profile import FunctionRow
from snapper.analyze.diff import Cell, Diff, Finding, UseRow
from snapper.report import words
from snapper.report.brief import FUNCTIONS_SHOWN, ROWS_SHOWN, cautions, row_name, telling_cell, top_findings, top_rows
from snapper.report.flames import MARKS, grown, moved_text
from snapper.report.visible import shortened, visible
from snapper.units import UNKNOWN, format_value

USUAL_WIDTH: Final = 100
"""Columns where nobody says how many there are: a pipe, a file."""

WIDE: Final = 96
"""From here a finding and who did it stand on one line."""

ROOMY: Final = 140
"""From here a cell of the matrix has room to name its metric."""

NARROW: Final = 72
"""Below, a cell of the matrix has no room for what was."""

LEAST: Final = 40
"""A terminal that claims fewer columns is laid out for this many and wraps."""

LEAST_NAME: Final = 16
"""Columns that the name of a resource has at least; the figures beside it wrap before it is cut further."""

NAME_LIMIT: Final = 60
TITLE_LIMIT: Final = 160
CELL_LIMIT: Final = 30
PROSE_LIMIT: Final = 600

_STYLES: Final = {"worse": "bold red", "better": "green", "plain": "bold", "same": ""}


def render_text(
    diff: Diff, *, width: int | None = None, colour: bool = False, report: tuple[str, int] | None = None
) -> str:
    """The summary as text.

    Args:
        diff: What there is to tell.
        width: Columns.
        colour: Whether to use the terminal's colours and weights; without them there is no escape in it.
        report: Path and size in bytes of the report that was written.
    """
    written = StringIO()
    columns = max(LEAST, width or USUAL_WIDTH)
    console = Console(
        file=written,
        width=columns,
        height=ROWS_SHOWN,  # said, so that rich asks no terminal
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(summary(diff, columns, report=report))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def summary(diff: Diff, width: int, *, report: tuple[str, int] | None = None) -> RenderableType:
    """The same as something that rich can print."""
    parts: list[RenderableType] = [_head(diff), *(_text(f"! {text}", "yellow") for text in cautions(diff.warnings))]
    parts.append(_text(diff.summary.sentence, "bold"))
    parts += [_text(line, "dim") for line in (diff.summary.caveat, words.reported(diff)) if line]
    findings, left = top_findings(diff.findings)
    if findings:
        parts += [Text(), Padding(_findings(findings, width), (0, 0, 0, 1))]
    if left:
        parts.append(_text(f"   and {left:,} more, in the report", "dim"))
    if diff.use:
        parts += [Text(), *_matrix(diff.use, width)]
    if diff.profile is not None and (grew := grown(diff.profile)[:FUNCTIONS_SHOWN]):
        parts += [Text(), Padding(_functions(grew, width), (0, 0, 0, 1))]
    if report is not None:
        parts += [Text(), _text(f"{report[0]} ({format_value(report[1], 'bytes')})")]
    return Group(*parts)


def _head(diff: Diff) -> Text:
    sides = f"{_name(words.called(diff.before))} → {_name(words.called(diff.after))}"
    head = Text(overflow="fold")
    head.append(_name(words.hosts(diff)), "bold")
    head.append(f"   {sides}   ")
    head.append(visible(words.circumstances(diff)), "dim")
    return head


def _findings(findings: Sequence[Finding], width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1 if width <= USUAL_WIDTH else None, overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right" if width < WIDE else "left")
    if width >= WIDE:
        table.add_column(overflow="fold", max_width=width // 4)
    table.expand = width <= USUAL_WIDTH
    for finding in findings:
        blame = _name(words.who(finding.culprits))
        title = Text.assemble(
            _marked(words.tone(finding)), shortened(visible(finding.title), TITLE_LIMIT), overflow="fold"
        )
        if finding.tier == "minor":
            title.stylize("not bold")
        below = [shortened(visible(finding.note), TITLE_LIMIT), blame if width < WIDE else ""]
        cells: list[RenderableType] = [
            Text(str(finding.rank), "dim"),
            Group(title, *(Padding(Text(text, "dim", overflow="fold"), (0, 0, 0, 2)) for text in below if text)),
            Text(words.figures_of(finding)),
            Text(words.change_of(finding), _STYLES[words.tone(finding)]),
        ]
        table.add_row(*cells, *([Text(blame, overflow="fold")] if width >= WIDE else []))
    return table


def _matrix(rows: Sequence[UseRow], width: int) -> Iterable[RenderableType]:
    kept, left = top_rows(rows)
    table = Table.grid(padding=(0, 2, 0, 0))
    lines = [[_cell(column, width) for column in (row.utilization, row.saturation, row.errors)] for row in kept]
    taken = sum(max((cell.cell_len for cell in column), default=0) for column in zip(*lines, strict=True))
    widest = max(LEAST_NAME, min(width // 3, width - taken - 7))  # what the figures and the gaps leave
    table.add_column(overflow="fold", max_width=widest)
    for _ in range(3):
        table.add_column(overflow="fold")
    table.add_row(Text(), *(Text(name, "dim") for name in ("utilization", "saturation", "errors")))
    for row, cells in zip(kept, lines, strict=True):
        table.add_row(Text(shortened(visible(row_name(row)), widest)), *cells)
    yield Padding(table, (0, 0, 0, 1))
    if left:
        yield _text(f" and {words.counted(left, 'row')} more in the report, unchanged or not measured", "dim")


def _functions(rows: Sequence[FunctionRow], width: int) -> Table:
    """Functions that took more of the CPU time themselves."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", max_width=max(12, width // 2))
    if width >= NARROW:
        table.add_column(overflow="fold", max_width=24)
    for _ in range(2):
        table.add_column(no_wrap=True)
    heads = ("function that grew", *([""] if width >= NARROW else []), "of all CPU time", "")
    table.add_row(*(Text(name, "dim") for name in heads))
    for row in rows:
        pair = words.pair_of(row.self_before, row.self_after, "ratio")
        image = [Text("kernel" if row.kernel else _name(row.image), "dim")] if width >= NARROW else []
        table.add_row(
            Text(_name(row.name)), *image, Text(pair), Text(moved_text(row), "bold" if row.moved in MARKS else "dim")
        )
    return table


def _cell(column: Sequence[Cell], width: int) -> Text:
    cell = telling_cell(column)
    if cell is None:
        return Text(UNKNOWN, "dim")
    text = Text.assemble(_marked(words.tone(cell)), (format_value(cell.after, cell.unit), _STYLES[words.tone(cell)]))
    if width >= ROOMY and cell.title:
        text.append(f" {shortened(visible(cell.title), CELL_LIMIT)}")
    if width >= NARROW:
        text.append(f"  was {format_value(cell.before, cell.unit)}", "dim")
    return text


def _marked(tone: str) -> tuple[str, str]:
    mark = words.MARKS[tone]
    return (f"{mark} " if mark else "", _STYLES[tone])


def _text(text: str, style: str = "") -> Text:
    return Text(shortened(visible(text), PROSE_LIMIT), style, overflow="fold")


def _name(text: str) -> str:
    return shortened(visible(text), NAME_LIMIT)
