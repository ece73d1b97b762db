"""What is no snapshot of ours, or no longer whole, is refused in one sentence; damage never passes for data."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive import bounds
from snapper.archive.archive import open_archive
from snapper.archive.load import load_manifest
from snapper.errors import SnapperError, UnreadableSnapshot
from tests.archive import spools


@given(data=st.data())
def test_a_flipped_bit_is_found(whole: bytes, path: Path, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(whole) - 1))
    damaged = bytearray(whole)
    damaged[position] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(damaged)

    with pytest.raises(UnreadableSnapshot, match=str(path)):
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
