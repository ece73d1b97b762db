"""Where commands print: results on stdout, progress and remarks on stderr."""

from __future__ import annotations

import sys
from functools import cache

from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 120
"""Columns of a table that is not read on a terminal: nothing is cut, and lines stay greppable."""


@cache
def out() -> Console:
    """Standard output; as wide as the terminal, plain when piped."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


@cache
def err() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True)


def plain_table(*headings: str) -> Table:
    """A table without lines, as ps and ss print theirs."""
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
