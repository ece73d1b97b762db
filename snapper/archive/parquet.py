"""Rows and a manifest into one Parquet file that any reader of Parquet opens as it is.

A row is a read, sorted by source, key and time: neighbours are then almost alike, which is
worth two to five times the bytes to the compressor. Pages carry checksums, and the whole a seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from snapper.archive.columns import blobs, integers, nullable_integers, words
from snapper.archive.manifest import Manifest
from snapper.archive.metadata import metadata_of
from snapper.archive.place import placed
from snapper.archive.read import Read
from snapper.archive.seal import BLANK, SEAL_KEY, seal

_WORD: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [
        pa.field("source", _WORD, nullable=False),
        pa.field("key", _WORD, nullable=False),
        pa.field("t", pa.int64(), nullable=False),
        pa.field("took", pa.int32(), nullable=False),
        pa.field("status", _WORD, nullable=False),
        pa.field("content", pa.binary(), nullable=False),
        pa.field("stderr", pa.binary()),
        pa.field("exit_code", pa.int32()),
    ]
)
"""The columns in the order of `Read`'s fields; what each means stands there."""

GROUP_BYTES: Final = 16 * 2**20
"""Contents of one row group, which this writer needs once more beside the rows: 5 to 20 MB more than of a quarter."""
GROUP_ROWS: Final = 2**17
PAGE_BYTES: Final = 2**19
"""Each is packed by itself. Twice this would spare half a hundredth of a snapshot, for 6 to 24 MB more to write it."""
LEVEL: Final = 9
"""Of zstd: a sixth fewer bytes than level 1 leaves, for 25 ms more of a snapshot of 1,000 processes and 30 ticks."""
MANY_ROWS: Final = 2**17
"""Above it keys are stored by their numbers, which is what takes a reader a third less of its time: 0.15 s of a million
rows. Below it they stand as text: numbers take bits that zstd cannot pack, the texts of one source are those of the
source before it, and take half the bytes."""
_FEW: Final = ["source", "status"]
_SPLIT: Final = {"t": "BYTE_STREAM_SPLIT", "took": "BYTE_STREAM_SPLIT"}
_MAX_TOOK: Final = 2**31 - 1


def write(rows: Iterable[Read], manifest: Manifest, target: Path, *, overwrite: bool = False) -> None:
    """Write one snapshot file.

    Args:
        rows: In any order.
        manifest: Goes into the file's metadata, see `snapper.archive.metadata`.
        target: Appears, with mode 0600, when it is whole and on the disk, and not before.
        overwrite: Replace a file of that name.

    Raises:
        CannotWrite: No space, no permission, or the name is taken; nothing is left behind.
    """
    ordered = sorted(rows, key=itemgetter(0, 1, 2))
    is_large = len(ordered) > MANY_ROWS
    with placed(target, overwrite=overwrite) as file:
        with pq.ParquetWriter(
            file,
            SCHEMA,
            compression="zstd",
            compression_level=LEVEL,
            use_dictionary=[*_FEW, "key"] if is_large else _FEW,  # type: ignore[arg-type]  # the stubs know the flag only
            column_encoding=_SPLIT if is_large else {**_SPLIT, "key": "PLAIN"},
            write_statistics=["source"],  # which tells whose rows were hit where a group is damaged
            write_page_checksum=True,
            data_page_size=PAGE_BYTES,
        ) as writer:
            for group in _groups(ordered):
                writer.write_batch(_batch(group), row_group_size=len(group))
            metadata = {**metadata_of(manifest), SEAL_KEY: BLANK}
            writer.add_key_value_metadata(metadata)  # type: ignore[arg-type]  # the stubs know texts only
        seal(file)


def _groups(rows: list[Read]) -> Iterator[list[Read]]:
    """Rows in portions of GROUP_BYTES or GROUP_ROWS, whichever comes first."""
    group: list[Read] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row.content) + len(row.stderr or b"")
        if size >= GROUP_BYTES or len(group) >= GROUP_ROWS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _batch(rows: list[Read]) -> pa.RecordBatch:
    source, key, t, took, status, content, stderr, exit_code = zip(*rows, strict=True)
    return pa.RecordBatch.from_arrays(
        [
            words(source, _WORD),
            words(key, _WORD),
            integers(t, pa.int64()),
            integers((min(each, _MAX_TOOK) for each in took), pa.int32()),  # a command of the whole window: 35 minutes
            words(status, _WORD),
            blobs(content, pa.binary()),
            blobs(stderr, pa.binary()),
            nullable_integers(exit_code, pa.int32()),
        ],
        schema=SCHEMA,
    )
