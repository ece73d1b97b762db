"""How full the table of tracked connections is.

Reads /proc/sys/net/netfilter/nf_conntrack_count (of the reader's network namespace) and nf_conntrack_max (since
Linux 2.6.20, with the module loaded), a whole number each. Every connection through a stateful packet filter or an
address translator has an entry; when the table is full, packets of new ones are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from operator import truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_LIMIT: Final = ("sysctl[net.netfilter.nf_conntrack_max]",)
_gauge = partial(
    Metric, unit="connections", kind=Kind.GAUGE, resource=Resource.NETWORK,
    doc="https://www.kernel.org/doc/html/v6.12/networking/nf_conntrack-sysctl.html",
    next="conntrack -S; sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
)  # fmt: skip

# fmt: off
_METRICS: Final = {
    "nf_conntrack_count": _gauge(
        name="nf_conntrack.count", role=Role.WORKLOAD, worse=Worse.NEITHER, title="Tracked connections",
        moved_by=("sysctl[net.netfilter.nf_conntrack_*timeout*]",),
        help="Connections that the packet filter keeps track of, those included that ended and wait for their "
             "timeout. Demand; a steady climb leads to a full table.",
    ),
    "nf_conntrack_max": _gauge(
        name="nf_conntrack.max", role=Role.INTERNAL, worse=Worse.LESS, title="Most tracked connections",
        moved_by=_LIMIT, help="Entries that the table of tracked connections may hold.",
    ),
}
_UTILIZATION: Final = Derived(
    metric=_gauge(
        name="nf_conntrack.utilization", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE, primary=True,
        title="Connection tracking table utilization", moved_by=_LIMIT,
        help="Share of the table of tracked connections that is taken. At one, packets of new connections are "
             "dropped and programs see timeouts.",
    ),
    inputs=("nf_conntrack.count", "nf_conntrack.max"),
    compute=truediv,
)
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the one reading of a file; the key is its name.

    Raises:
        ValueError: The file holds no whole number.
    """
    metric = _METRICS.get(origin.key)
    if metric is None:
        return
    value = text.strip()
    if not re.fullmatch("[0-9]{1,10}", value):
        raise ValueError(f"/proc/sys/net/netfilter/{origin.key} expected a whole number, read {text[:40]!r}.")
    if origin.key == "nf_conntrack_count" or int(value):  # no limit is no table of nothing
        yield Reading(metric.name, int(value))


COLLECTOR = Collector(
    name="proc.sys.net.netfilter",
    read=Files(patterns=tuple(f"proc/sys/net/netfilter/{file}" for file in _METRICS), cadence=Cadence.TICK),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    derived=(_UTILIZATION,),
    adds="how full the connection tracking table is",
    needs="the module nf_conntrack loaded, as stateful packet filters and address translation do",
)
