"""What this host serves to NFS clients: data, calls by version and operation, answers that were wrong or remembered.

Reads /proc/net/rpc/nfsd (since Linux 2.2), a name and numbers a line.

    rc 0 6 18622                 replies found in the cache of replies, not found, not cached
    fh 0 0 0 0 0                 the first: handles of files that are gone
    io 157286400 0               bytes read and written
    th 8 0 0.000 ...             threads
    net 18628 0 18628 6          packets, of UDP, of TCP, and connections
    rpc 18628 0 0 0 0            calls, bad ones, those of bad form, of bad credentials
    proc3 22 2 112 0 2719 ...    how often each operation of version 3 was called
    proc4ops 72 0 0 0 1098 ...   the same of version 4, by the number of the operation

Operations of a version that was never used are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.nfs_operations import V2, V3, V4_SERVER, named, numbers_by_name
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/net/rpc/nfsd"
_VERSIONS: Final = {"proc2": ("v2", V2), "proc3": ("v3", V3), "proc4ops": ("v4", V4_SERVER)}

_counter = partial(
    Metric, unit="calls", kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.WORKLOAD, worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/fs/nfsd/stats.c", next="nfsstat -s",
)  # fmt: skip
_detail = partial(_counter, role=Role.INTERNAL)
_fault = partial(_counter, role=Role.ERRORS, worse=Worse.MORE)
# fmt: off
_METRICS: Final = (
    _detail(name="nfsd.rc.hits", worse=Worse.MORE, title="NFS replies given again",
            help="Calls that clients sent again and that were answered from memory. More means that answers come too "
                 "late or get lost."),
    _detail(name="nfsd.rc.misses", title="NFS replies remembered", help="Calls whose reply was new and was kept."),
    _detail(name="nfsd.rc.nocache", title="NFS replies not kept", help="Calls whose reply need not be kept, as reads."),
    _fault(name="nfsd.fh.stale", unit="errors", title="Stale NFS handles",
           help="Calls for a file that is gone. More means clients that hold on to what was deleted, or an export "
                "that was moved."),
    _counter(name="nfsd.io.read", unit="bytes", title="Data served by NFS",
             help="Data that clients read. Demand."),
    _counter(name="nfsd.io.write", unit="bytes", title="Data written by NFS clients",
             help="Data that clients wrote. Demand."),
    _detail(name="nfsd.th.threads", unit="threads", kind=Kind.GAUGE, worse=Worse.LESS, title="NFS server threads",
            next="cat /proc/fs/nfsd/pool_stats",
            help="Threads that answer clients. With fewer than calls at a time, calls wait."),
    _detail(name="nfsd.net.packets", unit="packets", title="Packets of NFS clients",
            help="Requests that arrived, over UDP or TCP."),
    _detail(name="nfsd.net.tcpconn", unit="connections", title="Connections of NFS clients",
            help="Connections that clients opened. Many mean clients that lose theirs."),
    _counter(name="nfsd.rpc.calls", title="Calls of NFS clients", help="Calls that the server answered. Demand."),
    _fault(name="nfsd.rpc.badcalls", title="Bad calls of NFS clients",
           help="Calls that were refused: of a bad form, an unknown version, or with bad credentials."),
    _fault(name="nfsd.rpc.badauth", title="NFS calls with bad credentials",
           help="Calls refused for their credentials: a client that is not allowed, or an expired ticket."),
    _detail(name="nfsd.calls", labels=("version",), unit="operations", title="Operations served by NFS version",
             help="Operations of each version of NFS. A call of version 4 holds several."),
    _detail(name="nfsd.operations", unit="operations", labels=("operation",), title="Operations served by NFS",
            help="Operations by version and name. Many GETATTR and LOOKUP mean clients that do not cache attributes, "
                 "many COMMIT clients that sync a lot."),
)
# fmt: on
_PLACES: Final = {
    "rc": {0: "nfsd.rc.hits", 1: "nfsd.rc.misses", 2: "nfsd.rc.nocache"},
    "fh": {0: "nfsd.fh.stale"},
    "io": {0: "nfsd.io.read", 1: "nfsd.io.write"},
    "th": {0: "nfsd.th.threads"},
    "net": {0: "nfsd.net.packets", 3: "nfsd.net.tcpconn"},
    "rpc": {0: "nfsd.rpc.calls", 1: "nfsd.rpc.badcalls", 3: "nfsd.rpc.badauth"},
}
"""Which number of a line is which metric."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what the server did, and operations of the versions in use.

    Raises:
        ValueError: As `numbers_by_name`.
    """
    if not text:
        return
    for name, words in numbers_by_name(text, _PATH).items():
        for place, metric in _PLACES.get(name, {}).items():
            if place < len(words):
                yield Reading(metric, int(words[place]))
        if name in _VERSIONS:
            version, names = _VERSIONS[name]
            counts = [int(word) for word in words]
            yield Reading("nfsd.calls", sum(counts), version)
            for operation, count in named(counts, names) if any(counts) else ():
                yield Reading("nfsd.operations", count, f"{version} {operation}")


COLLECTOR: Final = Collector(
    name="proc.net.rpc.nfsd",
    read=File(path="proc/net/rpc/nfsd", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="data and operations served to NFS clients, and calls that were bad",
    needs="CONFIG_NFSD and a running server",
)
