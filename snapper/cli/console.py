"""Where commands print: results on stdout, progress and remarks on stderr.

Names come from the observed host, and so may hold what steers a terminal; all text is printed with that written out.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from snapper.report.visible import visible

PIPED_WIDTH = 10_000
"""Columns where there is no terminal: a row is a line, whatever its length, so that grep and awk see all of it."""

LAST_WIDTH = 20
"""Columns below which the last one of a table is no longer read."""


@cache
def out() -> Console:
    """Standard output; as wide as the terminal, plain when piped."""
    return _console(None if sys.stdout.isatty() else PIPED_WIDTH)


@cache
def err() -> Console:
    """Standard error."""
    return _SafeConsole(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True)


def print_table(table: Table) -> None:
    """Print a table as a result, without the blanks behind its last column."""
    console = out() if _fits(table) else _console(PIPED_WIDTH)
    with console.capture() as printed:
        console.print(table)
    sys.stdout.write("\n".join(line.rstrip() for line in printed.get().split("\n")))


def _fits(table: Table) -> bool:
    """Whether it can be read as wide as the terminal is; else the terminal's own wrapping is the lesser evil."""
    wanted = Measurement.get(out(), out().options.update(width=PIPED_WIDTH), table).maximum
    last = max(cell_len(str(cell)) for cell in table.columns[-1].cells)
    return out().width >= min(wanted, wanted - last + LAST_WIDTH)


def _console(width: int | None) -> Console:
    return _SafeConsole(width=width, highlight=False, emoji=False, markup=False)


class _SafeConsole(Console):
    """Every text that is printed comes through here, but for a `Text`, which is for texts of our own."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str("\n".join(map(visible, text.split("\n"))), **options)


class _PlainTable(Table):
    """A table in which a name with a line feed in it is no second row."""

    def add_row(self, *cells: Any, **options: Any) -> None:
        super().add_row(*(visible(cell) if isinstance(cell, str) else cell for cell in cells), **options)


def plain_table(*headings: str) -> Table:
    """A table without lines, as ps and ss print theirs; only the last column is wrapped."""
    table = _PlainTable(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True)
    table.add_column(headings[-1], overflow="fold")
    return table
