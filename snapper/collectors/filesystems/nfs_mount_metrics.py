"""What `proc_self_mountstats` sums up of each NFS mount, and of its reads, writes, commits and the rest."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from operator import truediv
from typing import Any, Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse

_COUNTS: Final = "https://elixir.bootlin.com/linux/v6.12/source/include/linux/nfs_iostat.h"
_RPC: Final = "https://elixir.bootlin.com/linux/v6.12/source/include/linux/sunrpc/metrics.h"
_TRANSPORT: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/sunrpc/xprtsock.c"
_BY_KIND: Final = ("ops", "retrans", "timeouts", "queue", "rtt", "execute")
_SET: Final = ("mount.options", "bdi.*", "sysctl[sunrpc.*]")

_counter = partial(
    Metric, unit="operations", kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.WORKLOAD, worse=Worse.NEITHER,
    labels=("mount",), doc=_RPC, moved_by=_SET, next="nfsiostat 1 5 {instance}; mountstats {instance}",
)  # fmt: skip
_fault = partial(_counter, role=Role.ERRORS, worse=Worse.MORE)
_time = partial(_counter, unit="seconds", role=Role.INTERNAL, worse=Worse.MORE)
_wait = partial(_time, kind=Kind.GAUGE, role=Role.SATURATION)
# fmt: off
_MOUNT: Final = (
    _counter(name="nfs.mount.ops", title="Operations of an NFS mount",
             help="Operations that this mount asked its server for. Demand."),
    _counter(name="nfs.mount.read_bytes", unit="bytes", doc=_COUNTS, title="Data read from an NFS server",
             help="Data that came from the server, past what was cached here. Demand."),
    _counter(name="nfs.mount.write_bytes", unit="bytes", doc=_COUNTS, title="Data written to an NFS server",
             help="Data that went to the server. Demand, put off and gathered by the page cache."),
    _fault(name="nfs.mount.retrans", title="Operations sent again",
           help="Operations that were sent again because no answer came or the connection was lost. More is worse."),
    _fault(name="nfs.mount.timeouts", title="Operations that timed out",
           help="Operations that got no answer in time. On a soft mount programs get an error, on a hard one they wait "
                "on. More is worse."),
    _time(name="nfs.mount.queue", title="Time operations queued here",
          help="Time that operations waited on this host to be sent, all added up."),
    _time(name="nfs.mount.rtt", title="Time at the server",
          help="Time from sending an operation to its answer, all added up."),
    _time(name="nfs.mount.execute", title="Time of operations",
          help="Time from asking for an operation to its end, waits here included, all added up."),
    _counter(name="nfs.mount.delay", unit="events", role=Role.SATURATION, worse=Worse.MORE, doc=_COUNTS,
             title="Times the server asked for patience",
             help="Times the server answered that it needs longer (NFS4ERR_DELAY, EJUKEBOX), so that the operation was "
                  "tried again later. More is worse: the server is overloaded or recalls what others hold."),
    _counter(name="nfs.mount.connects", unit="connections", role=Role.INTERNAL, worse=Worse.MORE, doc=_TRANSPORT,
             title="Connections to an NFS server",
             help="Times this mount connected to its server again. A busy mount that does so lost its connection; an "
                  "idle one gives it up after five minutes."),
    _counter(name="nfs.mount.sends", unit="calls", role=Role.INTERNAL, doc=_TRANSPORT,
             title="Requests sent by an NFS mount", help="Requests sent, by all connections of this mount."),
    _fault(name="nfs.mount.bad_xids", unit="errors", doc=_TRANSPORT, title="Answers to nothing asked",
           help="Answers that belong to no request, as late ones do to what was given up or sent again."),
    _counter(name="nfs.mount.bklog_u", unit="calls", role=Role.INTERNAL, worse=Worse.MORE, doc=_TRANSPORT,
             title="Requests waiting for a slot, added up",
             help="Length of the queue for a free slot, added up at each request that was sent."),
)
# fmt: on


def _by_kind(metric: Metric, **changes: Any) -> Metric:
    name = metric.name.replace("nfs.mount.", "nfs.mount.by_kind.")
    role = Role.INTERNAL if metric.role in {Role.WORKLOAD, Role.ERRORS} else metric.role
    return replace(
        metric, name=name, role=role, labels=("mount and kind",), title=f"{metric.title}, by kind",
        next="nfsiostat 1 5", **changes,
    )  # fmt: skip


METRICS: Final = (
    *_MOUNT,
    *(_by_kind(metric) for metric in _MOUNT if metric.name.removeprefix("nfs.mount.") in _BY_KIND),
)

# fmt: off
_QUEUE_TIME: Final = _wait(
    name="nfs.mount.queue_time", primary=True, title="Wait of an NFS operation here",
    help="How long an operation waited on this host before it was sent. More is worse: the connection is full, or has "
         "too few slots (max_session_slots, nconnect).")
_RTT_TIME: Final = _wait(
    name="nfs.mount.rtt_time", title="Wait for an NFS server",
    help="How long the server and the network took to answer an operation. More is worse, and not this host's fault.")
_EXECUTE_TIME: Final = _wait(
    name="nfs.mount.execute_time", role=Role.INTERNAL, title="Time of an NFS operation",
    help="How long an operation took altogether. Far above wait and answer together means that it was sent again.")
_BACKLOG: Final = _wait(
    name="nfs.mount.backlog", unit="calls", doc=_TRANSPORT, title="Requests waiting for a slot",
    help="Requests that waited for a free slot whenever one was sent, on average. More is worse.")
# fmt: on


def _per_operation(metric: Metric, field: str, family: str = "nfs.mount") -> Derived:
    return Derived(metric=metric, inputs=(f"{family}.{field}", f"{family}.ops"), compute=truediv)


DERIVED: Final = (
    _per_operation(_QUEUE_TIME, "queue"),
    _per_operation(_RTT_TIME, "rtt"),
    _per_operation(_EXECUTE_TIME, "execute"),
    Derived(metric=_BACKLOG, inputs=("nfs.mount.bklog_u", "nfs.mount.sends"), compute=truediv),
    *(
        _per_operation(_by_kind(metric, primary=False), field, "nfs.mount.by_kind")
        for metric, field in ((_QUEUE_TIME, "queue"), (_RTT_TIME, "rtt"), (_EXECUTE_TIME, "execute"))
    ),
)
