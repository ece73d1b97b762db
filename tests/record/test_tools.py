"""Tools that are missing, hang, die, chatter, or do as they are told: each costs its own row and nothing else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from snapper.record.plan import Cadence, Command, Read
from snapper.record.recorder import Journal, Processes, Spool, Tree
from tests.record.running import Recording, run, start, write

Script = Callable[[str], str]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Makes an executable of shell lines; its path."""

    def make(lines: str) -> str:
        path = tmp_path / f"tool-{len(list(tmp_path.iterdir()))}"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


def once(tmp_path: Path, argv: tuple[str, ...], **options: object) -> Recording:
    """Run one tool before the first tick."""
    command = Command(argv=argv, version=(), cadence=Cadence.ONCE, **options)  # type: ignore[arg-type] # options vary
    return run(tmp_path, {"cmd.tool": command})


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


def test_one_that_does_not_know_its_arguments_gets_its_alternative(tmp_path: Path, script: Script) -> None:
    tool = script('test "$1" = old || exit 1; echo "table of $2"')
    alternatives = ((tool, "older"), (tool, "old", "{interval}"), (tool, "never"))
    record = once(tmp_path, (tool, "json"), alternatives=alternatives).read("cmd.tool")
    assert (record.content, record.exit_code) == (b"table of 1\n", 0)


def test_its_version_is_asked_for_once(tmp_path: Path, script: Script) -> None:
    asked = tmp_path / "asked"
    tool = script(f"test $1 = -V && echo asked >> {asked} && echo 'tool 1.2' && echo more; echo report")
    command = Command(argv=(tool, "-x"), version=(tool, "-V"))
    spool = run(tmp_path, {"cmd.a": command, "cmd.b": command}).spool
    assert [spool.coverage(name)["version"] for name in ("cmd.a", "cmd.b")] == ["tool 1.2", "tool 1.2"]
    assert asked.read_text() == "asked\n"
    assert spool.contents("cmd.a") == [b"report\n", b"report\n"]


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


def test_one_that_runs_along_gets_its_alternative_too(tmp_path: Path, script: Script) -> None:
    tool = script('test "$1" = old || exit 1; echo table; sleep 600')
    command = Command(
        argv=("no-such-tool",), version=(), alternatives=((tool, "json"), (tool, "old")), cadence=Cadence.WINDOW
    )
    record = run(tmp_path, {"cmd.tool": command}, ticks=4, interval=0.3).read("cmd.tool")
    assert (record.status, record.content) == ("ok", b"table\n")


def test_endless_output_along_the_window_is_cut(tmp_path: Path, script: Script) -> None:
    tool = script("while :; do echo yyyyyyyyyyyyyyy; done")
    reads: dict[str, Read] = {
        "cmd.tool": Command(argv=(tool,), version=(), cadence=Cadence.WINDOW, max_bytes=100_000),
    }
    record = run(tmp_path, reads, ticks=3, interval=0.3).read("cmd.tool")
    assert (record.status, len(record.content)) == ("truncated", 100_000)


def test_the_largest_processes_come_first_and_callers_not_at_all(tmp_path: Path) -> None:
    for pid, pages in ((10, 300), (11, 100), (12, 900), (13, 0), (14, 600), (15, 5000)):
        write(tmp_path, f"proc/{pid}/statm", f"2000 {pages} 1 1 0 1 0\n")
    spool = Spool(str(tmp_path / "spool"))
    tree = Tree(str(tmp_path))
    largest = Processes(tree, Journal(spool), [], Mock()).largest
    assert largest(3, [15]) == ["12", "14", "10"]
    assert largest(9, [15]) == ["12", "14", "10", "11"]
    os.close(spool.fd)
    os.close(tree.proc or -1)


def test_the_recorder_and_its_callers_are_not_asked_for(tmp_path: Path, script: Script) -> None:
    tool = script('grep -E "^(Name|VmRSS)" /proc/$1/status')
    recording = start(tmp_path, {"cmd.top": Command(argv=(tool, "{pid}"), version=(), largest=3)}).end()
    records = recording.spool.of("cmd.top")
    assert records
    assert not {int(record.key) for record in records} & set(recording.spool.head["host"]["pids"])


def test_a_tool_runs_once_for_each_name(tmp_path: Path, script: Script) -> None:
    tool = script('echo "$1 is up"')
    command = Command(argv=(tool, "{name}"), version=(), each=("sys/class/net/*/mtu",))
    recording = run(tmp_path, {"cmd.each": command})
    interfaces = sorted(path.parent.name for path in Path("/sys/class/net").glob("*/mtu"))
    assert "lo" in interfaces
    assert {record.key: record.content for record in recording.spool.of("cmd.each")} == {
        name: f"{name} is up\n".encode() for name in interfaces
    }


def test_a_name_may_be_the_tool_itself(tmp_path: Path) -> None:
    command = Command(argv=("{name}", "--version"), version=(), each=("sh-of-nobody", "env"), cadence=Cadence.ONCE)
    recording = run(tmp_path, {"cmd.versions": command})
    said = {record.key: (record.status, record.content[:5]) for record in recording.spool.of("cmd.versions")}
    assert said == {"sh-of-nobody": ("absent", b""), "env": ("ok", b"env (")}


@pytest.mark.parametrize(
    ("each", "most", "status", "why"),
    [
        (("sys/class/none/*/x",), 9, "absent", "nothing matches sys/class/none/*/x"),
        (("a", "b", "c"), 2, "partial", "it was run for 2 of 3 names"),
        (("-rf", "b"), 9, "ok", ""),
    ],
    ids=["none", "too many", "like an option"],
)
def test_what_was_not_asked_for_is_told(
    tmp_path: Path, script: Script, *, each: tuple[str, ...], most: int, status: str, why: str
) -> None:
    command = Command(argv=(script("echo $1"), "{name}"), version=(), each=each, most=most, cadence=Cadence.ONCE)
    recording = run(tmp_path, {"cmd.each": command})
    coverage = recording.spool.coverage("cmd.each")
    assert (coverage["status"], coverage["why"]) == (status, why)
    assert not [record for record in recording.spool.of("cmd.each") if record.key.startswith("-")]


@pytest.mark.parametrize("cadence", [Cadence.ONCE, Cadence.WINDOW])
@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("proc/self", ""),
        ("sys/module/none", "there is no /sys/module/none"),
        ("proc/sel[e-g]", ""),
        ("proc/none-*", "there is no /proc/none-*"),
    ],
    ids=["there", "not there", "something that matches", "nothing that matches"],
)
def test_a_tool_is_run_only_where_there_is_what_it_asks_of(
    tmp_path: Path, script: Script, cadence: Cadence, where: str, why: str
) -> None:
    command = Command(argv=(script("echo yes"),), version=(), cadence=cadence, where=(where,))
    recording = run(tmp_path, {"cmd.asks": command}, ticks=3, interval=0.2)
    assert recording.spool.coverage("cmd.asks")["why"] == why
    assert recording.spool.contents("cmd.asks") == ([] if why else [b"yes\n"])


def is_running(pid: int) -> bool:
    """Killed children of a killed tool are init's to reap: a zombie runs no more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX" and os.getpid() != pid
