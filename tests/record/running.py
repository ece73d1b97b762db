"""Runs the recorder as a user's host would: as a program of its own, plan in, spool out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from snapper.record.local import RECORDER
from snapper.record.plan import Cadence, Command, Read, plan_of
from tests.record.decode import Record, Spool, decode

Script = Callable[[str], str]
RECORDER_COMMAND = (sys.executable, "-I", "-S", str(RECORDER))
LONGEST = 30
"""Seconds after which a test's recorder has hung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    code: int
    said: list[str]
    complaint: str
    data: bytes

    @property
    def spool(self) -> Spool:
        spool = decode(self.data)
        assert spool is not None, self.complaint
        return spool

    def read(self, source: str, key: str = "") -> Record:
        (record,) = self.spool.of(source, key)
        return record


class Running:
    """A recorder at work."""

    def __init__(self, plan: bytes, spool: Path, command: tuple[str, ...]) -> None:
        self.spool = spool
        self.process = subprocess.Popen(
            (*command, "--spool", str(spool)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        pipe(self.process.stdin).write(plan)
        pipe(self.process.stdin).close()
        self.process.stdin = None
        self.said: list[str] = []

    def wait_for(self, line: str) -> None:
        """Until it has said so."""
        while line not in self.said:
            words = pipe(self.process.stdout).readline().decode()
            assert words, f"the recorder ended before it said {line!r}: {pipe(self.process.stderr).read()!r}"
            self.said.append(words.rstrip("\n"))

    def end(self) -> Recording:
        stdout, stderr = self.process.communicate(timeout=LONGEST)
        stdout = stdout or b""  # None where the test has closed it
        data = self.spool.read_bytes() if self.spool.is_file() else b""
        return Recording(
            code=self.process.returncode,
            said=self.said + stdout.decode().splitlines(),
            complaint=stderr.decode(),
            data=data,
        )


def start(
    folder: Path,
    reads: Mapping[str, Read],
    *,
    interval: float = 0.05,
    ticks: int = 2,
    root: Path | str = "/",
    command: tuple[str, ...] = RECORDER_COMMAND,
) -> Running:
    """Start a recorder whose spool is in the folder."""
    plan = plan_of(reads.items(), interval=interval, duration=interval * (ticks - 1), root=str(root))
    return Running(json.dumps(plan).encode(), folder / "spool", command)


def run(
    folder: Path, reads: Mapping[str, Read], *, interval: float = 0.05, ticks: int = 2, root: Path | str = "/"
) -> Recording:
    """Record and come back when it is over."""
    return start(folder, reads, interval=interval, ticks=ticks, root=root).end()


def once(tmp_path: Path, argv: tuple[str, ...], **options: object) -> Recording:
    """Run one tool before the first tick."""
    command = Command(argv=argv, version=(), cadence=Cadence.ONCE, **options)  # type: ignore[arg-type] # options vary
    return run(tmp_path, {"cmd.tool": command})


def write(root: Path, path: str, text: str | bytes) -> Path:
    """A file of a recorded tree."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return target


def stat_line(pid: int, *, comm: str = "worker", threads: int = 1, began: int = 4711, utime: int = 5) -> str:
    """/proc/PID/stat as far as the recorder looks at it."""
    return f"{pid} ({comm}) S 1 1 1 0 -1 0 0 0 0 0 {utime} 0 0 0 20 0 {threads} 0 {began} 0 0\n"


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
