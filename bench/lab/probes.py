"""What this kernel and this machine can do: a fault that needs what is not there is listed as not possible here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from lab import acts, groups, place


def _loss() -> str:
    with acts.lossy(Path(), "1"):
        return ""


def _shaping() -> str:
    with acts.shaped(Path(), "8mbit"):
        return ""


def _swap() -> str:
    with TemporaryDirectory(dir=place.WORK) as folder, acts.swapping(Path(folder), "8"):
        return ""


def _memory_group() -> str:
    with acts.small_memory(Path(), "probe", "8"):
        return ""


def _cpu_group() -> str:
    with groups.group("cpu", "probe") as place:
        groups.limit_cpu(place, 0.5)
        return ""


def _loop() -> str:
    return "" if Path("/dev/loop-control").exists() else "there are no loop devices"


def _modules() -> str:
    if not Path("/proc/modules").exists():
        return "the kernel has no modules (no /proc/modules)"
    if Path("/sys/module/dummy").exists():
        return "the module dummy is there already, so it cannot come"
    return "" if subprocess.run(["modprobe", "-n", "dummy"], check=False).returncode == 0 else "no module dummy"


def _steal() -> str:
    return "time is stolen by the hypervisor, which a guest cannot make do so"


def _thp() -> str:
    return "" if Path("/sys/kernel/mm/transparent_hugepage/enabled").exists() else "no transparent huge pages"


def _reno() -> str:
    offered = Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text(encoding="ascii").split()
    return "" if "reno" in offered else f"no other congestion control than {', '.join(offered)}"


PROBES: Final[Mapping[str, Callable[[], str]]] = {
    "loss": _loss,
    "shaping": _shaping,
    "swap": _swap,
    "memory group": _memory_group,
    "cpu group": _cpu_group,
    "loop": _loop,
    "modules": _modules,
    "steal": _steal,
    "thp": _thp,
    "reno": _reno,
}
"""Each gives a reason why not, or nothing; run inside the lab's namespaces."""


def reasons() -> dict[str, str]:
    """Of each probe the reason why it cannot be done here; empty where it can."""
    return {name: _reason(probe) for name, probe in PROBES.items()}


def _reason(probe: Callable[[], str]) -> str:
    try:
        return probe()
    except subprocess.CalledProcessError as failed:
        return acts.reason_of(failed)
    except OSError as failed:
        return f"{failed.strerror}: {failed.filename or ''}".rstrip(": ")


def lacking() -> str:
    """Why the lab cannot run at all; empty where it can."""
    if os.geteuid() != 0:
        return "the lab makes namespaces and control groups of its own, which takes root"
    tools = [tool for tool in ("unshare", "mount", "ip", "tc", "mkfs.ext4") if shutil.which(tool) is None]
    return f"the lab needs {', '.join(tools)}" if tools else ""
