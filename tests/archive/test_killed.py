"""Killed at a hundred moments: what was recorded stands as a whole snapshot, or is finished from its spool."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snapper.archive.archive import open_archive
from snapper.archive.finish import finish
from snapper.archive.load import load_manifest
from snapper.archive.spool import read_spool
from snapper.errors import CaptureFailed, UnreadableSnapshot
from snapper.record.plan import File, PerProcess, Read
from tests.archive import spools
from tests.cli.running import SNAPPER, environment_of, run_snapper
from tests.record.running import start, stat_line, write

RECORDER_MOMENTS = 30
COMMAND_MOMENTS = 30
FINISH_MOMENTS = 40
READS: dict[str, Read] = {"proc.stat": File(path="proc/stat"), "proc.pid.stat": PerProcess(file="stat")}

# Runs `finish` and kills itself with SIGKILL when it comes to the n-th line of the code that writes; -1 counts them.
KILLED_AT_A_LINE = """
import os, signal, sys
from pathlib import Path
from snapper.archive.finish import finish

spool, target, last = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
written_by = ("/archive/finish.py", "/archive/place.py", "/archive/parquet.py", "/archive/seal.py")
seen = 0

def follow(frame, event, _):
    global seen
    if not frame.f_code.co_filename.endswith(written_by):
        return None
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return follow

sys.settrace(follow)
finish(spool, target)
sys.settrace(None)
print(seen)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    write(root, "proc/stat", "cpu  1 2 3 4\ncpu0 1 2 3 4\nbtime 1795421867\n")
    for pid in range(100, 130):
        write(root, f"proc/{pid}/stat", stat_line(pid))
    return root


def ticks_kept(spool: Path) -> int:
    """Ticks that can be read of a spool, which may be cut off anywhere; 0 where not even its header is whole."""
    try:
        return sum(row.source == "recorder.tick" for row in read_spool(spool).rows)
    except UnreadableSnapshot:
        return 0


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("moment", range(RECORDER_MOMENTS))
def test_a_killed_recorder_loses_at_most_the_tick_it_was_at(moment: int, tree: Path, tmp_path: Path) -> None:
    running = start(tmp_path, READS, interval=0.01, ticks=20, root=tree)
    time.sleep(0.01 * moment)

    running.process.kill()
    recording = running.end()

    told = sum(line.startswith("tick ") for line in recording.said)
    kept = ticks_kept(running.spool) if running.spool.exists() else 0
    assert kept >= told
    if kept:
        manifest = finish(running.spool, tmp_path / "a.parquet")
        assert open_archive(tmp_path / "a.parquet").manifest == manifest
        assert manifest.ticks == kept
        assert manifest.ended == ("done" if manifest.complete else "cut")


