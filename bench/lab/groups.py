"""Control groups of the lab's own, under either version."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path("/sys/fs/cgroup")
PREFIX: Final = "snapper-lab-"
LIMITS: Final = {
    "memory.max": "memory.limit_in_bytes",
    "cpu.max": "cpu.cfs_quota_us",
}
"""What version 2 calls a limit, and version 1."""


def is_unified() -> bool:
    """Whether the controllers are version 2's."""
    return (ROOT / "cgroup.controllers").exists()


def folder(controller: str, name: str) -> Path:
    """Where a group of the lab's lies."""
    return (ROOT if is_unified() else ROOT / controller) / f"{PREFIX}{name}"


def procs(controller: str, name: str) -> str:
    """The file to which a process writes its pid to join."""
    return str(folder(controller, name) / "cgroup.procs")


@contextmanager
def group(controller: str, name: str) -> Iterator[Path]:
    """Make a group and remove it again, once those in it have ended."""
    place = folder(controller, name)
    place.mkdir(exist_ok=True)
    try:
        yield place
    finally:
        for _ in range(50):
            with suppress(OSError):
                place.rmdir()
                break
            time.sleep(0.1)


def limit_memory(place: Path, size: int) -> None:
    """Let a group have so many bytes of memory."""
    (place / _named("memory.max")).write_text(str(size), encoding="ascii")


def limit_cpu(place: Path, share: float) -> None:
    """Let a group have a share of one CPU."""
    quota = int(share * 100_000)
    (place / _named("cpu.max")).write_text(f"{quota} 100000" if is_unified() else str(quota), encoding="ascii")


def _named(limit: str) -> str:
    return limit if is_unified() else LIMITS[limit]
