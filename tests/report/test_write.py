from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from snapper.analyze.diff import Diff
from snapper.errors import CannotWrite, UsageError
from snapper.report.write import text_of, write_report

BEGINNINGS = {
    "html": "<!doctype html>",
    "md": "## Three things",
    "json": '{\n"format": "snapper.diff/1"',
    "text": "web-7   ",
}


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("r.html", None), ("r.HTM", None), ("r.md", None), ("r.json", None), ("r.txt", None),
        ("r.html", "md"), ("r", "json"), ("r.out", "text"),
    ],
)  # fmt: skip
def test_the_format_is_asked_for_or_told_by_the_ending(
    sample: Diff, tmp_path: Path, name: str, asked: str | None
) -> None:
    endings = {".html": "html", ".HTM": "html", ".md": "md", ".json": "json", ".txt": "text"}
    target = tmp_path / name

    assert write_report(sample, target, format=asked) == target

    assert target.read_text().startswith(BEGINNINGS[asked or endings[target.suffix]])
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("r.pdf", None, "--format html"),
        ("r", None, "--format html"),
        ("r.html", "pdf", "choose one of html, md, json, text"),
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


def test_the_summary_names_the_report_with_its_size(sample: Diff, tmp_path: Path) -> None:
    report = write_report(sample, tmp_path / "r.json")

    last = text_of(sample, "text", width=200, report=report).splitlines()[-1]

    assert last.startswith(str(report))
    assert last.endswith("KiB)")
