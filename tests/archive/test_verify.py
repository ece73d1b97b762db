"""One flipped byte anywhere in a snapshot is found, and what it struck is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive.archive import open_archive
from snapper.archive.footer import read_footer
from snapper.archive.layout import layout_of
from snapper.archive.pages import pages_of
from snapper.archive.parquet import SCHEMA, write
from snapper.archive.read import Read
from snapper.errors import UnreadableSnapshot
from tests.archive import spools
from tests.cli.running import run_snapper, the_sentence

SECOND = spools.SECOND
MANY = [
    Read("proc.pid.stat", str(pid), spools.BOOTTIME + pid, 7, "ok", b"%d (%d) " % (pid, pid * 7919) * 40)
    for pid in range(1000, 3500)
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.parquet"
    write([*spools.rows(spools.small()), *MANY], spools.manifest(), path)
    return path


@pytest.fixture(scope="module")
def content(whole: Path) -> bytes:
    return whole.read_bytes()


def said_of(content: bytes, folder: Path) -> str:
    path = folder / "damaged.parquet"
    path.write_bytes(content)
    with pytest.raises(UnreadableSnapshot) as refused:
        open_archive(path)
    assert str(refused.value).startswith(f"{path}: ")
    return str(refused.value)


def flipped(content: bytes, at: int, bit: int = 0) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]


@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(
    content: bytes, tmp_path_factory: pytest.TempPathFactory, at: float, bit: int
) -> None:
    folder = tmp_path_factory.getbasetemp()

    said = said_of(flipped(content, int(at * len(content)), bit), folder)

    assert "cut off" in said or "damaged" in said or "has no seal" in said or "looks like" in said


def test_every_page_is_named_by_its_column_and_its_reads(whole: Path, content: bytes, tmp_path: Path) -> None:
    with whole.open("rb") as file:
        pages = list(pages_of(file, layout_of(read_footer(file))))

    for page in pages:
        said = said_of(flipped(content, page.begin + page.stored // 2), tmp_path)
        assert f"the `{SCHEMA.names[page.column]}` of " in said


def test_the_damaged_reads_are_those_of_the_page(whole: Path, content: bytes, tmp_path: Path) -> None:
    column = SCHEMA.names.index("content")
    with whole.open("rb") as file:
        *_, last = (page for page in pages_of(file, layout_of(read_footer(file))) if page.column == column)

    said = said_of(flipped(content, last.begin + 10), tmp_path)

    assert "the `content` of proc.pid.stat" in said
    assert "to recorder.tick" in said  # the last of all sources


def test_the_manifest_is_named(content: bytes, tmp_path: Path) -> None:
    at = content.index(b'"host":"web-7"') + 8

    assert "its manifest was altered" in said_of(flipped(content, at), tmp_path)


def test_the_footer_is_named(content: bytes, tmp_path: Path) -> None:
    at = content.rindex(b"parquet-cpp")

    assert "its footer" in said_of(flipped(content, at), tmp_path)


def test_damage_in_two_places_is_named_by_one(content: bytes, tmp_path: Path) -> None:
    # As the fuzzer found it: the schema that Arrow keeps in the footer says how the columns that name reads are read.
    damaged = content[: len(content) // 3] + b"\0\0\0" + content[len(content) // 3 + 3 :]
    at = damaged.rindex(b"ARROW:schema")

    assert "damaged: the `content` of cmd.vmstat to proc.pid.stat 2019" in said_of(flipped(damaged, at), tmp_path)


def test_where_the_names_of_reads_are_damaged_their_sources_are_named(
    whole: Path, content: bytes, tmp_path: Path
) -> None:
    column = SCHEMA.names.index("key")
    with whole.open("rb") as file:
        page = next(page for page in pages_of(file, layout_of(read_footer(file))) if page.column == column)

    said = said_of(flipped(content, page.begin + 10), tmp_path)

    assert "damaged: the `key` of cmd.vmstat to recorder.tick" in said


def test_verify_says_what_is_proved(whole: Path, tmp_path: Path) -> None:
    done = run_snapper("verify", whole, store=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{whole}: whole, ")
    assert f"{len(MANY) + 13:,} reads of 6 sources" in done.stdout


def test_verify_names_each_that_is_damaged_and_goes_on(whole: Path, content: bytes, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(flipped(content, len(content) // 3))

    done = run_snapper("verify", damaged, whole, tmp_path / "missing.parquet", store=tmp_path)

    assert done.returncode == 3
    assert done.stdout.startswith(f"{whole}: whole, ")
    first, second, last = done.stderr.splitlines()
    assert first.startswith(f"{damaged}: damaged: the `content` of ")
    assert "missing.parquet" in second
    assert last == "snapper: 2 of 3 snapshots are not whole; use other copies of them"


@pytest.mark.parametrize("command", ["diff", "show"])
def test_what_reads_a_damaged_snapshot_refuses_it_with_the_reason(
    command: str, whole: Path, content: bytes, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(flipped(content, len(content) // 3))

    done = run_snapper(command, damaged, *([whole] if command == "diff" else []), store=tmp_path)

    assert "damaged: the `content` of " in the_sentence(done, 3)
