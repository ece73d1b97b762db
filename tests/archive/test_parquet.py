"""What is written is one plain Parquet file: any reader opens it, and it holds every byte."""

from __future__ import annotations

import base64
import json
import resource
import signal
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapper.archive import parquet
from snapper.archive.archive import open_archive
from snapper.archive.manifest import COVERAGE_KEY, METADATA_KEY
from snapper.archive.parquet import write
from snapper.archive.read import Read
from snapper.errors import CannotWrite
from tests.archive import spools

ROWS = spools.rows(spools.small())
READS = st.builds(
    Read,
    source=st.sampled_from(["proc.stat", "proc.pid.stat", "cmd.ss"]),
    key=st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    t=st.integers(0, 2**63 - 1),
    took=st.integers(0, 2**31 - 1),
    status=st.sampled_from(spools.STATUSES),
    content=st.binary(max_size=300),
    stderr=st.none() | st.binary(max_size=20),
    exit_code=st.none() | st.integers(-(2**31), 2**31 - 1),
)


def all_reads(path: Path) -> list[Read]:
    archive = open_archive(path)
    return [read for source in archive.sources() for read in archive.reads(source)]


def test_the_columns_are_those_of_the_format(tmp_path: Path) -> None:
    write(ROWS, spools.manifest(), tmp_path / "a.parquet")

    word = "dictionary<values=string, indices=int32, ordered=0>"
    assert [(field.name, str(field.type), field.nullable) for field in pq.read_schema(tmp_path / "a.parquet")] == [
        ("source", word, False),
        ("key", word, False),
        ("t", "int64", False),
        ("took", "int32", False),
        ("status", word, False),
        ("content", "binary", False),
        ("stderr", "binary", True),
        ("exit_code", "int32", True),
    ]


def test_the_manifest_is_json_in_the_metadata_its_coverage_packed(tmp_path: Path) -> None:
    manifest = spools.manifest(tags={"git": "4f2a91c"}, pids=(1, 2))
    write(ROWS, manifest, tmp_path / "a.parquet")

    found = pq.read_metadata(tmp_path / "a.parquet").metadata
    stored = json.loads(found[METADATA_KEY])
    coverage = json.loads(zlib.decompress(base64.b64decode(found[COVERAGE_KEY])))

    assert {**stored, "coverage": coverage} == json.loads(json.dumps(manifest.to_json()))
    assert (stored["host"], stored["pids"]) == ("web-7", [1, 2])


def test_rows_are_sorted_and_pages_compressed_with_checksums(tmp_path: Path) -> None:
    write(ROWS[::-1], spools.manifest(), tmp_path / "a.parquet")

    table = pq.read_table(tmp_path / "a.parquet").to_pylist()
    chunk = pq.read_metadata(tmp_path / "a.parquet").row_group(0).column(5)

    assert [Read(**row) for row in table] == sorted(ROWS, key=lambda row: row[:3])
    assert chunk.compression == "ZSTD"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(READS, max_size=12, unique_by=lambda row: row[:3]), group=st.integers(1, 400))
def test_any_reads_come_back_sorted_from_any_number_of_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[Read], group: int
) -> None:
    monkeypatch.setattr(parquet, "GROUP_BYTES", group)

    write(rows, spools.manifest(), tmp_path / "a.parquet", overwrite=True)

    assert all_reads(tmp_path / "a.parquet") == sorted(rows, key=lambda row: row[:3])


def test_many_rows_become_several_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 4)

    write(ROWS, spools.manifest(), tmp_path / "a.parquet")

    assert pq.read_metadata(tmp_path / "a.parquet").num_row_groups == -(-len(ROWS) // 4)
    assert all_reads(tmp_path / "a.parquet") == sorted(ROWS, key=lambda row: row[:3])


def test_keys_are_numbered_in_a_large_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encodings = []
    for most in (len(ROWS), len(ROWS) - 1):
        monkeypatch.setattr(parquet, "MANY_ROWS", most)
        write(ROWS, spools.manifest(), tmp_path / f"{most}.parquet")
        encodings.append(pq.read_metadata(tmp_path / f"{most}.parquet").row_group(0).column(1).has_dictionary_page)
        assert all_reads(tmp_path / f"{most}.parquet") == sorted(ROWS, key=lambda row: row[:3])

    assert encodings == [False, True]


def test_a_read_that_took_longer_than_its_column_holds_is_kept(tmp_path: Path) -> None:
    write([spools.stat(0)._replace(took=2**32 - 1)], spools.manifest(), tmp_path / "a.parquet")

    assert [read.took for read in all_reads(tmp_path / "a.parquet")] == [2**31 - 1]


def test_pandas_opens_it_as_it_is(tmp_path: Path) -> None:
    write(ROWS, spools.manifest(), tmp_path / "a.parquet")

    frame = pd.read_parquet(tmp_path / "a.parquet")

    assert len(frame) == len(ROWS)
    vmstat = frame[frame["source"] == "cmd.vmstat"].iloc[0]
    assert (vmstat["stderr"], vmstat["exit_code"], vmstat["content"]) == (b"vmstat: odd\n", 3, b"procs\n")
    assert frame["stderr"].isna().sum() == len(ROWS) - 1


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    write(ROWS, spools.manifest(), tmp_path / "a.parquet")

    assert stat.S_IMODE((tmp_path / "a.parquet").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_neither_writing_nor_reading_imports_pandas(tmp_path: Path) -> None:
    (tmp_path / "a.spool").write_bytes(spools.spool(spools.small()))
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from snapper.archive.archive import open_archive\n"
        "from snapper.archive.finish import finish\n"
        "from snapper.archive.store import Store\n"
        "spool, target = map(Path, sys.argv[1:])\n"
        "finish(spool, target)\n"
        "archive = open_archive(target)\n"
        "print(sum(len(archive.reads(source)) for source in archive.sources()), len(archive.pids()))\n"
        "print(len(Store(target.parent).entries()))\n"
        "print(sorted({'pandas'} & set(sys.modules)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.spool", tmp_path / "a.parquet"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == [str(len(ROWS)), "3", "1", "[]"]


def write_with_at_most(size: int, target: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        write(ROWS, spools.manifest(), target, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 1, 100, 1000])
def test_without_space_nothing_is_left_behind_and_nothing_is_lost(tmp_path: Path, size: int) -> None:
    target = tmp_path / "a.parquet"
    target.write_text("what was there")

    with pytest.raises(CannotWrite, match="grow that large"):
        write_with_at_most(size, target)

    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert target.read_text() == "what was there"


def test_the_schema_is_that_of_a_read() -> None:
    assert tuple(parquet.SCHEMA.names) == Read._fields
    assert isinstance(parquet.SCHEMA, pa.Schema)
