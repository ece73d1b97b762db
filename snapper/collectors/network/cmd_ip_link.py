"""What every interface is made of: its kind, its bridge or bond, its queues, and what offloads may put together.

Runs `ip -j -d link` of iproute2 (JSON since 4.17) for what /sys/class/net has not. Ends of containers and virtual
machines are passed over.

    [{"ifname":"eth1","master":"br0","promiscuity":1,"num_tx_queues":4,"gso_max_size":65536,
      "linkinfo":{"info_kind":"veth","info_slave_kind":"bridge","info_slave_data":{"state":"forwarding",...}}}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.passing_interfaces import is_passing
from snapper.collectors.text.json_rows import Row, as_told, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_COMMAND: Final = ("ip", "-j", "-d", "link")
_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION, worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man8/ip-link.8.html", labels=("interface",),
    next="ip -d link show dev {instance}",
)  # fmt: skip

# fmt: off
_PLAIN: Final = {
    "master": _fact(name="ip.link.master", title="Bridge or bond of the interface",
                    help="What the interface is a part of: a bridge, a bond, a VRF."),
    "promiscuity": _fact(name="ip.link.promiscuity", title="Promiscuous mode",
                         help="How many ask for all packets on the wire, whoever they are for: bridges, and programs "
                              "that capture, which cost CPU for each packet."),
    "num_tx_queues": _fact(name="ip.link.num_tx_queues", title="Send queues of the interface",
                           help="Queues that the kernel has made for sending. Few queues keep many CPUs waiting."),
    "num_rx_queues": _fact(name="ip.link.num_rx_queues", title="Receive queues of the interface",
                           help="Queues that the kernel has made for receiving."),
    "gso_max_size": _fact(name="ip.link.gso_max_size", title="Largest packet before segmentation",
                          help="Bytes that TCP hands to the interface at once, to be cut into packets there."),
    "gro_max_size": _fact(name="ip.link.gro_max_size", title="Largest packet merged on receipt",
                          help="Bytes of packets that are put together before they are passed up."),
}
_KIND: Final = _fact(
    name="ip.link.kind", title="Kind of interface",
    help="What a virtual interface is: veth, bridge, bond, vlan, vxlan, tun, wireguard.")
_XDP: Final = _fact(
    name="ip.link.xdp", title="XDP program",
    help="Whether a program looks at every packet before the kernel does, in the driver or behind it (generic, which "
         "is slower).")
_OPTIONS: Final = _fact(
    name="ip.link.options", title="Settings of the virtual interface",
    help="Settings of a bridge, VLAN, tunnel or VRF, and of what is a part of one, as ip names them.")
# fmt: on
_TELLING: Final = {
    "info_data": frozenset(
        {
            "stp_state",
            "ageing_time",
            "forward_delay",
            "vlan_filtering",
            "mcast_snooping",
            "nf_call_iptables",
            "id",
            "protocol",
            "mode",
            "port",
            "ttl",
            "remote",
            "local",
            "table",
            "external",
        }
    ),
    "info_slave_data": frozenset({"state", "cost", "hairpin", "isolated", "learning"}),
}  # fmt: skip
"""Of a hundred options of bridges, VLANs, tunnels and VRFs, and of a part of one, those that somebody sets or that tell
a fault; timers, and numbers that depend on what was added first, are not among them."""
_TOLD_ELSEWHERE: Final = frozenset({"bond"})
"""Kinds whose settings `proc_net_bonding` has."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is known of every interface but the ends of containers.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip link.
    """
    for row in rows_of(text, " ".join(_COMMAND)):
        interface = word(row, "ifname")
        if not interface or is_passing(interface):
            continue
        for key, metric in _PLAIN.items():
            if told := word(row, key):
                yield Reading(metric.name, told, interface)
        if xdp := _part(row, "xdp"):
            yield Reading(_XDP.name, f"mode {word(xdp, 'mode')}" if "mode" in xdp else "attached", interface)
        yield from _made_of(_part(row, "linkinfo"), interface)


def _made_of(info: Row, interface: str) -> Iterator[Reading]:
    if kind := word(info, "info_kind"):
        yield Reading(_KIND.name, kind, interface)
    options = {
        name: value
        for of, data in (("info_kind", "info_data"), ("info_slave_kind", "info_slave_data"))
        if word(info, of) not in _TOLD_ELSEWHERE
        for name, value in _part(info, data).items()
        if name in _TELLING[data] and not isinstance(value, (dict, list))
    }
    if options:
        told = " ".join(f"{name}={as_told(value)}" for name, value in sorted(options.items()))
        yield Reading(_OPTIONS.name, told, interface)


def _part(row: Mapping[str, Any], key: str) -> Row:
    """An object within an object; empty where it is missing."""
    found = row.get(key, {})
    if type(found) is not dict:
        raise ValueError(f"{' '.join(_COMMAND)} expected an object in {key!r}, read {found!r:.60}.")
    return found


COLLECTOR = Collector(
    name="cmd.ip.link",
    read=Command(argv=_COMMAND, version=("ip", "-V"), cadence=Cadence.ONCE),
    metrics=(*_PLAIN.values(), _KIND, _XDP, _OPTIONS),
    parse=parse,
    adds="kind, bridge or bond, number of queues and offload limits of every interface",
    needs="ip of iproute2 >= 4.17 (package iproute2)",
)
