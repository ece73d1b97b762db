"""Somebody else's snapshot is data: what it claims is checked before it is believed, what it says is text."""

from __future__ import annotations

import json
import os
import pty
import resource
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from snapper.archive.parquet import write
from snapper.archive.read import Read
from snapper.archive.spool import read_spool
from tests.archive import hostile, spools
from tests.cli.running import SNAPPER, environment_of, run_snapper, the_sentence

ROOM = 384 * 2**20
"""Bytes of address space beyond what the imports took: a whole bomb does not fit, nor does a claim that is believed."""
CLAIMS = sorted(hostile.bombs())

OPENED_IN_LITTLE_ROOM = """
import resource, sys
from pathlib import Path
from snapper.archive.archive import open_archive
from snapper.archive.load import load_manifest
from snapper.errors import UnreadableSnapshot

path, room = Path(sys.argv[1]), int(sys.argv[2])
pages = int(Path("/proc/self/statm").read_text().split()[0])
most = pages * resource.getpagesize() + room
resource.setrlimit(resource.RLIMIT_AS, (most, most))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    load_manifest(path)
    open_archive(path)
except UnreadableSnapshot as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, file=sys.stderr)
"""
STEERING = "\x1b[31mred\x1b]0;title\x07\u202eturned\nrow\x00end"


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return hostile.bombs()


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_refused_before_memory_is_taken_for_it(claim: str, bombs: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    path.write_bytes(bombs[claim])
    here = environment_of(tmp_path, PYTHONPATH=str(Path(__file__).parents[2]))

    done = subprocess.run(
        [sys.executable, "-c", OPENED_IN_LITTLE_ROOM, path, str(ROOM)],
        capture_output=True,
        text=True,
        check=False,
        env=here,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{path}: ")
    assert "MemoryError" not in done.stdout
    assert "alloc" not in done.stdout
    assert int(done.stderr) < 128  # MiB


@pytest.mark.parametrize("command", ["show", "verify", "diff"])
@pytest.mark.parametrize("claim", ["a page of zeros", "a billion rows", "a manifest nested deep"])
def test_every_command_says_so_in_a_sentence(claim: str, command: str, bombs: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    path.write_bytes(bombs[claim])

    done = run_snapper(command, *[path] * (2 if command == "diff" else 1), store=tmp_path)

    assert str(path) in the_sentence(done, 3)


def test_a_spool_that_inflates_to_gigabytes_is_cut_where_it_gets_absurd(tmp_path: Path) -> None:
    path = tmp_path / "bomb.spool"
    header = spools.frame(b"H", json.dumps(spools.header(["recorder.tick", "proc.stat"])).encode())
    stream = zlib.compressobj(9)
    large = Read("proc.stat", "", 1, 1, "ok", bytes(16 * 2**20))
    pieces = []
    for _ in range(16):
        record = spools.record(large, ["recorder.tick", "proc.stat"])
        pieces.append(spools.frame(b"T", stream.compress(record) + stream.flush(zlib.Z_SYNC_FLUSH)))
    path.write_bytes(b"SNAPSPL1" + header + b"".join(pieces))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    kept = read_spool(path)

    assert path.stat().st_size < 2**19
    assert sum(len(row.content) for row in kept.rows) <= 200 * path.stat().st_size
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024


@pytest.fixture
def steering(tmp_path: Path) -> Path:
    """A store with one snapshot whose every name tries to steer the terminal."""
    about = spools.manifest(label=STEERING, host=STEERING, os=STEERING, kernel=STEERING, tags={STEERING: STEERING})
    rows = [spools.tick(0), Read("proc.pid.cmdline", STEERING, spools.BOOTTIME, 1, "ok", STEERING.encode())]
    path = tmp_path / "store" / "steering.parquet"
    path.parent.mkdir()
    write(rows, about, path)
    return path


@pytest.mark.parametrize(
    "words", [("list",), ("show", "{path}"), ("show", "{path}", "proc.pid.cmdline"), ("verify", "{path}")]
)
def test_hostile_names_end_as_text(words: tuple[str, ...], steering: Path) -> None:
    done = run_snapper(*(word.format(path=steering) for word in words), store=steering.parent)

    assert done.returncode == 0, done.stderr
    printed = (done.stdout + done.stderr).replace("\n", "")
    assert [letter for letter in printed if not letter.isprintable()] == []
    assert words[0] == "verify" or r"\x1b[31mred" in printed


def test_a_hostile_name_in_a_message_ends_as_text(steering: Path) -> None:
    done = run_snapper("show", "\x1b[31mnothing", store=steering.parent)

    assert "\x1b" not in the_sentence(done, 2)


def test_evidence_is_escaped_on_a_terminal_and_byte_for_byte_elsewhere(steering: Path) -> None:
    about = spools.manifest()
    rows = [spools.tick(0), Read("proc.version", "", spools.BOOTTIME, 1, "ok", STEERING.encode())]
    path = steering.with_name("plain.parquet")
    write(rows, about, path)
    piped = subprocess.run(
        [*SNAPPER, "show", path, "proc.version"], env=environment_of(path.parent), capture_output=True, check=True
    )
    assert piped.stdout == STEERING.encode()

    ours, theirs = pty.openpty()
    subprocess.run([*SNAPPER, "show", path, "proc.version"], env=environment_of(path.parent), stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 4096)
    os.close(ours)
    assert b"\x1b" not in shown
    assert rb"\x1b[31mred" in shown
