"""What the remaining TcpExt fields of /proc/net/netstat mean: how TCP does its work. They explain and seldom accuse.

`proc_net_netstat` reads them.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html"
_SOURCE: Final = "https://elixir.bootlin.com/linux/v6.18/source/include/uapi/linux/snmp.h"
_TIME_WAIT: Final = ("sysctl[net.ipv4.tcp_tw_reuse*]", "sysctl[net.ipv4.tcp_max_tw_buckets]")
_FAST_OPEN: Final = ("sysctl[net.ipv4.tcp_fastopen*]",)
_SLOW_START: Final = ("sysctl[net.ipv4.tcp_congestion_control]",)
_CHALLENGE: Final = ("sysctl[net.ipv4.tcp_challenge_ack_limit]", "sysctl[net.ipv4.tcp_invalid_ratelimit]")

_detail = partial(
    Metric, kind=Kind.COUNTER, resource=Resource.NETWORK, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC
)
_segment = partial(_detail, unit="segments")
_event = partial(_detail, unit="events")
_connection = partial(_detail, unit="connections", resource=Resource.SOCKETS)
_ack = partial(_segment, worse=Worse.MORE, moved_by=_CHALLENGE)

# fmt: off
INTERNALS: Final = (
    _connection(name="netstat.TcpExt.TW", title="Connections that passed through TIME-WAIT", moved_by=_TIME_WAIT,
                help="Closed connections whose waiting time is over. It follows the rate of connections that this "
                     "host closes first."),
    _connection(name="netstat.TcpExt.TWRecycled", title="TIME-WAIT sockets used again", moved_by=_TIME_WAIT,
                help="Waiting sockets that were taken over by a new connection to the same peer."),
    _connection(name="netstat.TcpExt.TWKilled", title="TIME-WAIT sockets ended early", moved_by=_TIME_WAIT,
                help="Waiting sockets that were ended before their time, as tcp_tw_recycle once did."),
    _connection(name="netstat.TcpExt.TCPFastOpenActive", title="Fast Open connections made", moved_by=_FAST_OPEN,
                help="Connections of this host whose first data travelled with the request (TCP Fast Open)."),
    _connection(name="netstat.TcpExt.TCPFastOpenPassive", title="Fast Open connections taken", moved_by=_FAST_OPEN,
                help="Connections taken by this host whose first data came with the request."),
    _connection(name="netstat.TcpExt.TCPFastOpenPassiveAltKey", title="Fast Open connections by the backup key",
                moved_by=_FAST_OPEN, doc=_SOURCE,
                help="Fast Open connections whose cookie was made with the second key, as after a key change."),
    _connection(name="netstat.TcpExt.TCPFastOpenCookieReqd", title="Fast Open cookies asked for",
                moved_by=_FAST_OPEN, help="Requests for a Fast Open cookie, each from a client new to this host."),
    _connection(name="netstat.TcpExt.TCPMigrateReqSuccess", title="Connection requests moved to another listener",
                doc=_SOURCE, moved_by=("sysctl[net.ipv4.tcp_migrate_req]",),
                help="Pending connections handed to another listener of the port when theirs was closed."),
    _segment(name="netstat.TcpExt.TCPHPHits", title="Data segments on the fast path",
             help="Data segments that were just what was expected and took the receiver's short way."),
    _segment(name="netstat.TcpExt.TCPHPHitsToUser", title="Data segments copied straight to the reader",
             help="Expected data segments put directly into the waiting program's buffer (Linux before 4.14)."),
    _segment(name="netstat.TcpExt.TCPHPAcks", title="Acknowledgements on the fast path",
             help="Acknowledgements that were just what was expected and took the short way."),
    _segment(name="netstat.TcpExt.TCPPureAcks", title="Acknowledgements on the slow path",
             help="Acknowledgements without data that took the receiver's full way."),
    _segment(name="netstat.TcpExt.TCPPrequeued", title="Segments through the prequeue",
             help="Segments that waited for the reading program to process them (Linux before 4.14)."),
    _detail(name="netstat.TcpExt.TCPDirectCopyFromBacklog", unit="bytes", title="Bytes copied from the backlog",
            help="Bytes put directly into the reading program's buffer from the backlog (Linux before 4.14)."),
    _detail(name="netstat.TcpExt.TCPDirectCopyFromPrequeue", unit="bytes", title="Bytes copied from the prequeue",
            help="Bytes put directly into the reading program's buffer from the prequeue (Linux before 4.14)."),
    _segment(name="netstat.TcpExt.TCPOrigDataSent", title="Data segments sent for the first time",
             help="Segments with data that were not repetitions: what retransmissions are to be measured against."),
    _segment(name="netstat.TcpExt.TCPDelivered", title="Data segments known to have arrived", doc=_SOURCE,
             help="Sent segments that a peer has acknowledged, in order or selectively."),
    _segment(name="netstat.TcpExt.TCPRcvCoalesce", title="Received segments merged",
             help="Segments appended to one already waiting in the receive queue, which saves memory."),
    _segment(name="netstat.TcpExt.TCPBacklogCoalesce", title="Backlog segments merged", doc=_SOURCE,
             help="Segments appended to one already waiting at a busy socket. More means that programs hold their "
                  "sockets longer."),
    _segment(name="netstat.TcpExt.TCPOFOQueue", title="Segments received out of order", worse=Worse.MORE,
             help="Segments that came ahead of a gap and were kept. More means loss or reordering on the way in."),
    _segment(name="netstat.TcpExt.TCPOFOMerge", title="Overlapping out-of-order segments", worse=Worse.MORE,
             help="Segments that came out of order and partly held what was there already."),
    _segment(name="netstat.TcpExt.TCPSackShifted", title="SACK bookkeeping: shifted",
             help="Buffers of the send queue rearranged after a selective acknowledgement. It follows loss."),
    _segment(name="netstat.TcpExt.TCPSackMerged", title="SACK bookkeeping: merged",
             help="Buffers of the send queue merged after a selective acknowledgement. It follows loss."),
    _segment(name="netstat.TcpExt.TCPSackShiftFallback", title="SACK bookkeeping: not rearranged",
             help="Buffers that could not be rearranged after a selective acknowledgement. It follows loss."),
    _segment(name="netstat.TcpExt.TCPAutoCorking", title="Small writes merged before sending",
             moved_by=("sysctl[net.ipv4.tcp_autocorking]",),
             help="Small writes that the kernel held back for an instant to send them as one packet."),
    _event(name="netstat.TcpExt.DelayedACKs", title="Delayed acknowledgements",
           help="Acknowledgements sent because their timer ran out with nothing to send along."),
    _event(name="netstat.TcpExt.DelayedACKLocked", title="Delayed acknowledgements, socket busy",
           help="Times that timer ran out while a program held the socket."),
    _event(name="netstat.TcpExt.DelayedACKLost", title="Acknowledgements taken for lost", worse=Worse.MORE,
           help="Times a segment came again that had been acknowledged: the acknowledgement was lost or late."),
    _event(name="netstat.TcpExt.TCPAckCompressed", title="Acknowledgements saved", doc=_SOURCE,
           moved_by=("sysctl[net.ipv4.tcp_comp_sack_*]",),
           help="Acknowledgements not sent because a later one said it all. It follows loss on the way in."),
    _ack(name="netstat.TcpExt.TCPACKSkippedSynRecv", title="Acknowledgements held back while connecting",
         help="Answers to odd packets not sent during a handshake because too many were sent already."),
    _ack(name="netstat.TcpExt.TCPACKSkippedPAWS", title="Acknowledgements held back for old segments",
         help="Answers to segments with an old timestamp not sent because too many were sent already."),
    _ack(name="netstat.TcpExt.TCPACKSkippedSeq", title="Acknowledgements held back for strange segments",
         help="Answers to segments outside the window not sent because too many were sent already."),
    _ack(name="netstat.TcpExt.TCPACKSkippedFinWait2", title="Acknowledgements held back while closing",
         help="Answers to odd packets not sent in FIN-WAIT-2 because too many were sent already."),
    _ack(name="netstat.TcpExt.TCPACKSkippedTimeWait", title="Acknowledgements held back in TIME-WAIT",
         help="Answers to odd packets not sent in TIME-WAIT because too many were sent already."),
    _ack(name="netstat.TcpExt.TCPACKSkippedChallenge", title="Challenges held back",
         help="Challenges to suspicious packets not sent because too many were sent already."),
    _ack(name="netstat.TcpExt.TCPChallengeACK", title="Challenges sent",
         help="Answers to resets or segments that might be forged. A rise points at stale connections behind an "
              "address translator, or at an attack."),
    _ack(name="netstat.TcpExt.TCPSYNChallenge", title="Challenges to connection requests",
         help="Connection requests that came inside an open connection: a peer that lost its state, or an attack."),
    _event(name="netstat.TcpExt.TCPHystartTrainDetect", title="Slow start ended by a packet train",
           moved_by=_SLOW_START, help="Times a sender left slow start because acknowledgements came in a long train."),
    _segment(name="netstat.TcpExt.TCPHystartTrainCwnd", title="Windows at the end by a packet train",
             moved_by=_SLOW_START, help="Sum of the congestion windows, in segments, at those moments."),
    _event(name="netstat.TcpExt.TCPHystartDelayDetect", title="Slow start ended by delay",
           moved_by=_SLOW_START, help="Times a sender left slow start because the delay grew."),
    _segment(name="netstat.TcpExt.TCPHystartDelayCwnd", title="Windows at the end by delay",
             moved_by=_SLOW_START, help="Sum of the congestion windows, in segments, at those moments."),
    _segment(name="netstat.TcpExt.TCPWinProbe", title="Probes of a closed window", worse=Worse.MORE, doc=_SOURCE,
             help="Questions to peers that have no room whether they can receive again. More means that peers read "
                  "too slowly."),
    _segment(name="netstat.TcpExt.TCPKeepAlive", title="Keep-alive probes",
             moved_by=("sysctl[net.ipv4.tcp_keepalive_*]",), help="Probes of idle connections whether the peer lives."),
    _event(name="netstat.TcpExt.TCPMTUPFail", title="MTU probes that failed", doc=_SOURCE,
           moved_by=("sysctl[net.ipv4.tcp_mtu_probing]", "net.mtu"),
           help="Larger packets tried and lost while looking for the path's MTU."),
    _event(name="netstat.TcpExt.TCPMTUPSuccess", title="MTU probes that passed", doc=_SOURCE,
           moved_by=("sysctl[net.ipv4.tcp_mtu_probing]", "net.mtu"),
           help="Larger packets tried and acknowledged while looking for the path's MTU."),
    _event(name="netstat.TcpExt.TcpTimeoutRehash", title="Flows moved to another path after a timeout",
           worse=Worse.MORE, doc=_SOURCE, moved_by=("sysctl[net.core.txrehash]",),
           help="Times a connection changed its flow hash after a timeout, to try another way. It follows loss."),
    _event(name="netstat.TcpExt.TcpDuplicateDataRehash", title="Flows moved after duplicates", worse=Worse.MORE,
           doc=_SOURCE, moved_by=("sysctl[net.core.txrehash]",),
           help="Times a receiver changed its flow hash because data came twice: its acknowledgements got lost."),
    _event(name="netstat.TcpExt.TCPECNRehash", title="Flows moved after congestion marks", worse=Worse.MORE,
           doc=_SOURCE, help="Times a connection changed its flow hash because its packets were marked."),
    _event(name="netstat.TcpExt.TCPPLBRehash", title="Flows moved by load balancing", doc=_SOURCE,
           moved_by=("sysctl[net.ipv4.tcp_plb_*]",),
           help="Times a connection changed its flow hash to leave a congested path (protective load balancing)."),
    _detail(name="netstat.TcpExt.BusyPollRxPackets", unit="packets", title="Packets received by busy polling",
            doc=_SOURCE, moved_by=("sysctl[net.core.busy_*]",),
            help="Packets that a waiting program took from the card itself, without an interrupt."),
    _detail(name="netstat.TcpExt.ArpFilter", unit="packets", title="ARP requests left unanswered", doc=_SOURCE,
            moved_by=("sysctl[net.ipv4.conf.*.arp_filter]",),
            help="ARP requests not answered because the asker would be reached through another interface."),
    _segment(name="netstat.TcpExt.TCPAOGood", title="Segments authenticated", doc=_SOURCE,
             help="Segments whose TCP authentication option was right."),
)
# fmt: on
