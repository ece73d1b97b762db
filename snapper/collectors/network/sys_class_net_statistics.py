"""The counters of every network interface one by one, where /proc/net/dev has only sums of them.

Reads /sys/class/net/<interface>/statistics/* (since Linux 2.6): a whole number in each file, whose key is
`eth0/statistics/rx_crc_errors`. What each one counts is laid down in linux/if_link.h, but drivers differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/statistics.html"

_counter = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, doc=_DOC, labels=("interface",),
    next="ethtool -S {instance}",
)  # fmt: skip
_load = partial(_counter, role=Role.WORKLOAD, worse=Worse.NEITHER)
_fault = partial(_counter, unit="errors", role=Role.ERRORS, worse=Worse.MORE)
_full = partial(
    _counter, role=Role.SATURATION, worse=Worse.MORE, moved_by=("ethtool.ring", "ethtool.channels", "ethtool.coalesce")
)
_detail = partial(_counter, role=Role.INTERNAL, worse=Worse.NEITHER)

# fmt: off
_METRICS: Final = (
    _load(name="net.statistics.rx_bytes", unit="bytes", title="Bytes received, from sysfs", alias_of="netdev.rx_bytes",
          help="Bytes that arrived at this interface. Demand."),
    _load(name="net.statistics.tx_bytes", unit="bytes", title="Bytes sent, from sysfs", alias_of="netdev.tx_bytes",
          help="Bytes that this interface sent. Demand."),
    _load(name="net.statistics.rx_packets", title="Packets received, from sysfs", alias_of="netdev.rx_packets",
          help="Packets that arrived at this interface. Demand."),
    _load(name="net.statistics.tx_packets", title="Packets sent, from sysfs", alias_of="netdev.tx_packets",
          help="Packets that this interface sent. Demand."),
    _load(name="net.statistics.multicast", title="Multicast packets received, from sysfs",
          alias_of="netdev.rx_multicast",
          help="Packets received that were addressed to a group. Demand."),
    _fault(name="net.statistics.rx_errors", title="Receive errors, from sysfs", alias_of="netdev.rx_errs",
           help="Packets that arrived damaged, all reasons together. More is worse."),
    _fault(name="net.statistics.tx_errors", title="Send errors, from sysfs", alias_of="netdev.tx_errs",
           help="Packets that could not be sent, all reasons together. More is worse."),
    _full(name="net.statistics.rx_dropped", title="Packets dropped by the kernel on receipt, from sysfs",
          alias_of="netdev.rx_drop",
          help="Packets that arrived well and were dropped by the kernel: no memory, or nobody speaks their "
               "protocol. Those that the card itself missed are counted apart."),
    _full(name="net.statistics.tx_dropped", title="Packets dropped before sending, from sysfs",
          alias_of="netdev.tx_drop",
          help="Packets dropped on their way out for want of room. More is worse."),
    _full(name="net.statistics.rx_missed_errors", title="Packets missed by the card", next="ethtool -g {instance}",
          help="Packets that the card dropped because the host had given it no free buffer. More means that the CPU "
               "that empties the ring is too slow or the ring too small."),
    _full(name="net.statistics.rx_fifo_errors", title="Receive ring overruns, from sysfs", alias_of="netdev.rx_fifo",
          help="Times the card had nowhere to put an arriving packet. More is worse."),
    _full(name="net.statistics.tx_fifo_errors", title="Send ring underruns, from sysfs", alias_of="netdev.tx_fifo",
          help="Times the card ran out of data in the middle of a packet. More is worse."),
    _full(name="net.statistics.rx_over_errors", title="Packets too large for their buffer",
          help="Packets that did not fit the receive buffer. More points at a wrong MTU or a driver's fault."),
    _full(name="net.statistics.rx_nohandler", title="Packets on an inactive interface",
          help="Packets dropped because the interface may not receive now, as the spare of a bond."),
    _fault(name="net.statistics.rx_crc_errors", title="Checksum errors on the wire", next="ethtool -m {instance}",
           help="Frames whose checksum was wrong. Any steady rate points at a cable, a transceiver or a port."),
    _fault(name="net.statistics.rx_frame_errors", title="Misaligned frames", next="ethtool -m {instance}",
           help="Frames that did not end on a byte. More points at the wire or at half duplex."),
    _fault(name="net.statistics.rx_length_errors", title="Frames of a wrong length",
           help="Frames too short, too long, or not as long as they say. More points at a wrong MTU on one side."),
    _fault(name="net.statistics.collisions", title="Collisions, from sysfs", alias_of="netdev.tx_colls",
           help="Collisions seen while sending. Any on a switched link means that the ends disagree on duplex."),
    _fault(name="net.statistics.tx_carrier_errors", title="Carrier lost while sending",
           help="Frames not sent because the link went away. More points at the cable or the partner."),
    _fault(name="net.statistics.tx_aborted_errors", title="Frames given up while sending",
           help="Frames not sent after too many collisions or by the driver's decision. More is worse."),
    _fault(name="net.statistics.tx_heartbeat_errors", title="Heartbeat errors",
           help="Missing heartbeats of old half-duplex transceivers."),
    _fault(name="net.statistics.tx_window_errors", title="Late collisions",
           help="Collisions after the time in which they may happen: a cable too long, or a duplex mismatch."),
    _detail(name="net.statistics.rx_compressed", title="Compressed packets received, from sysfs",
            alias_of="netdev.rx_compressed", help="Packets received in compressed form, which only SLIP and PPP have."),
    _detail(name="net.statistics.tx_compressed", title="Compressed packets sent, from sysfs",
            alias_of="netdev.tx_compressed", help="Packets sent in compressed form, which only SLIP and PPP have."),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the one reading of a file; none for a counter that is not known.

    Raises:
        ValueError: A known counter whose file holds no whole number.
    """
    interface, _, rest = origin.key.partition("/")
    name = "net.statistics." + rest.rpartition("/")[2]
    if name not in _KNOWN:
        return
    value = text.strip()
    if not re.fullmatch("[0-9]{1,20}", value):
        raise ValueError(f"/sys/class/net/{origin.key} expected a whole number, read {text[:40]!r}.")
    yield Reading(name, int(value), interface)


COLLECTOR = Collector(
    name="sys.class.net.statistics",
    read=Files(patterns=("sys/class/net/*/statistics/*",), cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="checksum, length, carrier and missed-packet errors of every interface, which /proc/net/dev sums up",
    needs="sysfs mounted at /sys",
)
