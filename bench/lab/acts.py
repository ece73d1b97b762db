"""What is done to the lab's little host before a capture, and undone after: a context manager each.

What is not of a network or mount namespace is the machine's: such a setting is put back whatever happens.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lab import groups

DISK_SIZE: Final = 64 * 2**20
DISK: Final = "small"
"""A small file system of the lab's own, mounted in its own mount namespace during every capture."""


def run(*command: str, env: Mapping[str, str] | None = None) -> str:
    """Run a tool that must succeed, and give what it said.

    Raises:
        CalledProcessError: It did not; `reason_of` says why.
    """
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


def reason_of(failed: subprocess.CalledProcessError) -> str:
    """What a tool that failed said last."""
    said = (failed.stderr or "").strip().splitlines()
    return f"{failed.cmd[0]}: {said[-1] if said else f'exit code {failed.returncode}'}"


@contextmanager
def setting(work: Path, path: str, value: str) -> Iterator[None]:  # noqa: ARG001 - the arguments of every act
    """Write a setting below /proc/sys or /sys."""
    file = Path("/proc/sys", path) if not path.startswith("/") else Path(path)
    was = file.read_text(encoding="ascii").strip()
    chosen = was.partition("[")[2].partition("]")[0] or was  # "always [madvise] never": the one in brackets
    file.write_text(value, encoding="ascii")
    try:
        yield
    finally:
        file.write_text(chosen, encoding="ascii")


@contextmanager
def lossy(work: Path, percent: str) -> Iterator[None]:  # noqa: ARG001 - as above
    """Lose that share of the packets that arrive: by netem where the kernel has it, else by nftables."""
    try:
        run("tc", "qdisc", "add", "dev", "lo", "root", "netem", "loss", f"{percent}%")
    except (subprocess.CalledProcessError, FileNotFoundError):
        run("nft", "add", "table", "inet", "lab")
        run("nft", "add chain inet lab arrives { type filter hook input priority 0; }")
        run("nft", f"add rule inet lab arrives numgen random mod 100 < {percent} drop")
        undo = "nft delete table inet lab"
    else:
        undo = "tc qdisc del dev lo root"
    try:
        yield
    finally:
        run(*undo.split())


@contextmanager
def shaped(work: Path, rate: str) -> Iterator[None]:  # noqa: ARG001 - as above
    """Let the loopback pass that rate and no more."""
    run("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "66k", "latency", "200ms")
    try:
        yield
    finally:
        run("tc", "qdisc", "del", "dev", "lo", "root")


@contextmanager
def swapping(work: Path, size: str) -> Iterator[None]:
    """Have a swap file of that many MiB."""
    path = work / "swap"
    path.unlink(missing_ok=True)
    run("dd", "if=/dev/zero", f"of={path}", "bs=1M", f"count={size}", "status=none")
    path.chmod(0o600)
    run("mkswap", str(path))
    run("swapon", str(path))
    try:
        yield
    finally:
        run("swapoff", str(path))
        path.unlink()


@contextmanager
def small_memory(work: Path, name: str, mebibytes: str) -> Iterator[None]:  # noqa: ARG001 - as above
    """Have a control group with that much memory."""
    with groups.group("memory", name) as place:
        groups.limit_memory(place, int(mebibytes) * 2**20)
        yield


@contextmanager
def throttled(work: Path, share: str) -> Iterator[None]:  # noqa: ARG001 - as above
    """Let `batch` have that share of a CPU and no more."""
    place = groups.folder("cpu", "batch")
    groups.limit_cpu(place, float(share))
    try:
        yield
    finally:
        (place / ("cpu.max" if groups.is_unified() else "cpu.cfs_quota_us")).write_text(
            "max" if groups.is_unified() else "-1", encoding="ascii"
        )


@contextmanager
def filled(work: Path, percent: str) -> Iterator[None]:
    """Fill the small file system to that share of what an ordinary user may have."""
    stat = os.statvfs(work / DISK)
    path = work / DISK / "filling"
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, int(stat.f_bavail * stat.f_frsize * float(percent) / 100))
    try:
        yield
    finally:
        path.unlink()


@contextmanager
def crowded(work: Path, percent: str) -> Iterator[None]:
    """Use that share of the small file system's free inodes."""
    place = work / DISK / "crowd"
    place.mkdir()
    count = int(os.statvfs(work / DISK).f_favail * float(percent) / 100)
    for number in range(count):
        os.close(os.open(place / str(number), os.O_CREAT | os.O_WRONLY))
    try:
        yield
    finally:
        run("rm", "-rf", str(place))


@contextmanager
def remounted(work: Path, options: str, undone: str) -> Iterator[None]:
    """Mount the small file system with other options."""
    run("mount", "-o", f"remount,{options}", str(work / DISK))
    try:
        yield
    finally:
        run("mount", "-o", f"remount,{undone}", str(work / DISK))


@contextmanager
def module(work: Path, name: str) -> Iterator[None]:  # noqa: ARG001 - as above
    """Have a module loaded that was not."""
    run("modprobe", name)
    try:
        yield
    finally:
        run("modprobe", "-r", name)
