"""Tools that are missing, hang, die or chatter, once or along the window: each costs its own row and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from snapper.record.plan import Cadence, Command, Read
from tests.record.running import Script, once, run


def test_output_errors_and_exit_code_are_kept(tmp_path: Path, script: Script) -> None:
    recording = once(tmp_path, (script('echo "out $1"; echo err >&2; exit 3'), "x y; z"))
    record = recording.read("cmd.tool")
    assert (record.status, record.content, record.stderr, record.exit_code) == ("ok", b"out x y; z\n", b"err\n", 3)
    assert recording.spool.end is not None
    assert len(recording.spool.end["pids"]) == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("netlink error: Operation not supported", "absent"),
        ("open /dev/sda: Permission denied", "denied"),
        ("dmesg: read kernel buffer failed: Operation not permitted", "denied"),
        ("no idea", "failed"),
    ],
)
def test_what_the_kernel_told_a_tool_is_its_status(tmp_path: Path, script: Script, said: str, status: str) -> None:
    record = once(tmp_path, (script(f"echo '{said}' >&2; exit 1"),)).read("cmd.tool")
    assert record.status == status


def test_it_runs_in_a_bare_environment(tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_COOKIE", "of the caller")
    record = once(tmp_path, (script("env; readlink /proc/$$/fd/0; pwd; ps -o sid= -p $$; echo $$"),)).read("cmd.tool")
    lines = record.content.decode().splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line)
    assert given["LC_ALL"] == "C"
    assert given["TZ"] == "UTC"
    assert not {"SESSION_COOKIE", "HOME", "LANG"} & given.keys()
    folder, session, own = lines[-3:]
    assert (folder, session.strip()) == ("/", own)
    assert "/dev/null" in lines


def test_a_missing_tool_is_absent(tmp_path: Path) -> None:
    recording = once(tmp_path, ("no-such-tool",))
    record = recording.read("cmd.tool")
    assert (record.status, record.content, record.exit_code) == ("absent", b"", None)
    assert "no-such-tool was not found on /usr/sbin:" in recording.spool.coverage("cmd.tool")["why"]


@pytest.mark.parametrize(
    ("lines", "status", "code", "why"),
    [
        ("echo broken >&2; exit 7", "failed", 7, "exited with 7: broken"),
        ("exit 0", "ok", 0, ""),
        ("kill -SEGV $$", "failed", -11, "was ended by signal 11"),
        ("echo half; kill -KILL $$", "failed", -9, "was ended by signal 9"),
    ],
)
def test_how_it_ended(tmp_path: Path, script: Script, *, lines: str, status: str, code: int, why: str) -> None:
    recording = once(tmp_path, (script(lines),))
    record = recording.read("cmd.tool")
    assert (record.status, record.exit_code) == (status, code)
    assert why in recording.spool.coverage("cmd.tool")["why"]


def test_a_tool_that_is_not_executable_is_denied(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\n")
    recording = once(tmp_path, (str(tool),))
    assert recording.read("cmd.tool").status == "denied"
    assert "Permission denied" in recording.spool.coverage("cmd.tool")["why"]


def test_one_that_hangs_is_ended_with_all_its_children(tmp_path: Path, script: Script) -> None:
    pids = tmp_path / "pids"
    stubborn = f"trap '' TERM INT HUP; sleep 600 & echo $$ $! > {pids}; echo begun; while :; do sleep 600; done"
    recording = once(tmp_path, (script(stubborn),), timeout=0.5)
    record = recording.read("cmd.tool")
    assert (record.status, record.content, record.exit_code) == ("timeout", b"begun\n", None)
    assert "was ended after" in recording.spool.coverage("cmd.tool")["why"]
    assert not [pid for pid in pids.read_text().split() if is_running(int(pid))]


def test_a_child_that_stays_behind_does_not_hold_the_recorder_up(tmp_path: Path, script: Script) -> None:
    pids = tmp_path / "pids"
    record = once(tmp_path, (script(f"sleep 600 & echo $! > {pids}; echo done"),), timeout=600).read("cmd.tool")
    assert (record.status, record.content, record.exit_code) == ("ok", b"done\n", 0)
    assert not is_running(int(pids.read_text()))


def test_endless_output_is_cut(tmp_path: Path, script: Script) -> None:
    recording = once(tmp_path, (script("while :; do echo yyyyyyyyyyyyyyy; done"),), max_bytes=1000, timeout=600)
    record = recording.read("cmd.tool")
    assert (record.status, len(record.content)) == ("truncated", 1000)
    assert "more than 1000 bytes" in recording.spool.coverage("cmd.tool")["why"]


def test_endless_complaints_are_cut_and_the_output_kept(tmp_path: Path, script: Script) -> None:
    lines = "head -c 300000 /dev/zero | tr '\\0' e >&2; echo fine"
    record = once(tmp_path, (script(lines),), timeout=20).read("cmd.tool")
    assert (record.status, record.content) == ("ok", b"fine\n")
    assert record.stderr == b"e" * 65536


def test_one_that_runs_along_is_stopped_with_the_window(tmp_path: Path, script: Script) -> None:
    tool = script("trap 'echo stopped; exit 0' INT; echo \"$1 $2\"; while :; do sleep 0.05; done")
    command = Command(argv=(tool, "{interval}", "{count}"), version=(), cadence=Cadence.WINDOW)
    recording = run(tmp_path, {"cmd.tool": command}, ticks=4, interval=1)
    record = recording.read("cmd.tool")
    assert (record.status, record.content, record.exit_code) == ("ok", b"1 3\nstopped\n", 0)
    ticks = recording.spool.of("recorder.tick")
    assert record.t <= ticks[0].t
    assert record.t + record.took * 1000 >= ticks[-1].t


def test_one_that_runs_along_and_will_not_stop_is_killed(tmp_path: Path, script: Script) -> None:
    tool = script("trap '' INT TERM; echo here; while :; do sleep 0.05; done")
    command = Command(argv=(tool,), version=(), cadence=Cadence.WINDOW, timeout=0.3)
    recording = run(tmp_path, {"cmd.tool": command})
    assert (recording.read("cmd.tool").status, recording.read("cmd.tool").content) == ("timeout", b"here\n")
    assert recording.spool.end is not None
    assert not [pid for pid in recording.spool.end["pids"] if is_running(pid)]


def test_endless_output_along_the_window_is_cut(tmp_path: Path, script: Script) -> None:
    tool = script("while :; do echo yyyyyyyyyyyyyyy; done")
    reads: dict[str, Read] = {
        "cmd.tool": Command(argv=(tool,), version=(), cadence=Cadence.WINDOW, max_bytes=100_000),
    }
    record = run(tmp_path, reads, ticks=3, interval=0.3).read("cmd.tool")
    assert (record.status, len(record.content)) == ("truncated", 100_000)


def is_running(pid: int) -> bool:
    """Killed children of a killed tool are init's to reap: a zombie runs no more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX" and os.getpid() != pid
