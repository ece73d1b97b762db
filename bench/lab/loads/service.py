"""The service: something that answers, somebody who asks, something that stores, something that computes."""

import json
import mmap
import os
import selectors
import socket
import threading
import time
from functools import cache
from pathlib import Path

ADDRESS = ("127.0.0.1", 8080)
REPLY = 2048
CONNECTIONS = 8
STEP = 0.1  # seconds between two looks at the clock
ANSWER = 0.0022  # seconds of CPU time that an answer takes, without what the kernel does for it
PART = 0.004  # and a part of the batch job's work
INSTRUCTIONS = {ANSWER: 140_000, PART: 240_000}  # turns of a loop that take about as long


@cache
def options() -> dict[str, float]:
    """What is different this time; in the environment, so that no command line gives it away."""
    told: dict[str, float] = json.loads(os.environ.get("LAB_SERVICE", "{}"))
    return told


def _work(seconds: float, times: float = 1.0) -> None:
    """Take that much CPU time; or, if told so, do a number of instructions, which take what the machine makes of it.

    On a virtual machine that shares its cores the same instructions were seen to take from 19 to 28 ms: whether a
    program became dearer by a tenth cannot be told from that, whoever judges.
    """
    if options().get("uneven"):
        sum(range(int(INSTRUCTIONS[seconds] * times)))
        return
    over = time.thread_time() + seconds * times
    while time.thread_time() < over:
        sum(range(1_000))


def service(until: float) -> None:
    """Answer each line with a reply, after some work; one loop, all connections."""
    chosen = options()
    work, calls = chosen.get("work", 1), int(chosen.get("calls", 0))
    ballast = bytearray(int(100 * 2**20 * chosen.get("memory", 1)))
    ballast[::4096] = b"x" * len(ballast[::4096])
    reply = b"x" * (REPLY - 1) + b"\n"
    zero = os.open("/dev/zero", os.O_RDONLY)
    with socket.create_server(ADDRESS, backlog=128) as server, selectors.DefaultSelector() as ready:
        server.setblocking(False)  # noqa: FBT003 - the socket's own signature
        ready.register(server, selectors.EVENT_READ)
        while time.monotonic() < until:
            for key, _ in ready.select(STEP):
                if key.fileobj is server:
                    connection, _ = server.accept()
                    ready.register(connection, selectors.EVENT_READ)
                    continue
                connection = key.fileobj  # type: ignore[assignment] # what was registered above
                if not _answer(connection, reply, work, calls, zero):
                    ready.unregister(connection)
                    connection.close()


def _answer(connection: socket.socket, reply: bytes, work: float, calls: int, zero: int) -> bool:
    """Answer what came in; whether there will be more."""
    try:
        asked = connection.recv(4096)
        for _ in range(asked.count(b"\n")):
            _work(ANSWER, work)
            for _ in range(calls):
                os.read(zero, 64)
            connection.sendall(reply)
    except OSError:
        return False
    return bool(asked)


def client(until: float) -> None:
    """Ask a hundred times a second over eight connections that do not wait for each other."""
    every = CONNECTIONS / (100 * options().get("rate", 1))
    visitors = [threading.Thread(target=_visit, args=(until, every, number)) for number in range(CONNECTIONS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()


def _visit(until: float, every: float, number: int) -> None:
    """Ask at a fixed rate over one connection, and over a new one every twentieth time."""
    due, turn = time.monotonic() + every * number / CONNECTIONS, number * 3
    kept = _connected()
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        turn += 1
        if turn % 20:
            _ask(kept)
        else:
            with _connected() as fresh:
                _ask(fresh)
        due = max(due + every, time.monotonic() - 0.5)  # what could not be asked in time is not asked later


def _connected() -> socket.socket:
    for _ in range(50):
        try:
            return socket.create_connection(ADDRESS, timeout=20)
        except ConnectionRefusedError:
            time.sleep(STEP)
    raise SystemExit("nobody answers")


def _ask(connection: socket.socket) -> None:
    connection.sendall(b"how much?\n")
    left = REPLY
    while left:
        got = len(connection.recv(left))
        if not got:
            raise SystemExit("the service hung up")
        left -= got


def store(until: float, folder: str) -> None:
    """Write 64 KiB ten times a second into a file of 8 MiB, and force it to disk once a second."""
    with Path(folder, "store").open("wb", buffering=0) as file:
        turn = 0
        while time.monotonic() < until:
            file.write(b"\1" * 65_536)
            turn += 1
            if turn % 10 == 0:
                os.fsync(file.fileno())
            if turn % 128 == 0:
                file.seek(0)
            time.sleep(STEP)


def batch(until: float, procs: str) -> None:
    """Compute for a fifth of the time, in a control group of its own and with some memory in huge pages."""
    if procs:
        Path(procs).write_text(str(os.getpid()), encoding="ascii")
    chosen = options()
    if "nice" in chosen:
        os.nice(int(chosen["nice"]))
    if "policy" in chosen:
        os.sched_setscheduler(0, int(chosen["policy"]), os.sched_param(0))
    if "cpu" in chosen:
        os.sched_setaffinity(0, {int(chosen["cpu"])})
    with mmap.mmap(-1, 32 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        memory[::4096] = b"x" * (len(memory) // 4096)
        due = time.monotonic()
        while due < until:
            _work(PART)
            due = max(due + 0.025, time.monotonic() - STEP)
            time.sleep(max(0.0, due - time.monotonic()))
