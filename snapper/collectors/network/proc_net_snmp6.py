"""What IPv6, ICMPv6, and UDP over IPv6 did on this host.

Reads /proc/net/snmp6 (since Linux 2.6): a name and a count in each line. It speaks of the reader's network
namespace. TCP is not in it, for /proc/net/snmp counts TCP over both families. Read at the edges, for the kernel
sums ninety counters over all CPUs.

    Ip6InReceives                   	92166
    Icmp6InType135                  	6

`snmp6_fields` and `snmp6_icmp` tell what each one means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.snmp6_fields import METRICS
from snapper.collectors.text.name_value_lines import name_values
from snapper.record.plan import Cadence, File

_KNOWN: Final = frozenset(metric.name for metric in METRICS)
_ICMP_TYPE: Final = re.compile(r"(Icmp6(?:In|Out)Type)([0-9]+)")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known field; for an ICMPv6 type the instance is its number.

    Raises:
        ValueError: A line that is not a name and a whole number.
    """
    for field, value in name_values(text, "/proc/net/snmp6"):
        name = f"snmp6.{field}"
        if icmp := _ICMP_TYPE.fullmatch(field):
            yield Reading(f"snmp6.{icmp[1]}", value, icmp[2])
        elif name in _KNOWN:
            yield Reading(name, value)


COLLECTOR = Collector(
    name="proc.net.snmp6",
    read=File(path="proc/net/snmp6", cadence=Cadence.EDGES),
    metrics=METRICS,
    parse=parse,
    adds="errors, drops and the rates of IPv6, ICMPv6, and UDP over IPv6",
    needs="CONFIG_IPV6, not switched off on the kernel command line (ipv6.disable=1)",
)
