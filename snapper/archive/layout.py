"""Where the columns of a snapshot lie in its file: checked to be as snapper writes them before a byte is read there.

A snapshot has one form: the columns of SCHEMA with one physical type each, packed by zstd, every row group holding
each of them once, in order, within the file and not on top of one another. Arrow gets a footer of just these figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from snapper.archive.footer import FILE, Footer
from snapper.archive.parquet import SCHEMA
from snapper.archive.thrift import packed

_HEAD: Final = 4  # bytes: the magic
_ZSTD: Final = 6  # CompressionCodec
_ENCODINGS: Final = [0, 3, 5, 8, 9]  # what the pages may have, see `snapper.archive.bounds`
_TYPES: Final = ("boolean", "int32", "int64", "int96", "float", "double", "binary", "binary of one length")
_TEXT: Final[dict[int, Any]] = {6: 0, 10: {1: {}}}  # converted type UTF8, logical type STRING
_WORDS: Final = [field.name for field in SCHEMA if pa.types.is_dictionary(field.type)]


class Odd(ValueError):
    """The footer says what snapper does not write: what that is, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One column of one row group."""

    begin: int
    end: int
    """Offsets of its first byte and behind its last."""
    data: int
    """Offset of its first data page; before it is the dictionary, if there is one."""
    unpacked: int
    """Bytes, as claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One row group."""

    rows: int
    chunks: tuple[Chunk, ...]
    """In the order of SCHEMA."""
    sources: tuple[bytes, ...]
    """The first and the last of its rows, as the footer says; none where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What of a footer is needed to read the columns of SCHEMA."""

    groups: tuple[Group, ...]

    @property
    def rows(self) -> int:
        """Of all groups."""
        return sum(group.rows for group in self.groups)

    def footer(self) -> bytes:
        """A footer of these figures and nothing else."""
        groups = [_group_fields(group) for group in self.groups]
        return packed({1: 2, 2: _ELEMENTS, 3: self.rows, 4: groups}, FILE)


def layout_of(footer: Footer) -> Layout:
    """Check a footer; columns of other names, a later snapper's, are left out.

    Raises:
        Odd: It is not as snapper writes it.
    """
    places = _places(footer.fields.get(2, []))
    groups = []
    last = _HEAD
    for fields in footer.fields.get(4, []):
        group = _group(fields, places, last, footer.begin)
        last = max(chunk.end for chunk in group.chunks)
        groups.append(group)
    layout = Layout(groups=tuple(groups))
    if footer.fields.get(3) != layout.rows:
        raise Odd(f"its footer claims {_figure(footer.fields.get(3))} rows, its row groups hold {layout.rows:,}")
    return layout


def reader_of(file: BufferedReader, layout: Layout) -> pq.ParquetFile:
    """Arrow's reader of a file whose layout was checked; its schema is SCHEMA."""
    footer = layout.footer()
    small = b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
    return pq.ParquetFile(
        file,
        metadata=pq.read_metadata(BytesIO(small)),
        read_dictionary=_WORDS,
        page_checksum_verification=True,
        pre_buffer=False,
    )


def read_columns(file: BufferedReader, layout: Layout, names: Sequence[str]) -> pa.Table:
    """Some columns of SCHEMA, each dictionary column with one dictionary for all its chunks.

    Raises:
        What Arrow raises on damaged input.
    """
    table = reader_of(file, layout).read([*names], use_threads=False)
    # Before the dictionaries are made one: that looks up what it finds, and trusts each index to be within.
    table.validate(full=True)
    return table.unify_dictionaries()


def _places(elements: list[Mapping[int, Any]]) -> dict[str, int]:
    """Column of SCHEMA → its number in the file, from the elements of the file's schema."""
    root, *leaves = elements or [{}]
    if 1 in root or root.get(5) != len(leaves) or any(1 not in leaf or 5 in leaf for leaf in leaves):
        raise Odd("its columns are nested, expected plain ones")
    names = [leaf.get(4, b"") for leaf in leaves]
    if len(set(names)) != len(names):
        raise Odd("has two columns of one name")
    for name, element in zip(SCHEMA.names, _ELEMENTS[1:], strict=True):
        if element[4] not in names:
            raise Odd(f"has no column `{name}`")
        found = leaves[names.index(element[4])]
        if found != element:
            raise Odd(f"column `{name}` is {_words_for(found)}, expected {_words_for(element)}")
    return {name: names.index(name.encode()) for name in SCHEMA.names}


