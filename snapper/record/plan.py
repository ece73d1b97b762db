"""What the recorder is to read, as data: it knows paths and cadences, nothing of metrics.

A collector declares its reads with the classes below; `plan_of` turns them into
the JSON document that `recorder.py` takes on its standard input. The keys of that
document are described in the recorder's own docstring, which is the contract.

Paths are relative to the root that is captured ("/" or a recorded tree) and so
start with `proc/` or `sys/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum, StrEnum
from typing import Any, ClassVar

from snapper.record.assembled import assembled

KIB = 1024
MIB = 1024 * KIB


class Cadence(StrEnum):
    """When a thing is read."""

    TICK = "tick"
    """At every tick."""
    EDGES = "edges"
    """Before the first tick and after the last: for what is dear."""
    ONCE = "once"
    """Before the first tick: for what does not change in a window."""
    NEW = "new"
    """Once for each process (pid and start time) that turns up."""
    WINDOW = "window"
    """A command that runs along with the whole window and is stopped with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file, read whole. Its key is empty."""

    kind: ClassVar[str] = "file"
    path: str
    cadence: Cadence = Cadence.TICK
    max_bytes: int = 4 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Every file that matches one of the patterns; its key is the path behind the first wildcard's folder.

    `sys/block/*/queue/*` gives the key `vda/queue/scheduler`; `**` descends, without following links.
    With `joined` they are one text under an empty key, for what says something only together: each line
    has its file's path and a colon before it (`/sys/class/hwmon/hwmon0/name:k10temp`), and what the first
    wildcard stands for, where it is a link, a line that says where it leads (`/sys/class/hwmon/hwmon0 -> ...`).
    """

    kind: ClassVar[str] = "files"
    patterns: tuple[str, ...]
    cadence: Cadence = Cadence.ONCE
    max_bytes: int = 64 * KIB
    max_files: int = 20_000
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PerProcess:
    """One file of every process, `/proc/PID/<file>`; its key is the pid.

    With `count` the file is a directory and the content is the number of its entries. With `largest`
    (at the edges only) it is read of that many processes of greatest resident size, largest first,
    until `budget` seconds are over: for what is dear. What the budget cut is told in the coverage.
    """

    kind: ClassVar[str] = "process"
    file: str
    cadence: Cadence = Cadence.TICK
    count: bool = False
    largest: int = 0
    budget: float = 30.0
    max_bytes: int = 64 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class StatVfs:
    """statvfs(3) of every mount that holds something; its key is the mount point.

    The content is text, a field a line: `f_bsize 4096`. Remote file systems are asked
    by a child with a deadline, for a dead server hangs the caller for good.
    """

    kind: ClassVar[str] = "statvfs"
    cadence: Cadence = Cadence.EDGES
    timeout: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A tool, run without a shell: LC_ALL=C, TZ=UTC, no stdin, a timeout for its whole group, an output cap.

    Args:
        argv: The program's name (looked up on a fixed search path) and its arguments;
            `{interval}` (whole seconds, at least 1), `{count}` (reports that fit the window),
            `{pid}` and `{name}` are filled in by the recorder, `{host}` by `asking`.
        version: What prints its version, e.g. ("iostat", "-V"); one for all tools of a package, for each is asked once.
        alternatives: Argument vectors to try in order where the one before exits non-zero with no output
            (an older version without JSON, say).
        largest: If positive, run once for each of that many processes of greatest resident size;
            the key is then the pid. Otherwise the key is empty.
        each: If any, run once for each name: what the first wildcard of a pattern such as `sys/class/net/*/device`
            stands for (`eth0`), or a word without a slash as it is. `{name}` is that name, and the key.
        where: If any, it is run only where one of these paths, or anything that matches one of these patterns, is
            there: what a host does not have is not asked for, and a kernel module is not loaded by the asking.
        most: Names that `each` may give; the others are left out, which the coverage tells.
        sockets: If positive, it is not run where there are more sockets than this (/proc/net/sockstat): it tells of
            each, and is then too dear for a host in trouble. There, and where the tool is missing, the recorder asks
            the kernel itself (sock_diag), and what is kept are lines like those of ss, each of a listener, of one
            connection of a sample, or of so many connections alike. The coverage tells it.
        then: If any (for WINDOW only), the arguments of what reads, once the window is over, what the command wrote on
            its standard output meanwhile, and says what is kept: `perf script` after `perf record`. In between it is
            in a file without a name beside the spool.
        stderr: Whether what it writes on its standard error is the content, where it exits with 0 and nothing is on
            its standard output: `nginx -v`. Not for WINDOW.
        timeout: Seconds a run may take (for WINDOW: beyond the end of the window).
    """

    kind: ClassVar[str] = "command"
    argv: tuple[str, ...]
    version: tuple[str, ...]
    cadence: Cadence = Cadence.EDGES
    alternatives: tuple[tuple[str, ...], ...] = ()
    largest: int = 0
    each: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    most: int = 32
    sockets: int = 0
    then: tuple[str, ...] = ()
    stderr: bool = False
    timeout: float = 5.0
    max_bytes: int = 8 * MIB

    def asking(self, host: str) -> Command:
        """The same with `{host}` filled in."""

        def filled(argv: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(word.replace("{host}", host) for word in argv)

        return replace(self, argv=filled(self.argv), alternatives=tuple(filled(one) for one in self.alternatives))


Read = File | Files | PerProcess | StatVfs | Command


def plan_of(  # noqa: PLR0913 - the plan's fields, keyword-only
    reads: Iterable[tuple[str, Read]],
    *,
    interval: float,
    duration: float,
    root: str = "/",
    max_cpu: float = 0.0,
    meta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Put together the recorder's plan.

    Args:
        reads: Pairs of source name and what to read for it.
        interval: Seconds between ticks, > 0.
        duration: Seconds the window lasts; it holds `round(duration / interval) + 1` ticks.
        root: The tree to read; "/" is this host. Commands of a recorded tree are
            files `cmd/<source without "cmd.">`, not run.
        max_cpu: Share of one CPU that the ticks may take, 0 to 1; past it, ticks are left out. 0 is no limit.
        meta: Facts to carry into the spool's header: id, label, tags.
    """
    plain = [plain_read(source, read) for source, read in reads]
    return assembled(plain, interval=interval, duration=duration, root=root, max_cpu=max_cpu, meta=meta or {})


def plain_read(source: str, read: Read) -> dict[str, Any]:
    """One read of the plan: what a source reads, fit for JSON."""
    return {"source": source, "kind": read.kind, **_plain(read)}


def _plain(read: Read) -> dict[str, Any]:
    """The fields of a read, fit for JSON."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in asdict(read).items()}
