"""What a snapshot file may claim, held against how large it is: memory is taken for no more than that.

A file of ten kilobytes can claim a billion rows, hold a page that unpacks to gigabytes, or name
one value a million times; each is refused before it is read.
"""

from __future__ import annotations

import os
from io import BufferedReader
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from snapper.archive.pages import DICTIONARY, Malformed, Page, pages_of
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
_PLAIN, _PLAIN_DICTIONARY, _RLE, _DELTA, _RLE_DICTIONARY = 0, 2, 3, 5, 8
_USUAL: Final = frozenset({_PLAIN, _PLAIN_DICTIONARY, _RLE, _DELTA, _RLE_DICTIONARY})
_REPEATED: Final = frozenset({_PLAIN_DICTIONARY, _RLE_DICTIONARY})
_LONG: Final = frozenset({"content", "stderr"})


def refuse_absurd(path: Path, file: BufferedReader, metadata: pq.FileMetaData) -> None:
    """Raise where reading the columns of SCHEMA would take more memory than such a file is worth.

    Raises:
        UnreadableSnapshot: With what it claims.
    """
    size = os.fstat(file.fileno()).st_size
    _refuse_many_rows(path, metadata, size)
    most = min(MAX_BYTES, max(SMALL, MAX_RATIO * size))
    names = [metadata.schema.column(index).path for index in range(metadata.num_columns)]
    unpacked = 0
    values: dict[tuple[int, int], int] = {}
    try:
        for page in pages_of(file, metadata):
            if names[page.column] not in SCHEMA.names:
                continue
            unpacked += page.size
            _refuse_odd(path, page, names[page.column])
            if page.kind != DICTIONARY:
                values[page.group, page.column] = values.get((page.group, page.column), 0) + page.values
            if unpacked > most:
                raise UnreadableSnapshot(
                    f"{path}: claims {unpacked:,} bytes or more, packed into {size:,}; at most {most:,} are read"
                )
    except Malformed as error:
        raise UnreadableSnapshot(
            f"{path}: damaged: a page of column `{names[error.column]}` is none; use another copy of the file"
        ) from None
    for (group, column), found in values.items():
        if found != metadata.row_group(group).num_rows:
            raise UnreadableSnapshot(
                f"{path}: damaged: column `{names[column]}` has {found:,} values for "
                f"{metadata.row_group(group).num_rows:,} rows; use another copy of the file"
            )


def _refuse_many_rows(path: Path, metadata: pq.FileMetaData, size: int) -> None:
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    claims = sum(group.total_byte_size for group in groups)
    most = min(MAX_ROWS, max(FEW_ROWS, size))
    rows = max(metadata.num_rows, sum(group.num_rows for group in groups))
    if min([metadata.num_rows, *(min(group.num_rows, group.total_byte_size) for group in groups)]) < 0:
        raise UnreadableSnapshot(f"{path}: claims less than no rows; that is damage or no snapshot")
    if rows > most or claims > MAX_BYTES:
        raise UnreadableSnapshot(
            f"{path}: claims {rows:,} rows and {claims:,} bytes; "
            f"at most {most:,} and {MAX_BYTES:,} are read, more is damage or no snapshot"
        )


def _refuse_odd(path: Path, page: Page, name: str) -> None:
    """Encodings in which few bytes stand for many."""
    if page.encoding not in _USUAL or (name in _LONG and (page.kind == DICTIONARY or page.encoding in _REPEATED)):
        raise UnreadableSnapshot(
            f"{path}: column `{name}` is packed in a way that snapper does not write (encoding {page.encoding}); "
            f"use the file as `snapper capture` wrote it"
        )
