"""Programs that start others, and that keep what they should give back."""

import os
import socket
import sys
import threading
import time
from pathlib import Path


def forker(until: float) -> None:
    """Start two hundred children a second that end at once."""
    while time.monotonic() < until:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        time.sleep(0.004)


def keeper(until: float, program: str) -> None:
    """Start a program again whenever it has ended, as a supervisor does; it lives for half a second."""
    while time.monotonic() < until:
        child = os.fork()
        if child == 0:
            os.execv(program, [program, "0.5"])  # noqa: S606 - a link to sleep, made by the lab
        os.waitpid(child, 0)


def newcomer(until: float) -> None:
    """Be there, with forty MiB, and do a little."""
    held = bytearray(b"x") * (40 * 2**20)
    while time.monotonic() < until:
        sum(range(100_000))
        time.sleep(0.05)
    del held


def filekeeper(until: float) -> None:
    """Open twenty files a second and close none."""
    held = []
    while time.monotonic() < until:
        held.append(os.open("/dev/null", os.O_RDONLY))
        time.sleep(0.05)


def threadkeeper(until: float) -> None:
    """Start ten threads a second that wait for the end."""
    while time.monotonic() < until:
        threading.Thread(target=time.sleep, args=(until - time.monotonic(),), daemon=True).start()
        time.sleep(0.1)


def socketkeeper(until: float) -> None:
    """Open twenty sockets a second and close none."""
    held = []
    while time.monotonic() < until:
        held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        held[-1].bind(("127.0.0.1", 0))
        time.sleep(0.05)


def glutton(until: float, procs: str) -> None:
    """Start a child that takes more memory than its control group may have, again whenever it was killed."""
    while time.monotonic() < until:
        child = os.fork()
        if child == 0:
            Path(procs).write_text(str(os.getpid()), encoding="ascii")
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
            held = bytearray(b"x") * (128 * 2**20)
            sys.exit(len(held) == 0)
        os.waitpid(child, 0)
        time.sleep(1)
