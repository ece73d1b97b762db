"""A short run of the fuzzer, the same one every time; `make fuzz` is the long one. What it found stands here."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import numpy as np
import pytest

from snapper.analyze.snapshot import Snapshot
from snapper.archive.archive import open_archive
from snapper.archive.parquet import write
from snapper.archive.read import Read
from snapper.collectors import Origin, all_collectors
from tests.archive import spools

REPOSITORY = Path(__file__).resolve().parents[1]
LONG = 200_000
"""Characters of a run over which an expression that looks at each from each of the others takes a minute."""


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


class GivesUpError(Exception):
    """It takes a thousand times as long as a text of that length does."""


@pytest.fixture
def patience() -> Iterator[None]:
    """Ten seconds of the CPU, whatever else the machine does."""
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, 10)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def _give_up(_: int, __: FrameType | None) -> None:
    raise GivesUpError


@pytest.mark.parametrize(
    ("recorded", "before", "run"),
    [
        ("proc.mdstat/rebuild", "2](F)", "a"),
        ("cmd.dmesg/util-linux-2.38", "", "1"),
        ("cmd.ss/iproute2-6.1", "))", '"a'),
        ("cmd.timedatectl/systemd-245-status", " zone", " "),
        ("proc.locks/bad-line", " POSIX", " "),
        ("cmd.dump-acct/acct-6.6", "", "1"),
        ("cmd.ethtool.statistics/ena", "_", " "),
        ("cmd.perf_script/linux-6.18", "", " "),
        ("proc.scsi.scsi/raid", " revision", " "),
    ],
)
@pytest.mark.usefixtures("patience")
def test_a_long_run_of_anything_takes_no_longer_than_other_texts(recorded: str, before: str, run: str) -> None:
    source = recorded.partition("/")[0]
    text = (REPOSITORY / "fixtures" / "parse" / f"{recorded}.txt").read_text("utf-8")
    at = text.index(before)

    with contextlib.suppress(ValueError):  # or it is refused
        list(all_collectors()[source].parse(text[:at] + run * LONG + text[at:], Origin(key="eth0")))
