"""What the fields of /proc/net/netstat say of sockets in trouble: full queues, full buffers, aborted connections.

`proc_net_netstat` reads them. All are of the protocol TcpExt.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html"
_LISTEN_LIMITS: Final = (
    "sysctl[net.core.somaxconn]", "sysctl[net.ipv4.tcp_max_syn_backlog]", "sysctl[net.ipv4.tcp_syncookies]",
    "sysctl[net.ipv4.tcp_abort_on_overflow]",
)  # fmt: skip
_RECEIVE_LIMITS: Final = (
    "sysctl[net.ipv4.tcp_rmem]", "sysctl[net.ipv4.tcp_mem]", "sysctl[net.core.rmem_*]",
    "sysctl[net.ipv4.tcp_adv_win_scale]", "sysctl[net.ipv4.tcp_moderate_rcvbuf]",
)  # fmt: skip
_MEMORY_LIMITS: Final = ("sysctl[net.ipv4.tcp_mem]", "sysctl[net.ipv4.tcp_?mem]", "sysctl[net.ipv4.tcp_max_orphans]")

_socket = partial(Metric, kind=Kind.COUNTER, resource=Resource.SOCKETS, worse=Worse.MORE, doc=_DOC)
_listen = partial(_socket, unit="connections", role=Role.SATURATION, next="ss -ltnp", moved_by=_LISTEN_LIMITS)
_buffer = partial(_socket, unit="segments", role=Role.SATURATION, next="ss -tnmp", moved_by=_RECEIVE_LIMITS)
_memory = partial(
    _socket, unit="events", role=Role.SATURATION, next="cat /proc/net/sockstat; ss -s", moved_by=_MEMORY_LIMITS
)
_abort = partial(_socket, unit="connections", role=Role.ERRORS, next="ss -tanp")
_auth = partial(_socket, unit="segments", role=Role.ERRORS, next="ss -tanip")

# fmt: off
SOCKETS: Final = (
    _listen(
        name="netstat.TcpExt.ListenOverflows", primary=True, title="Connections refused at the accept queue",
        help="Connection requests turned away because a listener's accept queue was full: its program does not "
             "accept fast enough, or its backlog is too small. Clients wait a second and more, or fail.",
    ),
    _listen(
        name="netstat.TcpExt.ListenDrops", primary=True, title="Connection requests dropped",
        help="Connection requests that a listening socket dropped for whatever reason, a full accept queue included. "
             "Clients wait a second and more, or fail.",
    ),
    _listen(
        name="netstat.TcpExt.TCPReqQFullDrop", title="Connection requests dropped, queue of half-open ones full",
        help="Connection requests dropped because too many before them were not yet completed and SYN cookies are "
             "off. More means a flood, or a backlog too small for the load.",
    ),
    _listen(
        name="netstat.TcpExt.TCPReqQFullDoCookies", title="Times SYN cookies were needed",
        help="Connection requests answered with a SYN cookie because too many before them were not yet completed. "
             "More means a flood, or a backlog too small for the load.",
    ),
    _listen(
        name="netstat.TcpExt.SyncookiesSent", title="SYN cookies sent",
        help="Connection requests answered without keeping state for them, which the kernel does when a listener's "
             "queue of half-open connections is full. Such connections lose TCP options.",
    ),
    _listen(
        name="netstat.TcpExt.SyncookiesRecv", title="SYN cookies that came back",
        help="Connections completed by a valid SYN cookie: real clients that came while the queue was full.",
    ),
    _listen(
        name="netstat.TcpExt.SyncookiesFailed", title="SYN cookies that were wrong", role=Role.ERRORS,
        help="Answers whose SYN cookie was not valid: forged, or too late. More points at a flood.",
    ),
    _listen(
        name="netstat.TcpExt.TCPFastOpenListenOverflow", title="Fast Open requests beyond their queue",
        moved_by=("sysctl[net.core.somaxconn]", "sysctl[net.ipv4.tcp_fastopen]"),
        help="TCP Fast Open requests that had to take the ordinary, slower way because too many were pending.",
    ),
    _listen(
        name="netstat.TcpExt.TCPMigrateReqFailure", title="Connection requests lost with their listener",
        role=Role.ERRORS, moved_by=("sysctl[net.ipv4.tcp_migrate_req]",),
        help="Pending connections that could not be moved to another listener of the port when theirs was closed.",
    ),
    _listen(
        name="netstat.TcpExt.TCPDeferAcceptDrop", title="Handshakes held back until data comes", role=Role.INTERNAL,
        help="Handshake packets that a listener with TCP_DEFER_ACCEPT set aside because they brought no data yet.",
    ),
    _socket(
        name="netstat.TcpExt.EmbryonicRsts", unit="connections", role=Role.ERRORS, next="ss -tan state syn-recv",
        title="Resets of half-open connections",
        help="Connections reset before their handshake was done: clients that gave up, port scans, or a full queue.",
    ),
    _socket(
        name="netstat.TcpExt.TCPTimeWaitOverflow", unit="sockets", role=Role.SATURATION, next="ss -s",
        title="TIME-WAIT sockets beyond the limit", moved_by=("sysctl[net.ipv4.tcp_max_tw_buckets]",),
        help="Closed connections that were forgotten at once because the limit on TIME-WAIT sockets was reached. "
             "More means very many short connections.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPBacklogDrop", title="Segments dropped at a busy socket",
        help="Segments dropped because their socket was locked by its program and its backlog was full. More means "
             "that a program is too slow for what it is sent; the sender has to send again.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPRcvQDrop", title="Segments dropped for a full receive queue",
        help="Segments that came in order and were dropped because the socket's receive memory was used up. More "
             "means that a program reads too slowly; the sender has to send again.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPZeroWindowDrop", title="Segments dropped at a closed window",
        help="Segments dropped because the receiver had said that it has no room. More means that a program reads "
             "too slowly.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPOFODrop", title="Out-of-order segments dropped",
        help="Segments that came out of order and were dropped because there was no memory to keep them.",
    ),
    _buffer(
        name="netstat.TcpExt.PruneCalled", unit="calls", title="Receive queues squeezed",
        help="Times the kernel had to win back memory from a socket whose receive buffer was full. More means that "
             "programs read too slowly or buffers are too small.",
    ),
    _buffer(
        name="netstat.TcpExt.RcvPruned", title="Segments dropped after squeezing",
        help="Segments dropped because a socket's receive buffer stayed full even after it had been squeezed.",
    ),
    _buffer(
        name="netstat.TcpExt.OfoPruned", unit="calls", title="Out-of-order queues emptied",
        help="Times a socket threw away segments that it had received out of order, to win back memory. They have to "
             "be sent again.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPRcvCollapsed", title="Segments merged to save memory",
        help="Segments of a receive queue copied together because the receive buffer was full. It costs CPU and "
             "latency; more means that programs read too slowly or buffers are too small.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPPrequeueDropped", title="Segments dropped from the prequeue",
        help="Segments thrown out of the queue that waited for the reading program (Linux before 4.14).",
    ),
    _buffer(
        name="netstat.TcpExt.TCPToZeroWindowAdv", unit="events", title="Receive windows closed",
        help="Times a socket told its peer to stop sending because its program had not read. More means that "
             "programs read too slowly.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPWantZeroWindowAdv", unit="events", title="Receive windows that should have closed",
        help="Times a socket had no room left but could not yet take back what it had offered its peer.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPFromZeroWindowAdv", unit="events", role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Receive windows opened again",
        help="Times a socket told its peer that it may send again, after its program had read.",
    ),
    _buffer(
        name="netstat.TcpExt.TCPWqueueTooBig", unit="events", title="Send queues too large to split",
        moved_by=("sysctl[net.ipv4.tcp_wmem]", "sysctl[net.core.wmem_*]"),
        help="Times a segment could not be split for sending again because the send queue was over its memory limit.",
    ),
    _memory(
        name="netstat.TcpExt.TCPMemoryPressures", title="Times TCP ran short of memory",
        help="Times all TCP sockets together passed the pressure mark of tcp_mem and began to save. More is worse: "
             "windows shrink and throughput with them.",
    ),
    _memory(
        name="netstat.TcpExt.TCPMemoryPressuresChrono", unit="seconds", title="Time short of TCP memory",
        help="Time that TCP spent under memory pressure; as a rate, the share of time. More is worse.",
    ),
    _memory(
        name="netstat.TcpExt.PFMemallocDrop", unit="packets", title="Packets dropped to save emergency memory",
        moved_by=("sysctl[vm.min_free_kbytes]",),
        help="Packets dropped because only the memory reserve for swapping over the network was left. Any is a sign "
             "of acute shortage.",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortOnMemory", role=Role.SATURATION, moved_by=_MEMORY_LIMITS,
        title="Connections aborted for lack of memory",
        help="Connections reset because TCP was out of memory or had too many orphaned sockets. Any is worse.",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortOnTimeout", next="ss -tinop",
        moved_by=("sysctl[net.ipv4.tcp_retries2]", "sysctl[net.ipv4.tcp_syn_retries]",
                  "sysctl[net.ipv4.tcp_keepalive_*]", "sysctl[net.ipv4.tcp_orphan_retries]"),
        title="Connections given up",
        help="Connections ended because the peer did not answer any more. More means lost peers or a broken path.",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortOnData", title="Connections reset with data to come",
        help="Connections that a program closed by a reset while the peer could still send. Some programs do so on "
             "purpose; a rise means that they hang up early.",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortOnClose", title="Connections closed with data unread",
        help="Connections that a program closed before it had read all that had come; the peer sees a reset.",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortOnLinger", moved_by=("sysctl[net.ipv4.tcp_fin_timeout]",),
        title="Connections cut while closing",
        help="Closed connections that were reset because their program set a linger time that did not let the peer "
             "finish.",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortOnSyn", title="Connections reset by a stray SYN",
        help="Connections reset because a new connection request came inside them (old kernels).",
    ),
    _abort(
        name="netstat.TcpExt.TCPAbortFailed", title="Resets that could not be sent",
        help="Connections aborted without telling the peer, because there was no memory for the reset.",
    ),
    _auth(name="netstat.TcpExt.TCPMD5NotFound", title="Segments without the expected MD5 signature",
          help="Segments dropped because they bore no signature although the peer must sign, as BGP sessions do."),
    _auth(name="netstat.TcpExt.TCPMD5Unexpected", title="Segments with an unexpected MD5 signature",
          help="Segments dropped because they were signed although no key is set for the peer."),
    _auth(name="netstat.TcpExt.TCPMD5Failure", title="Segments with a wrong MD5 signature",
          help="Segments dropped because their signature was wrong: another key on the other side, or an attack."),
    _auth(name="netstat.TcpExt.TCPAORequired", title="Segments without the required authentication",
          help="Segments dropped because they lacked the TCP authentication option that the connection needs."),
    _auth(name="netstat.TcpExt.TCPAOBad", title="Segments with wrong authentication",
          help="Segments dropped because their TCP authentication option was wrong."),
    _auth(name="netstat.TcpExt.TCPAOKeyNotFound", title="Segments with an unknown key",
          help="Segments dropped because their TCP authentication option names a key that is not set here."),
)
# fmt: on
