"""sar along two seconds of the live host, and what /proc grew by in the time around them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.live.test_cross_checks import Said, asked, read

FORKS = 40
SECONDS = 2
"""Of sar; /proc is read before it starts and after it has ended, so what sar saw is part of what /proc grew by."""
LOAD = f"""
import os, time
for _ in range({FORKS}):
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {{}}), 0)
    time.sleep({SECONDS / FORKS / 2})
"""


@pytest.fixture
def load() -> Iterator[None]:
    """Programs that start and end while sar looks."""
    with subprocess.Popen([sys.executable, "-c", LOAD]) as forker:
        yield
        forker.kill()


def grown(before: Said, after: Said, name: str) -> float:
    return float(after[name]) - float(before[name])


@pytest.mark.usefixtures("load")
def test_sar_and_proc_stat() -> None:
    before = read("proc.stat", "/proc/stat")
    theirs = asked("cmd.sar", interval=str(SECONDS), count="1")
    after = read("proc.stat", "/proc/stat")

    # sar divides by the time between its own reads, which is a little more than it was told, and prints hundredths.
    for name, ours in (("sar.cswch", "stat.ctxt"), ("sar.proc", "stat.processes")):
        seen = float(theirs[name]) * SECONDS
        assert 0 < seen <= grown(before, after, ours) * 1.05 + 1, name
    assert float(theirs["sar.proc"]) * SECONDS >= FORKS / 4
    cpus = os.cpu_count() or 1
    shares = sum(float(theirs[f"sar.{part}"]) for part in ("user", "nice", "system", "iowait", "steal", "idle"))
    assert shares == pytest.approx(1, abs=0.001 * 6)
    grew = grown(before, after, "stat.cpu.user") + grown(before, after, "stat.cpu.guest")
    assert float(theirs["sar.user"]) * SECONDS * cpus <= grew + 0.05 * cpus  # the counters step by hundredths


def test_sar_and_meminfo() -> None:
    names = {
        "sar.kbmemfree": "meminfo.MemFree",
        "sar.kbavail": "meminfo.MemAvailable",
        "sar.kbbuffers": "meminfo.Buffers",
        "sar.kbcached": "meminfo.Cached",
    }
    before = read("proc.meminfo", "/proc/meminfo")
    theirs = asked("cmd.sar", interval="1", count="1")
    after = read("proc.meminfo", "/proc/meminfo")

    # Other programs of this host take and give memory at any moment: a fiftieth of it at most in a second.
    slack = 0.02 * float(before["meminfo.MemTotal"])
    for name, ours in names.items():
        low, high = sorted((float(before[ours]), float(after[ours])))
        assert low - slack <= float(theirs[name]) <= high + slack, name
