"""Which part of a damaged snapshot is damaged, in the words of whoever captured it: which reads, which column."""

from __future__ import annotations

from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import Final

import pyarrow as pa

from snapper.archive.bounds import refuse_absurd
from snapper.archive.columns import codes_of, words_of
from snapper.archive.footer import Footer
from snapper.archive.layout import Group, Layout, Odd, layout_of, read_columns
from snapper.archive.pages import Malformed, pages_of
from snapper.archive.parquet import SCHEMA
from snapper.errors import UnreadableSnapshot

FOOTER: Final = "its footer, which says where the columns are,"
_NAMES: Final = ("source", "key")
# What Arrow raises on damaged input, and what is said where a page claims more than it can hold.
_ERRORS: Final = (pa.ArrowException, UnreadableSnapshot, OSError, MemoryError, ValueError, IndexError)


def damaged_part(path: Path, file: BufferedReader, footer: Footer) -> str:
    """Name the first part that is not as it was written, by the checksums of the pages.

    Args:
        path: What the file is called.
        file: It, whose seal does not hold.
        footer: Its footer, whose manifest does.

    Returns:
        "the `content` of proc.pid.stat 812 to proc.pid.stat 901"; the footer where every page is whole.
    """
    try:
        layout = layout_of(footer)
    except Odd:
        return FOOTER
    struck = _struck(file, layout)
    if struck is None:
        return FOOTER
    number, column, row, count = struck
    group = layout.groups[number]
    for ends in (_reads(path, file, group, row, count), [each.decode("utf-8", "replace") for each in group.sources]):
        if ends:
            return f"the `{SCHEMA.names[column]}` of {' to '.join(dict.fromkeys(ends))}"
    return f"the column `{SCHEMA.names[column]}`"


def _struck(file: BufferedReader, layout: Layout) -> tuple[int, int, int, int] | None:
    """Row group, column, first row and number of rows of the first page that is not whole."""
    try:
        for page in pages_of(file, layout):
            if not page.is_whole(file):
                return page.group, page.column, page.row, page.values
    except Malformed as error:
        return error.group, error.column, error.row, 1
    return None


def _reads(path: Path, file: BufferedReader, group: Group, row: int, count: int) -> list[str]:
    """The first and the last read of some rows of a group; nothing where their names are damaged themselves."""
    alone = Layout(groups=(group,))
    with suppress(*_ERRORS):
        refuse_absurd(path, file, alone, [SCHEMA.names.index(name) for name in _NAMES])
        table = read_columns(file, alone, _NAMES)
        source, key = ([words_of(column)[code] for code in codes_of(column)] for column in table.columns)
        last = max(row, min(row + count, len(source)) - 1)
        return [f"{source[at]} {key[at]}".rstrip() for at in (row, last)]
    return []
