"""Programs that want memory."""

import os
import time
from pathlib import Path

MIB = 2**20


def leaker(until: float) -> None:
    """Take ten MiB a second and give nothing back, up to a gigabyte."""
    held: list[bytearray] = []
    while time.monotonic() < until and len(held) < 1024:
        held.append(bytearray(b"x") * MIB)
        time.sleep(0.1)


def hoarder(until: float, size: str) -> None:
    """Hold that many MiB."""
    held = bytearray(b"x") * (int(size) * MIB)
    time.sleep(max(0.0, until - time.monotonic()))
    del held


def swapper(until: float, procs: str) -> None:
    """Touch 96 MiB over and over in a control group that has less."""
    Path(procs).write_text(str(os.getpid()), encoding="ascii")
    held = bytearray(96 * MIB)
    turn = 0
    while time.monotonic() < until:
        for place in range(0, len(held), 4096):
            held[place] = turn % 256
        turn += 1
        time.sleep(0.1)


def thrasher(until: float, procs: str, folder: str) -> None:
    """Read a file of 96 MiB over and over in a control group that can cache half of it."""
    Path(procs).write_text(str(os.getpid()), encoding="ascii")
    path = Path(folder, "thrashed")
    with path.open("wb") as file:
        for _ in range(96):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
    try:
        while time.monotonic() < until:
            with path.open("rb", buffering=0) as file:
                while file.read(MIB) and time.monotonic() < until:
                    time.sleep(0.01)
    finally:
        path.unlink()
