"""The pages of a Parquet file as their headers describe them, without taking a byte of memory for their contents.

What a page claims to hold decides how much memory a reader takes for it, and the footer need not
say the same. Source of the layout: https://parquet.apache.org/docs/file-format/data-pages/
(PageHeader of parquet.thrift), in Thrift's compact protocol.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pyarrow.parquet as pq

DATA, DICTIONARY, DATA_V2 = 0, 2, 3
"""PageType; 1 are index pages, which nobody writes."""

_BODY: Final = {DATA: 5, DICTIONARY: 7, DATA_V2: 8}
_ENCODING: Final = {DATA: 2, DICTIONARY: 2, DATA_V2: 4}
_HEADER: Final = 2**16  # bytes: a header is some dozen, and twice a statistic of 4 KiB at most
_DEPTH: Final = 8


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


def pages_of(file: BinaryIO, metadata: pq.FileMetaData) -> Iterator[Page]:
    """Every page, in the order of row groups and columns.

    Raises:
        Malformed: What should be a page's header is none, or the page does not lie within its column.
    """
    for group in range(metadata.num_row_groups):
        about = metadata.row_group(group)
        if about.num_columns != metadata.num_columns:
            raise Malformed(group, 0, 0)
        for column in range(about.num_columns):
            yield from _pages(file, about.column(column), group, column)


def _pages(file: BinaryIO, chunk: pq.ColumnChunkMetaData, group: int, column: int) -> Iterator[Page]:
    starts = [chunk.data_page_offset, chunk.dictionary_page_offset if chunk.has_dictionary_page else None]
    at = min(start for start in starts if start)
    end = at + chunk.total_compressed_size
    row = 0
    while at < end:
        file.seek(at)
        thrift = _Thrift(file.read(min(_HEADER, end - at)))
        try:
            page = _page(thrift.struct(), at + thrift.at, group, column, row)
        except (KeyError, IndexError, TypeError, ValueError):
            raise Malformed(group, column, row) from None
        at = page.begin + page.stored
        if min(page.values, page.size, page.stored) < 0 or at > end:
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
        encoding=body[_ENCODING[kind]],
        size=header[2],
        begin=begin,
        stored=header[3],
        crc=None if crc is None else crc & 0xFFFFFFFF,
    )


class _Thrift:
    """Reads structs of the compact protocol; IndexError or ValueError where there is none."""

    def __init__(self, data: bytes) -> None:
        self.at = 0
        self._data = data

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Field number → value; texts are passed over, and lists are their length."""
        if depth > _DEPTH:
            raise ValueError("nested too deep")
        fields: dict[int, Any] = {}
        last = 0
        while head := self._byte():
            last = last + (head >> 4) if head >> 4 else self._integer()
            fields[last] = self._value(head & 15, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        match kind:
            case 1 | 2:
                return kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._integer()
            case 7:
                return self._skip(8)
            case 8:
                return self._skip(self._varint())
            case 9 | 10:
                return self._list(depth)
            case 12:
                return self.struct(depth + 1)
            case _:
                raise ValueError("no such type")

    def _list(self, depth: int) -> int:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        for _ in range(size):  # each takes a byte at least, so that this ends with the data
            self._value(head & 15, depth + 1)
            if head & 15 in {1, 2}:
                self._byte()
        return size

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise ValueError("a number too long")

    def _skip(self, length: int) -> None:
        if length > len(self._data) - self.at:
            raise ValueError("longer than what there is")
        self.at += length

    def _byte(self) -> int:
        byte = self._data[self.at]
        self.at += 1
        return byte
