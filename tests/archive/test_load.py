"""What is no snapshot of ours, or no longer whole, is refused in one sentence; damage never passes for data."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper import __version__
from snapper.archive import bounds
from snapper.archive.archive import open_archive
from snapper.archive.load import load_manifest
from snapper.archive.manifest import CHECKSUM_KEY, COVERAGE_KEY, METADATA_KEY
from snapper.archive.parquet import write
from snapper.archive.read import Read
from snapper.archive.seal import BLANK, SEAL_KEY, seal
from snapper.errors import NewerFormat, SnapperError, UnreadableSnapshot
from tests.archive import spools

ROWS = sorted(spools.rows(spools.small()), key=lambda row: row[:3])
Rewrite = Callable[..., Path]
WORDS = ["source", "key", "status"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "whole.parquet"
    write(ROWS, spools.manifest(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "some.parquet"


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
        pq.write_table(changed, path, use_dictionary=WORDS, compression="zstd")
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


@given(data=st.data())
def test_a_flipped_bit_is_found(whole: bytes, path: Path, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(whole) - 1))
    damaged = bytearray(whole)
    damaged[position] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(damaged)

    with pytest.raises(UnreadableSnapshot, match=str(path)):
        open_archive(path)


def test_a_file_without_a_seal_is_refused(whole: bytes, path: Path) -> None:
    path.write_bytes(whole)
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata(described(spools.manifest().to_json())), path)

    with pytest.raises(UnreadableSnapshot, match="has no seal"):
        open_archive(path)


@given(data=st.data())
def test_a_cut_off_file_is_refused(whole: bytes, path: Path, data: st.DataObject) -> None:
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])

    with pytest.raises(UnreadableSnapshot, match=str(path)):
        open_archive(path)


@given(noise=st.binary(max_size=200))
def test_noise_in_the_clothes_of_parquet_is_refused(path: Path, noise: bytes) -> None:
    path.write_bytes(b"PAR1" + noise + b"PAR1")

    with pytest.raises(UnreadableSnapshot, match=str(path)):
        open_archive(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n <!DOCTYPE html><html><body>404", "looks like an HTML page"),
        (b"hello\n", "looks like text"),
        (b'{"format": 1}', "looks like JSON"),
        (b"\x1f\x8b\x08" + b"\0" * 20, "gzip data: unpack it first"),
        (b"PK\x03\x04" + b"\0" * 20, "a zip archive: unpack it first"),
        (b"\x00\x01\x02", "binary data"),
        (spools.spool(spools.small()), "snapper recover '"),
        (b"PAR1" + b"\0" * 100, "cut off"),
        (b"PAR1" + b"\xff" * 8 + b"PAR1", "damaged"),
    ],
)
def test_what_is_no_snapshot_is_told_by_its_looks(path: Path, content: bytes, says: str) -> None:
    path.write_bytes(content)

    with pytest.raises(UnreadableSnapshot, match=says) as error:
        open_archive(path)

    assert str(error.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("name", "says"),
    [("missing.parquet", "no such file"), (".", "a directory"), ("pipe", "no regular file"), ("a\0b", "cannot be")],
)
def test_what_cannot_be_opened_is_said(tmp_path: Path, name: str, says: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnreadableSnapshot, match=says):
        open_archive(tmp_path / name)


def test_a_parquet_file_of_another_program_is_refused(path: Path) -> None:
    pd.DataFrame({"a": [1, 2]}).to_parquet(path)

    with pytest.raises(UnreadableSnapshot, match="without a snapper manifest"):
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


@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_BYTES"])
def test_absurd_sizes_are_refused_before_they_are_read(
    whole: bytes, path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path.write_bytes(whole)
    monkeypatch.setattr(bounds, limit, 3)

    with pytest.raises(UnreadableSnapshot, match="claims 13 rows"):
        open_archive(path)


def test_the_manifest_is_read_without_the_rows(whole: bytes, path: Path) -> None:
    damaged = bytearray(whole)
    damaged[100:200] = bytes(100)  # pages
    path.write_bytes(damaged)

    assert load_manifest(path) == spools.manifest()
    with pytest.raises(SnapperError, match="damaged"):
        open_archive(path)


def test_a_footer_on_which_arrow_ends_the_process_is_refused_in_words(path: Path) -> None:
    """Arrow 26 ends the process over these bits of this file, in the sizes that a footer tells of a column."""
    story = Path(__file__).resolve().parents[2] / "fixtures" / "snapshots" / "cpu-hog-before.parquet"
    whole = story.read_bytes()
    for position, bit in ((41609, 2), (42187, 6)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << bit
        path.write_bytes(damaged)

        with pytest.raises(UnreadableSnapshot, match="footer"):
            open_archive(path)
