"""Places that one may not write or read, or that are none: said in a sentence, and what stands there is left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper.archive.load import load_manifest
from tests.cli.circumstances import as_nobody, folder_of_all
from tests.cli.running import SPOOL, Run, names, run_snapper, the_sentence

BRIEF = ("-d", "200ms", "-i", "100ms", "--only", "proc.stat")


@pytest.fixture
def public() -> Iterator[Path]:
    with folder_of_all() as folder:
        yield folder


@pytest.mark.parametrize(
    "command", [("capture", *BRIEF), ("diff", "first", "second", "--format", "html")], ids=" ".join
)
@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("{}/nowhere/at/all", "mkdir -p"),
        ("{}/file/x", "is no folder"),
        ("{}/folder", "is a directory"),
        ("{}/link", "is a directory"),
        ("{}/pipe", "no regular file"),
        ("{}/" + "x" * 252, "too long"),
        ("/proc/x", "no file can be made in /proc"),
        ("/proc/self/fd/1", "no regular file"),
        ("/dev/null", "no regular file"),
    ],
    ids=lambda value: value[:20],
)
def test_a_target_that_cannot_be_is_refused(
    snapper: Run, tmp_path: Path, *, command: tuple[str, ...], target: str, says: str
) -> None:
    (tmp_path / "file").write_text("years of work")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    os.mkfifo(tmp_path / "pipe")
    before = names(tmp_path)

    said = the_sentence(snapper(*command, "-o", target.format(tmp_path)), 3)

    assert target.format(tmp_path) in said
    assert says in said
    assert names(tmp_path) == before
    assert (tmp_path / "file").read_text() == "years of work"


def test_an_existing_file_is_not_overwritten(alone: Run, tmp_path: Path) -> None:
    path = tmp_path / "thesis.parquet"
    path.write_text("years of work")

    assert "--force" in the_sentence(alone("capture", *BRIEF, "-o", path), 3)
    assert path.read_text() == "years of work"


def test_a_report_does_not_take_the_place_of_a_snapshot(snapper: Run, store: Path) -> None:
    path = next(store.glob("*first*.parquet"))
    before = path.read_bytes()

    assert "is a snapshot" in the_sentence(snapper("diff", "first", "second", "-o", path, "--format", "html"), 2)
    assert path.read_bytes() == before


def test_a_link_to_standard_output_is_not_replaced(snapper: Run, tmp_path: Path) -> None:
    link = tmp_path / "report.html"
    link.symlink_to("/proc/self/fd/1")

    assert "no regular file" in the_sentence(snapper("diff", "first", "second", "-o", link), 3)
    assert link.is_symlink()


def test_a_report_can_go_to_standard_output_by_name(snapper: Run) -> None:
    done = snapper("diff", "first", "second", "-o", "/dev/stdout", "--format", "html")

    assert done.stdout.startswith("<!doctype html>")
    assert Path("/dev/stdout").is_symlink()


def test_a_folder_that_one_may_only_read_is_said(public: Path) -> None:
    by = as_nobody()
    folder = public / "folder"
    folder.mkdir(mode=0o555)

    done = run_snapper("capture", *BRIEF, "-o", folder / "host.parquet", store=public / "store", by=by)
    assert f"you may not write in {folder}" in the_sentence(done, 3)

    done = run_snapper("capture", *BRIEF, store=folder / "store", by=by)
    assert "name another folder in $SNAPPER_STORE" in the_sentence(done, 3)
    assert names(folder) == []


@pytest.mark.parametrize("command", ["show", "list"])
def test_what_one_may_not_read_is_said(command: str, public: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can make what somebody else may not read")
    by = as_nobody()
    folder = public / "secret"
    folder.mkdir(mode=0o700)
    words = ("show", folder / "host.parquet") if command == "show" else ("list", "--store", folder)

    said = the_sentence(run_snapper(*words, store=public, by=by), 3)

    assert str(folder) in said


def test_what_other_users_processes_do_is_missed_and_said(public: Path) -> None:
    by = as_nobody()
    target = public / "host.parquet"
    only = ("--only", "proc.pid.io", "--only", "proc.pid.stat")

    done = run_snapper("capture", "-d", "200ms", "-i", "100ms", "-o", target, *only, store=public, by=by)

    assert done.returncode == 0, done.stderr
    row = load_manifest(target).coverage["proc.pid.io"]
    if row.status in {"ok", "absent"}:
        pytest.skip("all processes here are this user's own, or the kernel counts no I/O")
    assert row.status == "partial"
    (line,) = done.stderr.splitlines()
    assert "proc.pid.io  in part: read /proc/" in line
    assert "Permission denied; would help: root" in line
    assert "1 of 2 sources read in full" in done.stdout


def test_a_recording_that_was_left_over_is_named_and_kept(alone: Run, tmp_path: Path) -> None:
    spool = tmp_path / SPOOL
    spool.write_text("somebody's")

    assert "snapper recover" in the_sentence(alone("capture", *BRIEF, "-o", tmp_path / "host.parquet"), 3)
    assert spool.read_text() == "somebody's"
