"""The usual arguments of a capture mean the same whether Typer reads them or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from snapper.api import _default_reads
from snapper.cli import app, capture
from snapper.cli.usual import FLAGS, LISTS, VALUES, usual
from snapper.collectors import chosen_collectors
from snapper.record.plan import plan_of

LINES = [
    "", "pre-deploy", "-d 60s", "--duration=60s -i 250ms", "--tag a=1 --tag b=x=y host", "-q --force -o here.parquet",
    "--only proc.* --only cmd.ss --skip proc.pid.fd", "--root tree --max-cpu 2%", "-d 5s late -d 6s",
    "--output=a=b.parquet", "--interval 1 two\u00a0words",
]  # fmt: skip
LEFT = [
    "-d30s", "-qd 5s", "--help", "-h", "--tools", "--ping host", "a b", "--", "-- -x", "-d", "-o -", "--tag", "-d -5s",
    "--durat 5s", "--quiet=1", "--only=", "--nonesuch 1",
]  # fmt: skip


def by_typer(words: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command hands on, less what it leaves as it was."""
    taken: dict[str, Any] = {}
    monkeypatch.setattr(capture, "take", lambda label, **options: taken.update(options, label=label))
    app.app_of()(["capture", *words], standalone_mode=False)
    return {name: str(value) if isinstance(value, Path) else value for name, value in taken.items()}


@pytest.mark.parametrize("line", LINES)
def test_both_read_the_same(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [word for word in line.split(" ") if word]
    defaults = by_typer([], monkeypatch)

    found = usual(["capture", *words])

    assert found is not None
    assert defaults | found == by_typer(words, monkeypatch)


@pytest.mark.parametrize("line", LEFT)
def test_what_is_not_usual_is_left_to_typer(line: str) -> None:
    assert usual(["capture", *line.split()]) is None


@pytest.mark.parametrize("argv", [[], ["list"], ["--version"], ["diff", "a", "b"], ["Capture"]])
def test_other_commands_are_left_to_typer(argv: list[str]) -> None:
    assert usual(argv) is None


def test_a_shell_that_completes_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SNAPPER_COMPLETE", "complete_bash")

    assert usual(["capture"]) is None


def test_every_option_that_is_read_here_is_one_of_the_command() -> None:
    command = typer.main.get_command(app.app_of()).commands["capture"]  # type: ignore[attr-defined]
    known = {flag: parameter.name for parameter in command.params for flag in parameter.opts}

    assert {**VALUES, **LISTS, **FLAGS}.items() <= known.items()
    assert set(known.values()) - {"tools", "profile", "ping", "trace", "label"} == {
        *VALUES.values(),
        *LISTS.values(),
        *FLAGS.values(),
    }


def test_the_reads_that_are_kept_are_those_of_the_collectors() -> None:
    reads, _ = _default_reads()

    assert reads == plan_of([(one.name, one.read) for one in chosen_collectors()], interval=1, duration=1)["reads"]
