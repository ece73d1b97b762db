"""What `cmd_ss` sums up: metrics of states, of listening ports, of programs, and of round trips."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://man7.org/linux/man-pages/man8/ss.8.html"
_LISTEN_DOC: Final = "https://man7.org/linux/man-pages/man2/listen.2.html"

_metric = partial(Metric, kind=Kind.GAUGE, resource=Resource.SOCKETS, doc=_DOC)
_port = partial(_metric, labels=("port",), next="ss -ltnmp")
_program = partial(_metric, labels=("program",), next="ss -tnaip")
_SOMAXCONN: Final = ("sysctl[net.core.somaxconn]",)

# fmt: off
METRICS: Final = (
    _metric(
        name="ss.sockets", unit="sockets", role=Role.WORKLOAD, worse=Worse.NEITHER, labels=("state",),
        title="Sockets by state", next="ss -tuna",
        help="TCP and UDP sockets in each state. Demand; many in CLOSE-WAIT mean a program that forgets to close, "
             "many in SYN-SENT a peer that does not answer.",
    ),
    _port(
        name="ss.accept_queue", unit="connections", role=Role.SATURATION, worse=Worse.MORE, doc=_LISTEN_DOC,
        title="Connections waiting to be accepted", moved_by=_SOMAXCONN,
        help="Connections that are established and that the listening program has not accepted yet. More is worse: "
             "clients wait, and when the queue is full they are turned away.",
    ),
    _port(
        name="ss.backlog", unit="connections", role=Role.INTERNAL, worse=Worse.LESS, doc=_LISTEN_DOC,
        title="Size of the accept queue", moved_by=_SOMAXCONN,
        help="Connections that may wait to be accepted: what the program asked for, cut to net.core.somaxconn.",
    ),
    _port(
        name="ss.accept_queue_utilization", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE, doc=_LISTEN_DOC,
        title="Accept queue utilization", moved_by=_SOMAXCONN,
        help="Share of its accept queue that is taken, of the fullest socket of the port. At one, clients are turned "
             "away.",
    ),
    _metric(
        name="ss.fullest_accept_queue", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE, primary=True,
        doc=_LISTEN_DOC, title="Fullest accept queue", next="ss -ltnp", moved_by=_SOMAXCONN,
        help="Share taken of the fullest accept queue of this host. At one, a listener turns clients away.",
    ),
    _port(
        name="ss.connections", unit="connections", role=Role.WORKLOAD, worse=Worse.NEITHER, next="ss -tnp",
        title="Connections by listening port",
        help="Established connections that came in at this port: the load that clients offer. A steady climb is a "
             "leak.",
    ),
    _port(
        name="ss.syn_queue", unit="connections", role=Role.SATURATION, worse=Worse.MORE, doc=_LISTEN_DOC,
        next="ss -tn state syn-recv", moved_by=("sysctl[net.ipv4.tcp_max_syn_backlog]", *_SOMAXCONN),
        title="Handshakes under way by listening port",
        help="Connection requests answered by this host whose client has not confirmed yet. They share the limit of "
             "the accept queue; more means a flood, or clients whose answers get lost.",
    ),
    _port(
        name="ss.drops", unit="packets", kind=Kind.COUNTER, role=Role.ERRORS, worse=Worse.MORE, next="ss -tulnmp",
        title="Packets dropped at the socket",
        moved_by=(*_SOMAXCONN, "sysctl[net.core.rmem_*]", "sysctl[net.ipv4.udp_mem]"),
        help="Connection requests that a listener dropped because its queue was full, or datagrams that a UDP socket "
             "dropped because its buffer was. More means that this program does not keep up.",
    ),
    _port(
        name="ss.udp_receive_queue", unit="bytes", role=Role.SATURATION, worse=Worse.MORE, next="ss -unmp",
        title="Datagrams waiting to be read", moved_by=("sysctl[net.core.rmem_*]",),
        help="Bytes in the receive buffers of the UDP sockets of this port. More means that the program reads too "
             "slowly; when the buffer is full datagrams are dropped.",
    ),
    _program(
        name="ss.program_sockets", unit="sockets", role=Role.WORKLOAD, worse=Worse.NEITHER, title="Sockets by program",
        help="TCP and UDP sockets that the program holds. Demand; a steady climb is a leak.",
    ),
    _program(
        name="ss.program_established", unit="connections", role=Role.WORKLOAD, worse=Worse.NEITHER,
        title="Connections by program",
        help="Established TCP connections of the program, in either direction. Demand.",
    ),
    _program(
        name="ss.program_close_wait", unit="connections", role=Role.SATURATION, worse=Worse.MORE,
        title="Connections the program forgot to close",
        help="TCP connections that the peer has closed and the program has not (CLOSE-WAIT). More is worse: they "
             "leak file descriptors until the program ends.",
    ),
    _program(
        name="ss.program_receive_queue", unit="bytes", role=Role.SATURATION, worse=Worse.MORE,
        title="Received data not read by the program",
        help="Bytes that wait in the receive buffers of the program's TCP connections. More means that the program "
             "reads too slowly.",
    ),
    _program(
        name="ss.program_send_queue", unit="bytes", role=Role.SATURATION, worse=Worse.MORE,
        title="Sent data not acknowledged",
        help="Bytes that the program has written and that its peers have not acknowledged. More means slow peers or "
             "a slow network.",
    ),
    _program(
        name="ss.program_retransmitted", unit="segments", role=Role.ERRORS, worse=Worse.MORE, history=True,
        title="Segments sent again, by program",
        help="Segments sent again by the connections that the program has open now, each since it was opened. It "
             "tells who suffers when segments are lost.",
    ),
    _program(
        name="ss.program_memory", unit="bytes", role=Role.SATURATION, worse=Worse.MORE, next="ss -tuanmp",
        title="Memory of socket buffers, by program", moved_by=("sysctl[net.ipv4.tcp_?mem]", "sysctl[net.core.?mem_*]"),
        help="Memory that the buffers of the program's sockets hold, received and not read or written and not "
             "acknowledged. It tells who takes what counts against the limit of all TCP memory.",
    ),
    _program(
        name="ss.program_drops", unit="packets", role=Role.ERRORS, worse=Worse.MORE, history=True, next="ss -tuanmp",
        title="Packets dropped at sockets, by program",
        help="Packets that the sockets which the program has open now have dropped, each since it was opened: full "
             "queues and buffers. More means that the program does not keep up.",
    ),
    _metric(
        name="ss.retransmitting", unit="connections", resource=Resource.NETWORK, role=Role.SATURATION,
        worse=Worse.MORE, title="Connections that wait for a repetition", next="ss -tino state established",
        help="Established connections with data that was sent again and is not acknowledged yet: they stand still at "
             "this moment. More means loss, or peers that are gone.",
    ),
    _metric(
        name="ss.congestion_control", unit="connections", role=Role.INTERNAL, worse=Worse.NEITHER,
        labels=("algorithm",), title="Connections by congestion control", next="ss -tni state established",
        moved_by=("sysctl[net.ipv4.tcp_congestion_control]",),
        help="Established TCP connections by the algorithm that sets their speed. A changed setting holds for new "
             "connections only, which shows here.",
    ),
    _metric(
        name="ss.peer_connections", unit="connections", role=Role.INTERNAL, worse=Worse.NEITHER, labels=("peer",),
        title="Connections by peer", next="ss -tn state established",
        help="Established connections to one remote address and port, or from one address to a port of this host; the "
             "twenty peers with the most of them. It tells whom this host serves and leans on.",
    ),
    _metric(
        name="ss.busiest_destination", unit="sockets", role=Role.WORKLOAD, worse=Worse.NEITHER,
        title="Local ports taken to one destination", next="ss -tan | awk '{print $5}' | sort | uniq -c | sort -n",
        moved_by=("sysctl[net.ipv4.tcp_tw_reuse*]",),
        help="Sockets with a local port handed out by the kernel to the one remote address and port that has the most "
             "of them, those in TIME-WAIT included. When all local ports are taken no further connection can be made.",
    ),
    _metric(
        name="ss.receiver_limited", unit="ratio", role=Role.INTERNAL, worse=Worse.MORE, history=True,
        labels=("peer",), title="Sending held up by receivers", next="ss -tni state established",
        help="Share of the time in which established connections had data to send that the receiver had no room for "
             "it, since they were opened. More means that peers read too slowly.",
    ),
    _metric(
        name="ss.buffer_limited", unit="ratio", role=Role.INTERNAL, worse=Worse.MORE, history=True,
        labels=("peer",), title="Sending held up by send buffers", next="ss -tni state established",
        moved_by=("sysctl[net.ipv4.tcp_wmem]",),
        help="Share of the time in which established connections had data to send that their send buffer was too "
             "small for the way, since they were opened.",
    ),
    _metric(
        name="ss.rtt", unit="seconds", resource=Resource.NETWORK, role=Role.INTERNAL, worse=Worse.MORE,
        labels=("peer",), title="Mean round-trip time", next="ss -tni state established",
        help="Round-trip time of the established TCP connections, the mean of those to this host itself (loopback) "
             "or to others (remote). More means a longer way, queues on it, or other peers than before.",
    ),
)
# fmt: on
