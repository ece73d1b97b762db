"""Programs that want the disk."""

import mmap
import os
import random
import tempfile
import time
from pathlib import Path

MIB = 2**20


def writer(until: float, folder: str) -> None:
    """Write twenty MiB a second and have it written out."""
    with tempfile.TemporaryFile(dir=folder) as file:
        turn = 0
        while time.monotonic() < until:
            file.write(b"\2" * 2 * MIB)
            file.flush()
            os.fdatasync(file.fileno())
            turn += 1
            if turn % 64 == 0:
                file.seek(0)
            time.sleep(0.1)


def reader(until: float, folder: str) -> None:
    """Read blocks of 4 KiB at random, past the cache, some hundreds a second."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(128):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
        direct = os.open(file.name, os.O_RDONLY | os.O_DIRECT)
        block = mmap.mmap(-1, 4096)
        while time.monotonic() < until:
            os.preadv(direct, [block], random.randrange(32 * 1024) * 4096)  # noqa: S311 - not for secrets
            time.sleep(0.002)


def syncer(until: float, folder: str) -> None:
    """Write a little and force it to disk, over and over."""
    with tempfile.TemporaryFile(dir=folder) as file:
        while time.monotonic() < until:
            file.seek(0)
            file.write(b"\3" * 4096)
            file.flush()
            os.fsync(file.fileno())
            time.sleep(0.004)


def filer(until: float, folder: str) -> None:
    """Make some two thousand small files a second and remove each bunch of a hundred again."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        while time.monotonic() < until:
            paths = [Path(place, str(number)) for number in range(100)]
            for path in paths:
                path.write_bytes(b"small")
            for path in paths:
                path.unlink()
            time.sleep(0.04)
