"""What the ICMP fields of /proc/net/snmp mean: totals, errors, limits, and each type in both directions.

`snmp_fields` puts them beside IP's, TCP's and UDP's.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html"

_message = partial(
    Metric, unit="messages", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_DOC, next="nstat -az 'Icmp*'"
)
_load = partial(_message, role=Role.WORKLOAD, worse=Worse.NEITHER)
_fault = partial(_message, role=Role.ERRORS, worse=Worse.MORE)
_limited = partial(_message, role=Role.SATURATION, worse=Worse.MORE)
_detail = partial(_message, role=Role.INTERNAL, worse=Worse.NEITHER)

_TYPES: Final = (
    (
        _fault,
        "DestUnreachs",
        "destination unreachable",
        "Messages that a host, port or network cannot be reached. More means that somebody talks to what is not there.",
    ),
    (
        _fault,
        "TimeExcds",
        "time exceeded",
        "Messages that a packet passed too many routers. More points at a routing loop; traceroute causes them too.",
    ),
    (
        _fault,
        "ParmProbs",
        "parameter problem",
        "Messages that a packet's header made no sense to its receiver. More is worse.",
    ),
    (_detail, "SrcQuenchs", "source quench", "Obsolete requests to send less; ignored by all."),
    (
        _detail,
        "Redirects",
        "redirect",
        "Messages that a better route exists. Many mean that a host's routes are wrong.",
    ),
    (_load, "Echos", "echo request", "Pings. Demand."),
    (_load, "EchoReps", "echo reply", "Answers to pings. Demand."),
    (_detail, "Timestamps", "timestamp request", "Questions for the time; hardly used."),
    (_detail, "TimestampReps", "timestamp reply", "Answers with the time; hardly used."),
    (_detail, "AddrMasks", "address mask request", "Questions for the netmask; obsolete."),
    (_detail, "AddrMaskReps", "address mask reply", "Answers with the netmask; obsolete."),
)
"""How it is declared, the name behind In or Out, what the message is, help."""

ICMP: Final = (
    _load(name="snmp.Icmp.InMsgs", title="ICMP messages received", help="All ICMP messages received. Demand."),
    _load(name="snmp.Icmp.OutMsgs", title="ICMP messages sent", help="All ICMP messages sent. Demand."),
    _fault(
        name="snmp.Icmp.InErrors",
        title="ICMP messages received in error",
        help="ICMP messages that were damaged, or that could not be acted upon. More is worse.",
    ),
    _fault(
        name="snmp.Icmp.InCsumErrors",
        title="ICMP checksum errors",
        help="ICMP messages dropped because their checksum was wrong. Any steady rate points at damage on the way.",
    ),
    _fault(
        name="snmp.Icmp.OutErrors",
        title="ICMP messages not sent",
        help="ICMP messages that could not be sent, for lack of a route or of memory. More is worse.",
    ),
    _limited(
        name="snmp.Icmp.OutRateLimitGlobal",
        title="ICMP messages held back (host limit)",
        moved_by=("sysctl[net.ipv4.icmp_msgs_*]",),
        help="ICMP messages not sent because the host's own limit was reached; peers then wait instead of "
        "learning of an error. More means a scan, a flood or a service gone.",
    ),
    _limited(
        name="snmp.Icmp.OutRateLimitHost",
        title="ICMP messages held back (peer limit)",
        moved_by=("sysctl[net.ipv4.icmp_rate*]",),
        help="ICMP messages not sent because the limit for that one peer was reached.",
    ),
    *(
        declare(name=f"snmp.Icmp.{way}{name}", title=f"ICMP {title} {'received' if way == 'In' else 'sent'}", help=text)
        for declare, name, title, text in _TYPES
        for way in ("In", "Out")
    ),
    *(
        _detail(
            name=f"snmp.IcmpMsg.{way}Type",
            labels=("type",),
            alias_of=f"snmp.Icmp.{way}Msgs",
            title=f"ICMP messages {'received' if way == 'In' else 'sent'}, by type",
            help="ICMP messages by the number of their type (3 unreachable, 8 echo, 0 echo reply, 11 time "
            "exceeded); what they are shows in the named counters.",
        )
        for way in ("In", "Out")
    ),
)
