"""`snapper capture --profile` on this host: what kept a CPU busy stands in the profile, and nothing is left behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper import load
from snapper.record.recorder import ENVIRONMENT

SPIN = "import time, zlib\nend = time.time() + 60\nwhile time.time() < end:\n    zlib.crc32(bytes(1 << 20))\n"


@pytest.fixture
def busy() -> Iterator[None]:
    """A program that keeps a CPU busy, at most a minute."""
    with subprocess.Popen([sys.executable, "-c", SPIN]) as child:
        yield
        child.kill()


def captured(target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "snapper", "capture", "-d", "2s", "-i", "500ms", "--only", "proc.stat", *options]
    return subprocess.run([*command, "-o", str(target)], capture_output=True, text=True, check=True)


@pytest.mark.usefixtures("busy")
def test_a_profile_is_captured_and_compared(tmp_path: Path) -> None:
    for side in ("before", "after"):
        done = captured(tmp_path / f"{side}.parquet", "--profile", "--only", "cmd.perf_script")
        coverage = load(tmp_path / f"{side}.parquet").manifest.coverage["cmd.perf_script"]
        if coverage.status != "ok":
            assert coverage.why in done.stderr
            assert "perf_event_paranoid" in done.stderr
            pytest.skip(f"no profile can be taken here: {coverage.why}")
    pair = [str(tmp_path / f"{side}.parquet") for side in ("before", "after")]

    told = subprocess.run(
        [sys.executable, "-m", "snapper", "diff", *pair, "--format", "json"], capture_output=True, text=True, check=True
    )

    profile = json.loads(told.stdout)["profile"]
    assert profile["before"]["samples"] > 20
    assert profile["before"]["busy"] > 0.1
    assert any(row["name"].startswith("python") and row["before"] for row in profile["frames"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["after.parquet", "before.parquet"]


def test_without_perf_it_is_said_what_would_help(tmp_path: Path) -> None:
    if shutil.which("perf", path=ENVIRONMENT["PATH"]):
        pytest.skip("perf is installed here")

    done = captured(tmp_path / "one.parquet", "--profile", "--only", "cmd.perf_script")

    assert "cmd.perf_script" in done.stderr
    assert load(tmp_path / "one.parquet").manifest.coverage["cmd.perf_script"].status == "absent"


def test_nothing_is_sampled_unless_asked_for(tmp_path: Path) -> None:
    captured(tmp_path / "plain.parquet")

    assert "cmd.perf_script" not in load(tmp_path / "plain.parquet").manifest.coverage
