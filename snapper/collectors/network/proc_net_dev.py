"""Traffic, errors and drops of every network interface.

Reads /proc/net/dev (since Linux 1.x): two lines of headings, then a line for each interface of
the reader's network namespace.

    Inter-|   Receive                                                |  Transmit
     face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls ...
      eth0: 320201509    7301    0    2    0     0          0         0   334349    4146    0    0    0     0 ...

Columns are found by their headings, for Linux 2.0 had no bytes. A large number may touch the colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/net/dev"
_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/statistics.html"
_SOURCE: Final = "https://elixir.bootlin.com/linux/v6.12/source/net/core/net-procfs.c"

_column = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, labels=("interface",), doc=_SOURCE
)
_load = partial(
    _column, role=Role.WORKLOAD, worse=Worse.NEITHER, next="sar -n DEV 1", moved_by=("net.mtu", "net.operstate")
)
_fault = partial(
    _column,
    unit="errors",
    role=Role.ERRORS,
    worse=Worse.MORE,
    next="ethtool -S {instance}",
    moved_by=("net.mtu", "net.duplex", "net.negotiated_speed", "net.operstate", "ethtool.driver*", "ethtool.feature"),
)
_full = partial(
    _column,
    role=Role.SATURATION,
    worse=Worse.MORE,
    next="ethtool -g {instance}; ethtool -S {instance}",
    moved_by=(
        "net.mtu",
        "net.tx_queue_len",
        "net.negotiated_speed",
        "sysctl[net.core.netdev_max_backlog]",
        "sysctl[net.core.default_qdisc]",
        "qdisc.*",
        "ethtool.ring",
        "ethtool.channels",
        "ethtool.coalesce",
    ),
)
_detail = partial(_column, role=Role.INTERNAL, worse=Worse.NEITHER)

_METRICS: Final = (
    _load(
        name="netdev.rx_bytes",
        unit="bytes",
        doc=_DOC,
        title="Bytes received",
        help="Bytes that arrived at this interface, link-layer headers included. Demand, neither good nor bad.",
    ),
    _load(
        name="netdev.rx_packets",
        doc=_DOC,
        title="Packets received",
        help="Packets that arrived at this interface. Demand, neither good nor bad.",
    ),
    _fault(
        name="netdev.rx_errs",
        doc=_DOC,
        primary=True,
        title="Receive errors",
        help="Packets that arrived damaged: bad checksum, length or framing. Any steady rate points at a cable, "
        "a transceiver, a port or a driver.",
    ),
    _full(
        name="netdev.rx_drop",
        primary=True,
        title="Packets dropped on receipt",
        help="Packets that arrived well and were thrown away because nobody had room for them: the card's ring was "
        "not emptied in time (missed) or the kernel dropped them. More is worse; packets of a protocol that nobody "
        "speaks count too.",
    ),
    _full(
        name="netdev.rx_fifo",
        title="Receive ring overruns",
        help="Times the card had no free buffer for an arriving packet. More means that the CPU that empties the "
        "ring is too slow or the ring too small.",
    ),
    _fault(
        name="netdev.rx_frame",
        title="Framing errors",
        help="Packets with a wrong length, a bad checksum or a misaligned frame, the sum of the receiver's own "
        "reasons. More points at the wire.",
    ),
    _detail(
        name="netdev.rx_compressed",
        title="Compressed packets received",
        help="Packets received in compressed form, which only SLIP and PPP links have.",
    ),
    _load(
        name="netdev.rx_multicast",
        title="Multicast packets received",
        help="Packets received that were addressed to a group. Demand; a flood of it costs CPU on every host.",
    ),
    _load(
        name="netdev.tx_bytes",
        unit="bytes",
        doc=_DOC,
        title="Bytes sent",
        help="Bytes handed to this interface and sent, link-layer headers included. Demand, neither good nor bad.",
    ),
    _load(
        name="netdev.tx_packets",
        doc=_DOC,
        title="Packets sent",
        help="Packets that this interface sent. Demand, neither good nor bad.",
    ),
    _fault(
        name="netdev.tx_errs",
        doc=_DOC,
        primary=True,
        title="Send errors",
        help="Packets that the interface failed to send: carrier lost, aborted, underrun. More is worse.",
    ),
    _full(
        name="netdev.tx_drop",
        primary=True,
        title="Packets dropped before sending",
        help="Packets thrown away on the way out, for want of room in the queue or memory. More means that the "
        "interface cannot keep up with what is sent, or is shaped.",
    ),
    _full(
        name="netdev.tx_fifo",
        title="Send ring underruns",
        help="Times the card ran out of data in the middle of a packet or had no descriptor left. More is worse.",
    ),
    _fault(
        name="netdev.tx_colls",
        title="Collisions",
        help="Collisions seen while sending, which only half duplex has. Any on a switched link means that the two "
        "ends disagree on the duplex mode.",
    ),
    _fault(
        name="netdev.tx_carrier",
        title="Carrier errors",
        help="Packets not sent because the link was lost, aborted or out of its window. More points at the cable or "
        "the peer.",
    ),
    _detail(
        name="netdev.tx_compressed",
        title="Compressed packets sent",
        help="Packets sent in compressed form, which only SLIP and PPP links have.",
    ),
)
_COUNT: Final = re.compile("[0-9]{1,20}")
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each interface and known column; the instance is the interface's name.

    Raises:
        ValueError: Headings that are not this file's, or a line whose numbers do not fit them.
    """
    _, separator, rest = text.partition("\n")
    headings, _, rows = rest.partition("\n")
    if not separator or headings.count("|") != 2:
        raise ValueError(f"{_PATH} begins with {text[:60]!r}; expected two lines of headings, 'face |...|...'.")
    columns = _columns(headings)
    for number, row in enumerate(rows.splitlines(), start=3):
        interface, _, numbers = row.rpartition(":")
        values = numbers.split()
        name = interface.strip()
        if not name or len(values) != len(columns) or not all(map(_COUNT.fullmatch, values)):
            raise ValueError(f"{_PATH}:{number} expected a name, a colon and {len(columns)} counts, read {row[:80]!r}.")
        for metric, value in zip(columns, values, strict=True):
            if metric:
                yield Reading(metric, int(value), name)


@lru_cache(maxsize=8)
def _columns(headings: str) -> tuple[str, ...]:
    """The metric of each column, "" for one that is not known."""
    _, received, sent = headings.split("|")
    names = [f"netdev.rx_{name}" for name in received.split()] + [f"netdev.tx_{name}" for name in sent.split()]
    return tuple(name if name in _KNOWN else "" for name in names)


COLLECTOR = Collector(
    name="proc.net.dev",
    read=File(path="proc/net/dev"),
    metrics=_METRICS,
    parse=parse,
    adds="traffic, errors and drops of every network interface",
    needs="CONFIG_PROC_FS and CONFIG_NET",
)
