"""A spool is read up to its first damage, and what is none is refused in a sentence."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive import spool as reader
from snapper.archive.read import Read
from snapper.archive.spool import read_header, read_spool
from snapper.errors import NewerFormat, SnapperError, UnreadableSnapshot
from tests.archive import spools

WHOLE = spools.spool(spools.small())
ROWS = spools.rows(spools.small())
ABOUT = spools.header(sorted({row.source for row in ROWS}))
ENDS = [len(spools.spool(spools.small()[:count], about=ABOUT, end=None)) for count in range(5)]
"""Where the header ends, and where each piece does."""


def refused(path: Path) -> bool:
    """Whether the header was not believed; if so, in a sentence that names the file."""
    try:
        read_header(path)
    except SnapperError as error:
        return str(error).startswith(str(path))
    return False


def whole_rows(length: int) -> list[Read]:
    """The rows of the pieces that are whole in so many bytes."""
    return spools.rows(piece for piece, end in zip(spools.small(), ENDS[1:], strict=True) if length >= end)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spools") / "some.spool"


def test_a_whole_spool_gives_its_header_its_rows_and_its_end(path: Path) -> None:
    path.write_bytes(WHOLE)

    spool = read_spool(path)

    assert spool.rows == ROWS
    assert spool.end == spools.END
    assert spool.header["host"] == spools.host()
    assert read_header(path) == spool.header


@given(
    rows=st.lists(
        st.builds(
            Read,
            source=st.sampled_from(["proc.stat", "cmd.ss"]),
            key=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            t=st.integers(-(2**63), 2**63 - 1),
            took=st.integers(0, 2**32 - 1),
            status=st.sampled_from(spools.STATUSES),
            content=st.binary(max_size=200),
            stderr=st.none() | st.binary(max_size=50),
            exit_code=st.none() | st.integers(-(2**31) + 1, 2**31 - 1),
        ),
        max_size=8,
    ),
    cut=st.integers(0, 8),
)
def test_any_rows_come_back_as_they_were_written(path: Path, rows: list[Read], cut: int) -> None:
    about = spools.header(["proc.stat", "cmd.ss"])
    path.write_bytes(spools.spool([rows[:cut], rows[cut:]], about=about))

    assert read_spool(path).rows == rows


@given(length=st.integers(0, len(WHOLE) - 1))
def test_of_a_spool_cut_anywhere_the_whole_frames_are_kept(path: Path, length: int) -> None:
    path.write_bytes(WHOLE[:length])

    if length < ENDS[0]:
        assert refused(path)
        return
    spool = read_spool(path)

    assert (spool.rows, spool.end) == (whole_rows(length), None)


@given(position=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_of_a_spool_with_a_flipped_bit_the_rows_before_it_are_kept(path: Path, position: int, bit: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[position] ^= 1 << bit
    path.write_bytes(damaged)

    if position < ENDS[0]:
        assert refused(path)
        return
    spool = read_spool(path)

    assert (spool.rows, spool.end) == (whole_rows(position), None)


@pytest.mark.parametrize("piece", range(4))
def test_a_tick_whose_kind_is_damaged_is_not_passed_over(path: Path, piece: int) -> None:
    damaged = bytearray(WHOLE)
    assert damaged[ENDS[piece] : ENDS[piece] + 1] == b"T"
    damaged[ENDS[piece]] ^= 1
    path.write_bytes(damaged)

    spool = read_spool(path)

    assert (spool.rows, spool.end) == (spools.rows(spools.small()[:piece]), None)


@given(junk=st.binary(min_size=1, max_size=40))
def test_junk_instead_of_the_end_costs_no_row(path: Path, junk: bytes) -> None:
    path.write_bytes(spools.spool(spools.small(), end=None) + junk)

    spool = read_spool(path)

    assert (spool.rows, spool.end) == (ROWS, None)


def test_what_follows_a_valid_end_is_passed_over(path: Path) -> None:
    path.write_bytes(WHOLE + b"\0" * 4096)

    spool = read_spool(path)

    assert (spool.rows, spool.end) == (ROWS, spools.END)


@pytest.mark.parametrize(
    ("frames", "end"),
    [
        ([(b"T", zlib.compress(b"\xff" * 33)), (b"E", b'{"ended": "done"}')], None),
        ([(b"T", b"no deflate at all"), (b"E", b'{"ended": "done"}')], None),
        ([(b"E", b"no JSON")], None),
        ([(b"E", b"[1]")], None),
        ([(b"X", b"of no kind"), (b"E", b'{"ended": "done"}')], None),
        ([(b"E", b'{"ended": "done"}'), (b"X", b"of no kind")], {"ended": "done"}),
    ],
    ids=["record of no source", "no zlib", "end no JSON", "end no object", "unknown kind", "behind the end"],
)
def test_frames_with_a_right_checksum_and_wrong_contents_are_no_crash(
    path: Path, frames: list[tuple[bytes, bytes]], end: dict[str, str] | None
) -> None:
    begin = spools.spool([], about=spools.header(["proc.stat"]), end=None)
    path.write_bytes(begin + b"".join(spools.frame(*each) for each in frames))

    spool = read_spool(path)

    assert (spool.rows, spool.end) == ([], end)


def test_a_piece_that_inflates_beyond_the_limit_ends_the_reading(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_INFLATED", 1_000_000)
    large = Read("proc.stat", "", 1, 1, "ok", b"x" * 10_000_000)
    path.write_bytes(spools.spool([[spools.stat(0)], [large], [spools.stat(2)]]))

    spool = read_spool(path)

    assert (spool.rows, spool.end) == ([spools.stat(0)], None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"SNAPS", "looks like text"),
        (b"SNAPSPL1", "cut off before its header"),
        (b"<html>", "looks like an HTML page"),
        (b"PAR1....", "looks like a Parquet file"),
        (b"SNAPSPL1" + spools.frame(b"T", b""), "cut off before its header"),
        (b"SNAPSPL1" + spools.frame(b"H", b"\xff"), "no JSON object"),
        (b"SNAPSPL1" + spools.frame(b"H", b"[" * 100_000), "no JSON object"),
        (b"SNAPSPL1" + spools.frame(b"H", b'{"format": 1}'), "has no `plan`"),
        (b"SNAPSPL1" + spools.frame(b"H", b'{"format": 1, "plan": {}, "host": []}'), "has no `host`"),
    ],
)
def test_what_is_no_spool_is_refused_in_a_sentence(path: Path, content: bytes, says: str) -> None:
    path.write_bytes(content)

    with pytest.raises(UnreadableSnapshot, match=says) as error:
        read_spool(path)

    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "content",
    [b"SNAPSPL2" + b"?" * 100, b"SNAPSPL1" + spools.frame(b"H", json.dumps({"format": 2}).encode())],
    ids=["magic", "header"],
)
def test_a_spool_of_a_later_format_says_upgrade(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(NewerFormat, match="upgrade snapper"):
        read_spool(path)


def test_a_key_that_is_no_utf8_stays_readable(path: Path) -> None:
    odd = Read("sys.block", "naïve", 1, 1, "ok", b"")
    raw = spools.spool([], about=spools.header(["sys.block"]), end=None)
    stream = zlib.compressobj(1)
    text = spools.record(odd, ["sys.block"]).replace("naïve".encode(), b"na\xff\xfeve")
    path.write_bytes(raw + spools.frame(b"T", stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)))

    assert [row.key for row in read_spool(path).rows] == [r"na\xff\xfeve"]
