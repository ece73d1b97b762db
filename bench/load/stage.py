"""Tell one story and capture both sides of it: the first process of the little host that bench/stories.py makes.

    python3 bench/load/stage.py FOLDER < story.json

Whoever else is at work on the machine shows in the host's figures and would spoil the story: a capture during
which they kept more than FOREIGN of a CPU busy is made again, with all that goes wrong undone in between; if that
takes too long, both are.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

SERVICE = [["shop.py"], ["visitor.py"]]
SECONDS = 10
WARM_UP = 3  # seconds from a program's start to the capture, so that its start is not what is measured
AT_MOST = 14_400  # seconds after which every program ends by itself
PATIENCE = 240  # seconds: what others leave behind, in memory and on the disk, is to be the same on both sides
TRIES = 50
ONLY = (
    "proc.stat", "proc.loadavg", "proc.meminfo", "proc.vmstat", "proc.diskstats", "proc.interrupts",
    "proc.softirqs", "proc.schedstat", "proc.pressure", "proc.cpuinfo", "proc.cmdline", "proc.modules",
    "proc.mounts", "proc.sys", "proc.sys.fs.file-nr", "proc.net.dev", "proc.net.snmp", "proc.net.netstat",
    "proc.net.sockstat", "proc.net.softnet_stat", "proc.pid.stat", "proc.pid.status", "proc.pid.io", "proc.pid.fd",
    "proc.pid.schedstat", "proc.pid.cmdline", "proc.pid.cgroup", "sys.block", "sys.class.net",
    "sys.class.net.statistics", "sys.cpufreq", "sys.cpufreq.current", "sys.thp", "etc.os-release", "statvfs",
    "cmd.iostat", "cmd.vmstat", "cmd.ss", "cmd.pmap",
)  # fmt: skip
"""Sources that are captured: what a story of this kind is read from, and what says little of the machine."""
FOREIGN = 0.10  # of a CPU: threads of the kernel take half of that by themselves


def main(folder: Path) -> None:
    """Capture, let it go wrong, capture again."""
    story = json.load(sys.stdin)
    with ExitStack() as stack:
        for command in SERVICE:
            stack.enter_context(started(command))
        always = [stack.enter_context(started(command)) for command in story["always"]]
        time.sleep(WARM_UP)
        for _ in range(TRIES):
            if captured("before", folder, nullcontext) and captured("after", folder, lambda: gone_wrong(story, always)):
                return
    raise SystemExit(f"others were at work in each of {TRIES} tries; record on a machine left alone")


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program of this folder, ended by its pid."""
    script, *rest = command
    process = subprocess.Popen(["python3", script, str(AT_MOST), *rest], cwd=Path(__file__).parent)
    try:
        time.sleep(0.2)  # the next one may want to talk to it
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def gone_wrong(story: dict[str, Any], always: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    """What is wrong after and was not before, for as long as this lasts."""
    with ExitStack() as stack:
        for process in always:
            process.send_signal(signal.SIGUSR1)
            stack.callback(process.send_signal, signal.SIGUSR1)
        for command in story["after"]:
            stack.enter_context(started(command))
        for name, value in story["settings"].items():
            path = Path("/proc/sys", name)
            stack.callback(path.write_text, path.read_text(encoding="ascii"), encoding="ascii")
            path.write_text(value, encoding="ascii")
        time.sleep(WARM_UP)
        yield


def captured(side: str, folder: Path, scene: Callable[[], Any]) -> bool:
    """Capture as a user would, in that scene, until nobody else was at work meanwhile; whether that came to be."""
    command = [".venv/bin/python", "-m", "snapper", "capture", side, "-d", f"{SECONDS}s", "--force"]
    command += [word for source in ONLY for word in ("--only", source)]
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if others_during(partial(time.sleep, 1)) > FOREIGN:
            continue
        with scene():
            arguments = [*command, "-o", str(folder / f"{side}.parquet")]
            others = others_during(partial(subprocess.run, arguments, check=True, capture_output=True))
        print(f"{side}: others kept {others:.3f} of a CPU busy", flush=True)
        if others <= FOREIGN:
            return True
    return False


def others_during(act: Callable[[], Any]) -> float:
    """CPUs that others kept busy while something was done."""
    began, used = time.monotonic(), foreign_cpu()
    act()
    return (foreign_cpu() - used) / (time.monotonic() - began)


def foreign_cpu() -> float:
    """CPU seconds that others have used: the machine's less those of all processes here, ended ones included."""
    user, nice, system, *_ = map(int, Path("/proc/stat").read_text(encoding="ascii").split()[1:4])
    own = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        own += sum(map(int, stat.read_text(encoding="ascii").rpartition(")")[2].split()[11:15]))
    return (user + nice + system - own) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
