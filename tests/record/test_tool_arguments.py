"""What a tool is run with: the arguments that it knows, a process or a name each time, and nothing where nothing is."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from snapper.record.plan import Cadence, Command
from snapper.record.recorder import Journal, Processes, Spool, Tree
from tests.record.running import Script, once, run, start, write


def test_one_that_does_not_know_its_arguments_gets_its_alternative(tmp_path: Path, script: Script) -> None:
    tool = script('test "$1" = old || exit 1; echo "table of $2"')
    alternatives = ((tool, "older"), (tool, "old", "{interval}"), (tool, "never"))
    record = once(tmp_path, (tool, "json"), alternatives=alternatives).read("cmd.tool")
    assert (record.content, record.exit_code) == (b"table of 1\n", 0)


def test_one_that_runs_along_gets_its_alternative_too(tmp_path: Path, script: Script) -> None:
    tool = script('test "$1" = old || exit 1; echo table; sleep 600')
    command = Command(
        argv=("no-such-tool",), version=(), alternatives=((tool, "json"), (tool, "old")), cadence=Cadence.WINDOW
    )
    record = run(tmp_path, {"cmd.tool": command}, ticks=4, interval=0.3).read("cmd.tool")
    assert (record.status, record.content) == ("ok", b"table\n")


def test_its_version_is_asked_for_once(tmp_path: Path, script: Script) -> None:
    asked = tmp_path / "asked"
    tool = script(f"test $1 = -V && echo asked >> {asked} && echo 'tool 1.2' && echo more; echo report")
    command = Command(argv=(tool, "-x"), version=(tool, "-V"))
    spool = run(tmp_path, {"cmd.a": command, "cmd.b": command}).spool
    assert [spool.coverage(name)["version"] for name in ("cmd.a", "cmd.b")] == ["tool 1.2", "tool 1.2"]
    assert asked.read_text() == "asked\n"
    assert spool.contents("cmd.a") == [b"report\n", b"report\n"]


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
