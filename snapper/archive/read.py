"""One read as the archive holds it: what the host said, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Read(NamedTuple):
    """A row of a snapshot. A read whose bytes equal the one before it (same source and key) has no row."""

    source: str
    """`proc.stat`, `proc.pid.stat`, `cmd.iostat`; `recorder.tick` and `proc.pids` are the recorder's own (below)."""
    key: str
    """Which one, where a source has many: pid, path below the first wildcard's folder, mount point; else ""."""
    t: int
    """CLOCK_BOOTTIME when the read began, ns."""
    took: int
    """How long it took, µs."""
    status: str
    """`ok`, `absent`, `denied`, `failed`, `timeout`, `truncated`."""
    content: bytes
    """As read; b"" where the status is not ok or truncated."""
    stderr: bytes | None = None
    """A command's error output, the first 64 KiB; None for a file."""
    exit_code: int | None = None
    """A command's exit status, negative for a signal; None for a file or where it did not end by itself."""


class Rows(NamedTuple):
    """Reads of one source by columns, as far as a parser needs them: made in half the time of a `Read` each."""

    keys: Sequence[str]
    t: Sequence[int]
    statuses: Sequence[str]
    contents: Sequence[bytes]

    def part(self, begin: int, end: int) -> Rows:
        """Those from one up to, not including, another."""
        some = slice(begin, end)
        return Rows(self.keys[some], self.t[some], self.statuses[some], self.contents[some])


def rows_of(reads: Sequence[Read]) -> Rows:
    """The same reads by columns."""
    return Rows(
        [read.key for read in reads],
        [read.t for read in reads],
        [read.status for read in reads],
        [read.content for read in reads],
    )


TICK = "recorder.tick"
"""One row for each tick, never left out: t is the tick's begin, took what the tick cost, content is empty."""

PIDS = "proc.pids"
"""The pids alive at a tick, in decimal, separated by blanks. No row: the same as at the tick before."""
