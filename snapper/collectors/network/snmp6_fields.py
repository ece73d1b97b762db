"""What the fields of /proc/net/snmp6 mean: IPv6, UDP and UDP-Lite over it, as RFC 4293 and its heirs count them.

`proc_net_snmp6` reads them; ICMPv6's are in `snmp6_icmp`.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.network.snmp6_icmp import ICMP
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/ipv6/proc.c"
_RFC: Final = "https://datatracker.ietf.org/doc/html/rfc4293"
_UDP_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/ipv6/udp.c"
_REASSEMBLY: Final = ("sysctl[net.ipv6.ip6frag_*]", "net.mtu")

_ip = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_RFC, role=Role.WORKLOAD,
    worse=Worse.NEITHER, next="nstat -az 'Ip6*'",
)  # fmt: skip
_octets = partial(_ip, unit="bytes")
_detail = partial(_ip, role=Role.INTERNAL, doc=_DOC)
_fault = partial(_ip, role=Role.ERRORS, worse=Worse.MORE)

# fmt: off
_IP: Final = (
    _ip(name="snmp6.Ip6InReceives", title="IPv6 packets received",
        help="IPv6 packets that arrived, damaged ones included. Demand."),
    _ip(name="snmp6.Ip6InDelivers", title="IPv6 packets delivered",
        help="Packets handed to TCP, UDP, ICMPv6 or another protocol of this host. Demand."),
    _ip(name="snmp6.Ip6OutRequests", title="IPv6 packets sent",
        help="Packets that this host's own protocols gave to IPv6 to send. Demand."),
    _ip(name="snmp6.Ip6OutForwDatagrams", title="IPv6 packets forwarded",
        moved_by=("sysctl[net.ipv6.conf.*.forwarding]",),
        help="Packets of others passed on to their next hop. Demand put on a router."),
    _ip(name="snmp6.Ip6OutTransmits", title="IPv6 packets transmitted", alias_of="snmp6.Ip6OutRequests", doc=_DOC,
        help="Packets handed to the link layer, fragments and forwarded ones included (Linux 6.8 and later). Demand."),
    _fault(name="snmp6.Ip6InHdrErrors", title="IPv6 header errors",
           help="Packets dropped for a fault in their header or a hop limit that ran out. More points at damage, at "
                "broken senders or at a routing loop."),
    _fault(name="snmp6.Ip6InTooBigErrors", title="IPv6 packets too big to forward", moved_by=("net.mtu",),
           help="Packets not passed on because they are larger than the next link takes. Some are how path MTU "
                "discovery works; a steady rate means that its messages do not get back."),
    _fault(name="snmp6.Ip6InNoRoutes", title="Received IPv6 packets without a route", next="ip -6 route",
           help="Packets received for which no route was found. Any steady rate is a routing fault, here or at the "
                "sender."),
    _fault(name="snmp6.Ip6InAddrErrors", title="IPv6 packets to a wrong address",
           help="Packets dropped because their destination is no address to be received here."),
    _fault(name="snmp6.Ip6InUnknownProtos", title="IPv6 packets of an unknown protocol",
           help="Packets that arrived well for a protocol that this host does not speak."),
    _fault(name="snmp6.Ip6InTruncatedPkts", title="IPv6 packets cut short",
           help="Packets dropped because they were shorter than their header says."),
    _fault(name="snmp6.Ip6InDiscards", title="Received IPv6 packets discarded", role=Role.SATURATION,
           help="Good packets thrown away for want of memory or because IPv6 is off on the interface. More is worse."),
    _fault(name="snmp6.Ip6OutDiscards", title="IPv6 packets discarded before sending", role=Role.SATURATION,
           help="Good packets that could not be sent: no memory, a full queue of the interface, or a packet filter "
                "refused them. More is worse."),
    _fault(name="snmp6.Ip6OutNoRoutes", title="IPv6 packets without a route", next="ip -6 route",
           help="Packets dropped because no route leads to their destination. Programs that try IPv6 first on a host "
                "without it cause some; a rise is a routing fault."),
    _fault(name="snmp6.Ip6ReasmTimeout", title="IPv6 reassembly timeouts", moved_by=_REASSEMBLY,
           help="Fragmented packets given up because a piece did not come in time. More means loss."),
    _fault(name="snmp6.Ip6ReasmFails", title="IPv6 reassembly failures", moved_by=_REASSEMBLY,
           help="Packets that could not be put together from their fragments, for lack of a piece or of memory."),
    _fault(name="snmp6.Ip6FragFails", title="IPv6 fragmentation failures", moved_by=("net.mtu",),
           help="Packets of this host that should have been cut into fragments and could not be. More is worse."),
    _detail(name="snmp6.Ip6ReasmReqds", title="IPv6 fragments received", moved_by=_REASSEMBLY,
            help="Pieces of packets that had to be put together. Many mean that a sender ignores the path's MTU."),
    _detail(name="snmp6.Ip6ReasmOKs", title="IPv6 packets reassembled", moved_by=_REASSEMBLY,
            help="Packets successfully put together from fragments."),
    _detail(name="snmp6.Ip6FragOKs", title="IPv6 packets fragmented", moved_by=("net.mtu",),
            help="Packets of this host cut into fragments because they were larger than the path takes."),
    _detail(name="snmp6.Ip6FragCreates", title="IPv6 fragments created", moved_by=("net.mtu",),
            help="Fragments made of this host's packets. Each costs a packet's worth of work."),
    _ip(name="snmp6.Ip6InMcastPkts", title="IPv6 multicast packets received",
        help="Packets received that were addressed to a group; neighbour discovery is among them. Demand."),
    _ip(name="snmp6.Ip6OutMcastPkts", title="IPv6 multicast packets sent", help="Packets sent to a group. Demand."),
    _octets(name="snmp6.Ip6InOctets", title="IPv6 bytes received", alias_of="netdev.rx_bytes",
            help="Bytes of IPv6 packets received on all interfaces, loopback included. Demand."),
    _octets(name="snmp6.Ip6OutOctets", title="IPv6 bytes sent", alias_of="netdev.tx_bytes",
            help="Bytes of IPv6 packets sent on all interfaces, loopback included. Demand."),
    _octets(name="snmp6.Ip6InMcastOctets", title="IPv6 multicast bytes received",
            help="Bytes received that were addressed to a group. Demand."),
    _octets(name="snmp6.Ip6OutMcastOctets", title="IPv6 multicast bytes sent", help="Bytes sent to a group. Demand."),
    _octets(name="snmp6.Ip6InBcastOctets", title="IPv6 broadcast bytes received", role=Role.INTERNAL, doc=_DOC,
            help="Always 0: IPv6 has no broadcast, the kernel shares the list of counters with IPv4."),
    _octets(name="snmp6.Ip6OutBcastOctets", title="IPv6 broadcast bytes sent", role=Role.INTERNAL, doc=_DOC,
            help="Always 0: IPv6 has no broadcast, the kernel shares the list of counters with IPv4."),
    _detail(name="snmp6.Ip6InNoECTPkts", title="IPv6 packets received without ECN", alias_of="snmp6.Ip6InReceives",
            help="Packets received whose sender does not take part in congestion notification. The normal case."),
    _detail(name="snmp6.Ip6InECT0Pkts", title="IPv6 packets received with ECN",
            help="Packets received whose sender takes part in congestion notification."),
    _detail(name="snmp6.Ip6InECT1Pkts", title="IPv6 packets received with ECN for low latency",
            help="Packets received whose sender takes part in the low-latency kind of congestion notification."),
    _fault(name="snmp6.Ip6InCEPkts", title="IPv6 packets marked by a congested router", role=Role.SATURATION,
           doc=_DOC, moved_by=("sysctl[net.ipv4.tcp_ecn]",), next="ss -6tino state established",
           help="Packets received with the mark of a router whose queue was filling. More means congestion on the "
                "way in."),
)
# fmt: on


def _udp(protocol: str, name: str) -> tuple[Metric, ...]:
    """The counters of UDP, or of UDP-Lite, which are the same."""
    load = partial(_ip, unit="datagrams", doc=_UDP_DOC)
    fault = partial(
        load, role=Role.ERRORS, worse=Worse.MORE, resource=Resource.SOCKETS, next="ss -6unamp",
    )  # fmt: skip
    receive_limits = ("sysctl[net.core.rmem_*]", "sysctl[net.ipv4.udp_rmem_min]", "sysctl[net.ipv4.udp_mem]")
    send_limits = ("sysctl[net.core.wmem_*]", "sysctl[net.ipv4.udp_wmem_min]", "sysctl[net.ipv4.udp_mem]")
    # fmt: off
    return (
        load(name=f"snmp6.{protocol}InDatagrams", title=f"{name} datagrams received",
             help="Datagrams delivered to programs over IPv6. Demand."),
        load(name=f"snmp6.{protocol}OutDatagrams", title=f"{name} datagrams sent",
             help="Datagrams sent by programs over IPv6. Demand."),
        fault(name=f"snmp6.{protocol}NoPorts", title=f"{name} datagrams to a closed port",
              help="Datagrams for a port where nobody listens. A rise means that a service is down, or a scan."),
        fault(name=f"snmp6.{protocol}InErrors", title=f"{name} receive errors",
              help="Datagrams that came for a listening port and were not delivered, for any reason: most often a "
                   "full receive buffer, else a bad checksum or no memory. Each is lost for good."),
        fault(name=f"snmp6.{protocol}RcvbufErrors", title=f"{name} receive buffer overflows", moved_by=receive_limits,
              help="Datagrams dropped because the program that should read them did not keep up and its receive "
                   "buffer was full. Each is lost for good; more is worse."),
        fault(name=f"snmp6.{protocol}SndbufErrors", title=f"{name} send buffer overflows", moved_by=send_limits,
              help="Datagrams that could not be sent because the send buffer was full: the program sends faster "
                   "than the interface does."),
        fault(name=f"snmp6.{protocol}InCsumErrors", title=f"{name} checksum errors",
              help="Datagrams dropped because their checksum was wrong. Any steady rate points at damage on the way."),
        fault(name=f"snmp6.{protocol}MemErrors", title=f"{name} datagrams dropped for lack of memory",
              moved_by=receive_limits,
              help="Datagrams dropped because all of this protocol's sockets together are at their memory limit "
                   "(Linux 5.11 and later). Each is lost for good."),
        load(name=f"snmp6.{protocol}IgnoredMulti", title=f"{name} multicast datagrams ignored", role=Role.INTERNAL,
             help="Multicast datagrams that reached the host and that no socket had asked for."),
    )
    # fmt: on


METRICS: Final = (*_IP, *ICMP, *_udp("Udp6", "UDP over IPv6"), *_udp("UdpLite6", "UDP-Lite over IPv6"))
