"""What IP, ICMP, TCP and UDP did on this host, as the SNMP standards count it.

Reads /proc/net/snmp (since Linux 2.0): pairs of a line of names and a line of values. It speaks of
the reader's network namespace and of IPv4; TCP's fields hold both address families.

    Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab ...
    Tcp: 1 200 120000 -1 14 2 0 0 0 ...

`snmp_fields` tells what each one means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.network.mib_lines import mib_fields
from snapper.collectors.network.snmp_fields import METRICS
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_KNOWN: Final = frozenset(metric.name for metric in METRICS)
_MILLISECONDS: Final = frozenset({"snmp.Tcp.RtoMin", "snmp.Tcp.RtoMax"})
_LIMIT: Final = "snmp.Tcp.MaxConn"
"""-1 stands for no fixed limit (RFC 1213), which is no number of connections."""
_ICMP_TYPE: Final = re.compile(r"(IcmpMsg\.(?:In|Out)Type)([0-9]+)")

_RETRANSMITTED: Final = Derived(
    metric=Metric(
        name="tcp.retransmit_ratio",
        unit="ratio",
        kind=Kind.GAUGE,
        resource=Resource.NETWORK,
        role=Role.ERRORS,
        worse=Worse.MORE,
        title="TCP retransmission ratio",
        help="Segments sent again for each segment sent. More means that packets are lost or late. Inside a data "
        "centre it is near zero; at 1 % connections are visibly slower.",
        doc="https://www.kernel.org/doc/html/v6.12/networking/snmp_counter.html",
        next="ss -tinop state established",
        moved_by=("sysctl[net.ipv4.tcp_congestion_control]", "sysctl[net.core.default_qdisc]", "net.mtu"),
    ),
    inputs=("snmp.Tcp.RetransSegs", "snmp.Tcp.OutSegs"),
    compute=truediv,
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field; for IcmpMsg the instance is the number of the ICMP type.

    Raises:
        ValueError: Lines that are not pairs of names and whole numbers.
    """
    for field, value in mib_fields(text, "/proc/net/snmp"):
        name = f"snmp.{field}"
        if name == _LIMIT and value < 0:
            continue
        if name in _KNOWN:
            yield Reading(name, value / 1000 if name in _MILLISECONDS else value)
        elif icmp := _ICMP_TYPE.fullmatch(field):
            yield Reading(f"snmp.{icmp[1]}", value, icmp[2])


COLLECTOR = Collector(
    name="proc.net.snmp",
    read=File(path="proc/net/snmp"),
    metrics=METRICS,
    parse=parse,
    derived=(_RETRANSMITTED,),
    adds="retransmissions, resets, failed connections, UDP drops and the rates of IP, ICMP, TCP and UDP",
    needs="CONFIG_PROC_FS and CONFIG_INET",
)
