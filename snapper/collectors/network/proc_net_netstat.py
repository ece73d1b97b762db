"""What TCP, IP and MPTCP did beyond the SNMP standards: refused, dropped, retransmitted, squeezed, marked.

Reads /proc/net/netstat (since Linux 2.2): pairs of a line of names and a line of values. It speaks of the
reader's network namespace; TCP's fields hold both address families, IpExt is IPv4's.

    TcpExt: SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned ...
    TcpExt: 0 0 0 3 0 0 ...

What the fields mean stands in `netstat_sockets`, `netstat_loss`, `netstat_internals` and `netstat_mptcp`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.mib_lines import mib_fields
from snapper.collectors.network.netstat_internals import INTERNALS
from snapper.collectors.network.netstat_loss import LOSS
from snapper.collectors.network.netstat_mptcp import MPTCP
from snapper.collectors.network.netstat_sockets import SOCKETS
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html"

_packets = partial(Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_DOC)
_load = partial(_packets, role=Role.WORKLOAD, worse=Worse.NEITHER)
_octets = partial(_load, unit="bytes")
_detail = partial(_packets, role=Role.INTERNAL, worse=Worse.NEITHER)
_fault = partial(_packets, role=Role.ERRORS, worse=Worse.MORE, next="nstat -az 'Ip*'")

# fmt: off
_IP: Final = (
    _octets(name="netstat.IpExt.InOctets", title="IP bytes received", alias_of="netdev.rx_bytes",
            help="Bytes of IP packets received on all interfaces, loopback included. Demand."),
    _octets(name="netstat.IpExt.OutOctets", title="IP bytes sent", alias_of="netdev.tx_bytes",
            help="Bytes of IP packets sent on all interfaces, loopback included. Demand."),
    _load(name="netstat.IpExt.InMcastPkts", title="IP multicast packets received",
          help="Packets received that were addressed to a group. Demand."),
    _load(name="netstat.IpExt.OutMcastPkts", title="IP multicast packets sent",
          help="Packets sent to a group. Demand."),
    _octets(name="netstat.IpExt.InMcastOctets", title="IP multicast bytes received",
            help="Bytes received that were addressed to a group. Demand."),
    _octets(name="netstat.IpExt.OutMcastOctets", title="IP multicast bytes sent",
            help="Bytes sent to a group. Demand."),
    _load(name="netstat.IpExt.InBcastPkts", title="IP broadcast packets received",
          help="Packets received that were addressed to all. Demand; a storm of them costs every host CPU."),
    _load(name="netstat.IpExt.OutBcastPkts", title="IP broadcast packets sent", help="Packets sent to all. Demand."),
    _octets(name="netstat.IpExt.InBcastOctets", title="IP broadcast bytes received",
            help="Bytes received that were addressed to all. Demand."),
    _octets(name="netstat.IpExt.OutBcastOctets", title="IP broadcast bytes sent", help="Bytes sent to all. Demand."),
    _detail(name="netstat.IpExt.InNoECTPkts", title="IP packets received without ECN",
            alias_of="snmp.Ip.InReceives",
            help="Packets received whose sender does not take part in congestion notification. The normal case."),
    _detail(name="netstat.IpExt.InECT0Pkts", title="IP packets received with ECN",
            help="Packets received whose sender takes part in congestion notification."),
    _detail(name="netstat.IpExt.InECT1Pkts", title="IP packets received with ECN for low latency",
            help="Packets received whose sender takes part in the low-latency kind of congestion notification."),
    _packets(name="netstat.IpExt.InCEPkts", title="IP packets marked by a congested router",
             role=Role.SATURATION, worse=Worse.MORE, next="ss -tino state established",
             moved_by=("sysctl[net.ipv4.tcp_ecn]",),
             help="Packets received with the mark of a router whose queue was filling. More means congestion on "
                  "the way in."),
    _fault(name="netstat.IpExt.InNoRoutes", title="Received IP packets without a route", next="ip route",
           help="Packets received for which no route was found. Any steady rate is a routing fault, here or at the "
                "sender."),
    _fault(name="netstat.IpExt.InTruncatedPkts", title="IP packets cut short",
           help="Packets dropped because they were shorter than their header says."),
    _fault(name="netstat.IpExt.InCsumErrors", title="IP checksum errors",
           help="Packets dropped because their header's checksum was wrong: damage on the way."),
    _detail(name="netstat.IpExt.ReasmOverlaps", title="Overlapping fragments", worse=Worse.MORE,
            help="Fragments that overlapped others, for which their whole packet is dropped. More points at an "
                 "attack or a broken sender."),
)
# fmt: on

METRICS: Final = (*SOCKETS, *LOSS, *INTERNALS, *_IP, *MPTCP)
_KNOWN: Final = frozenset(metric.name for metric in METRICS)
_MILLISECONDS: Final = "netstat.TcpExt.TCPMemoryPressuresChrono"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field.

    Raises:
        ValueError: Lines that are not pairs of names and whole numbers.
    """
    for field, value in mib_fields(text, "/proc/net/netstat"):
        name = f"netstat.{field}"
        if name in _KNOWN:
            yield Reading(name, value / 1000 if name == _MILLISECONDS else value)


COLLECTOR = Collector(
    name="proc.net.netstat",
    read=File(path="proc/net/netstat"),
    metrics=METRICS,
    parse=parse,
    adds="full accept queues, squeezed buffers, timeouts, aborts and how TCP recovers",
    needs="CONFIG_PROC_FS and CONFIG_INET",
)
