"""Commands are run as a user runs them: in a process of their own, with a store of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SNAPPER = (sys.executable, "-m", "snapper")
SPOOL = ".host.parquet.spool"
"""What a capture to `host.parquet` writes to until it is over, and leaves where it cannot go on."""


def run_snapper(
    *arguments: str | Path, store: Path, by: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command; `by` is a program that runs it in turn, under other circumstances."""
    return subprocess.run(
        [*by, *SNAPPER, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment_of(store, **environment),
    )


def environment_of(store: Path, **other: str) -> dict[str, str]:
    return {**os.environ, "SNAPPER_STORE": str(store), "COLUMNS": "80", **other}


def the_sentence(done: subprocess.CompletedProcess[str], code: int) -> str:
    """What a command that failed said: one line, and no traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("snapper: ")
    return line


def names(folder: Path) -> list[str]:
    """Of all that lies in a folder."""
    return sorted(path.name for path in folder.iterdir())
