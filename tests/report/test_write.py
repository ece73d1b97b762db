from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from snapper.analyze.diff import Diff
from snapper.errors import CannotWrite, UsageError
from snapper.report.write import write_report

BEGINNINGS = {
    "html": "<!doctype html>",
    "md": "> The kernels differ",
    "json": '{\n"format": "snapper.diff/1"',
    "text": "web-7   ",
    "parquet": "PAR1",
}


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("r.html", None), ("r.HTM", None), ("r.md", None), ("r.json", None), ("r.txt", None),
        ("r.parquet", None), ("r.html", "md"), ("r", "json"), ("r.out", "text"), ("r.md", "parquet"),
    ],
)  # fmt: skip
def test_the_format_is_asked_for_or_told_by_the_ending(
    sample: Diff, tmp_path: Path, name: str, asked: str | None
) -> None:
    endings = {
        ".html": "html", ".HTM": "html", ".md": "md", ".json": "json", ".txt": "text", ".parquet": "parquet",
    }  # fmt: skip
    target = tmp_path / name

    assert write_report(sample, target, format=asked) == target

    assert target.read_bytes().startswith(BEGINNINGS[asked or endings[target.suffix]].encode())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("r.pdf", None, "--format html"),
        ("r", None, "--format html"),
        ("r.html", "pdf", "choose one of html, md, json, text, parquet"),
    ],
)
def test_an_unknown_format_is_a_matter_of_usage(
    sample: Diff,
    tmp_path: Path,
    name: str,
    asked: str | None,
    said: str,
) -> None:
    with pytest.raises(UsageError, match=said):
        write_report(sample, tmp_path / name, format=asked)


def test_a_link_is_replaced_and_what_it_points_to_stays(sample: Diff, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    link = tmp_path / "report.json"
    link.symlink_to(precious)

    write_report(sample, link)

    assert precious.read_text() == "keep me"
    assert not link.is_symlink()
    assert json.loads(link.read_text())["format"] == "snapper.diff/1"


def test_a_full_disk_leaves_the_old_report(sample: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.md"
    target.write_text("the old one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(CannotWrite, match="no space left"):
        write_report(sample, target)

    assert target.read_text() == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


@pytest.mark.parametrize(("name", "said"), [("missing/r.html", "there is no folder"), ("r.html", "is a directory")])
def test_what_cannot_be_written_is_said_in_a_sentence(sample: Diff, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "r.html").mkdir()

    with pytest.raises(CannotWrite, match=said):
        write_report(sample, tmp_path / name)


@pytest.mark.parametrize("recording", [b"PAR1 a snapshot PAR1", b"SNAPSPL1 a recording"])
def test_no_report_takes_the_place_of_what_it_was_made_from(sample: Diff, tmp_path: Path, recording: bytes) -> None:
    snapshot = tmp_path / "after.parquet"
    snapshot.write_bytes(recording)

    with pytest.raises(UsageError, match="is a snapshot, and was left as it is"):
        write_report(sample, snapshot)

    assert snapshot.read_bytes() == recording


def test_a_table_of_an_earlier_comparison_is_replaced(sample: Diff, quiet: Diff, tmp_path: Path) -> None:
    target = tmp_path / "series.parquet"
    earlier = write_report(sample, target).read_bytes()

    assert write_report(quiet, target).read_bytes() != earlier
