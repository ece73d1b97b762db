"""A command that is ended, or that nobody listens to: no traceback, and what there was is kept or said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from snapper.archive.load import load_manifest
from tests.cli.running import SNAPPER, Run, environment_of, names, the_sentence

ENDLESS = ("-d", "600s", "-i", "100ms", "--only", "proc.stat")
COMMANDS = [
    ("diff", "first", "second"),
    ("diff", "first", "second", "--format", "html"),
    ("list",),
    ("show", "first"),
    ("show", "first", "proc.sys"),
    ("show", "first", "proc.stat"),
    ("metrics",),
    ("schema",),
    ("explain", "disk.await"),
    ("--help",),
    ("capture", "-d", "200ms", "-i", "100ms", "--only", "proc.stat", "-o", "host.parquet"),
]
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words)[:28])


def in_shell(redirection: str, command: Sequence[str], store: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    shell = ["sh", "-c", f'"$@" {redirection}', "sh", *SNAPPER, *command]
    here = environment_of(store, PYTHONPATH=str(Path(__file__).parents[2]))
    return subprocess.run(shell, cwd=folder, env=here, capture_output=True, text=True, check=False, timeout=120)


def interrupted_by(module: str, folder: Path) -> dict[str, str]:
    """An environment in which Ctrl-C comes at the moment when that module is imported."""
    folder.mkdir()
    (folder / f"{module}.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    return {"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"}


def recording(target: Path, store: Path) -> subprocess.Popen[str]:
    """A capture in a group of its own, as a shell begins it, for Ctrl-C goes to a group."""
    return subprocess.Popen(
        [*SNAPPER, "capture", *ENDLESS, "-o", str(target)],
        env=environment_of(store),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(happened: object, running: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not happened() and running.poll() is None and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.002)


@each_command
def test_a_reader_that_has_gone_is_no_error_and_no_regression(
    command: Sequence[str], store: Path, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*SNAPPER, *command],
        cwd=tmp_path,
        env=environment_of(store, PYTHONPATH=str(Path(__file__).parents[2])),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, "")
    assert names(tmp_path) == ["host.parquet"] * ("capture" in command)


def test_head_gets_its_line(store: Path, tmp_path: Path) -> None:
    done = in_shell("| head -1", ("diff", "first", "second"), store, tmp_path)

    assert "first → second" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


@each_command
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_as_dev_null(closed: str, command: Sequence[str], store: Path, tmp_path: Path) -> None:
    done = in_shell(closed, command, store, tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert names(tmp_path) == ["host.parquet"] * ("capture" in command)


@each_command
def test_a_full_disk_behind_standard_output_is_said(command: Sequence[str], store: Path, tmp_path: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("no /dev/full here")

    said = the_sentence(in_shell("> /dev/full", command, store, tmp_path), 3)

    assert "standard output cannot be written: No space left on device" in said
    assert names(tmp_path) == ["host.parquet"] * ("capture" in command)


def test_a_terminal_without_our_letters_gets_them_escaped(snapper: Run) -> None:
    done = snapper("diff", "first", "second", PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert r"first \u2192 second" in done.stdout


def test_ctrl_c_while_it_starts(alone: Run, tmp_path: Path) -> None:
    done = alone("list", **interrupted_by("typer", tmp_path / "early"))

    assert the_sentence(done, 130) == "snapper: interrupted"


def test_ctrl_c_before_the_recorder_starts_leaves_nothing(alone: Run, tmp_path: Path) -> None:
    environment = interrupted_by("platformdirs", tmp_path / "early")

    done = alone("capture", *ENDLESS, **environment | {"SNAPPER_STORE": ""})

    assert the_sentence(done, 130) == "snapper: interrupted"
    assert names(tmp_path) == ["early"]


def test_ctrl_c_at_once_leaves_a_snapshot_or_nothing(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "host.parquet"
    target.parent.mkdir()
    running = recording(target, tmp_path)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    wait_for(lambda: not children.is_file() or children.read_text(), running)

    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert "Traceback" not in said
    if running.returncode == 0:  # the recorder was listening already
        assert not load_manifest(target).complete
        assert names(target.parent) == [target.name]
    else:
        assert running.returncode == 130
        assert said in {  # before the recorder had its plan, or after
            "snapper: interrupted\n",
            "snapper: interrupted before the first tick; nothing was recorded\n",
        }
        assert names(target.parent) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_recorded(number: signal.Signals, tmp_path: Path) -> None:
    target = tmp_path / "host.parquet"
    spool = tmp_path / ".host.parquet.spool"
    running = recording(target, tmp_path)
    wait_for(lambda: spool.is_file() and spool.stat().st_size > 3_000, running)

    os.killpg(running.pid, number)
    printed, said = running.communicate(timeout=60)

    assert (running.returncode, said) == (0, "")
    assert "stopped early" in printed
    assert names(tmp_path) == ["host.parquet"]


def test_ctrl_c_while_the_file_is_made_keeps_the_recording(alone: Run, tmp_path: Path) -> None:
    target, spool = tmp_path / "host.parquet", tmp_path / ".host.parquet.spool"
    environment = interrupted_by("pyarrow", tmp_path / "late")
    words = ("capture", "-d", "200ms", "-i", "100ms", "--only", "proc.stat", "-o", target)

    said = the_sentence(alone(*words, **environment), 130)

    assert said == f"snapper: interrupted; what was recorded is kept, finish it with: snapper recover '{spool}'"
    assert names(tmp_path) == [spool.name, "late"]
    assert alone("recover", spool).returncode == 0
    assert load_manifest(target).complete


def test_a_snapper_that_is_changed_while_it_records_keeps_the_recording(alone: Run, tmp_path: Path) -> None:
    target, spool = tmp_path / "host.parquet", tmp_path / ".host.parquet.spool"
    environment = interrupted_by("pyarrow", tmp_path / "late")
    (tmp_path / "late" / "pyarrow.py").write_text("raise ImportError('no such name here any more')")
    words = ("capture", "-d", "200ms", "-i", "100ms", "--only", "proc.stat", "-o", target)

    said = the_sentence(alone(*words, **environment), 3)

    assert said == (
        "snapper: snapper itself was changed while it recorded (no such name here any more); what was recorded is "
        f"kept, finish it with: snapper recover '{spool}'"
    )
    assert alone("recover", spool).returncode == 0
    assert load_manifest(target).complete


def test_ctrl_c_in_a_comparison_leaves_the_report_before(snapper: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("yesterday")

    said = the_sentence(
        snapper("diff", "first", "second", "-o", report, **interrupted_by("jinja2", tmp_path / "x")), 130
    )

    assert said == "snapper: interrupted"
    assert report.read_text() == "yesterday"


def test_ctrl_c_in_a_trial_is_no_diagnosis(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*SNAPPER, "doctor"],
        env=environment_of(tmp_path, TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: any(tmp_path.glob("*/.doctor.parquet.spool")), running)

    os.killpg(running.pid, signal.SIGINT)
    printed, said = running.communicate(timeout=60)

    if running.returncode == 0:
        pytest.skip("the trial was over before Ctrl-C came")
    assert (running.returncode, printed) == (130, "")
    assert re.search(r"^snapper: interrupted", said, re.MULTILINE)
    assert "Traceback" not in said
    assert names(tmp_path) == []
