"""What every network interface is and how it is set: speed, MTU, state, duplex; and how busy its link is.

Reads single-value files of /sys/class/net/<interface>/ (since Linux 2.6.33 with speed and duplex). Their key is
`eth0/mtu`. A file that the driver cannot answer (speed and duplex of a link that is down or virtual, carrier of
an interface that is switched off) fails with EINVAL, or is empty in a copy, and is simply not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-class-net"
_MEGABIT: Final = 1_000_000
_SPEED_UNKNOWN: Final = frozenset({"-1", "0", "65535", "4294967295"})
"""SPEED_UNKNOWN of linux/ethtool.h as an int, and as kernels printed it that took it for 16 or 32 bits unsigned."""
_SPEED_MADE_UP: Final = re.compile(r"(?:tun|tap|vnet)[0-9]")
"""tun and tap devices claim 10 Mbit/s whatever passes through them (drivers/net/tun.c)."""

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION, worse=Worse.NEITHER,
    doc=_DOC, labels=("interface",), next="ip -d link show {instance}",
)  # fmt: skip

# fmt: off
_FACTS: Final = {
    "mtu": _fact(name="net.mtu", title="MTU",
                 help="Largest packet, in bytes, that the interface takes. Smaller than on the way costs packets, "
                      "larger loses them."),
    "operstate": _fact(name="net.operstate", title="Operational state",
                       help="Whether the interface can pass packets now: up, down, lowerlayerdown, dormant, unknown."),
    "duplex": _fact(name="net.duplex", title="Duplex mode", next="ethtool {instance}",
                    help="Whether the link sends and receives at once (full) or by turns (half). Half on a switched "
                         "link is a fault of negotiation."),
    "carrier": _fact(name="net.carrier", title="Carrier", next="ethtool {instance}",
                     help="1 where the link has a signal, 0 where the cable or the peer is missing."),
    "tx_queue_len": _fact(name="net.tx_queue_len", title="Send queue length",
                          help="Packets that may wait to be sent. Long queues add delay, short ones drop bursts."),
    "address": _fact(name="net.address", title="Hardware address",
                     help="MAC address of the interface. Another one means another card, or one that was renamed."),
    "type": _fact(name="net.type", title="Interface type",
                  help="ARP hardware type: 1 Ethernet, 772 loopback, 32 InfiniBand, 65534 none."),
    "flags": _fact(name="net.flags", title="Interface flags",
                   help="Bits of the interface in hexadecimal: 0x1 up, 0x100 promiscuous, 0x1000 multicast."),
    "threaded": _fact(name="net.threaded", title="Packets processed by threads",
                      help="1 where threads of their own take packets off the card, which the scheduler can place, "
                           "0 where softirqs do it on the CPU of the interrupt (Linux 5.12 and later)."),
    "gro_flush_timeout": _fact(name="net.gro_flush_timeout", title="Wait for packets to merge",
                               help="Nanoseconds that received packets may wait to be merged with others. More saves "
                                    "CPU and adds that much delay."),
    "napi_defer_hard_irqs": _fact(name="net.napi_defer_hard_irqs", title="Polls before the interrupt is let in again",
                                  help="Times the card is polled in vain before its interrupt is switched on again. "
                                       "More saves interrupts under load."),
    "speed": _fact(name="net.negotiated_speed", title="Negotiated speed", next="ethtool {instance}",
                   help="What the two ends of the link agreed on, in Mbit/s, where it is known. Less than before "
                        "means a bad cable or port, or another partner."),
}
# fmt: on

_SPEED: Final = Metric(
    name="net.speed",
    unit="bits/second",
    kind=Kind.GAUGE,
    resource=Resource.NETWORK,
    role=Role.INTERNAL,
    worse=Worse.LESS,
    title="Link speed",
    help="What the link was negotiated at. Less means a bad cable or port, or another partner. Virtual interfaces "
    "have none or a made-up one.",
    doc=_DOC,
    labels=("interface",),
    next="ethtool {instance}",
)
_CARRIER_CHANGES: Final = Metric(
    name="net.carrier_changes",
    unit="events",
    kind=Kind.COUNTER,
    resource=Resource.NETWORK,
    role=Role.ERRORS,
    worse=Worse.MORE,
    title="Link flaps",
    help="Times the link came or went. Any that nobody caused points at a cable, a port or the partner.",
    doc=_DOC,
    labels=("interface",),
    next="dmesg --ctime | grep {instance}",
)


def _utilization(received: Any, sent: Any, speed: Any) -> Any:
    """Share of the speed that the busier direction takes, elementwise.

    Args:
        received: Bytes per second.
        sent: Bytes per second.
        speed: Bits per second, of each direction.

    >>> _utilization(125e6, 25e6, 2e9)
    0.5
    """
    larger = (received + sent + abs(received - sent)) / 2
    return larger * 8 / speed


_UTILIZATION: Final = Derived(
    metric=Metric(
        name="net.utilization",
        unit="ratio",
        kind=Kind.GAUGE,
        resource=Resource.NETWORK,
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="Interface utilization",
        help="Share of the link's speed that its busier direction takes. Near one, packets queue and are dropped. "
        "Known only where the link tells its speed.",
        doc="https://www.brendangregg.com/USEmethod/use-linux.html",
        labels=("interface",),
        next="sar -n DEV 1",
        primary=True,
        moved_by=("net.operstate", "net.duplex", "net.negotiated_speed"),
    ),
    inputs=("netdev.rx_bytes", "netdev.tx_bytes", "net.speed"),
    compute=_utilization,
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what a file tells, or nothing where the kernel itself does not know the value.

    Raises:
        ValueError: A speed or a count that is no whole number.
    """
    interface, _, file = origin.key.partition("/")
    value = text.strip()
    if not value:
        return
    if file in {"speed", "carrier_changes"} and not re.fullmatch("-?[0-9]{1,20}", value):
        raise ValueError(f"/sys/class/net/{origin.key} expected a whole number, read {text[:40]!r}.")
    if file == "carrier_changes":
        yield Reading(_CARRIER_CHANGES.name, int(value), interface)
    elif file == "speed" and (value in _SPEED_UNKNOWN or _SPEED_MADE_UP.match(interface)):
        return
    elif file in _FACTS:
        yield Reading(_FACTS[file].name, value, interface)
        if file == "speed":
            yield Reading(_SPEED.name, int(value) * _MEGABIT, interface)


COLLECTOR = Collector(
    name="sys.class.net",
    read=Files(
        patterns=tuple(f"sys/class/net/*/{file}" for file in (*_FACTS, "carrier_changes")),
        cadence=Cadence.EDGES,
    ),
    metrics=(*_FACTS.values(), _SPEED, _CARRIER_CHANGES),
    parse=parse,
    derived=(_UTILIZATION,),
    adds="speed, MTU, state and link flaps of every network interface, and with the speed its utilization",
    needs="sysfs mounted at /sys",
)
