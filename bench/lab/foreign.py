"""How much CPU others use while the lab captures: the machine's, less the lab's own and the kernel's threads."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
KERNEL: Final = 2  # kthreadd, the parent of all threads of the kernel


def adopt_orphans() -> None:
    """Let whoever loses its parent become this process's child, so that all of the lab stays below it."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def others_during(act: Callable[[], object], strangers: AbstractSet[int]) -> float:
    """CPUs that others kept busy while something was done, strangers among them that descend from the lab."""
    began, used = time.monotonic(), _foreign_cpu(strangers)
    act()
    return max(0.0, (_foreign_cpu(strangers) - used) / (time.monotonic() - began))


def _foreign_cpu(strangers: AbstractSet[int]) -> float:
    """CPU seconds that others have used."""
    user, nice, system = map(int, Path("/proc/stat").read_text(encoding="ascii").split()[1:4])
    processes = dict(filter(None, map(_process, Path("/proc").glob("[0-9]*/stat"))))
    own = sum(
        used
        for pid, (_, used) in processes.items()
        if pid not in strangers and _is_below(pid, {os.getpid(), KERNEL}, processes)
    )
    return (user + nice + system - own) / os.sysconf("SC_CLK_TCK")


def _is_below(pid: int, roots: set[int], processes: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a process is one of these or descends from one."""
    while pid in processes and pid not in roots:
        pid = processes[pid][0]
    return pid in roots


def _process(stat: Path) -> tuple[int, tuple[int, int]] | None:
    """The pid, the parent's and the clock ticks used, those of children that were waited for among them."""
    try:
        text = stat.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return int(stat.parent.name), (int(fields[1]), sum(map(int, fields[11:15])))
