"""Shared memory, semaphores and message queues of the System V kind, which outlive whoever made them.

Reads /proc/sysvipc/shm, sem and msg (since Linux 2.4): headings, and a line a segment, set or queue.

           key      shmid perms                  size  cpid  lpid nattch   uid ...      rss    swap
       5432001          0   600              37879808   731   740     26   113 ... 12681216       0

They are of the reader's IPC namespace, so that those of containers are not in it. The identifiers of segments are
handed out anew after each boot, so all of a kind are summed up. Old kernels have neither rss nor swap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Files

_ipc = partial(
    Metric,
    unit="count",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.MORE,
    doc="https://man7.org/linux/man-pages/man5/proc_sysvipc.5.html",
    next="ipcs -a; ipcs -p",
)
_shared = partial(_ipc, moved_by=("sysctl[kernel.shm*]",))

# fmt: off
METRICS: Final = (
    _shared(name="sysvipc.shm.segments", title="Shared memory segments",
            help="Segments of System V shared memory. They stay until somebody removes them, even when their program "
                 "has ended."),
    _shared(name="sysvipc.shm.orphans", title="Shared memory that nobody uses",
            help="Segments that no process has attached. They keep their memory: programs that ended without removing "
                 "them, or leak them."),
    _shared(name="sysvipc.shm.size", unit="bytes", title="Shared memory promised",
            help="Size of all segments of System V shared memory, touched or not. Databases take most of theirs at the "
                 "start."),
    _shared(name="sysvipc.shm.rss", unit="bytes", title="Shared memory in use",
            help="Memory that segments of System V shared memory occupy; part of meminfo.Shmem."),
    _shared(name="sysvipc.shm.swap", unit="bytes", title="Shared memory swapped out", role=Role.SATURATION,
            help="Shared memory that is on swap. More is worse: for a database it is its cache, read from disk twice."),
    _ipc(name="sysvipc.sem.sets", title="Semaphore sets", moved_by=("sysctl[kernel.sem]",),
         help="Sets of System V semaphores. They stay until somebody removes them; a steady climb ends at the limit "
              "kernel.sem, from where programs fail to start."),
    _ipc(name="sysvipc.sem.nsems", title="Semaphores", moved_by=("sysctl[kernel.sem]",),
         help="Semaphores in all sets. At the limit kernel.sem programs fail to start."),
    _ipc(name="sysvipc.msg.queues", title="Message queues", moved_by=("sysctl[kernel.msg*]",),
         help="System V message queues. They stay until somebody removes them."),
    _ipc(name="sysvipc.msg.qnum", unit="messages", title="Messages waiting", role=Role.SATURATION,
         moved_by=("sysctl[kernel.msg*]",),
         help="Messages in all queues that nobody has read yet. More means that readers are slower than writers."),
    _ipc(name="sysvipc.msg.cbytes", unit="bytes", title="Bytes of waiting messages", role=Role.SATURATION,
         moved_by=("sysctl[kernel.msg*]",),
         help="Bytes of the messages that nobody has read yet. Where a queue holds kernel.msgmnb, its writers wait."),
)
# fmt: on
_COUNTED: Final = {"shm": "segments", "sem": "sets", "msg": "queues"}
_SUMMED: Final = {"shm": ("size", "rss", "swap"), "sem": ("nsems",), "msg": ("qnum", "cbytes")}
_NEEDED: Final = {"shm": "size", "sem": "nsems", "msg": "cbytes"}


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the sums over all lines, 0 where there are but headings; the key is the file's name.

    Raises:
        ValueError: The key is none of the three, headings without what is to be summed, or a line that does not fit.
    """
    kind = origin.key
    if kind not in _COUNTED:
        raise ValueError(f"/proc/sysvipc holds shm, sem and msg; {kind[:40]!r} is none of them.")
    path = f"/proc/sysvipc/{kind}"
    head, *lines = text.splitlines() or [""]
    names = head.split()
    if not {"key", "perms", _NEEDED[kind]} <= set(names):
        raise refused(path, 1, head, f"headings 'key {kind}id perms ... {_NEEDED[kind]} ...'")
    rows = [_row(path, number, line, names) for number, line in enumerate(lines, start=2)]
    yield Reading(f"sysvipc.{kind}.{_COUNTED[kind]}", len(rows))
    for name in _SUMMED[kind]:
        if name in names:
            yield Reading(f"sysvipc.{kind}.{name}", sum(row[names.index(name)] for row in rows))
    if kind == "shm" and "nattch" in names:
        yield Reading("sysvipc.shm.orphans", sum(row[names.index("nattch")] == 0 for row in rows))


def _row(path: str, number: int, line: str, names: Sequence[str]) -> list[int]:
    """The numbers of a line; a key is signed, and the uid of nobody may be."""
    words = line.split()
    if len(words) != len(names) or not line.isascii() or not all(word.removeprefix("-").isdigit() for word in words):
        raise refused(path, number, line, f"{len(names)} whole numbers")
    return [int(word) for word in words]


COLLECTOR = Collector(
    name="proc.sysvipc",
    read=Files(patterns=("proc/sysvipc/*",), cadence=Cadence.EDGES, max_bytes=4 * MIB),
    metrics=METRICS,
    parse=parse,
    adds="System V shared memory that nobody owns, and messages that nobody reads",
    needs="CONFIG_SYSVIPC",
)
