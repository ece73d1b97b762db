"""How many IPv6 sockets of each kind there are, and what waits for missing fragments.

Reads /proc/net/sockstat6 (since Linux 2.6): a line for each protocol, names and values by turns. It speaks of the
reader's network namespace; memory, orphans and TIME-WAIT of both families are in /proc/net/sockstat.

    TCP6: inuse 2
    FRAG6: inuse 0 memory 0
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.sockstat_lines import protocol_values
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_load = partial(
    Metric, unit="sockets", kind=Kind.GAUGE, resource=Resource.SOCKETS, role=Role.WORKLOAD, worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/net/ipv6/proc.c", next="ss -s",
)  # fmt: skip
_FRAGMENTS: Final = ("sysctl[net.ipv6.ip6frag_*]",)

# fmt: off
_METRICS: Final = (
    _load(name="sockstat6.TCP6.inuse", title="TCP sockets in use, IPv6", next="ss -6tan",
          help="IPv6 TCP sockets that are connected, listening or closing, those in TIME-WAIT left out; one that "
               "listens on both families counts here. Demand; a steady climb is a leak."),
    _load(name="sockstat6.UDP6.inuse", title="UDP sockets in use, IPv6", next="ss -6uan",
          help="IPv6 UDP sockets. Demand; a steady climb is a leak."),
    _load(name="sockstat6.UDPLITE6.inuse", title="UDP-Lite sockets in use, IPv6",
          help="IPv6 UDP-Lite sockets. Demand."),
    _load(name="sockstat6.RAW6.inuse", title="Raw sockets in use, IPv6", next="ss -6wan",
          help="IPv6 raw sockets, as ping and routing daemons open them. Demand."),
    _load(name="sockstat6.FRAG6.inuse", unit="packets", title="IPv6 packets waiting for fragments",
          next="nstat -az 'Ip6Reasm*'", moved_by=_FRAGMENTS,
          help="IPv6 packets that wait for their missing pieces. Many mean lost fragments."),
    _load(name="sockstat6.FRAG6.memory", unit="bytes", role=Role.SATURATION, worse=Worse.MORE,
          title="Memory of IPv6 fragments", next="nstat -az 'Ip6Reasm*'", moved_by=_FRAGMENTS,
          help="Memory held by pieces of IPv6 packets that are not yet whole. At the limit they are dropped."),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field.

    Raises:
        ValueError: A line that is not a protocol, a colon, and names and whole numbers by turns.
    """
    for protocol, name, value in protocol_values(text, "/proc/net/sockstat6"):
        metric = f"sockstat6.{protocol}.{name}"
        if metric in _KNOWN:
            yield Reading(metric, value)


COLLECTOR = Collector(
    name="proc.net.sockstat6",
    read=File(path="proc/net/sockstat6", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="how many IPv6 sockets there are, and the memory of IPv6 fragments",
    needs="CONFIG_IPV6, not switched off on the kernel command line (ipv6.disable=1)",
)
