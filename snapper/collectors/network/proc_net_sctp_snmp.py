"""What SCTP did: associations, chunks, retransmissions, timers, and packets dropped.

Reads /proc/net/sctp/snmp (since Linux 2.6, with the module loaded): a name and a count in each line, of the reader's
network namespace.

    SctpCurrEstab                   	5380
    SctpAborteds                    	2142
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.name_value_lines import name_values
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_load = partial(
    Metric, unit="connections", kind=Kind.COUNTER, resource=Resource.SOCKETS, role=Role.WORKLOAD,
    worse=Worse.NEITHER, doc="https://elixir.bootlin.com/linux/v6.12/source/net/sctp/proc.c", next="ss -Sna",
)  # fmt: skip
_chunks = partial(_load, unit="messages")
_detail = partial(_load, unit="events", role=Role.INTERNAL)
_fault = partial(_load, unit="packets", role=Role.ERRORS, worse=Worse.MORE, moved_by=("sysctl[net.sctp.*]",))
_timer = partial(_fault, unit="events")

# fmt: off
_METRICS: Final = (
    _load(name="sctp.SctpCurrEstab", kind=Kind.GAUGE, title="Established SCTP associations",
          help="Associations established now. Demand; a steady climb is a leak."),
    _load(name="sctp.SctpActiveEstabs", title="SCTP associations opened by this host",
          help="Associations that this host's programs opened. Demand."),
    _load(name="sctp.SctpPassiveEstabs", title="SCTP associations accepted",
          help="Associations that this host's listeners took up. Demand."),
    _fault(name="sctp.SctpAborteds", unit="connections", title="SCTP associations aborted",
           help="Associations that ended by an abort and not by an orderly shutdown. More is worse."),
    _load(name="sctp.SctpShutdowns", title="SCTP associations shut down",
          help="Associations that ended in good order. Demand."),
    _fault(name="sctp.SctpOutOfBlues", title="SCTP packets of no association",
           help="Packets received that belong to no association here: late ones, or a peer that lost its state."),
    _fault(name="sctp.SctpChecksumErrors", title="SCTP checksum errors",
           help="Packets dropped because their checksum was wrong: damage on the way, or broken offload."),
    _chunks(name="sctp.SctpOutCtrlChunks", title="SCTP control chunks sent", help="Control chunks sent. Demand."),
    _chunks(name="sctp.SctpOutOrderChunks", title="SCTP ordered data chunks sent",
            help="Data chunks sent whose order is kept. Demand."),
    _chunks(name="sctp.SctpOutUnorderChunks", title="SCTP unordered data chunks sent",
            help="Data chunks sent whose order does not matter. Demand."),
    _chunks(name="sctp.SctpInCtrlChunks", title="SCTP control chunks received",
            help="Control chunks received. Demand."),
    _chunks(name="sctp.SctpInOrderChunks", title="SCTP ordered data chunks received",
            help="Data chunks received whose order is kept. Demand."),
    _chunks(name="sctp.SctpInUnorderChunks", title="SCTP unordered data chunks received",
            help="Data chunks received whose order does not matter. Demand."),
    _chunks(name="sctp.SctpFragUsrMsgs", title="SCTP messages cut into fragments", role=Role.INTERNAL,
            help="Messages of programs that were larger than the path takes and were sent in pieces."),
    _chunks(name="sctp.SctpReasmUsrMsgs", title="SCTP messages put together", role=Role.INTERNAL,
            help="Messages put together from pieces."),
    _load(name="sctp.SctpOutSCTPPacks", unit="packets", title="SCTP packets sent", help="Packets sent. Demand."),
    _load(name="sctp.SctpInSCTPPacks", unit="packets", title="SCTP packets received",
          help="Packets received. Demand."),
    _timer(name="sctp.SctpT1InitExpireds", title="SCTP connection requests not answered",
           help="Times the timer of a connection request ran out. More means that a peer is down or filtered."),
    _timer(name="sctp.SctpT1CookieExpireds", title="SCTP cookies not answered",
           help="Times the timer of the second step of connecting ran out."),
    _timer(name="sctp.SctpT2ShutdownExpireds", title="SCTP shutdowns not answered",
           help="Times the timer of an orderly shutdown ran out: the peer is gone."),
    _timer(name="sctp.SctpT3RtxExpireds", title="SCTP retransmission timeouts",
           help="Times a sender heard nothing until its timer ran out. More means loss, or a path that failed."),
    _timer(name="sctp.SctpT4RtoExpireds", title="SCTP address changes not answered",
           help="Times the timer of a change of addresses ran out."),
    _timer(name="sctp.SctpT5ShutdownGuardExpireds", title="SCTP shutdowns given up",
           help="Times a shutdown took so long that the association was aborted."),
    _detail(name="sctp.SctpDelaySackExpireds", title="SCTP delayed acknowledgements",
            help="Acknowledgements sent because their timer ran out."),
    _detail(name="sctp.SctpAutocloseExpireds", title="SCTP associations closed as idle",
            help="Associations that were idle so long that they were closed, as their program asked for."),
    _fault(name="sctp.SctpT3Retransmits", unit="segments", title="SCTP chunks sent again after a timeout",
           help="Data sent again because no acknowledgement came in time. More means loss or late answers."),
    _detail(name="sctp.SctpPmtudRetransmits", unit="segments", title="SCTP chunks sent again for the path MTU",
            help="Data sent again in smaller pieces because the path took less than was thought."),
    _fault(name="sctp.SctpFastRetransmits", unit="segments", title="SCTP chunks sent again early",
           help="Data sent again because acknowledgements showed a gap. Loss, repaired at the lowest cost."),
    _detail(name="sctp.SctpInPktSoftirq", unit="packets", title="SCTP packets processed on receipt",
            help="Packets that were processed as they came in."),
    _detail(name="sctp.SctpInPktBacklog", unit="packets", title="SCTP packets that waited for a busy socket",
            worse=Worse.MORE, help="Packets that had to wait because a program held their socket."),
    _fault(name="sctp.SctpInPktDiscards", title="SCTP packets discarded",
           help="Packets thrown away on receipt. More is worse."),
    _fault(name="sctp.SctpInDataChunkDiscards", unit="messages", title="SCTP data chunks discarded",
           help="Data thrown away on receipt: duplicates, or no room. More is worse."),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field.

    Raises:
        ValueError: A line that is not a name and a whole number.
    """
    for field, value in name_values(text, "/proc/net/sctp/snmp"):
        metric = f"sctp.{field}"
        if metric in _KNOWN:
            yield Reading(metric, value)


COLLECTOR = Collector(
    name="proc.net.sctp.snmp",
    read=File(path="proc/net/sctp/snmp", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="associations, retransmissions and drops of SCTP",
    needs="the module sctp loaded",
)
