"""A recording becomes a snapshot, whole or cut short; until it stands, the spool does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper import __version__
from snapper.archive.archive import open_archive
from snapper.archive.coverage import NEVER_READ
from snapper.archive.finish import finish
from snapper.archive.manifest import Manifest, SourceCoverage
from snapper.archive.read import Read
from snapper.errors import CannotWrite, CaptureFailed, SnapperError, UnreadableSnapshot
from tests.archive import spools

WHOLE = spools.spool(spools.small())
ROWS = sorted(spools.rows(spools.small()), key=lambda row: row[:3])


def finished(folder: Path, content: bytes) -> Manifest:
    (folder / "a.spool").write_bytes(content)
    return finish(folder / "a.spool", folder / "a.parquet", overwrite=True)


def reads(path: Path) -> list[Read]:
    archive = open_archive(path)
    return [read for source in archive.sources() for read in archive.reads(source)]


def test_a_whole_recording_becomes_a_snapshot_and_its_spool_goes(tmp_path: Path) -> None:
    manifest = finished(tmp_path, WHOLE)

    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert open_archive(tmp_path / "a.parquet").manifest == manifest
    assert reads(tmp_path / "a.parquet") == ROWS


def test_the_manifest_holds_what_the_recorder_said(tmp_path: Path) -> None:
    manifest = finished(tmp_path, WHOLE)

    assert (manifest.id, manifest.label, manifest.tags) == ("a41f09c2d3e4", "pre-deploy", {"git": "4f2a91c"})
    assert (manifest.host, manifest.kernel, manifest.cpus, manifest.memory) == ("web-7", "6.18.44", 8, 2**34)
    assert (manifest.snapper, manifest.interval, manifest.utc_offset) == ("0.1.0", 1.0, 3600)
    assert manifest.cost == spools.END["cost"]
    assert manifest.pids == (4100, 4101, 4200)


def test_times_are_those_of_the_ticks(tmp_path: Path) -> None:
    about = spools.header([], host=spools.host(boottime=spools.BOOTTIME - 4 * spools.SECOND))
    sources = spools.header(sorted({row.source for row in ROWS}))["sources"]
    manifest = finished(tmp_path, spools.spool(spools.small(), about=about | {"sources": sources}))

    assert (manifest.ticks, manifest.duration) == (3, 2.0)
    assert manifest.boottime == spools.BOOTTIME
    assert manifest.started == spools.STARTED + 4


@pytest.mark.parametrize(
    ("end", "ended", "complete"),
    [
        (spools.END, "done", True),
        (spools.END | {"ended": "interrupted"}, "interrupted", False),
        (None, "cut", False),
        ({}, "cut", False),
    ],
    ids=["done", "interrupted", "cut", "an end that says nothing"],
)
def test_why_it_ended_is_kept(tmp_path: Path, end: Any, ended: str, *, complete: bool) -> None:
    manifest = finished(tmp_path, spools.spool(spools.small(), end=end))

    assert (manifest.ended, manifest.complete) == (ended, complete)
    assert reads(tmp_path / "a.parquet") == ROWS


def test_the_recorders_count_goes_before_that_of_the_rows(tmp_path: Path) -> None:
    counted = {"status": "ok", "reads": 30, "failed": 0, "bytes": 60, "took": 0.001, "masked": 2, "version": "v"}
    end = spools.END | {
        "coverage": {"proc.stat": counted, "proc.pid.io": {"status": 7}, "cmd.perf": {"status": "absent"}}
    }

    coverage = finished(tmp_path, spools.spool(spools.small(), end=end)).coverage

    assert coverage["proc.stat"] == SourceCoverage(status="ok", reads=30, bytes=60, took=0.001, masked=2, version="v")
    assert coverage["proc.pid.io"].status == "denied"
    assert coverage["cmd.perf"].status == "absent"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("proc.stat", SourceCoverage(status="ok", reads=3, bytes=90 + 2 * 2, took=3 * 17e-6)),
        ("proc.pid.io", SourceCoverage(status="denied", reads=1, failed=1, took=4e-6, why="proc.pid.io 1: denied")),
        ("proc.pid.stat", SourceCoverage(status="ok", reads=3, bytes=34, took=27e-6)),
        (
            "cmd.vmstat",
            SourceCoverage(status="failed", reads=1, failed=1, bytes=18, took=2.1, why="cmd.vmstat: failed"),
        ),
        ("cmd.iostat", SourceCoverage(status="failed", why=NEVER_READ)),
    ],
)
def test_without_an_end_the_rows_are_counted(tmp_path: Path, source: str, expected: SourceCoverage) -> None:
    about = spools.header([*sorted({row.source for row in ROWS}), "cmd.iostat"])

    coverage = finished(tmp_path, spools.spool(spools.small(), about=about, end=None)).coverage

    assert not {"recorder.tick", "proc.pids"} & coverage.keys()  # nobody asked for them
    found = coverage[source]
    assert found.took == pytest.approx(expected.took)
    assert (found.status, found.reads, found.failed, found.bytes, found.why) == (
        expected.status,
        expected.reads,
        expected.failed,
        expected.bytes,
        expected.why,
    )


def test_some_keys_that_failed_make_it_partial(tmp_path: Path) -> None:
    pieces = [[spools.tick(0), spools.stat(0)], [spools.stat(1)._replace(status="timeout", content=b"")]]

    coverage = finished(tmp_path, spools.spool(pieces, end=None)).coverage

    assert (coverage["proc.stat"].status, coverage["proc.stat"].failed) == ("partial", 1)
    assert coverage["proc.stat"].why == "proc.stat: timeout"


def test_a_recording_without_a_tick_is_no_snapshot_and_stays(tmp_path: Path) -> None:
    with pytest.raises(CaptureFailed, match="holds no tick"):
        finished(tmp_path, spools.spool([[spools.stat(0)]], end=None))

    assert [path.name for path in tmp_path.iterdir()] == ["a.spool"]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ({"host": {}}, "its header has no `host`"),
        ({"host": spools.host(page_size="4096")}, "`page_size` is '4096', expected a whole number"),
        ({"host": spools.host(started=None)}, "has no `started`"),
        ({"plan": {}}, "has no `interval`"),
        ({"plan": {"interval": 1.0, "meta": {"label": 7}}}, "`label` is 7, expected text"),
    ],
)
def test_a_header_that_lacks_a_fact_is_refused_and_stays(tmp_path: Path, header: dict[str, Any], says: str) -> None:
    about = spools.header(sorted({row.source for row in ROWS}), **header)

    with pytest.raises(UnreadableSnapshot, match=says):
        finished(tmp_path, spools.spool(spools.small(), about=about))

    assert [path.name for path in tmp_path.iterdir()] == ["a.spool"]


def test_a_recording_that_nobody_named_gets_an_id(tmp_path: Path) -> None:
    about = spools.header(sorted({row.source for row in ROWS}), plan={"interval": 0.5})

    manifest = finished(tmp_path, spools.spool(spools.small(), about=about))

    assert len(bytes.fromhex(manifest.id)) == 6
    assert (manifest.label, manifest.tags, manifest.snapper) == ("", {}, __version__)


def test_a_target_that_is_taken_costs_neither_file(tmp_path: Path) -> None:
    (tmp_path / "a.spool").write_bytes(WHOLE)
    (tmp_path / "a.parquet").write_bytes(b"what was there")

    with pytest.raises(CannotWrite, match="snapper recover") as error:
        finish(tmp_path / "a.spool", tmp_path / "a.parquet")

    assert "exists already" in str(error.value)
    assert (tmp_path / "a.spool").read_bytes() == WHOLE
    assert (tmp_path / "a.parquet").read_bytes() == b"what was there"


@given(length=st.integers(0, len(WHOLE) - 1))
def test_a_recording_cut_anywhere_gives_what_was_whole_or_stays(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")

    try:
        manifest = finished(folder, WHOLE[:length])
    except SnapperError:
        manifest = None
    left = [path.name for path in folder.iterdir()]

    if manifest is None:
        assert left == ["a.spool"]
        return
    found = reads(folder / "a.parquet")
    assert left == ["a.parquet"]
    assert (manifest.ended, manifest.complete) == ("cut", False)
    assert set(found) <= set(ROWS)
    assert manifest.ticks == sum(read.source == "recorder.tick" for read in found) > 0


def test_a_recording_that_is_still_going_on_is_left_alone(tmp_path: Path) -> None:
    about = spools.header(sorted({row.source for row in ROWS}), host=spools.host(pids=[1, os.getpid()]))
    spool = tmp_path / "a.spool"

    with spool.open("wb") as file:
        file.write(spools.spool(spools.small(), about=about))
        file.flush()
        with pytest.raises(CaptureFailed, match=f"kill -INT {os.getpid()}"):
            finish(spool, tmp_path / "a.parquet")

    assert finish(spool, tmp_path / "a.parquet").ticks == 3
