r"""Locks on files: how many are held of each kind, and how many processes wait for one.

Reads /proc/locks (since Linux 1.3), a lock a line: number, kind, whether it is advisory, read or write, the holder's
pid, device and inode, first and last byte. Who waits stands below the lock that it waits for, behind an arrow.

    1: POSIX  ADVISORY  WRITE 1386 fd:03:8143157 0 EOF
    1: -> POSIX  ADVISORY  WRITE 1412 fd:03:8143157 0 EOF
    2: FLOCK  ADVISORY  WRITE 1163 00:15:22405 0 EOF

The kernel stops all locking while it writes the list, so it is read at the edges only. Where nobody holds a lock the
file is empty, and nothing is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/locks"
_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_locks.5.html"
_KINDS: Final = ("POSIX", "FLOCK", "OFDLCK", "LEASE")
"""Those that programs ask for; a listing without one of them says that there is none."""
_LOCK: Final = re.compile(
    r"[0-9]+:\s*+(?P<waits>->)?\s*+(?P<kind>[A-Z]{2,10})\s+\S+\s+\S+\s+-?[0-9]+\s+\S+:[0-9]+\s+[0-9]+\s+(?:[0-9]+|EOF)\s*"
)

_HELD: Final = Metric(
    name="locks.held",
    unit="count",
    kind=Kind.GAUGE,
    resource=Resource.FILES,
    role=Role.WORKLOAD,
    worse=Worse.NEITHER,
    title="Locks held on files",
    help="Locks that processes hold, by kind: POSIX of fcntl(2), OFDLCK of open file descriptions, FLOCK of flock(2), "
    "LEASE of file servers. Demand; a steady climb is a leak and makes each lock slower.",
    doc=_DOC,
    labels=("kind",),
    next="lslocks",
)
_BLOCKED: Final = Metric(
    name="locks.blocked",
    unit="tasks",
    kind=Kind.GAUGE,
    resource=Resource.FILES,
    role=Role.SATURATION,
    worse=Worse.MORE,
    primary=True,
    title="Waiting for a lock on a file",
    help="Requests for a lock that another process holds. More is worse: each of them stands still until the holder "
    "lets go.",
    doc=_DOC,
    next="lslocks -o PID,COMMAND,TYPE,MODE,BLOCKER,PATH",
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield locks held by kind and requests that wait; nothing where there is no lock at all.

    Raises:
        ValueError: A line that is no lock.
    """
    held: Counter[str] = Counter(dict.fromkeys(_KINDS, 0))
    blocked = 0
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        lock = _LOCK.fullmatch(line)
        if not lock:
            raise refused(_PATH, number, line, "a lock as '1: POSIX ADVISORY WRITE 1386 fd:03:8143157 0 EOF'")
        if lock["waits"]:
            blocked += 1
        else:
            held[lock["kind"]] += 1
    if not lines:
        return
    for kind, count in held.items():
        yield Reading(_HELD.name, count, kind)
    yield Reading(_BLOCKED.name, blocked)


COLLECTOR: Final = Collector(
    name="proc.locks",
    read=File(path="proc/locks", cadence=Cadence.EDGES),
    metrics=(_HELD, _BLOCKED),
    parse=parse,
    adds="locks on files, and how many processes wait for one",
    needs="CONFIG_FILE_LOCKING",
)
