"""What perf counted lies between what /proc counted inside its window and around it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from snapper.collectors import Origin
from snapper.collectors.cpu.cmd_perf_stat_kernel import COLLECTOR as PERF
from snapper.collectors.cpu.proc_stat import COLLECTOR as STAT
from snapper.record.plan import Command
from snapper.record.recorder import ENVIRONMENT

INSIDE = """
import os, sys, time

def ctxt():
    with open("/proc/stat") as stat:
        return next(int(line.split()[1]) for line in stat if line.startswith("ctxt"))

time.sleep(0.2)  # some versions of perf begin to count a moment after they started what they run
before = ctxt()
there, back = os.pipe(), os.pipe()
if not os.fork():
    os.close(there[1])
    while os.read(there[0], 1):
        os.write(back[1], b"!")
    os._exit(0)
os.close(there[0])
for _ in range(5000):
    os.write(there[1], b"?")
    os.read(back[0], 1)
os.close(there[1])
os.wait()
print(ctxt() - before, file=sys.stderr)
"""
"""Two processes that wait for each other 5,000 times; says how much ctxt of /proc/stat grew meanwhile."""


def switches() -> float:
    text = Path("/proc/stat").read_text(encoding="utf-8")
    found = {name: value for name, value, _ in STAT.parse(text, Origin())}
    return float(found["stat.ctxt"])


def test_context_switches_and_proc_stat() -> None:
    """Both count the same thing, and only grow: no tolerance is needed but for what perf prints as a fraction."""
    assert isinstance(PERF.read, Command)
    if shutil.which("perf", path=ENVIRONMENT["PATH"]) is None:
        pytest.skip("no perf here")
    argv = [word.format(interval=1, count=60) if "{" in word else word for word in PERF.read.argv]

    before = switches()
    run = subprocess.run(
        [*argv, "--", sys.executable, "-c", INSIDE], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    around = switches() - before
    if not run.stdout:
        pytest.skip(f"perf may not count here: {' '.join(run.stderr.split())[:200]}")

    inside = int(run.stderr.split()[-1])
    seconds = json.loads(run.stdout.splitlines()[-1])["interval"]
    told = {name: value for name, value, _ in PERF.parse(run.stdout, Origin())}
    counted = float(told["perf.context-switches"]) * seconds
    assert inside > 1000
    assert inside - 1 <= counted <= around + 1
    assert float(told["perf.page-faults"]) > 0
