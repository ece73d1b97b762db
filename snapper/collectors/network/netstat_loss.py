"""What the fields of /proc/net/netstat say of loss: retransmission, recovery, congestion, packets refused.

`proc_net_netstat` reads them. All are of the protocol TcpExt.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html"
_SOURCE: Final = "https://elixir.bootlin.com/linux/v6.18/source/include/uapi/linux/snmp.h"
_PATH: Final = (
    "sysctl[net.ipv4.tcp_congestion_control]", "sysctl[net.core.default_qdisc]", "sysctl[net.ipv4.tcp_recovery]",
    "sysctl[net.ipv4.tcp_sack]", "sysctl[net.ipv4.tcp_early_retrans]", "net.mtu", "net.tx_queue_len",
)  # fmt: skip
_FAST_OPEN: Final = ("sysctl[net.ipv4.tcp_fastopen*]",)

_lost = partial(
    Metric, unit="segments", kind=Kind.COUNTER, resource=Resource.NETWORK, role=Role.ERRORS, worse=Worse.MORE,
    doc=_DOC, next="ss -tinop state established", moved_by=_PATH,
)  # fmt: skip
_repaired = partial(_lost, unit="events", role=Role.INTERNAL)
_refused = partial(_lost, next="nstat -az 'TcpExt*'", moved_by=())
_odd = partial(_refused, role=Role.INTERNAL)

# fmt: off
LOSS: Final = (
    _lost(
        name="netstat.TcpExt.TCPTimeouts", unit="events", title="Retransmission timeouts",
        moved_by=(*_PATH, "sysctl[net.ipv4.tcp_rto_*]", "sysctl[net.ipv4.tcp_frto]"),
        help="Times a sender heard nothing until its timer ran out, and started over slowly. The dearest way to lose "
             "a packet: it stalls a connection for 200 ms at least.",
    ),
    _lost(
        name="netstat.TcpExt.TCPSynRetrans", title="Connection requests sent again", next="ss -tanop state syn-sent",
        moved_by=("sysctl[net.ipv4.tcp_syn*_retries]",),
        help="SYN and SYN/ACK packets repeated because no answer came. More means that a peer is down, filtered or "
             "overloaded; each costs its connection a second or more.",
    ),
    _lost(
        name="netstat.TcpExt.TCPFastRetrans", title="Segments sent again early",
        help="Segments sent again because acknowledgements showed a gap, without waiting for the timer. Loss, "
             "repaired at the lowest cost.",
    ),
    _lost(
        name="netstat.TcpExt.TCPForwardRetrans", title="Segments sent again ahead of loss",
        help="Segments sent again though not yet known to be lost (Linux before 4.15).",
    ),
    _lost(
        name="netstat.TcpExt.TCPSlowStartRetrans", title="Segments sent again after a timeout",
        help="Segments sent again while a connection starts over after a retransmission timeout.",
    ),
    _lost(
        name="netstat.TcpExt.TCPLostRetransmit", title="Repeated segments lost again",
        help="Segments that were lost again when they were sent again. More means that the path is badly congested.",
    ),
    _lost(
        name="netstat.TcpExt.TCPRetransFail", title="Retransmissions that failed here",
        help="Segments that this host itself could not send again: no memory, or a full queue of its interface.",
    ),
    _lost(
        name="netstat.TcpExt.TCPLoss", unit="events", title="Losses after a partial acknowledgement",
        help="Times data turned out lost although some of it was acknowledged (old kernels).",
    ),
    _lost(
        name="netstat.TcpExt.TCPLossFailures", unit="events", title="Timeouts in recovery from a timeout",
        help="Times the timer ran out again while a connection recovered from a timeout.",
    ),
    _lost(
        name="netstat.TcpExt.TCPSackFailures", unit="events", title="Timeouts in recovery by SACK",
        help="Times the timer ran out while a connection with selective acknowledgements repaired a loss.",
    ),
    _lost(
        name="netstat.TcpExt.TCPRenoFailures", unit="events", title="Timeouts in recovery without SACK",
        help="Times the timer ran out while a connection without selective acknowledgements repaired a loss.",
    ),
    _lost(
        name="netstat.TcpExt.TCPSackRecoveryFail", unit="events", title="Recoveries by SACK that failed",
        help="Times a connection with selective acknowledgements could not repair a loss without a timeout.",
    ),
    _lost(
        name="netstat.TcpExt.TCPRenoRecoveryFail", unit="events", title="Recoveries without SACK that failed",
        help="Times a connection without selective acknowledgements could not repair a loss without a timeout.",
    ),
    _lost(
        name="netstat.TcpExt.TCPSACKReneging", unit="events", title="Acknowledgements taken back",
        help="Times a receiver threw away data that it had acknowledged selectively. More means that a peer is short "
             "of memory or broken.",
    ),
    _lost(
        name="netstat.TcpExt.TCPSchedulerFailed", unit="events", title="Deferred segments not sent",
        help="Times the delayed processing of a socket's queue was skipped (old kernels).",
    ),
    _lost(
        name="netstat.TcpExt.TCPDeliveredCE", role=Role.SATURATION, title="Segments marked by a congested router",
        moved_by=("sysctl[net.ipv4.tcp_ecn]",), next="ss -tino state established",
        help="Segments delivered with the mark of a router whose queue was filling (ECN). More means congestion on "
             "the way out.",
    ),
    _repaired(name="netstat.TcpExt.TCPSackRecovery", title="Recoveries by SACK",
              help="Times a loss was noticed by selective acknowledgements and repair began."),
    _repaired(name="netstat.TcpExt.TCPRenoRecovery", title="Recoveries without SACK",
              help="Times a loss was noticed by repeated acknowledgements and repair began."),
    _repaired(name="netstat.TcpExt.TCPLossProbes", unit="segments", title="Tail loss probes",
              help="Last segments repeated early in case they were lost. Some are normal on every host; more means "
                   "later acknowledgements."),
    _repaired(name="netstat.TcpExt.TCPLossProbeRecovery", title="Losses repaired by a probe",
              help="Losses at the end of a burst that a tail loss probe repaired without a timeout."),
    _repaired(name="netstat.TcpExt.TCPSpuriousRTOs", title="Needless timeouts",
              help="Retransmission timeouts that turned out to be late answers, not loss. More means that delay "
                   "varies a lot on the way."),
    _repaired(name="netstat.TcpExt.TCPSpuriousRtxHostQueues", title="Retransmissions held back, not sent yet",
              help="Times a segment was to be sent again but had not even left this host. More means that the "
                   "interface's own queue is long."),
    _repaired(name="netstat.TcpExt.TCPFullUndo", title="Slow-downs taken back fully",
              help="Times a sender that had slowed down found that nothing was lost and went back to its speed."),
    _repaired(name="netstat.TcpExt.TCPPartialUndo", title="Slow-downs taken back in part",
              help="Times a sender found during recovery that segments were late, not lost."),
    _repaired(name="netstat.TcpExt.TCPDSACKUndo", title="Slow-downs taken back after duplicates",
              help="Times a sender learned from reported duplicates that it had sent again needlessly."),
    _repaired(name="netstat.TcpExt.TCPLossUndo", title="Timeouts taken back",
              help="Times a sender that had started over after a timeout found that nothing was lost."),
    _repaired(name="netstat.TcpExt.TCPSACKReorder", title="Reordering seen by SACK",
              help="Times selective acknowledgements showed that segments arrived out of order. More means that "
                   "packets of a flow take different ways."),
    _repaired(name="netstat.TcpExt.TCPRenoReorder", title="Reordering seen without SACK",
              help="Times repeated acknowledgements showed that segments arrived out of order."),
    _repaired(name="netstat.TcpExt.TCPTSReorder", title="Reordering seen by timestamps",
              help="Times timestamps showed that segments arrived out of order."),
    _repaired(name="netstat.TcpExt.TCPFACKReorder", title="Reordering seen by forward acknowledgement",
              help="Times forward acknowledgement showed that segments arrived out of order (Linux before 4.15)."),
    _repaired(name="netstat.TcpExt.TCPDSACKRecv", title="Duplicates reported by peers",
              help="Times a peer said that it had received something twice: this host sent again needlessly."),
    _repaired(name="netstat.TcpExt.TCPDSACKRecvSegs", unit="segments", title="Duplicate segments reported by peers",
              help="Segments that peers said they had received twice."),
    _repaired(name="netstat.TcpExt.TCPDSACKOfoRecv", title="Out-of-order duplicates reported by peers",
              help="Times a peer said that it had received something twice, ahead of a gap."),
    _repaired(name="netstat.TcpExt.TCPDSACKOldSent", title="Duplicates received",
              help="Times this host received something that it had acknowledged already. More means that a peer "
                   "sends again needlessly, or that acknowledgements are lost."),
    _repaired(name="netstat.TcpExt.TCPDSACKOfoSent", title="Out-of-order duplicates received",
              help="Times this host received something twice that lay ahead of a gap."),
    _refused(
        name="netstat.TcpExt.TCPFastOpenActiveFail", unit="connections", title="Fast Open attempts refused",
        moved_by=_FAST_OPEN,
        help="Connections of this host for which TCP Fast Open was not accepted or timed out.",
    ),
    _refused(
        name="netstat.TcpExt.TCPFastOpenPassiveFail", unit="connections", title="Fast Open requests refused",
        moved_by=_FAST_OPEN,
        help="TCP Fast Open requests refused by this host: a bad cookie, or no memory.",
    ),
    _refused(
        name="netstat.TcpExt.TCPFastOpenBlackhole", unit="events", title="Fast Open switched off",
        moved_by=_FAST_OPEN,
        help="Times TCP Fast Open was suspended because something on the way swallowed its packets.",
    ),
    _refused(
        name="netstat.TcpExt.IPReversePathFilter", unit="packets", doc=_SOURCE,
        title="Packets refused by the reverse path filter", next="ip route get",
        moved_by=("sysctl[net.ipv4.conf.*.rp_filter]",),
        help="Packets dropped because answers to their sender would leave by another interface. More means "
             "asymmetric routes or forged senders.",
    ),
    _refused(
        name="netstat.TcpExt.TCPMinTTLDrop", title="Segments from too far away", doc=_SOURCE,
        help="Segments dropped because they passed more routers than the socket allows.",
    ),
    _refused(
        name="netstat.TcpExt.BeyondWindow", title="Segments beyond the window", doc=_SOURCE,
        help="Segments dropped because they hold more than the receiver had offered to take.",
    ),
    _odd(name="netstat.TcpExt.PAWSActive", title="Old segments refused while connecting",
         help="Segments dropped while a connection was being opened because their timestamp was too old."),
    _odd(name="netstat.TcpExt.PAWSPassive", title="Old segments refused while accepting",
         help="Connection requests dropped because their timestamp was too old (Linux before 4.12)."),
    _odd(name="netstat.TcpExt.PAWSEstab", title="Old segments refused",
         help="Segments of open connections dropped because their timestamp was too old: duplicates come late, or "
              "an address translator mixes hosts."),
    _odd(name="netstat.TcpExt.PAWSOldAck", title="Old acknowledgements refused", doc=_SOURCE,
         help="Acknowledgements that came late and were dropped for their old timestamp. Harmless reordering."),
    _odd(name="netstat.TcpExt.PAWSTimewait", title="Old segments refused by closed connections", doc=_SOURCE,
         help="Segments for connections in TIME-WAIT dropped because their timestamp was too old."),
    _odd(name="netstat.TcpExt.TSEcrRejected", title="Segments with an impossible timestamp echo", doc=_SOURCE,
         help="Segments dropped because they echo a timestamp that this host never sent."),
    _odd(name="netstat.TcpExt.OutOfWindowIcmps", unit="messages", title="ICMP messages that fit no window",
         help="ICMP errors ignored because they speak of data that was not under way; forged, or late."),
    _odd(name="netstat.TcpExt.LockDroppedIcmps", unit="messages", title="ICMP messages dropped at a busy socket",
         help="ICMP errors dropped because a program held their socket at that moment."),
    _odd(name="netstat.TcpExt.TCPAODroppedIcmps", unit="messages", title="ICMP messages dropped by authentication",
         doc=_SOURCE,
         help="ICMP errors ignored because the connection is authenticated and does not trust them."),
    _odd(name="netstat.TcpExt.TCPSACKDiscard", title="Selective acknowledgements discarded",
         help="Selective acknowledgements that made no sense. More points at a middlebox that rewrites packets."),
    _odd(name="netstat.TcpExt.TCPDSACKIgnoredOld", title="Duplicate reports ignored, too old",
         help="Reports of duplicates that came too late to act upon."),
    _odd(name="netstat.TcpExt.TCPDSACKIgnoredNoUndo", title="Duplicate reports ignored, nothing to undo",
         help="Reports of duplicates that came while nothing had been sent again: the network itself duplicates."),
    _odd(name="netstat.TcpExt.TCPDSACKIgnoredDubious", title="Duplicate reports ignored, not believable", doc=_SOURCE,
         help="Reports of more duplicates than were ever sent again."),
)
# fmt: on
