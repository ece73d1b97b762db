"""A short run of the fuzzer, the same one every time; `make fuzz` is the long one. What it found stands here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from snapper.analyze.snapshot import Snapshot
from snapper.archive.archive import open_archive
from snapper.archive.parquet import write
from snapper.archive.read import Read
from tests.archive import spools

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_mutations_of_what_was_recorded_find_nothing(seed: int) -> None:
    command = [sys.executable, REPOSITORY / "bench" / "fuzz.py", "--count", "4000", "--seconds", "120"]

    done = subprocess.run(
        [*command, "--seed", str(seed), "--workers", "1"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 finds" in done.stdout


@pytest.mark.parametrize("source", ["proc.meminfo", "proc.vmstat"])
def test_a_figure_of_hundreds_of_digits_is_not_known(source: str, tmp_path: Path) -> None:
    recorded = next((REPOSITORY / "fixtures" / "parse" / source).glob("linux-*.txt")).read_bytes()
    line, *rest = recorded.split(b"\n")
    name, *_ = line.split()
    absurd = b"\n".join([name + b" " + b"9" * 400 + (b" kB" if b"kB" in line else b""), *rest])
    rows = [spools.tick(0), spools.tick(1)]
    rows += [Read(source, "", spools.BOOTTIME + 5, 1, "ok", absurd)]
    write(rows, spools.manifest(ticks=2, duration=1.0), tmp_path / "absurd.parquet")

    table = Snapshot(open_archive(tmp_path / "absurd.parquet")).table

    assert not np.isinf(table.mean).any()
