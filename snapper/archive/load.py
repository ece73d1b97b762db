"""A Parquet file back into rows and manifest, or one sentence on why it is none of ours.

A file may come from anyone: its claims are held against its size before memory is taken for
them, its seal is checked, and what Arrow says of damage is put into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final

import pyarrow as pa

from snapper.archive.bounds import refuse_absurd
from snapper.archive.damage import damaged_part
from snapper.archive.files import PARQUET_MAGIC, SPOOL_FAMILY, describe, head_of, open_regular, reason, tail_of
from snapper.archive.footer import Footer, read_footer
from snapper.archive.layout import Odd, layout_of, read_columns
from snapper.archive.manifest import CHECKSUM_KEY, METADATA_KEY, Manifest
from snapper.archive.metadata import manifest_in
from snapper.archive.parquet import SCHEMA
from snapper.archive.seal import SEAL_KEY, is_sealed
from snapper.archive.thrift import NotThrift
from snapper.errors import FINISH, UnreadableSnapshot

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
        footer, manifest = _described(path, file)
        _refuse_unsealed(path, file, footer)
        try:
            layout = layout_of(footer)
        except Odd as error:
            raise UnreadableSnapshot(f"{path}: {error}; use the file as `snapper capture` wrote it") from None
        refuse_absurd(path, file, layout)
        with _put_into_words(path):
            return manifest, read_columns(file, layout, SCHEMA.names)


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


def _described(path: Path, file: BufferedReader) -> tuple[Footer, Manifest]:
    """The file's own description and its manifest; nothing of the rows."""
    try:
        footer = read_footer(file)
    except NotThrift as error:
        raise UnreadableSnapshot(
            f"{path}: cut off or damaged (its footer cannot be read: {error}); use another copy of the file"
        ) from None
    stored = footer.metadata
    if METADATA_KEY not in stored and not {CHECKSUM_KEY, SEAL_KEY} & stored.keys():
        raise UnreadableSnapshot(
            f"{path}: a Parquet file without a snapper manifest; expected one that `snapper capture` wrote"
        )
    try:
        data = manifest_in(stored)
    except ValueError:
        raise UnreadableSnapshot(f"{path}: damaged: its manifest was altered; use another copy of the file") from None
    return footer, Manifest.from_json(data, where=f"{path}: the manifest")


def _refuse_unsealed(path: Path, file: BufferedReader, footer: Footer) -> None:
    if is_sealed(file):
        return
    if SEAL_KEY not in footer.metadata:
        raise UnreadableSnapshot(f"{path}: has no seal; expected a file as `snapper capture` wrote it, unaltered since")
    part = damaged_part(path, file, footer)
    raise UnreadableSnapshot(f"{path}: damaged: {part} is not as it was written; use another copy of the file")


@contextmanager
def _put_into_words(path: Path) -> Iterator[None]:
    try:
        yield
    except _ARROW_ERRORS as error:
        raise UnreadableSnapshot(
            f"{path}: cut off or damaged ({reason(error)}); use another copy of the file"
        ) from error
