"""Opens files in a process apart: a reader that ends its process fails the test that made it do so, and no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

REPOSITORY = Path(__file__).resolve().parents[2]
OPENS_ONE_FILE_AFTER_THE_OTHER = """
import hashlib, sys
from pathlib import Path
from snapper.archive.archive import open_archive
from snapper.archive.load import load_manifest
from snapper.errors import UnreadableSnapshot

for line in sys.stdin:
    path = Path(line.rstrip())
    try:
        load_manifest(path)
        archive = open_archive(path)
        rows = [read for source in archive.sources() for read in archive.reads(source)]
        print("opened", hashlib.sha256(repr(rows).encode()).hexdigest(), flush=True)
    except UnreadableSnapshot as error:
        print("refused", str(error).removeprefix(f"{path}: "), flush=True)
"""


class Apart:
    """A process that opens snapshots, started again when one of them ended it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._process is not None:
            self._process.communicate()

    def open(self, content: bytes) -> str:
        """`opened` and a digest of its reads, or `refused` and why."""
        self._path.write_bytes(content)
        process = self._process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        print(self._path, file=process.stdin, flush=True)
        said = process.stdout.readline()
        if not said:
            self._process = None
            _, errors = process.communicate()
            raise AssertionError(f"opening {self._path} ended the process ({process.returncode}): {errors}")
        return said.rstrip()

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", OPENS_ONE_FILE_AFTER_THE_OTHER],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
