"""Programs under measurement: what each used of the CPU, how much memory it had, and what it wrote."""

from __future__ import annotations

import compileall
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
LOOK_EVERY = 0.2  # seconds between two looks at a program's memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """By one program and the children that it waited for."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    """Seconds."""
    rss: int
    """Bytes at most, of the program itself."""
    bytes: int
    """That its output holds."""
    code: int


class Running:
    """A program at work; its standard output goes to a file, or nowhere."""

    def __init__(self, command: Sequence[str], output: Path, *, stdin: bytes = b"") -> None:
        self.output = output
        self._began = time.perf_counter()
        with (Path(os.devnull) if "{out}" in command else output).open("wb") as stdout:
            words = [word.replace("{out}", str(output)) for word in command]
            self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.DEVNULL)
        self._rss = 0
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        with suppress(BrokenPipeError):
            pipe(self._process.stdin).write(stdin)
            pipe(self._process.stdin).close()

    def wait(self) -> Used:
        """Until it has ended."""
        _, status, usage = os.wait4(self._process.pid, 0)
        wall = time.perf_counter() - self._began
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._watcher.join()
        return Used(
            cpu=usage.ru_utime + usage.ru_stime,
            wall=wall,
            rss=self._rss,
            bytes=sum(path.stat().st_size for path in self.output.parent.glob(f"{self.output.name}*")),
            code=self._process.returncode,
        )

    def _watch(self) -> None:
        """Not ru_maxrss: it begins with the memory of whoever forked the program."""
        status = Path(f"/proc/{self._process.pid}/status")
        with suppress(OSError):
            while found := re.search(r"VmHWM:\s*(\d+) kB", status.read_text()):
                self._rss = int(found[1]) * 1024
                time.sleep(LOOK_EVERY)


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """A stream that was asked for as a pipe."""
    assert stream is not None  # noqa: S101 - for the type checker: PIPE was passed
    return stream


def floor_program(folder: Path) -> str:
    """The C program of this folder, compiled: the read loop, and the processes that are looked at."""
    program = f"{folder}/readloop"
    subprocess.run(("cc", "-O2", "-pthread", "-o", program, str(HERE / "readloop.c")), check=True)
    return program


@contextmanager
def sleepers(program: str, processes: int, *, awake: float = 0.1, threads: int = 1) -> Iterator[None]:
    """That many processes, of which a share wakes up five times a second, for as long as the context lasts."""
    command = (program, "sleep", str(processes), str(round(processes * awake)), str(threads))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        pipe(process.stdout).readline()
        yield
        pipe(process.stdin).close()


def as_installed() -> None:
    """Leave the package's bytecode beside it, as pip does: to compile the source takes as long as a whole diff."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(HERE.parent / "snapper", quiet=1)


def machine() -> str:
    """What the figures were measured on, without its name."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    load = os.getloadavg()[0]
    kernel = os.uname().release.partition("-")[0]  # what a builder appends is nobody's business
    return f"{os.cpu_count()} CPUs ({model}), Linux {kernel}; load average before the run {load:.1f}"
