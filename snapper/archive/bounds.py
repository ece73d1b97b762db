"""What a snapshot file may claim, held against how large it is: memory is taken for no more than that.

A file of ten kilobytes can claim a billion rows, hold a page that unpacks to gigabytes, or name
one value a million times; each is refused before it is read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BufferedReader
from itertools import product
from pathlib import Path
from typing import Final

from snapper.archive.layout import Layout
from snapper.archive.pages import COLUMNS, DICTIONARY, Malformed, Page, pages_of
from snapper.archive.parquet import SCHEMA
from snapper.errors import UnreadableSnapshot

MAX_ROWS: Final = 20_000_000
MAX_BYTES: Final = 8 * 2**30
"""Bytes of all columns, not compressed. A day of 1,000 processes at one tick a second stays below 2 GiB."""
MAX_RATIO: Final = 200
"""Bytes unpacked for each byte of the file. Captures have 7 to 30; zstd can make 30,000 of a byte."""
SMALL: Final = 64 * 2**20
"""Bytes unpacked that any file may hold: a few ticks of an idle host are very much alike."""
FEW_ROWS: Final = 100_000
"""Rows that any file may hold; in a larger one each takes a byte at least, for no two times are alike."""

# Encoding of parquet.thrift. Others can make one value of a few bytes any number of long ones.
_PLAIN, _PLAIN_DICTIONARY, _RLE, _DELTA, _RLE_DICTIONARY, _SPLIT = 0, 2, 3, 5, 8, 9
_USUAL: Final = frozenset({_PLAIN, _PLAIN_DICTIONARY, _RLE, _DELTA, _RLE_DICTIONARY, _SPLIT})
_REPEATED: Final = frozenset({_PLAIN_DICTIONARY, _RLE_DICTIONARY})
_LONG: Final = frozenset({"content", "stderr"})
_LEAST: Final = 4  # bytes of a value in a dictionary: a number, or the length of a word


def refuse_absurd(path: Path, file: BufferedReader, layout: Layout, columns: Sequence[int] = COLUMNS) -> None:
    """Raise where reading some columns of SCHEMA would take more memory than such a file is worth.

    Raises:
        UnreadableSnapshot: With what it claims.
    """
    size = os.fstat(file.fileno()).st_size
    _refuse_many_rows(path, layout, size)
    most = min(MAX_BYTES, max(SMALL, MAX_RATIO * size))
    unpacked = 0
    values: dict[tuple[int, int], int] = dict.fromkeys(product(range(len(layout.groups)), columns), 0)
    try:
        for page in pages_of(file, layout, columns):
            unpacked += page.size
            _refuse_odd(path, page)
            if page.kind != DICTIONARY:
                values[page.group, page.column] += page.values
            if unpacked > most:
                raise UnreadableSnapshot(
                    f"{path}: claims {unpacked:,} bytes or more, packed into {size:,}; at most {most:,} are read"
                )
    except Malformed as error:
        raise UnreadableSnapshot(
            f"{path}: damaged: a page of column `{SCHEMA.names[error.column]}` is none; use another copy of the file"
        ) from None
    for (group, column), found in values.items():
        if found != layout.groups[group].rows:
            raise UnreadableSnapshot(
                f"{path}: damaged: column `{SCHEMA.names[column]}` has {found:,} values for "
                f"{layout.groups[group].rows:,} rows; use another copy of the file"
            )


def _refuse_many_rows(path: Path, layout: Layout, size: int) -> None:
    claims = sum(chunk.unpacked for group in layout.groups for chunk in group.chunks)
    most = min(MAX_ROWS, max(FEW_ROWS, size))
    if layout.rows > most or claims > MAX_BYTES:
        raise UnreadableSnapshot(
            f"{path}: claims {layout.rows:,} rows and {claims:,} bytes; "
            f"at most {most:,} and {MAX_BYTES:,} are read, more is damage or no snapshot"
        )


def _refuse_odd(path: Path, page: Page) -> None:
    """Encodings in which few bytes stand for many, and a dictionary of more words than it has bytes."""
    name = SCHEMA.names[page.column]
    if page.kind == DICTIONARY and page.values > page.size // _LEAST:
        raise UnreadableSnapshot(
            f"{path}: damaged: column `{name}` claims {page.values:,} words in {page.size:,} bytes; "
            f"use another copy of the file"
        )
    if page.encoding not in _USUAL or (name in _LONG and (page.kind == DICTIONARY or page.encoding in _REPEATED)):
        raise UnreadableSnapshot(
            f"{path}: column `{name}` is packed in a way that snapper does not write (encoding {page.encoding}); "
            f"use the file as `snapper capture` wrote it"
        )
