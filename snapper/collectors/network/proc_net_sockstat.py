"""How many sockets of each kind there are, and how much memory they hold.

Reads /proc/net/sockstat (since Linux 1.3): a line for each protocol, names and values by turns.

    sockets: used 17
    TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 70
    UDP: inuse 0 mem 0

used, inuse, tw and FRAG speak of the reader's network namespace; orphan, alloc and mem of the host.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.sockstat_lines import protocol_values
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/proc.c"
_TCP_MAN: Final = "https://man7.org/linux/man-pages/man7/tcp.7.html"
_TCP_MEMORY: Final = ("sysctl[net.ipv4.tcp_mem]", "sysctl[net.ipv4.tcp_?mem]")

_sockets = partial(Metric, unit="sockets", kind=Kind.GAUGE, resource=Resource.SOCKETS, doc=_DOC, next="ss -s")
_load = partial(_sockets, role=Role.WORKLOAD, worse=Worse.NEITHER)
_full = partial(_sockets, role=Role.SATURATION, worse=Worse.MORE)

# fmt: off
_METRICS: Final = (
    _load(name="sockstat.sockets.used", title="Sockets",
          help="Sockets of all kinds that are open, local ones included. Demand; a steady climb is a leak."),
    _load(name="sockstat.TCP.inuse", title="TCP sockets in use", next="ss -tan",
          help="IPv4 TCP sockets that are connected, listening or closing, those in TIME-WAIT left out. Demand; a "
               "steady climb is a leak."),
    _full(name="sockstat.TCP.orphan", doc=_TCP_MAN, title="Orphaned TCP sockets", next="ss -tan state fin-wait-1",
          moved_by=("sysctl[net.ipv4.tcp_max_orphans]", "sysctl[net.ipv4.tcp_orphan_retries]"),
          help="TCP sockets whose program has closed them while the peer has not answered yet. More means slow or "
               "vanished peers; beyond tcp_max_orphans they are reset."),
    _load(name="sockstat.TCP.tw", doc=_TCP_MAN, title="TCP sockets in TIME-WAIT", next="ss -tan state time-wait",
          moved_by=("sysctl[net.ipv4.tcp_tw_reuse*]", "sysctl[net.ipv4.tcp_max_tw_buckets]"),
          help="Closed connections that wait a minute for stray packets. They follow the rate of connections closed "
               "by this host; so many as there are local ports, and no new one can be opened to the same peer."),
    _load(name="sockstat.TCP.alloc", title="TCP sockets allocated", next="ss -tan",
          help="TCP sockets that hold memory, of both address families, those not yet bound included. Demand."),
    _full(name="sockstat.TCP.mem", unit="bytes", doc=_TCP_MAN, title="Memory of TCP buffers", next="ss -tnm",
          moved_by=_TCP_MEMORY,
          help="Memory that the buffers of all TCP sockets hold. More means data that waits for a slow reader or a "
               "slow network; beyond tcp_mem windows shrink and connections are reset."),
    _load(name="sockstat.UDP.inuse", title="UDP sockets in use", next="ss -uan", help="IPv4 UDP sockets. Demand."),
    _full(name="sockstat.UDP.mem", unit="bytes", title="Memory of UDP buffers", next="ss -unm",
          moved_by=("sysctl[net.ipv4.udp_mem]", "sysctl[net.core.rmem_*]"),
          help="Memory that the buffers of all UDP sockets hold. More means datagrams that wait for a slow reader; "
               "at the limit they are dropped."),
    _load(name="sockstat.UDPLITE.inuse", title="UDP-Lite sockets in use", help="IPv4 UDP-Lite sockets. Demand."),
    _load(name="sockstat.RAW.inuse", title="Raw sockets in use", next="ss -wan",
          help="IPv4 raw sockets, as ping and packet tools open them. Demand."),
    _load(name="sockstat.FRAG.inuse", unit="packets", title="Packets waiting for fragments",
          next="nstat -az 'IpReasm*'",
          help="Packets that wait for their missing pieces. Many mean lost fragments."),
    _full(name="sockstat.FRAG.memory", unit="bytes", title="Memory of fragments", next="nstat -az 'IpReasm*'",
          moved_by=("sysctl[net.ipv4.ipfrag_*]",),
          help="Memory held by pieces of packets that are not yet whole. At the limit they are dropped."),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field; `mem` is told in pages and given in bytes.

    Raises:
        ValueError: A line that is not a protocol, a colon, and names and whole numbers by turns.
    """
    for protocol, name, value in protocol_values(text, "/proc/net/sockstat"):
        metric = f"sockstat.{protocol}.{name}"
        if metric in _KNOWN:
            yield Reading(metric, value * origin.page_size if name == "mem" else value)


COLLECTOR = Collector(
    name="proc.net.sockstat",
    read=File(path="proc/net/sockstat"),
    metrics=_METRICS,
    parse=parse,
    adds="how many sockets there are and the memory they hold",
    needs="CONFIG_PROC_FS and CONFIG_INET",
)
