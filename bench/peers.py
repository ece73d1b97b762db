"""The tools that do the same on Debian, each asked for as much as it can tell at one report a second."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "sadc": "sysstat", "pidstat": "sysstat", "atop": "atop", "top": "procps", "collectl": "collectl",
    "psutil": "python3-psutil",
}  # fmt: skip
PSUTIL = """
import json, psutil, sys, time
names = ["pid", "name", "cpu_times", "memory_info", "io_counters", "num_fds", "num_ctx_switches", "status"]
for tick in range(int(sys.argv[1])):
    tick and time.sleep(1)
    rows = [process.info for process in psutil.process_iter(names)]
    print(json.dumps([psutil.cpu_times(), psutil.virtual_memory(), psutil.disk_io_counters(), rows]))
"""


def commands(ticks: int) -> dict[str, tuple[str, ...]]:
    """What to run for each; `{out}` is the file that it writes."""
    count = str(ticks)
    sadc = next((path for path in ("/usr/lib/sysstat/sadc", "/usr/lib64/sa/sadc") if Path(path).exists()), "sadc")
    return {
        "sadc": (sadc, "-S", "XALL", "1", count, "{out}"),
        "pidstat": ("pidstat", "-druvwl", "-p", "ALL", "1", count),
        "atop": ("atop", "-w", "{out}", "1", count),
        "top": ("top", "-b", "-d", "1", "-n", count),
        "collectl": ("collectl", "-s+Z", "-i", "1:1", "-c", count, "-P", "-f", "{out}"),
        "psutil": ("/usr/bin/python3", "-c", PSUTIL, count),
    }


def missing() -> list[str]:
    """Peers that are not on this machine, after an attempt to install them where that is allowed."""
    lacking = [name for name in PACKAGES if not _is_there(name)]
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        wanted = sorted({PACKAGES[name] for name in lacking})
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        print(f"installing {', '.join(wanted)}...", file=sys.stderr)
        subprocess.run(("apt-get", "update", "-qq"), check=False, env=environment)
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted)
        subprocess.run(install, check=False, env=environment, stdout=subprocess.DEVNULL)
        lacking = [name for name in PACKAGES if not _is_there(name)]
    return lacking


def _is_there(name: str) -> bool:
    if name == "psutil":
        asked = subprocess.run(("/usr/bin/python3", "-c", "import psutil"), check=False, capture_output=True)
        return asked.returncode == 0
    return shutil.which(commands(1)[name][0]) is not None
