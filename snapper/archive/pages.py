"""The pages of a snapshot's columns as their headers describe them, without taking a byte of memory for their contents.

What a page claims to hold decides how much memory a reader takes for it, and the footer need not
say the same. Source of the layout: https://parquet.apache.org/docs/file-format/data-pages/
(PageHeader of parquet.thrift).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from snapper.archive.layout import Chunk, Layout
from snapper.archive.parquet import SCHEMA
from snapper.archive.thrift import I32, NotThrift, Shape, unpack

COLUMNS: Final = range(len(SCHEMA))
"""All of them, by their numbers in SCHEMA."""
DATA: Final = 0
DICTIONARY: Final = 2
"""PageType. Of the others, nobody writes 1, index pages, and snapper not 3, data pages of version 2."""

_BODY: Final = {DATA: 5, DICTIONARY: 7}
_HEADER: Final[Shape] = {1: I32, 2: I32, 3: I32, 4: I32, 5: {1: I32, 2: I32}, 7: {1: I32, 2: I32}}
"""PageHeader: type, bytes unpacked, bytes stored, CRC-32; of both kinds of page the number of values and encoding."""
_HEADER_BYTES: Final = 2**16  # a header is some dozen, and twice a statistic of 4 KiB at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of one column of one row group."""

    group: int
    column: int
    row: int
    """The first row of the group that it holds; of a dictionary, 0."""
    kind: int
    values: int
    encoding: int
    size: int
    """Bytes when unpacked, as claimed."""
    begin: int
    """Offset of its bytes as stored, behind the header."""
    stored: int
    """Bytes as stored."""
    crc: int | None
    """CRC-32 of the bytes as stored; None if it has none."""

    def is_whole(self, file: BinaryIO) -> bool:
        """Whether its bytes are those that its checksum is of; so, too, where it has none."""
        file.seek(self.begin)
        return self.crc is None or zlib.crc32(file.read(self.stored)) == self.crc


class Malformed(ValueError):
    """A header that is none: where it would be, `group`, `column` and `row`."""

    def __init__(self, group: int, column: int, row: int) -> None:
        super().__init__("a page header that is none")
        self.group, self.column, self.row = group, column, row


def pages_of(file: BinaryIO, layout: Layout, columns: Sequence[int] = COLUMNS) -> Iterator[Page]:
    """Every page of some columns of SCHEMA, in the order of row groups and columns.

    Raises:
        Malformed: What should be a page's header is none, or the page does not lie within its column.
    """
    for number, group in enumerate(layout.groups):
        for column in columns:
            yield from _pages(file, group.chunks[column], number, column)


def _pages(file: BinaryIO, chunk: Chunk, group: int, column: int) -> Iterator[Page]:
    at = chunk.begin
    row = 0
    while at < chunk.end:
        file.seek(at)
        try:
            header, length = unpack(file.read(min(_HEADER_BYTES, chunk.end - at)), _HEADER)
            page = _page(header, at + length, group, column, row)
        except (KeyError, NotThrift):
            raise Malformed(group, column, row) from None
        is_placed = (page.kind == DICTIONARY) == (at < chunk.data)
        at = page.begin + page.stored
        if min(page.values, page.size, page.stored) < 0 or at > chunk.end or not is_placed:
            raise Malformed(group, column, row)
        yield page
        row += 0 if page.kind == DICTIONARY else page.values


def _page(header: dict[int, Any], begin: int, group: int, column: int, row: int) -> Page:
    kind = header[1]
    body = header[_BODY[kind]]
    crc = header.get(4)
    return Page(
        group=group,
        column=column,
        row=row,
        kind=kind,
        values=body[1],
        encoding=body[2],
        size=header[2],
        begin=begin,
        stored=header[3],
        crc=None if crc is None else crc & 0xFFFFFFFF,
    )