def test_a_killed_capture_is_whole_or_finished_by_one_command(tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()

    def capture(number: int, lifetime: float | None) -> float:
        command = ("capture", "-d", "100ms", "-i", "10ms", "--root", str(tree), "-o", str(folder / f"{number}.parquet"))
        began = time.monotonic()
        running = subprocess.Popen(
            [*SNAPPER, *command, "--only", "proc.stat", "--only", "proc.pid.stat"],
            env=environment_of(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            running.wait(lifetime)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait(60)
        return time.monotonic() - began

    whole = capture(COMMAND_MOMENTS, None)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(capture, range(COMMAND_MOMENTS), [whole * (0.2 + n / 30) for n in range(COMMAND_MOMENTS)]))
    kept = {spool.name: ticks_kept(spool) for spool in folder.glob(".*.spool")}
    lost = {name for name, ticks in kept.items() if not ticks}

    done = run_snapper("recover", folder, store=tmp_path)

    assert "Traceback" not in done.stderr
    assert done.returncode == (3 if lost else 0), done.stderr
    assert {name for name in names(folder) if not name.endswith(".parquet")} == lost
    for path in folder.glob("*.parquet"):
        manifest = open_archive(path).manifest
        spool = f".{path.name}.spool"
        assert manifest.ticks >= kept.get(spool, 1)
        assert manifest.ended in {"done", "cut"}


def test_a_killed_finish_leaves_the_spool_or_the_whole(tmp_path: Path) -> None:
    content = spools.spool(spools.small())
    script = tmp_path / "killed_at_a_line.py"
    script.write_text(KILLED_AT_A_LINE)

    def run(number: int, line: int) -> tuple[Path, Path, subprocess.CompletedProcess[str]]:
        folder = tmp_path / str(number)
        folder.mkdir()
        spool, target = folder / ".a.parquet.spool", folder / "a.parquet"
        spool.write_bytes(content)
        here = environment_of(tmp_path, PYTHONPATH=str(Path(__file__).parents[2]))
        words = [sys.executable, script, spool, target, str(line)]
        return spool, target, subprocess.run(words, capture_output=True, text=True, check=False, env=here)

    lines = int(run(FINISH_MOMENTS, -1)[2].stdout)
    assert lines > FINISH_MOMENTS
    moments = [1 + number * (lines - 1) // (FINISH_MOMENTS - 1) for number in range(FINISH_MOMENTS)]
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(run, range(FINISH_MOMENTS), moments))

    for spool, target, done in ended:
        assert done.returncode == -signal.SIGKILL
        assert spool.exists() or target.exists()
        if target.exists():  # it has its name, and so it is whole
            assert open_archive(target).manifest.complete
        if spool.exists():
            assert finish(spool, target).complete
        assert open_archive(target).manifest.ticks == 3
        assert names(target.parent) == {"a.parquet"}


def test_a_spool_whose_snapshot_stands_goes_and_another_s_stays(tmp_path: Path) -> None:
    spool, target = tmp_path / ".a.parquet.spool", tmp_path / "a.parquet"
    spool.write_bytes(spools.spool(spools.small()))
    finish(spool, target)
    made = target.read_bytes()
    spool.write_bytes(spools.spool(spools.small()))

    assert finish(spool, target).id == load_manifest(target).id
    assert (target.read_bytes(), names(tmp_path)) == (made, {"a.parquet"})

    about = spools.header(sorted({row.source for row in spools.rows(spools.small())}))
    about["plan"]["meta"]["id"] = "0" * 12
    spool.write_bytes(spools.spool(spools.small(), about=json.loads(json.dumps(about))))
    done = run_snapper("recover", tmp_path, store=tmp_path)
    assert done.returncode == 3
    assert "exists already" in done.stderr
    assert (target.read_bytes(), spool.exists()) == (made, True)


def test_recover_without_an_argument_is_of_the_store_and_list_offers_it(tmp_path: Path) -> None:
    (tmp_path / ".a.parquet.spool").write_bytes(spools.spool(spools.small(), end=None))
    (tmp_path / ".snapper-0123456789ab.tmp").write_bytes(b"half")
    os.utime(tmp_path / ".snapper-0123456789ab.tmp", (1.0, 1.0))

    listed = run_snapper("list", store=tmp_path)
    done = run_snapper("recover", store=tmp_path)

    assert f"snapper recover '{tmp_path / '.a.parquet.spool'}'" in listed.stderr
    assert (done.returncode, names(tmp_path)) == (0, {"a.parquet"})
    assert "(3 ticks in 2 s, cut short)" in done.stdout
    assert not load_manifest(tmp_path / "a.parquet").complete
    again = run_snapper("recover", store=tmp_path)
    assert (again.returncode, again.stderr) == (0, f"nothing to finish in {tmp_path}\n")


def test_a_recording_that_goes_on_is_left_alone(tree: Path, tmp_path: Path) -> None:
    running = start(tmp_path, READS, interval=0.05, ticks=10_000, root=tree)
    running.wait_for("tick 2 10000")

    with pytest.raises(CaptureFailed, match="still being recorded"):
        finish(running.spool, tmp_path / "a.parquet")

    running.process.terminate()
    assert running.end().code == 0
    assert finish(running.spool, tmp_path / "a.parquet").ended == "interrupted"
