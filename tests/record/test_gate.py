"""A process of which it is said that it did not run has not changed, whatever its threads do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper.record.recorder import Gate

ROUNDS = 30
PROGRAMS = [
    "while True: time.sleep(0.05)",
    "while True: time.sleep(0.3); bytearray(10**6)",
    "threading.Thread(target=lambda: [time.sleep(0.07) for _ in iter(int, 1)]).start(); time.sleep(600)",
    "[threading.Thread(target=time.sleep, args=(600,)).start() for _ in range(4)]; time.sleep(600)",
    "while True: time.sleep(0.2); open('/dev/zero', 'rb').read(10**5)",
    "while True: time.sleep(0.1); os.waitpid(os.fork() or os._exit(0), 0)",
    "while True: time.sleep(0.1); t = threading.Thread(target=time.sleep, args=(0.05,)); t.start(); t.join()",
    "time.sleep(600)",
]


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate.opened() or pytest.skip("needs CAP_NET_ADMIN and a kernel with taskstats and delay accounting")
    yield gate
    gate.close()


@pytest.fixture
def children() -> Iterator[list[str]]:
    """Pids of processes that sleep, wake, start threads and children, each in its own manner."""
    head = "import os, threading, time; print(1, flush=True)\n"
    running = [subprocess.Popen((sys.executable, "-c", head + program), stdout=subprocess.PIPE) for program in PROGRAMS]
    for child in running:
        assert child.stdout is not None
        child.stdout.readline()
    yield [str(child.pid) for child in running]
    for child in running:
        child.kill()
        child.communicate()


def what_is_read(pid: str) -> tuple[str, ...]:
    """What the recorder reads of a process, less what changes while it waits to run, and its user's signals."""
    base = Path("/proc") / pid
    comm, _, rest = (base / "stat").read_text().rpartition(")")
    waiting = {0, 32, 36}  # state, wchan, processor: once it is woken it is runnable, and has a CPU to wait for
    fields = [field for number, field in enumerate(rest.split()) if number not in waiting]
    status = [line for line in (base / "status").read_text().splitlines() if not line.startswith(("SigQ", "State"))]
    return (
        comm,
        *fields,
        *status,
        (base / "io").read_text(),
        (base / "schedstat").read_text(),
        str(len(list((base / "fd").iterdir()))),
    )


def test_who_did_not_run_did_not_change(gate: Gate, children: list[str]) -> None:
    gate.ran(children)
    idle = busy = 0
    for _ in range(ROUNDS):
        first = {pid: what_is_read(pid) for pid in children}
        time.sleep(0.05)
        second = {pid: what_is_read(pid) for pid in children}
        ran = gate.ran(children)
        assert ran is not None
        changed = {pid for pid in children if first[pid] != second[pid]}
        assert changed <= ran
        idle += len(children) - len(ran)
        busy += len(ran)
    assert idle > ROUNDS
    assert busy > ROUNDS


def test_it_has_to_say_so_of_who_is_new_and_of_who_is_gone(gate: Gate, children: list[str]) -> None:
    sleeper = children[-1]
    gone = subprocess.Popen(("true",))
    gone.wait()
    assert gate.ran([sleeper]) == {sleeper}
    assert gate.ran([sleeper, str(os.getpid()), str(gone.pid)]) == {str(os.getpid()), str(gone.pid)}


def test_more_processes_than_fit_one_batch_are_asked_about(gate: Gate) -> None:
    pids = sorted((path.name for path in Path("/proc").iterdir() if path.name.isdecimal()), key=int) * 3
    ran = gate.ran(pids)
    assert ran is not None
    assert ran <= set(pids)
    time.sleep(0.05)
    assert str(os.getpid()) in (gate.ran(pids) or set())


def test_a_broken_gate_says_nothing(gate: Gate) -> None:
    gate._socket.close()
    assert gate.ran(["1"]) is None


def test_an_answer_to_another_question_breaks_it(gate: Gate) -> None:
    gate._socket.send(gate._request(1))
    assert gate.ran([str(os.getpid())]) is None
