"""Whether the NFS server has threads enough: requests that found one idle, and those that had to queue.

Reads /proc/fs/nfsd/pool_stats (since Linux 2.6.30), a pool of threads a line. Where all threads of a pool are busy the
socket that a request arrived on is put into a queue.

    # pool packets-arrived sockets-enqueued threads-woken threads-timedout
    0 59077 312 58700 0
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/fs/nfsd/pool_stats"
_metric = partial(
    Metric, kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.INTERNAL, worse=Worse.NEITHER, labels=("pool",),
    doc="https://www.kernel.org/doc/html/v6.12/filesystems/nfs/knfsd-stats.html",
    next="cat /proc/fs/nfsd/pool_stats /proc/fs/nfsd/threads",
)  # fmt: skip
# fmt: off
_METRICS: Final = {
    "packets-arrived": _metric(
        name="nfsd.pool.packets_arrived", unit="packets", title="Requests that reached an NFS server pool",
        help="Packets that arrived for this pool of threads."),
    "sockets-enqueued": _metric(
        name="nfsd.pool.sockets_enqueued", unit="sockets", worse=Worse.MORE,
        title="Requests that found no idle NFS thread",
        help="Times a request had to queue because no thread of the pool was idle."),
    "threads-woken": _metric(
        name="nfsd.pool.threads_woken", unit="threads", title="NFS threads woken",
        help="Times an idle thread was woken for a request."),
}
_SHARE: Final = _metric(
    name="nfsd.pool.queued", unit="ratio", kind=Kind.GAUGE, role=Role.SATURATION, worse=Worse.MORE,
    title="NFS requests that had to queue",
    help="Requests that found no idle thread, as a share of those that arrived. More is worse: clients wait, and the "
         "server needs more threads (nfsd threads in /etc/nfs.conf) or faster disks.")
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the known columns of each pool.

    Raises:
        ValueError: No heading, or a line that has not as many whole numbers as it.
    """
    lines = text.splitlines()
    if not lines or not lines[0].startswith("# pool "):
        raise refused(_PATH, 1, text, "the heading '# pool packets-arrived ...'")
    names = lines[0].split()[2:]
    for number, line in enumerate(lines[1:], start=2):
        pool, *words = line.split() or [""]
        if len(words) != len(names) or not all(word.isascii() and word.isdecimal() for word in words):
            raise refused(_PATH, number, line, f"a pool and {len(names)} whole numbers")
        for name, word in zip(names, words, strict=True):
            if name in _METRICS and len(word) <= 20:
                yield Reading(_METRICS[name].name, int(word), pool)


COLLECTOR: Final = Collector(
    name="proc.fs.nfsd.pool_stats",
    read=File(path="proc/fs/nfsd/pool_stats", cadence=Cadence.EDGES),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    derived=(
        Derived(
            metric=_SHARE,
            inputs=("nfsd.pool.sockets_enqueued", "nfsd.pool.packets_arrived"),
            compute=truediv,
        ),
    ),
    adds="whether the NFS server has threads enough",
    needs="a running NFS server, and nfsd mounted at /proc/fs/nfsd",
)
