"""A plug-in that cannot be used is told in a sentence, by every command that needs the collectors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = """
from dataclasses import replace
from snapper.collectors.cpu.proc_loadavg import COLLECTOR as LOADAVG
FIRST = replace(LOADAVG.metrics[0], name="plug.first")
PLUG = replace(LOADAVG, name="plug", metrics=(FIRST,), derived=())
"""


@pytest.fixture(name="plug")
def installed(tmp_path: Path) -> Path:
    """A folder in which a plug-in is installed whose module is yet to be written."""
    about = tmp_path / "plug-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[snapper.collectors]\nplug = plug:COLLECTOR\n")
    return tmp_path / "plug.py"


def metrics(plug: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snapper", "metrics", "plug.*"], env=os.environ | {"PYTHONPATH": str(plug.parent)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_plug_in_is_a_collector_as_any_other(plug: Path) -> None:
    plug.write_text(f"{BASE}COLLECTOR = PLUG\n")

    done = metrics(plug)

    assert (done.returncode, done.stderr) == (0, "")
    assert "plug.first" in done.stdout


@pytest.mark.parametrize(
    ("collector", "says"),
    [
        ("1 / 0", "the plug-in plug (plug:COLLECTOR) cannot be loaded: ZeroDivisionError"),
        ("'a text'", "is no Collector but a str"),
        ("LOADAVG", "two collectors are named 'proc.loadavg'"),
        ("replace(LOADAVG, name='plug')", "is declared by plug and by proc.loadavg"),
        ("replace(PLUG, metrics=(replace(FIRST, alias_of='plug.first'),))", "an alias of itself"),
    ],
)
def test_one_that_cannot_be_used_is_told_in_a_sentence(plug: Path, collector: str, says: str) -> None:
    plug.write_text(f"{BASE}COLLECTOR = {collector}\n")

    done = metrics(plug)

    assert (done.returncode, done.stdout) == (3, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
