"""A disk, a quota or a limit that is not enough: what was recorded until then is kept, and so is the report before."""

from __future__ import annotations

import random
from pathlib import Path

from snapper.archive.load import load_manifest
from tests.cli.circumstances import PAGE, at_most, on_small_disk, with_quota
from tests.cli.running import SPOOL, Run, names, the_sentence

ENDLESS = ("-d", "600s", "-i", "10ms", "--only", "proc.stat", "--only", "proc.vmstat")


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