def _words_for(element: Mapping[int, Any]) -> str:
    r"""A column's type in words.

    >>> _words_for({1: 2, 3: 0, 4: b"t"}), _words_for({1: 6, 3: 1, 4: b"note", 6: 0, 10: {1: {}}})
    ('int64', 'text, or nothing')
    """
    known = element[1] if 0 <= element[1] < len(_TYPES) else None
    name = "of no known type" if known is None else _TYPES[known]
    if (6 in element) or (10 in element):
        name = "text" if {key: element.get(key) for key in _TEXT} == _TEXT else f"{name} of another meaning"
    return name + {0: "", 1: ", or nothing"}.get(element.get(3, -1), ", or many")


def _group(fields: Mapping[int, Any], places: Mapping[str, int], last: int, end: int) -> Group:
    """A row group whose columns lie between two offsets."""
    rows, columns = fields.get(3, -1), fields.get(1, [])
    if rows < 0:
        raise Odd(f"its footer claims a row group of {_figure(fields.get(3))} rows")
    chunks = []
    for element in _ELEMENTS[1:]:
        name = element[4].decode()
        about = columns[places[name]].get(3, {}) if places[name] < len(columns) else {}
        if [about.get(key) for key in (1, 3, 4, 5)] != [element[1], [element[4]], _ZSTD, rows]:
            raise Odd(f"its footer says of column `{name}` what does not fit the other columns")
        chunk = _chunk(about)
        if chunk is None or not last <= chunk.begin <= chunk.data <= chunk.end <= end:
            raise Odd(f"its footer has column `{name}` lie where it cannot be")
        chunks.append(chunk)
        last = chunk.end
    found = columns[places["source"]][3].get(12, {})
    return Group(rows=rows, chunks=tuple(chunks), sources=tuple(found[key] for key in (6, 5) if key in found))


def _chunk(about: Mapping[int, Any]) -> Chunk | None:
    data, dictionary = about.get(9, 0), about.get(11)
    stored, unpacked = about.get(7, -1), about.get(6, -1)
    if min(stored, unpacked) < 0 or (dictionary is not None and dictionary >= data):
        return None
    begin = data if dictionary is None else dictionary
    return Chunk(begin=begin, end=begin + stored, data=data, unpacked=unpacked)


def _figure(value: int | None) -> str:
    return "no number of" if value is None else f"{value:,}"


def _element(field: pa.Field[Any]) -> dict[int, Any]:
    """A column as Parquet's schema has it."""
    text = _TEXT if field.name in _WORDS else {}
    kind = "binary" if text else str(field.type)
    return {1: _TYPES.index(kind), 3: int(field.nullable), 4: field.name.encode(), **text}


_ELEMENTS: Final[list[dict[int, Any]]] = [{3: 0, 4: b"schema", 5: len(SCHEMA)}, *map(_element, SCHEMA)]


def _group_fields(group: Group) -> dict[int, Any]:
    chunks = [_chunk_fields(group, chunk, element) for chunk, element in zip(group.chunks, _ELEMENTS[1:], strict=True)]
    return {1: chunks, 2: sum(chunk.unpacked for chunk in group.chunks), 3: group.rows}


def _chunk_fields(group: Group, chunk: Chunk, element: Mapping[int, Any]) -> dict[int, Any]:
    dictionary = {11: chunk.begin} if chunk.begin < chunk.data else {}
    about = {1: element[1], 2: _ENCODINGS, 3: [element[4]], 4: _ZSTD, 5: group.rows, 6: chunk.unpacked}
    return {2: 0, 3: about | {7: chunk.end - chunk.begin, 9: chunk.data} | dictionary}
