"""The transport to this very host: progress, signals, and errors that say what to do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from snapper.errors import CannotWrite, CaptureFailed, Interrupted
from snapper.record import local
from snapper.record.plan import File, plan_of
from tests.record.decode import decode

READS = [("proc.loadavg", File(path="proc/loadavg"))]
SHORT = plan_of(READS, interval=0.05, duration=0.1)
LONG = plan_of(READS, interval=0.1, duration=600)


def when_ticking(act: Callable[[], object]) -> local.Progress:
    """Acts once, at the second tick."""

    def progress(what: str, done: int, _: int) -> None:
        if (what, done) == ("tick", 2):
            act()

    return progress


def test_it_reports_each_step(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    local.record(SHORT, tmp_path / "spool", progress=lambda *step: steps.append(step), niceness=1)
    assert steps == [("tools before", 0, 0), ("tick", 1, 3), ("tick", 2, 3), ("tick", 3, 3), ("tools after", 0, 0)]
    spool = decode((tmp_path / "spool").read_bytes())
    assert spool is not None
    assert spool.end is not None
    assert os.getpid() in spool.head["host"]["pids"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_caller_ends_the_recording_and_not_the_caller(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    local.record(LONG, tmp_path / "spool", progress=when_ticking(lambda: os.kill(os.getpid(), number)))
    spool = decode((tmp_path / "spool").read_bytes())
    assert spool is not None
    assert spool.end is not None
    assert spool.end["ended"] == "interrupted"
    assert signal.getsignal(number) is before


def test_ctrl_c_at_the_terminal_reaches_both_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    program = f"""
import json, os, signal
from pathlib import Path
from snapper.record.local import record
tick = lambda what, done, _: what == "tick" and done == 2 and os.killpg(0, signal.SIGINT)
record(json.loads({json.dumps(json.dumps(LONG))}), Path("spool"), progress=tick)
print("survived")
"""
    project = Path(local.__file__).parents[2]
    done = subprocess.run(
        (sys.executable, "-c", program),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(project)},
        start_new_session=True,
        check=False,
        capture_output=True,
    )
    assert done.stdout == b"survived\n", done.stderr
    spool = decode((tmp_path / "spool").read_bytes())
    assert spool is not None
    assert spool.end is not None
    assert spool.end["ended"] == "interrupted"


def test_a_signal_before_there_is_a_recorder_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = subprocess.Popen

    def start_late(*arguments: object, **options: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return start(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", start_late)
    with suppress(Interrupted):  # if the recorder was listening already, it leaves a whole recording
        local.record(LONG, tmp_path / "spool")
        assert decode((tmp_path / "spool").read_bytes()) is not None
        return
    assert not (tmp_path / "spool").exists()


def test_a_recorder_that_is_interrupted_before_it_listens_recorded_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recorder.py").write_text("import os\nos.kill(os.getpid(), 2)\n")
    monkeypatch.setattr(local, "RECORDER", tmp_path / "recorder.py")
    with pytest.raises(Interrupted, match="before the first tick; nothing was recorded"):
        local.record(SHORT, tmp_path / "spool")


def test_it_works_beside_the_main_thread(tmp_path: Path) -> None:
    thread = threading.Thread(target=local.record, args=(SHORT, tmp_path / "spool"))
    thread.start()
    thread.join()
    assert decode((tmp_path / "spool").read_bytes()) is not None


def test_a_spool_that_is_there_already_is_not_touched(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.write_text("somebody's")
    with pytest.raises(CannotWrite, match=f"{spool}: a recording .* was not finished.*snapper recover"):
        local.record(SHORT, spool)
    assert spool.read_text() == "somebody's"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="No such file or directory"):
        local.record(SHORT, tmp_path / "nonesuch" / "spool")


def test_a_plan_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(CaptureFailed, match="the plan on standard input is none"):
        local.record({}, tmp_path / "spool")


def test_an_interpreter_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonesuch/python3")
    with pytest.raises(CaptureFailed, match="could not be started with /nonesuch/python3: No such file"):
        local.record(SHORT, tmp_path / "spool")


def test_a_recorder_that_is_killed_leaves_what_it_had(tmp_path: Path) -> None:
    def kill() -> None:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        recorder = next(pid for pid in children if b"recorder.py" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(int(recorder), signal.SIGKILL)

    with pytest.raises(CaptureFailed, match=r"ended by SIGKILL; what it recorded until then is in .*/spool"):
        local.record(LONG, tmp_path / "spool", progress=when_ticking(kill))
    spool = decode((tmp_path / "spool").read_bytes())
    assert spool is not None
    assert spool.end is None
    assert len(spool.of("recorder.tick")) >= 2


def test_a_recorder_that_is_given_nothing_to_do_is_ended() -> None:
    with pytest.raises(CannotWrite, match="the target is taken"), local.started() as recorder:
        raise CannotWrite("the target is taken")

    assert recorder._child.returncode == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_waits_for_its_plan_ends_the_callers_work(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with pytest.raises(KeyboardInterrupt), local.started() as recorder:
        os.kill(os.getpid(), number)

    assert recorder._child.returncode == -signal.SIGKILL
    assert signal.getsignal(number) is before
