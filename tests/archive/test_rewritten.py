"""A snapshot that another program wrote again: refused where it is none of ours any more, read where it has more."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from snapper import __version__
from snapper.archive.archive import open_archive
from snapper.archive.load import load_manifest
from snapper.archive.manifest import CHECKSUM_KEY, COVERAGE_KEY, METADATA_KEY
from snapper.archive.read import Read
from snapper.archive.seal import BLANK, SEAL_KEY, seal
from snapper.errors import NewerFormat, UnreadableSnapshot
from tests.archive import spools

ROWS = sorted(spools.rows(spools.small()), key=lambda row: row[:3])
Rewrite = Callable[..., Path]
WORDS = ["source", "key", "status"]


@pytest.fixture
def rewrite(whole: bytes, path: Path) -> Rewrite:
    """Write the table again, changed, as another program could that knows how to seal it."""

    def rewritten(
        change: Callable[[pa.Table], pa.Table] = lambda table: table, metadata: dict[bytes, bytes] | None = None
    ) -> Path:
        path.write_bytes(whole)
        table = pq.read_table(path)
        kept = stored_in(path) if metadata is None else metadata
        changed = change(table).replace_schema_metadata({**kept, SEAL_KEY: BLANK})
        pq.write_table(changed, path, use_dictionary=WORDS, compression="zstd")  # type: ignore[arg-type]  # the stubs know the flag only
        with path.open("r+b") as file:
            seal(file)
        return path

    return rewritten


def stored_in(path: Path) -> dict[bytes, bytes]:
    """The metadata of a file; that of the schema which Arrow keeps there is another."""
    stored = pq.read_metadata(path).metadata or {}
    return {name: value for name, value in stored.items() if name != b"ARROW:schema"}


def described(about: object, **other: bytes) -> dict[bytes, bytes]:
    text = about if isinstance(about, bytes) else json.dumps(about).encode()
    return {METADATA_KEY: text} | {name.encode(): value for name, value in other.items()}


def everything(path: Path) -> list[Read]:
    archive = open_archive(path)
    archive.ticks()
    archive.pids()
    return [read for source in archive.sources() for read in archive.reads(source)]


def test_a_file_without_a_seal_is_refused(whole: bytes, path: Path) -> None:
    path.write_bytes(whole)
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata(described(spools.manifest().to_json())), path)

    with pytest.raises(UnreadableSnapshot, match="has no seal"):
        open_archive(path)


def test_a_later_format_says_who_wrote_it_and_what_to_do(rewrite: Rewrite) -> None:
    path = rewrite(metadata=described({"format": 7, "snapper": "9.1.0"}))

    for read in (open_archive, load_manifest):
        with pytest.raises(NewerFormat) as error:
            read(path)
        assert str(error.value) == (
            f"{path}: the manifest was written by snapper 9.1.0 in format 7; "
            f"this is snapper {__version__} and reads up to 1; upgrade snapper"
        )


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        (described(b"no JSON"), "manifest was altered"),
        (described(b"[" * 100_000), "manifest was altered"),
        (described({}), "has no `snapper`"),
        (described([]), "expected an object"),
        (described(spools.manifest().to_json() | {"host": 7}), "`host` is 7, expected text"),
        (described(spools.manifest().to_json(), **{CHECKSUM_KEY.decode(): b"00000000"}), "manifest was altered"),
    ],
)
def test_a_manifest_that_is_not_whole_is_refused(rewrite: Rewrite, metadata: dict[bytes, bytes], says: str) -> None:
    path = rewrite(metadata=metadata)

    with pytest.raises(UnreadableSnapshot, match=says) as error:
        open_archive(path)

    assert str(error.value).startswith(str(path))


def test_a_manifest_without_a_checksum_is_taken(rewrite: Rewrite) -> None:
    assert everything(rewrite(metadata=described(spools.manifest().to_json()))) == ROWS


def test_the_checksum_is_that_of_the_manifest(whole: bytes, path: Path) -> None:
    path.write_bytes(whole)
    stored = stored_in(path)

    assert int(stored[CHECKSUM_KEY], 16) == zlib.crc32(stored[METADATA_KEY] + stored[COVERAGE_KEY])


def cast(name: str, kind: Any) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.set_column(
        table.schema.get_field_index(name), pa.field(name, kind), table[name].cast(kind)
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda table: table.drop_columns("content"), "no column `content`"),
        (lambda table: table.append_column("t", table["t"]), "two columns of one name"),
        (cast("t", pa.float64()), "column `t` is double, or nothing, expected int64"),
        (cast("source", pa.binary()), "column `source` is binary, or nothing, expected text"),
        (cast("took", pa.time32("ms")), "column `took` is int32 of another meaning, or nothing, expected int32"),
        (lambda table: table.append_column("list", pa.array([[1]] * len(ROWS))), "its columns are nested"),
        (lambda table: table.take(list(range(len(ROWS)))[::-1]), "not sorted"),
        (lambda table: pa.concat_tables([table, table]), "not sorted"),
        (lambda table: table.set_column(2, "t", pa.array([None] * len(ROWS), pa.int64())), "`t` is int64, or nothing"),
    ],
    ids=["column missing", "column twice", "number", "bytes", "time", "list", "reversed", "twice", "nulls"],
)
def test_other_columns_are_refused(rewrite: Rewrite, change: Callable[[pa.Table], pa.Table], says: str) -> None:
    path = rewrite(change)

    with pytest.raises(UnreadableSnapshot, match=says) as error:
        open_archive(path)

    assert str(error.value).startswith(str(path))


def test_a_column_of_a_later_snapper_is_passed_over(rewrite: Rewrite) -> None:
    path = rewrite(lambda table: table.append_column("novelty", pa.array([1] * len(ROWS))))

    assert everything(path) == ROWS
