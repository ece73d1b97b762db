"""What the ICMPv6 fields of /proc/net/snmp6 mean: totals, errors, limits, and each message in both directions.

`snmp6_fields` puts them beside IPv6's and UDP's.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/ipv6/proc.c"

_message = partial(
    Metric, unit="messages", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_DOC, next="nstat -az 'Icmp6*'"
)
_load = partial(_message, role=Role.WORKLOAD, worse=Worse.NEITHER)
_fault = partial(_message, role=Role.ERRORS, worse=Worse.MORE)
_detail = partial(_message, role=Role.INTERNAL, worse=Worse.NEITHER)

# fmt: off
_TYPES: Final = (
    (_fault, "DestUnreachs", "destination unreachable",
     "Messages that a host, port or network cannot be reached. More means that somebody talks to what is not there."),
    (_fault, "PktTooBigs", "packet too big",
     "Messages that a packet is larger than the next link takes. Some are how path MTU discovery works."),
    (_fault, "TimeExcds", "time exceeded",
     "Messages that a packet passed too many routers. More points at a routing loop; traceroute causes them too."),
    (_fault, "ParmProblems", "parameter problem",
     "Messages that a packet's header made no sense to its receiver. More is worse."),
    (_load, "Echos", "echo request", "Pings. Demand."),
    (_load, "EchoReplies", "echo reply", "Answers to pings. Demand."),
    (_detail, "GroupMembQueries", "multicast listener query", "Questions of a router who listens to which groups."),
    (_detail, "GroupMembResponses", "multicast listener report", "Answers which groups somebody listens to (MLDv1)."),
    (_detail, "GroupMembReductions", "multicast listener done", "Notices that a group is left."),
    (_detail, "RouterSolicits", "router solicitation", "Questions for routers, at the start of an interface."),
    (_detail, "RouterAdvertisements", "router advertisement", "What routers announce: prefixes, MTU, themselves."),
    (_detail, "NeighborSolicits", "neighbour solicitation",
     "Questions for the hardware address of a neighbour. Many without answers mean neighbours that are gone."),
    (_detail, "NeighborAdvertisements", "neighbour advertisement", "Answers with a hardware address."),
    (_detail, "Redirects", "redirect", "Messages that a better first hop exists."),
    (_detail, "MLDv2Reports", "multicast listener report v2", "Reports which groups somebody listens to (MLDv2)."),
)
"""How it is declared, the name behind In or Out, what the message is, help."""

ICMP: Final = (
    _load(name="snmp6.Icmp6InMsgs", title="ICMPv6 messages received", help="All ICMPv6 messages received. Demand."),
    _load(name="snmp6.Icmp6OutMsgs", title="ICMPv6 messages sent", help="All ICMPv6 messages sent. Demand."),
    _fault(name="snmp6.Icmp6InErrors", title="ICMPv6 messages received in error",
           help="ICMPv6 messages that were damaged, or that could not be acted upon. More is worse."),
    _fault(name="snmp6.Icmp6InCsumErrors", title="ICMPv6 checksum errors",
           help="Messages dropped because their checksum was wrong. Any steady rate points at damage on the way."),
    _fault(name="snmp6.Icmp6OutErrors", title="ICMPv6 messages not sent",
           help="ICMPv6 messages that could not be sent, for lack of a route or of memory. More is worse."),
    _message(name="snmp6.Icmp6OutRateLimitHost", title="ICMPv6 messages held back (peer limit)",
             role=Role.SATURATION, worse=Worse.MORE, moved_by=("sysctl[net.ipv6.icmp.rate*]",),
             help="ICMPv6 messages not sent because the limit for that one peer was reached."),
    *(
        declare(name=f"snmp6.Icmp6{way}{name}", title=f"ICMPv6 {title} {'received' if way == 'In' else 'sent'}",
                help=text)
        for declare, name, title, text in _TYPES
        for way in ("In", "Out")
    ),
    *(
        _detail(
            name=f"snmp6.Icmp6{way}Type", labels=("type",), alias_of=f"snmp6.Icmp6{way}Msgs",
            title=f"ICMPv6 messages {'received' if way == 'In' else 'sent'}, by type",
            help="ICMPv6 messages by the number of their type (1 unreachable, 128 echo, 135 neighbour solicitation, "
                 "143 multicast report); what they are shows in the named counters.",
        )
        for way in ("In", "Out")
    ),
)
# fmt: on
