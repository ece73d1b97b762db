"""A Parquet file's footer as bytes that anyone may have written: read here, and by no other reader.

Arrow 26 ends the process ("terminate called") over some footers, for one over the histograms of values in it. So the
file's own footer is never given to Arrow: it is read strictly, checked by `snapper.archive.layout`, and what Arrow
gets is one that is made of the checked figures.
Source of the shapes: https://github.com/apache/parquet-format/blob/apache-parquet-format-2.11.0/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from snapper.archive.thrift import BINARY, I32, I64, NotThrift, Shape, unpack

MAX_BYTES: Final = 16 * 2**20
"""Of a footer. The largest has 2,000 row groups of eight columns, in three megabytes, and a manifest of one."""
MAX_ITEMS: Final = 200_000
"""Of all lists in a footer that are read; the same has 90,000."""
END: Final = 8
"""Bytes behind it: its length and the magic."""

ELEMENT: Final[Shape] = {1: I32, 3: I32, 4: BINARY, 5: I32, 6: I32, 10: {1: {}}}
"""SchemaElement: type, repetition, name, number of children, converted type, logical type (1: text)."""
CHUNK: Final[Shape] = {
    2: I64,
    3: {1: I32, 2: [I32], 3: [BINARY], 4: I32, 5: I64, 6: I64, 7: I64, 9: I64, 11: I64, 12: {5: BINARY, 6: BINARY}},
}
"""ColumnChunk: where its metadata repeat (nowhere), ColumnMetaData: type, encodings, path, codec, number of values,
bytes unpacked, bytes stored, offset of the first data page, offset of the dictionary, greatest and least value."""
GROUP: Final[Shape] = {1: [CHUNK], 2: I64, 3: I64}
"""RowGroup: columns, bytes, rows."""
PAIR: Final[Shape] = {1: BINARY, 2: BINARY}
FILE: Final[Shape] = {1: I32, 2: [ELEMENT], 3: I64, 4: [GROUP], 5: [PAIR]}
"""FileMetaData: version, schema, rows, row groups, metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """A footer as it stands in the file; nothing of it but its form was checked."""

    begin: int
    """Its offset: the columns lie before it."""
    fields: dict[int, Any]
    """Of the shape FILE."""
    metadata: dict[bytes, bytes]


def place_of_footer(file: BinaryIO) -> tuple[int, int] | None:
    """Offset and length of what the file's end says is its footer; None where the file is too short for that."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END))
    length = int.from_bytes(file.read(4), "little")
    begin = size - END - length
    return None if begin < 0 else (begin, length)


def read_footer(file: BinaryIO) -> Footer:
    """Read it; nothing is believed of what it says.

    Raises:
        NotThrift: There is none, or it is too large.
    """
    place = place_of_footer(file)
    if place is None or place[1] > MAX_BYTES:
        raise NotThrift("no footer")
    begin, length = place
    file.seek(begin)
    fields, end = unpack(file.read(length), FILE, items=MAX_ITEMS)
    pairs = [(pair.get(1, b""), pair.get(2, b"")) for pair in fields.get(5, ())]
    metadata = dict(pairs)
    if end != length or len(metadata) != len(pairs):
        raise NotThrift("more than a footer, or a name twice")
    return Footer(begin=begin, fields=fields, metadata=metadata)
