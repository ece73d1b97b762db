"""What each field of /proc/net/snmp means: IP, ICMP, TCP and UDP as RFC 1213 and its heirs count them.

`proc_net_snmp` reads them. They are IPv4's, save TCP's, which hold both families.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.network.snmp_icmp import ICMP
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html"
_RFC: Final = "https://datatracker.ietf.org/doc/html/rfc1213"
_UDP_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/udp.c"

_counter = partial(Metric, kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_DOC)
_load = partial(_counter, role=Role.WORKLOAD, worse=Worse.NEITHER)
_detail = partial(_counter, role=Role.INTERNAL, worse=Worse.NEITHER)
_fault = partial(_counter, role=Role.ERRORS, worse=Worse.MORE, next="nstat -az")
_setting = partial(_counter, kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER, unit="count", doc=_RFC)
_ip = partial(_load, unit="packets")
_ip_fault = partial(_fault, unit="packets")
_ip_detail = partial(_detail, unit="packets")
_reassembly: Final = ("sysctl[net.ipv4.ipfrag_*]", "net.mtu")
_connection = partial(_load, unit="connections", resource=Resource.SOCKETS)
_broken = partial(_fault, unit="connections", resource=Resource.SOCKETS, next="ss -tanp")

# fmt: off
_IP: Final = (
    _setting(
        name="snmp.Ip.Forwarding", title="IP forwarding", moved_by=("sysctl[net.ipv4.ip_forward]",),
        help="1 where the host passes packets on between its interfaces as a router does, 2 where it does not.",
    ),
    _setting(
        name="snmp.Ip.DefaultTTL", title="Default time to live", moved_by=("sysctl[net.ipv4.ip_default_ttl]",),
        help="Routers that a packet of this host may pass before it is thrown away.",
    ),
    _ip(name="snmp.Ip.InReceives", title="IP packets received",
        help="Packets that reached the IP layer, damaged ones included, after receive offload merged some. Demand."),
    _ip_fault(name="snmp.Ip.InHdrErrors", title="IP packets with a bad header",
              help="Packets dropped for a wrong header: bad checksum, version, length, or time to live run out. More "
                   "points at a routing loop or at damage on the way."),
    _ip_fault(name="snmp.Ip.InAddrErrors", title="IP packets to a wrong address",
              help="Packets dropped because their destination is invalid or not this host's while it does not "
                   "forward. More points at routes or addresses gone wrong elsewhere."),
    _ip(name="snmp.Ip.ForwDatagrams", title="IP packets forwarded", moved_by=("sysctl[net.ipv4.ip_forward]",),
        help="Packets passed on to another host, as routers and container hosts do. Demand."),
    _ip_fault(name="snmp.Ip.InUnknownProtos", title="IP packets of an unknown protocol",
              help="Packets dropped because no protocol handler is there for what they carry."),
    _ip_fault(name="snmp.Ip.InDiscards", title="IP packets discarded on receipt",
              help="Sound packets dropped by the kernel for its own reasons, mostly lack of memory. More is worse."),
    _ip(name="snmp.Ip.InDelivers", title="IP packets delivered", alias_of="snmp.Ip.InReceives",
        help="Packets handed to TCP, UDP, ICMP or another protocol of this host. Demand."),
    _ip(name="snmp.Ip.OutRequests", title="IP packets sent",
        help="Packets that this host's own protocols asked to send; older kernels count forwarded ones too. Demand."),
    _ip_fault(name="snmp.Ip.OutDiscards", title="IP packets discarded before sending", next="tc -s qdisc",
              help="Sound packets of this host dropped on their way out: the queue of the interface was full, or a "
                   "packet filter refused them. More is worse."),
    _ip_fault(name="snmp.Ip.OutNoRoutes", title="IP packets without a route", next="ip route",
              help="Packets dropped because no route leads to their destination. Any steady rate is a routing fault."),
    _ip_fault(name="snmp.Ip.ReasmTimeout", title="Reassembly timeouts", moved_by=_reassembly,
              help="Fragmented packets given up because a piece did not come in time. More means loss, or senders "
                   "that fragment where they should not."),
    _ip_detail(name="snmp.Ip.ReasmReqds", title="Fragments received", moved_by=_reassembly,
               help="Pieces of packets that had to be put together. Many mean that a sender ignores the path's MTU."),
    _ip_detail(name="snmp.Ip.ReasmOKs", title="Packets reassembled", moved_by=_reassembly,
               help="Packets successfully put together from fragments."),
    _ip_fault(name="snmp.Ip.ReasmFails", title="Reassembly failures", moved_by=_reassembly,
              help="Packets that could not be put together from their fragments, for lack of a piece or of memory."),
    _ip_detail(name="snmp.Ip.FragOKs", title="Packets fragmented", moved_by=("net.mtu",),
               help="Packets cut into fragments because they were larger than the MTU of their way out."),
    _ip_fault(name="snmp.Ip.FragFails", title="Fragmentation failures", moved_by=("net.mtu",),
              help="Packets too large for their way out that forbade being cut. Some are how path MTU discovery "
                   "works; a steady rate points at a path that swallows its messages."),
    _ip_detail(name="snmp.Ip.FragCreates", title="Fragments created", moved_by=("net.mtu",),
               help="Fragments made from packets larger than the MTU. Each costs a packet's worth of work."),
    _ip(name="snmp.Ip.OutTransmits", title="IP packets transmitted", alias_of="snmp.Ip.OutRequests",
        help="Packets handed to the link layer, fragments and forwarded ones included. Demand."),
)

_TCP: Final = (
    _setting(
        name="snmp.Tcp.RtoAlgorithm", title="Retransmission timer algorithm",
        help="How retransmission timeouts are computed; Linux always says 1, which RFC 1213 calls other.",
    ),
    _setting(name="snmp.Tcp.RtoMin", unit="seconds", title="Shortest retransmission timeout",
             help="The least time that TCP waits for an answer before it sends again."),
    _setting(name="snmp.Tcp.RtoMax", unit="seconds", title="Longest retransmission timeout",
             help="The most time that TCP waits for an answer before it sends again."),
    _setting(name="snmp.Tcp.MaxConn", unit="connections", title="Most TCP connections",
             help="Limit on TCP connections. Linux has none and writes -1, of which nothing is told."),
    _connection(name="snmp.Tcp.ActiveOpens", title="Connections opened by this host", next="ss -tanp",
                help="Connection attempts that this host's programs began. Demand; many short ones cost more than a "
                     "few kept open, and use up local ports."),
    _connection(name="snmp.Tcp.PassiveOpens", title="Connections accepted", next="ss -tanp",
                help="Connection requests that this host's listeners took up: the load that clients offer. Demand."),
    _broken(name="snmp.Tcp.AttemptFails", title="Failed connection attempts", primary=True,
            help="Connections that were refused, reset or given up before they were established, in either "
                 "direction. More is worse: a service is down, a queue is full, or a peer does not answer."),
    _broken(name="snmp.Tcp.EstabResets", title="Connections reset",
            help="Established connections that ended by a reset and not by an orderly close. More means that one "
                 "side crashes, times out or closes with data unread."),
    _connection(name="snmp.Tcp.CurrEstab", kind=Kind.GAUGE, title="Established connections", next="ss -tanp",
                help="TCP connections established now, those half closed by the peer included. Demand; a steady "
                     "climb is a leak."),
    _load(name="snmp.Tcp.InSegs", unit="segments", title="TCP segments received",
          help="Segments that reached TCP, damaged ones included, after receive offload merged some. Demand."),
    _load(name="snmp.Tcp.OutSegs", unit="segments", title="TCP segments sent",
          help="Segments sent, retransmitted ones not counted, as they leave after segmentation offload. Demand."),
    _fault(name="snmp.Tcp.RetransSegs", unit="segments", title="TCP segments retransmitted", primary=True,
           next="ss -tinop state established",
           moved_by=("sysctl[net.ipv4.tcp_congestion_control]", "sysctl[net.core.default_qdisc]",
                     "sysctl[net.ipv4.tcp_recovery]", "sysctl[net.ipv4.tcp_sack]", "net.mtu"),
           help="Segments sent again because no acknowledgement came. More means that packets are lost or delayed on "
                "the way, or that a peer is too slow; each costs its connection time."),
    _fault(name="snmp.Tcp.InErrs", unit="segments", title="TCP segments received in error",
           help="Segments dropped for a bad header or checksum. Any steady rate points at damage on the way."),
    _fault(name="snmp.Tcp.OutRsts", unit="segments", title="TCP resets sent", next="ss -tanp",
           resource=Resource.SOCKETS,
           help="Resets sent: requests to ports where nobody listens, connections aborted, stray segments. A rise "
                "often means that a service is down or that programs close with data unread."),
    _fault(name="snmp.Tcp.InCsumErrors", unit="segments", title="TCP checksum errors",
           help="Segments dropped because their checksum was wrong: damaged on the way, or by broken offload."),
)
# fmt: on


def _udp(protocol: str, name: str) -> tuple[Metric, ...]:
    """The nine counters of UDP, or of UDP-Lite, which are the same."""
    load = partial(_load, unit="datagrams")
    fault = partial(_fault, unit="datagrams", resource=Resource.SOCKETS, next="ss -unamp", doc=_UDP_DOC)
    receive_limits = ("sysctl[net.core.rmem_*]", "sysctl[net.ipv4.udp_rmem_min]", "sysctl[net.ipv4.udp_mem]")
    send_limits = ("sysctl[net.core.wmem_*]", "sysctl[net.ipv4.udp_wmem_min]", "sysctl[net.ipv4.udp_mem]")
    # fmt: off
    return (
        load(name=f"snmp.{protocol}.InDatagrams", title=f"{name} datagrams received",
             help=f"{name} datagrams delivered to programs. Demand."),
        fault(name=f"snmp.{protocol}.NoPorts", title=f"{name} datagrams to a closed port",
              help="Datagrams for a port where nobody listens. A rise means that a service is down, or a scan."),
        fault(name=f"snmp.{protocol}.InErrors", title=f"{name} receive errors",
              help="Datagrams that came for a listening port and were not delivered, for any reason: most often a "
                   "full receive buffer, else a bad checksum or no memory. Each is lost for good."),
        load(name=f"snmp.{protocol}.OutDatagrams", title=f"{name} datagrams sent",
             help=f"{name} datagrams sent by programs. Demand."),
        fault(name=f"snmp.{protocol}.RcvbufErrors", title=f"{name} receive buffer overflows", moved_by=receive_limits,
              primary=protocol == "Udp",
              help="Datagrams dropped because the program that should read them did not keep up and its receive "
                   "buffer was full. Each is lost for good; more is worse."),
        fault(name=f"snmp.{protocol}.SndbufErrors", title=f"{name} send buffer overflows", moved_by=send_limits,
              help="Datagrams that could not be sent because the send buffer was full: the program sends faster "
                   "than the interface does."),
        fault(name=f"snmp.{protocol}.InCsumErrors", title=f"{name} checksum errors",
              help="Datagrams dropped because their checksum was wrong. Any steady rate points at damage on the way."),
        _detail(name=f"snmp.{protocol}.IgnoredMulti", unit="datagrams", title=f"{name} multicast datagrams ignored",
                help="Multicast datagrams that reached the host and that no socket had asked for."),
        fault(name=f"snmp.{protocol}.MemErrors", title=f"{name} datagrams dropped for lack of memory",
              moved_by=receive_limits,
              help="Datagrams dropped because all of this protocol's sockets together are at their memory limit "
                   "(Linux 5.11 and later). Each is lost for good."),
    )
    # fmt: on


METRICS: Final = (*_IP, *ICMP, *_TCP, *_udp("Udp", "UDP"), *_udp("UdpLite", "UDP-Lite"))
