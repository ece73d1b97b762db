"""Places that cannot be written, or not enough: said before the work where it can be, and nothing is lost."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper.archive.load import load_manifest
from tests.cli.circumstances import PAGE, as_nobody, at_most, folder_of_all, on_small_disk, with_quota
from tests.cli.running import Run, run_snapper, the_sentence

BRIEF = ("-d", "200ms", "-i", "100ms", "--only", "proc.stat")
ENDLESS = ("-d", "600s", "-i", "10ms", "--only", "proc.stat", "--only", "proc.vmstat")
SPOOL = ".host.parquet.spool"


@pytest.fixture
def public() -> Iterator[Path]:
    with folder_of_all() as folder:
        yield folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


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


def test_a_full_disk_keeps_what_was_recorded_until_then(store: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
        head -c {180 * PAGE} /dev/zero > ballast
        snapper capture {" ".join(ENDLESS)} -o host.parquet; echo "rc $?"
        ls -A
        rm ballast
        snapper recover {SPOOL}; echo "rc $?"
        ls -A
    """

    done = on_small_disk(disk, 210, script, [], store=store)

    said = done.stderr.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"snapper: cannot write the spool {SPOOL}: No space left on device; what was recorded ")
    assert said[0].endswith(f"is kept; make room, then finish it with: snapper recover '{SPOOL}'")
    assert done.stdout.splitlines()[:3] == ["rc 3", SPOOL, "ballast"]
    assert done.stdout.splitlines()[-2:] == ["rc 0", "host.parquet"]


def test_a_quota_that_is_used_up_keeps_what_was_recorded_until_then(store: Path, tmp_path: Path) -> None:
    script = f"""
        head -c 900K /dev/urandom > ballast; sync
        snapper capture {" ".join(ENDLESS)} --only proc.interrupts --only proc.meminfo -o host.parquet; echo "rc $?"
        ls -A
        rm ballast; sync
        snapper recover {SPOOL}; echo "rc $?"
        ls -A
    """

    done = with_quota(tmp_path, 1024, script, store=store)

    (said,) = done.stderr.splitlines()
    assert said.startswith(f"snapper: cannot write the spool {SPOOL}: Disk quota exceeded; what was recorded ")
    assert said.endswith(f"then finish it with: snapper recover '{SPOOL}'")
    assert done.stdout.splitlines()[:3] == ["rc 3", SPOOL, "ballast"]
    assert done.stdout.splitlines()[-2:] == ["rc 0", "host.parquet"]


def test_a_disk_that_is_full_before_the_first_tick_gets_no_litter(store: Path, tmp_path: Path) -> None:
    script = 'snapper capture -d 5s -o host.parquet; echo "rc $?"; ls -A; echo .'

    done = on_small_disk(tmp_path, 1, script, [], store=store)

    assert "No space left on device; nothing was recorded; make room" in done.stderr
    assert done.stdout.splitlines() == ["rc 3", "."]


def test_a_disk_that_is_full_at_the_end_keeps_the_recording(store: Path, tmp_path: Path) -> None:
    tree, disk, rescued = (tmp_path / name for name in ("tree", "disk", "rescued.parquet"))
    (tree / "proc").mkdir(parents=True)
    (tree / "proc" / "modules").write_text(random.Random(1).randbytes(12 * PAGE).hex())  # noqa: S311 - does not compress
    disk.mkdir()
    script = f"""
        snapper capture -d 200ms -i 100ms --root "$1" --only proc.modules -o host.parquet; echo "rc $?"
        ls -A
        snapper recover {SPOOL} -o "$2" >/dev/null; echo "rc $?"
        ls -A; echo .
    """

    done = on_small_disk(disk, 21, script, [tree, rescued], store=store)

    (said,) = done.stderr.splitlines()
    assert said.startswith("snapper: host.parquet: no space left to write it (No space left on device); ")
    assert said.endswith(f"what was recorded is kept, finish it with: snapper recover '{SPOOL}'")
    assert done.stdout.splitlines() == ["rc 3", SPOOL, "rc 0", "."]
    assert load_manifest(rescued).complete


def test_a_report_that_does_not_fit_leaves_the_one_before(store: Path, tmp_path: Path) -> None:
    script = """
        echo yesterday > report.html
        snapper diff first second -o report.html; echo "rc $?"
        cat report.html; ls -A
    """

    done = on_small_disk(tmp_path, 2, script, [], store=store)

    assert "report.html: no space left to write it" in done.stderr
    assert done.stdout.splitlines() == ["rc 3", "yesterday", "report.html"]


def test_a_limit_on_files_keeps_what_was_recorded_until_then(alone: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target = folder / "host.parquet"

    said = the_sentence(alone("capture", *ENDLESS, "-o", target, by=at_most(100_000)), 3)

    assert "File too large; what was recorded until then is kept; raise ulimit -f, then finish it with: " in said
    assert names(folder) == [SPOOL]
    assert alone("recover", folder / SPOOL).returncode == 0
    assert names(folder) == ["host.parquet"]
    assert load_manifest(target).ticks > 0


def test_a_limit_below_the_first_tick_leaves_nothing(alone: Run, tmp_path: Path) -> None:
    said = the_sentence(alone("capture", "-d", "5s", "-o", tmp_path / "host.parquet", by=at_most(4096)), 3)

    assert "nothing was recorded; raise ulimit -f" in said
    assert names(tmp_path) == []


def test_a_limit_on_files_leaves_the_report_before(snapper: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("yesterday")

    said = the_sentence(snapper("diff", "first", "second", "-o", report, by=at_most(8192)), 3)

    assert "ulimit -f" in said
    assert report.read_text() == "yesterday"
    assert names(tmp_path) == ["report.html"]


def test_a_recording_that_was_left_over_is_named_and_kept(alone: Run, tmp_path: Path) -> None:
    spool = tmp_path / SPOOL
    spool.write_text("somebody's")

    assert "snapper recover" in the_sentence(alone("capture", *BRIEF, "-o", tmp_path / "host.parquet"), 3)
    assert spool.read_text() == "somebody's"
