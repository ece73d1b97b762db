"""Open a file twenty times a second and close it; SIGUSR1 makes it forget to, and remember. Ends after some seconds."""

import signal
import sys
import time
from pathlib import Path
from typing import IO

forgotten: list[IO[str]] = []
leaks = False


def turn(*_: object) -> None:
    """Forget to close files from now on, or close all of them."""
    global leaks  # noqa: PLW0603 - all the state that this program has
    leaks = not leaks


signal.signal(signal.SIGUSR1, turn)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    forgotten.append(Path("/dev/null").open())  # noqa: SIM115 - not to close it is the point
    if not leaks:
        for file in forgotten:
            file.close()
        forgotten.clear()
    time.sleep(0.05)
