"""Programs that want CPUs."""

import os
import threading
import time


def crunch(until: float, share: str = "1") -> None:
    """Keep a share of one CPU busy."""
    busy = float(share)
    while (began := time.monotonic()) < until:
        while time.monotonic() - began < 0.02 * busy:
            sum(range(2_000))
        time.sleep(0.02 * (1 - busy))


background = stranger = crunch
"""The same under other names: what has nothing to do with the service, and what is none of the lab's."""


def crowd(until: float, count: str) -> None:
    """Keep as many CPUs busy as there are processes."""
    for _ in range(int(count)):
        if os.fork() == 0:
            crunch(until)
            os._exit(0)
    for _ in range(int(count)):
        os.wait()


def pingpong(until: float) -> None:
    """Two processes that hand a byte to and fro: as many context switches as there is time for, less a pause."""
    there, back = os.pipe(), os.pipe()
    if os.fork() == 0:
        os.close(there[1])
        while os.read(there[0], 1):
            os.write(back[1], b"x")
        os._exit(0)
    os.close(there[0])
    turn = 0
    while time.monotonic() < until:
        os.write(there[1], b"x")
        os.read(back[0], 1)
        turn += 1
        if turn % 200 == 0:
            time.sleep(0.005)
    os.close(there[1])
    os.wait()


def lockers(until: float, count: str = "6") -> None:
    """Threads that all want one lock, most of the time."""
    lock = threading.Lock()

    def want() -> None:
        while time.monotonic() < until:
            with lock:
                time.sleep(0.0002)

    threads = [threading.Thread(target=want) for _ in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def metronome(until: float) -> None:
    """Ask for a timer over and over, each fifty microseconds away."""
    while time.monotonic() < until:
        time.sleep(0.00005)
