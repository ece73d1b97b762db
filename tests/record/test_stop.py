"""Recordings that end early: what was recorded until then is kept, whole."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.record.plan import Cadence, Command, File, PerProcess, Read
from tests.record.decode import decode
from tests.record.running import RECORDER_COMMAND, run, start, write

READS: dict[str, Read] = {
    "proc.stat": File(path="proc/stat"),
    "proc.mounts": File(path="proc/mounts", cadence=Cadence.EDGES),
    "proc.pid.stat": PerProcess(file="stat"),
}
SLEEP = Command(argv=("sleep", "600"), version=(), timeout=600)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    recorder = start(tmp_path, READS, interval=0.2, ticks=1000)
    recorder.wait_for("tick 3 1000")
    recorder.process.send_signal(number)
    recording = recorder.end()
    spool = recording.spool
    assert recording.code == 0
    assert spool.end is not None
    assert spool.end["ended"] == "interrupted"
    assert spool.end["ticks"] == len(spool.of("recorder.tick")) >= 3
    assert recording.said[-1] == "phase tools after"
    assert spool.coverage("proc.mounts")["reads"] == 2


def test_the_same_interrupt_from_terminal_and_caller_counts_once(tmp_path: Path) -> None:
    recorder = start(tmp_path, READS, interval=0.2, ticks=1000)
    recorder.wait_for("tick 1 1000")
    recorder.process.send_signal(signal.SIGINT)
    recorder.process.send_signal(signal.SIGINT)
    assert recorder.end().spool.coverage("proc.mounts")["reads"] == 2


def test_an_interrupt_does_not_wait_for_a_tool(tmp_path: Path) -> None:
    recorder = start(tmp_path, {**READS, "cmd.sleep": SLEEP}, ticks=3)
    recorder.wait_for("phase tools before")
    time.sleep(0.3)
    recorder.process.send_signal(signal.SIGINT)
    spool = recorder.end().spool
    assert spool.end is not None
    assert spool.end["ticks"] == len(spool.of("recorder.tick")) == 1
    assert {record.status for record in spool.of("cmd.sleep")} == {"timeout"}
    assert spool.contents("proc.stat")


def test_a_second_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    stubborn = Command(
        argv=("sh", "-c", "trap '' INT; while :; do sleep 0.1; done"), version=(), cadence=Cadence.WINDOW, timeout=600
    )
    recorder = start(tmp_path, {**READS, "cmd.sleep": stubborn}, interval=0.2, ticks=1000)
    recorder.wait_for("tick 1 1000")
    recorder.process.send_signal(signal.SIGINT)
    time.sleep(0.4)
    recorder.process.send_signal(signal.SIGINT)
    recording = recorder.end()
    assert recording.code == 0
    assert recording.spool.end is not None
    assert recording.spool.end["ended"] == "interrupted"


def test_nobody_listening_does_not_end_it(tmp_path: Path) -> None:
    recorder = start(tmp_path, READS, ticks=5)
    recorder.wait_for("tick 1 5")
    stdout = recorder.process.stdout
    assert stdout is not None
    stdout.close()
    recorder.process.stdout = None
    spool = recorder.end().spool
    assert spool.end is not None
    assert (spool.end["ended"], spool.end["ticks"] + spool.end["cost"]["late"] >= 5) == ("done", True)


def test_frames_can_go_to_standard_output(tmp_path: Path) -> None:
    recorder = start(tmp_path, READS)
    plan_given = json.dumps(recorder.end().spool.head["plan"]).encode()
    command = (*RECORDER_COMMAND, "--spool", "-")
    done = subprocess.run(
        command,
        input=plan_given,
        check=True,
        stdout=subprocess.PIPE,
    )
    spool = decode(done.stdout)
    assert spool is not None
    assert spool.end is not None
    assert spool.end["ticks"] == 2


def test_a_limit_on_files_keeps_whole_frames(tmp_path: Path) -> None:
    recorder = start(
        tmp_path, READS, interval=0.01, ticks=10_000, command=("prlimit", "--fsize=60000", *RECORDER_COMMAND)
    )
    recording = recorder.end()
    assert recording.code == 4
    assert recording.complaint == f"cannot write the spool {tmp_path / 'spool'}: File too large\n"
    assert recording.spool.end is None
    assert len(recording.spool.of("recorder.tick")) >= 1
    assert len(recording.data) < 60_000


def test_a_full_disk_keeps_whole_frames(tmp_path: Path) -> None:
    shell = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=64k none "$0" && exec "$@"', str(tmp_path))
    if subprocess.run((*shell, "true"), check=False, capture_output=True).returncode:
        pytest.skip("needs to be allowed to mount a small file system")
    keep = ("sh", "-c", '"$@"; code=$?; cat "$0"; exit $code', str(tmp_path / "spool"))
    recorder = start(tmp_path, READS, interval=0.02, ticks=10_000, command=(*shell, *keep, *RECORDER_COMMAND))
    stdout, stderr = recorder.process.communicate(timeout=60)
    assert recorder.process.returncode == 4
    assert stderr.decode() == f"cannot write the spool {tmp_path / 'spool'}: No space left on device\n"
    spool = decode(stdout[stdout.index(b"SNAPSPL1") :])
    assert spool is not None
    assert spool.end is None
    assert len(spool.of("recorder.tick")) >= 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    write(folder / "tree", "proc/loadavg", "0.1 0.2 0.3 1/2 3\n")
    return run(folder, {"proc.loadavg": File(path="proc/loadavg")}, root=folder / "tree", ticks=3).data


@given(share=st.floats(0, 1))
def test_cut_anywhere_what_stands_before_is_whole(whole: bytes, share: float) -> None:
    all_of_it = decode(whole)
    cut = decode(whole[: int(share * (len(whole) - 1))])
    assert all_of_it is not None
    if cut is not None:
        assert cut.head == all_of_it.head
        assert cut.records == all_of_it.records[: len(cut.records)]
        assert cut.end is None


def test_a_late_tick_is_counted_and_not_made_up_for(tmp_path: Path) -> None:
    recorder = start(tmp_path, READS, interval=0.2, ticks=8)
    recorder.wait_for("tick 2 8")
    recorder.process.send_signal(signal.SIGSTOP)
    time.sleep(0.7)
    recorder.process.send_signal(signal.SIGCONT)
    recording = recorder.end()
    spool = recording.spool
    assert spool.end is not None
    assert spool.end["ticks"] == len(spool.of("recorder.tick")) < 8
    assert spool.end["cost"]["late"] >= 2
    assert recording.said[-2] == "tick 8 8"
    assert spool.end["duration"] > 1.3


def plan(**changed: object) -> bytes:
    return json.dumps({"format": 1, "reads": [], "ticks": 1, "interval": 1, "root": "/"} | changed).encode()


@pytest.mark.parametrize(
    ("given_plan", "spool", "code", "words"),
    [
        (b"{", "x", 2, "the plan on standard input is none"),
        (b"[]", "x", 2, "the plan on standard input is none"),
        (plan(format=9), "x", 2, "another version"),
        (plan(reads=[{"kind": "ebpf"}]), "x", 2, "another version"),
        (plan(interval=-1), "x", 2, "another version"),
        (plan(), "", 2, "usage: recorder.py --spool FILE"),
        (plan(), "/nonesuch/x", 4, "cannot write the spool /nonesuch/x: No such file"),
        (plan(), "/dev/null", 4, "cannot write the spool /dev/null: File exists"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    tmp_path: Path, given_plan: bytes, spool: str, *, code: int, words: str
) -> None:
    done = subprocess.run(
        (*RECORDER_COMMAND, "--spool", spool), input=given_plan, cwd=tmp_path, check=False, stderr=subprocess.PIPE
    )
    assert done.returncode == code
    assert words in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_the_spool_is_its_owners_alone(tmp_path: Path) -> None:
    run(tmp_path, {})
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o600


def test_its_cost_is_told(tmp_path: Path) -> None:
    recording = run(tmp_path, READS)
    assert recording.spool.end is not None
    cost = recording.spool.end["cost"]
    assert 0 < cost["cpu"] < 10
    assert 4 * 2**20 < cost["rss"] < 2**30
    assert 0 < cost["bytes"] < len(recording.data)
    assert cost["late"] >= 0
    assert cost["tools_cpu"] == pytest.approx(0, abs=0.05)
    assert resource.getpagesize() == recording.spool.head["host"]["page_size"]
