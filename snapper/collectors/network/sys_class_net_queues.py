"""How packets of every network card are spread over its queues and over the CPUs: RPS, XPS, byte queue limits.

Reads /sys/class/net/<interface>/queues (since Linux 2.6.38) by way of the card, which virtual interfaces have not. A
queue's setting tells something only beside those of the other queues, so the files are one text, see `joined_lines`.

    /sys/class/net/eth0/device/net/eth0/queues/rx-0/rps_cpus:0
    /sys/class/net/eth0/device/net/eth0/queues/tx-0/tx_timeout:0
    /sys/class/net/eth0/device/net/eth0/queues/tx-0/byte_queue_limits/limit:833
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-class-net-queues"

_base = partial(
    Metric, resource=Resource.NETWORK, labels=("interface",), doc=_DOC,
    next="grep -r . /sys/class/net/{instance}/queues",
)  # fmt: skip
_fact = partial(_base, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
_sum = partial(_base, unit="events", kind=Kind.COUNTER, worse=Worse.MORE)

# fmt: off
_NUMBERS_OF_QUEUES: Final = {
    "rx": _fact(name="queues.rx", title="Receive queues in use",
                help="Queues that the interface receives with. Each is served by one CPU at a time."),
    "tx": _fact(name="queues.tx", title="Send queues in use",
                help="Queues that the interface sends with. Fewer than CPUs means that CPUs wait for each other."),
}
_FACTS: Final = {
    "rps_cpus": _fact(
        name="queues.rps_cpus", title="Receive packet steering",
        help="CPUs that packets of a receive queue are handed to, as a mask in hexadecimal; 0 leaves them where the "
             "interrupt arrives. One value if all queues are alike, else one for each in order."),
    "rps_flow_cnt": _fact(
        name="queues.rps_flow_cnt", title="Receive flow steering",
        help="Flows of a receive queue that are remembered, so that packets go to the CPU where their reader runs."),
    "xps_cpus": _fact(
        name="queues.xps_cpus", title="Transmit packet steering",
        help="CPUs that use a send queue, as a mask in hexadecimal. Masks that overlap make CPUs wait for each other."),
    "xps_rxqs": _fact(
        name="queues.xps_rxqs", title="Transmit steering by receive queue",
        help="Receive queues whose flows use a send queue, as a mask in hexadecimal."),
    "tx_maxrate": _fact(
        name="queues.tx_maxrate", title="Rate limit of a send queue",
        help="The most that a send queue may send, in Mbit/s; 0 is no limit."),
    "byte_queue_limits/limit_max": _fact(
        name="queues.bql_limit_max", title="Upper byte queue limit",
        help="The most bytes that a send queue may have with the card. Too much adds delay behind large packets."),
    "byte_queue_limits/limit_min": _fact(
        name="queues.bql_limit_min", title="Lower byte queue limit",
        help="The fewest bytes to which the kernel lowers that limit by itself."),
}
_SUMS: Final = {
    "tx_timeout": _sum(
        name="queues.tx_timeout", role=Role.ERRORS, title="Send queues that hung",
        next="dmesg --ctime | grep {instance}", moved_by=("ethtool.driver_version", "ethtool.firmware_version"),
        help="Times a send queue of the card made no progress for seconds and was reset. Any points at the card, its "
             "driver or firmware."),
    "byte_queue_limits/stall_cnt": _sum(
        name="queues.bql_stall_cnt", role=Role.SATURATION, title="Send queues that stalled",
        help="Times packets stayed with the card for longer than a set threshold (Linux 6.9 and later)."),
    "byte_queue_limits/inflight": _sum(
        name="queues.bql_inflight", unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Bytes handed to the card", help="Bytes that the card holds and has not sent yet, of all its queues."),
    "byte_queue_limits/limit": _sum(
        name="queues.bql_limit", unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Byte queue limit", moved_by=("queues.bql_limit_*",),
        help="Bytes that the card may hold, of all its queues. The kernel adapts it to how fast the card sends."),
}
# fmt: on
_FILE: Final = re.compile(r"/([^/:]+)/queues/(rx|tx)-([0-9]{1,6})/([^:]+)")
_LINK: Final = re.compile(r"(?m)^/\S* -> .*\n")
_MASKS: Final = frozenset({"rps_cpus", "xps_cpus", "xps_rxqs"})


_Queues = dict[tuple[str, int], dict[str, str]]


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield settings, one value for all queues of an interface that are alike, and sums over its queues.

    Raises:
        ValueError: A line that is not a queue's file and its value, or what should be a count is none.
    """
    interfaces: dict[str, _Queues] = {}
    for match, value in lines_of(_LINK.sub("", text), _FILE):
        interface, way, queue, file = match.groups()
        interfaces.setdefault(interface, {}).setdefault((way, int(queue)), {})[file] = value
    for interface, queues in interfaces.items():
        yield from _of_interface(interface, queues)


def _of_interface(interface: str, queues: _Queues) -> Iterator[Reading]:
    for way, metric in _NUMBERS_OF_QUEUES.items():
        if count := sum(of == way for of, _ in queues):
            yield Reading(metric.name, str(count), interface)
    for file in dict.fromkeys(file for files in queues.values() for file in files):
        values = [files[file] for _, files in sorted(queues.items()) if file in files]
        if file in _FACTS:
            yield Reading(_FACTS[file].name, _merged(values, is_mask=file in _MASKS), interface)
        elif file in _SUMS:
            counts = [whole(value, f"{interface}/queues/{file}") for value in values]
            yield Reading(_SUMS[file].name, sum(counts), interface)


def _merged(values: list[str], *, is_mask: bool) -> str:
    """One value where all are alike, else all in the order of the queues.

    >>> _merged(["00000000,0000000f"] * 2, is_mask=True), _merged(["1", "2"], is_mask=False)
    ('f', '1 2')
    """
    if is_mask:
        values = [value.replace(",", "").lstrip("0") or "0" for value in values]
    return values[0] if len(set(values)) == 1 else " ".join(values)


COLLECTOR = Collector(
    name="sys.class.net.queues",
    read=Files(
        patterns=tuple(
            f"sys/class/net/*/device/net/*/queues/{files}"
            for files in ("rx-*/rps_*", "tx-*/xps_*", "tx-*/tx_*", "tx-*/byte_queue_limits/*")
        ),
        cadence=Cadence.EDGES,
        joined=True,
    ),
    metrics=(*_NUMBERS_OF_QUEUES.values(), *_FACTS.values(), *_SUMS.values()),
    parse=parse,
    adds="queues of every network card, how they are spread over the CPUs, and which hung",
    needs="sysfs mounted at /sys, and a network card: virtual interfaces without a device are passed over",
)
