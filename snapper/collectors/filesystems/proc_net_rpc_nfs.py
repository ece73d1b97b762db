"""What this host asks NFS servers for: calls by version and operation, and those that had to be sent again.

Reads /proc/net/rpc/nfs (since Linux 2.2): `rpc` has calls, retransmissions and refreshed credentials; each `procN` the
number of operations of version N, and how often each was called.

    net 0 0 0 0
    rpc 4329785 0 4338291
    proc3 22 1 4084749 29200 94754 32580 186 47747 7981 8639 0 6356 0 6962 0 7958 0 0 241 4 4 2 39
    proc4 61 1 0 0 0 ...

Operations of a version that was never used are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.nfs_operations import V2, V3, V4_CLIENT, named, numbers_by_name
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/net/rpc/nfs"
_VERSIONS: Final = {"proc2": ("v2", V2), "proc3": ("v3", V3), "proc4": ("v4", V4_CLIENT)}

_counter = partial(
    Metric, unit="calls", kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.WORKLOAD, worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/net/sunrpc/stats.c", next="nfsstat -c; nfsiostat 1 5",
)  # fmt: skip
# fmt: off
_METRICS: Final = (
    _counter(name="nfs.rpc.calls", title="Calls to NFS servers",
             help="Remote calls that this host made to NFS servers. Demand."),
    _counter(name="nfs.rpc.retrans", role=Role.ERRORS, worse=Worse.MORE, moved_by=("mount.options",),
             title="Calls to NFS servers sent again",
             help="Calls sent again because no answer came in time. More is worse: the server or the way to it is "
                  "overloaded or loses packets, and each such call took seconds."),
    _counter(name="nfs.rpc.authrefresh", role=Role.INTERNAL, title="Credentials of NFS refreshed",
             help="Times credentials for a call were refreshed. With Kerberos each is dear."),
    _counter(name="nfs.calls", labels=("version",), role=Role.INTERNAL, title="Calls to NFS servers by version",
             help="Calls of each version of NFS, all operations together."),
    _counter(name="nfs.operations", unit="operations", labels=("operation",), role=Role.INTERNAL,
             title="Operations asked of NFS servers",
             help="Calls by version and operation. Many GETATTR and LOOKUP mean that attributes are not cached long "
                  "enough, many COMMIT that much is synced."),
)
# fmt: on
_RPC: Final = ("nfs.rpc.calls", "nfs.rpc.retrans", "nfs.rpc.authrefresh")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield calls, and operations of the versions in use.

    Raises:
        ValueError: As `numbers_by_name`.
    """
    if not text:
        return
    for name, words in numbers_by_name(text, _PATH).items():
        if name not in {"rpc", *_VERSIONS}:
            continue
        counts = [int(word) for word in words]
        if name == "rpc":
            for metric, count in zip(_RPC, counts, strict=False):  # a newer kernel may have more
                yield Reading(metric, count)
        else:
            version, names = _VERSIONS[name]
            yield Reading("nfs.calls", sum(counts), version)
            for operation, count in named(counts, names) if any(counts) else ():
                yield Reading("nfs.operations", count, f"{version} {operation}")


COLLECTOR: Final = Collector(
    name="proc.net.rpc.nfs",
    read=File(path="proc/net/rpc/nfs", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="calls to NFS servers by version and operation, and those sent again",
    needs="CONFIG_NFS_FS and the module loaded",
)
