"""A Parquet file back into rows and manifest, or one sentence on why it is none of ours.

A file may come from anyone: its claims are held against its size before memory is taken for
them, its seal is checked, and what Arrow says of damage is put into words.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from snapper.archive.bounds import refuse_absurd
from snapper.archive.damage import damaged_part
from snapper.archive.files import PARQUET_MAGIC, SPOOL_FAMILY, describe, head_of, open_regular, reason, tail_of
from snapper.archive.manifest import CHECKSUM_KEY, METADATA_KEY, Manifest
from snapper.archive.parquet import SCHEMA
from snapper.archive.seal import SEAL_KEY, is_sealed
from snapper.errors import FINISH, UnreadableSnapshot

MAX_ITEMS: Final = 10_000
"""Of any list in the footer; the longest is that of the row groups, some hundred for a spool of the largest size."""

_ARROW_ERRORS: Final = (pa.ArrowException, OSError, MemoryError, ValueError, KeyError, TypeError, OverflowError)
"""What Arrow raises on damaged input; ValueError includes text that is no UTF-8."""


def load(path: Path) -> tuple[Manifest, pa.Table]:
    """Read a whole snapshot.

    Returns:
        Its manifest, and a table with the columns of SCHEMA in that order, no nulls where SCHEMA has none,
        each dictionary column with one dictionary for all its chunks.

    Raises:
        UnreadableSnapshot: The file is not there, is no snapshot, is cut off or damaged.
        NewerFormat: A later snapper wrote it.
    """
    with _opened(path) as file:
        parquet, manifest = _described(path, file)
        metadata = parquet.metadata
        if not is_sealed(file):
            if SEAL_KEY not in (metadata.metadata or {}):
                raise UnreadableSnapshot(
                    f"{path}: has no seal; expected a file as `snapper capture` wrote it, unaltered since"
                )
            part = damaged_part(file, parquet)
            raise UnreadableSnapshot(f"{path}: damaged: {part} is not as it was written; use another copy of the file")
        with _put_into_words(path):
            refuse_absurd(path, file, metadata)
        with _put_into_words(path):
            found = parquet.schema_arrow
        _refuse_other_columns(path, found)
        with _put_into_words(path):
            table = parquet.read(SCHEMA.names, use_threads=False).unify_dictionaries()
            table.validate(full=True)
    gaps = [field.name for field in SCHEMA if not field.nullable and table.column(field.name).null_count]
    if gaps or table.num_rows != metadata.num_rows:
        raise UnreadableSnapshot(
            f"{path}: damaged: {table.num_rows} of {metadata.num_rows} rows are there, "
            f"{' and '.join(gaps) or 'no column'} with gaps; use another copy of the file"
        )
    return manifest, table


def load_manifest(path: Path) -> Manifest:
    """Read what a snapshot says of itself, without its rows: milliseconds, whatever the size.

    Raises:
        UnreadableSnapshot, NewerFormat: As `load`, as far as it shows without the rows.
    """
    with _opened(path) as file:
        return _described(path, file)[1]


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """The file, if it begins as Parquet does."""
    with open_regular(path) as file:
        head = head_of(file)
        if head.startswith(SPOOL_FAMILY):
            raise UnreadableSnapshot(f"{path}: a recording that was not finished; finish it with: {FINISH} '{path}'")
        if not head.startswith(PARQUET_MAGIC):
            raise UnreadableSnapshot(f"{path}: {describe(head)}; expected a snapshot, which is a Parquet file")
        if tail_of(file, len(PARQUET_MAGIC)) != PARQUET_MAGIC:
            raise UnreadableSnapshot(f"{path}: cut off: its end is missing; copy it again from where it is whole")
        yield file


def _described(path: Path, file: BufferedReader) -> tuple[pq.ParquetFile, Manifest]:
    """The file's own description and its manifest; nothing of the rows."""
    with _put_into_words(path):
        parquet = pq.ParquetFile(
            file,
            page_checksum_verification=True,
            pre_buffer=False,
            thrift_string_size_limit=os.fstat(file.fileno()).st_size,
            thrift_container_size_limit=MAX_ITEMS,
        )
        stored = parquet.metadata.metadata or {}
    about = stored.get(METADATA_KEY)
    if about is None and not {CHECKSUM_KEY, SEAL_KEY} & stored.keys():
        raise UnreadableSnapshot(
            f"{path}: a Parquet file without a snapper manifest; expected one that `snapper capture` wrote"
        )
    checksum = stored.get(CHECKSUM_KEY)
    try:
        data = json.loads(about or b"")
    except (ValueError, RecursionError):
        data = None
    if data is None or checksum not in {None, b"%08x" % zlib.crc32(about or b"")}:
        raise UnreadableSnapshot(f"{path}: damaged: its manifest was altered; use another copy of the file")
    return parquet, Manifest.from_json(data, where=f"{path}: the manifest")


def _refuse_other_columns(path: Path, found: pa.Schema) -> None:
    """Columns of ours must be there with their types; a later snapper may have added others."""
    for field in SCHEMA:
        index = found.get_field_index(field.name)
        if index < 0:
            raise UnreadableSnapshot(
                f"{path}: has no column `{field.name}`; expected a file as `snapper capture` wrote it"
            )
        if found.field(index).type != field.type:
            raise UnreadableSnapshot(
                f"{path}: column `{field.name}` is {found.field(index).type}, expected {field.type}; "
                f"use the file as `snapper capture` wrote it"
            )


@contextmanager
def _put_into_words(path: Path) -> Iterator[None]:
    try:
        yield
    except _ARROW_ERRORS as error:
        raise UnreadableSnapshot(
            f"{path}: cut off or damaged ({reason(error)}); use another copy of the file"
        ) from error
