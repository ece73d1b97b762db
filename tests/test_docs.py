"""The documentation is true: its commands run, its code runs, and every command is in it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper import load
from snapper.cli import app
from tests.cli.running import Run

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands_of(text: str) -> Iterator[list[str]]:
    """The `snapper ...` lines of a text, with captures shortened: what is tested is that they run."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] in (["snapper"], ["sudo"]):
            words = words[words.index("snapper") + 1 :]
            shortened = [word if words[place - 1] != "-d" else "300ms" for place, word in enumerate(words)]
            yield (
                [*shortened, "-i", "100ms", *([] if "-d" in words else ["-d", "300ms"])]
                if words[0] == "capture"
                else words
            )


def test_the_commands_of_the_readme_run_in_the_order_given(
    alone: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = [command for block in blocks("sh") for command in commands_of(block)]

    failed = {" ".join(command): done.stderr for command in told if (done := alone(*command)).returncode}

    assert len(told) >= 7
    assert not failed
    assert (tmp_path / "report.html").is_file()


def test_the_python_of_the_readme_runs(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for label, name in (("first", "before"), ("second", "after")):
        (tmp_path / f"{name}.parquet").symlink_to(next(store.glob(f"*{label}*.parquet")))

    for block in blocks("python"):
        done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    assert (tmp_path / "report.html").is_file()


def test_every_command_is_in_the_readme() -> None:
    names = [command.name for command in app.app_of().registered_commands]

    assert [name for name in names if f"snapper {name}" not in README] == []


def test_every_example_of_a_help_is_one_that_the_command_takes(alone: Run) -> None:
    told = [
        words
        for command in app.app_of().registered_commands
        for words in commands_of((command.epilog or "").replace("Example: ", "").replace("\n\n", "\n"))
    ]

    refused = {" ".join(words): done.stderr for words in told if "Usage:" in (done := alone(*words, "--help")).stderr}

    assert len(told) >= len(app.app_of().registered_commands)
    assert not refused


def test_the_folders_of_the_readme_are_those_of_the_house() -> None:
    rooms = {path.name for path in (REPOSITORY / "snapper").iterdir() if (path / "__init__.py").is_file()}

    assert {room for room in rooms if f"snapper/{room}/" not in README} == set()


def test_a_loaded_snapshot_is_a_frame_for_notebooks(store: Path) -> None:
    frame = load(next(store.glob("*first*.parquet"))).series()

    assert list(frame.columns) == ["metric", "instance", "t", "value"]
    assert {"cpu.utilization", "memory.utilization"} <= set(frame["metric"])
