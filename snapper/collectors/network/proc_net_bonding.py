"""Bonded interfaces: mode, which link carries the traffic, and how often each failed.

Reads /proc/net/bonding/<bond> (since Linux 2.4, with the module loaded): what is true of the bond first, then a part
for each of its links. Parts of IEEE 802.3ad (LACP) come in between.

    Bonding Mode: fault-tolerance (active-backup)
    Currently Active Slave: eth1
    MII Status: up

    Slave Interface: eth1
    MII Status: up
    Link Failure Count: 2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_base = partial(
    Metric, resource=Resource.NETWORK, labels=("interface",), next="cat /proc/net/bonding/*",
    doc="https://www.kernel.org/doc/html/v6.12/networking/bonding.html",
)  # fmt: skip
_fact = partial(_base, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.NEITHER)

# fmt: off
_OF_BOND: Final = {
    "Bonding Mode": _fact(
        name="bond.mode", title="Bonding mode",
        help="How the bond uses its links: one at a time (active-backup), by turns, by a hash, or as the switch "
             "agrees to (802.3ad)."),
    "Transmit Hash Policy": _fact(
        name="bond.xmit_hash_policy", title="Bond's hash policy",
        help="What a packet's link is chosen by. layer2 puts all traffic through one router on one link."),
    "Currently Active Slave": _fact(
        name="bond.active_slave", title="Active link of the bond",
        help="The link that carries the traffic now. Another one than before means that a failover took place."),
    "Primary Slave": _fact(
        name="bond.primary", title="Preferred link of the bond", help="The link that is used whenever it is up."),
    "MII Status": _fact(
        name="bond.mii_status", title="State of the bond", help="Whether any link of the bond is up."),
    "MII Polling Interval (ms)": _fact(
        name="bond.miimon", title="Bond's link check",
        help="Milliseconds between looks at the links. At 0 a link that fails goes unnoticed, unless ARP is used."),
    "Up Delay (ms)": _fact(
        name="bond.updelay", title="Bond's delay before use",
        help="Milliseconds that a link has to be up before it is used again."),
    "Down Delay (ms)": _fact(
        name="bond.downdelay", title="Bond's delay before giving up",
        help="Milliseconds that a link has to be down before another is used."),
    "LACP rate": _fact(
        name="bond.lacp_rate", title="Bond's LACP rate",
        help="Whether the switch is asked to speak up every second (fast) or every thirty (slow)."),
    "Number of ports": _fact(
        name="bond.ad_num_ports", title="Links aggregated",
        help="Links in the active aggregator. Fewer than the bond has means that some carry nothing."),
    "Partner Mac Address": _fact(
        name="bond.ad_partner_mac", title="Bond's partner",
        help="The switch that agreed to aggregate. All zeros: none did, and only one link is used."),
}
"""Key in the file → what it is of the bond."""

_OF_LINK: Final = {
    "MII Status": _fact(
        name="bond.slave_mii_status", title="State of a bonded link", help="Whether this link of a bond is up."),
    "Speed": _fact(
        name="bond.slave_speed", title="Speed of a bonded link",
        help="What the link was negotiated at. Links of different speed share the load badly."),
    "Duplex": _fact(
        name="bond.slave_duplex", title="Duplex mode of a bonded link",
        help="Whether the link sends and receives at once (full) or by turns (half)."),
}
"""Key in the file → what it is of one link."""

_AGGREGATED: Final = _fact(
    name="bond.slave_aggregated", title="Aggregation of a bonded link",
    help="Whether the link belongs to the active aggregator (LACP). One that does not carries nothing: the switch is "
         "set up wrongly or does not answer.")

_FAILURES: Final = _base(
    name="bond.link_failure_count", unit="events", kind=Kind.COUNTER, role=Role.ERRORS, worse=Worse.MORE,
    title="Failures of a bonded link", moved_by=("bond.miimon", "bond.downdelay"),
    next="dmesg --ctime | grep {instance}",
    help="Times this link of a bond was found down. Any that nobody caused points at a cable, a port or the switch.")
_LINKS: Final = _base(
    name="bond.slaves", unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.LESS, title="Links of a bond",
    help="Links that belong to the bond, up or down.")
_DOWN: Final = _base(
    name="bond.slaves_down", unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    title="Bonded links that are down",
    help="Links of the bond that are not up. The bond works on with less to spare: the next failure may end it.")
# fmt: on
_HEADING: Final = "Ethernet Channel Bonding Driver"
_STATE: Final = "MII Status"
_AGGREGATOR: Final = "Aggregator ID"
_FAILED: Final = "Link Failure Count"


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield facts of the bond, whose name is the key, and facts and failures of each link by its own name.

    Raises:
        ValueError: The file does not begin as the driver writes it, or a count is no whole number.
    """
    path = f"/proc/net/bonding/{origin.key}"
    if not text.startswith(_HEADING):
        raise refused(path, 1, text.partition("\n")[0], f"'{_HEADING}: ...'")
    bond, links = _parts(text)
    for key, value in bond.items():
        if key in _OF_BOND:
            yield Reading(_OF_BOND[key].name, value, origin.key)
    for link, told in links.items():
        yield from _of_link(link, told, bond.get(_AGGREGATOR, ""), path)
    yield Reading(_LINKS.name, len(links), origin.key)
    if all(_STATE in told for told in links.values()):
        yield Reading(_DOWN.name, sum(told[_STATE] != "up" for told in links.values()), origin.key)


def _parts(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What is told of the bond, and of each link by its name; empty values are left out."""
    bond: dict[str, str] = {}
    links: dict[str, dict[str, str]] = {}
    part = bond
    for line in text.splitlines():
        key, _, rest = line.strip().partition(":")
        value = rest.strip()
        if key == "Slave Interface" and value:
            part = links.setdefault(value, {})
        elif value:
            part.setdefault(key, value)
    return bond, links


def _of_link(link: str, told: Mapping[str, str], active: str, path: str) -> Iterator[Reading]:
    for key, value in told.items():
        if key in _OF_LINK:
            yield Reading(_OF_LINK[key].name, value, link)
    # Aggregators have numbers that the driver gives anew at each start: only whether they agree tells anything.
    if _AGGREGATOR in told:
        yield Reading(_AGGREGATED.name, "yes" if told[_AGGREGATOR] == active else "no", link)
    if _FAILED in told:
        if not re.fullmatch("[0-9]{1,10}", told[_FAILED]):
            raise ValueError(f"{path} expected a whole number behind '{_FAILED}:', read {told[_FAILED][:40]!r}.")
        yield Reading(_FAILURES.name, int(told[_FAILED]), link)


COLLECTOR = Collector(
    name="proc.net.bonding",
    read=Files(patterns=("proc/net/bonding/*",), cadence=Cadence.EDGES),
    metrics=(*_OF_BOND.values(), *_OF_LINK.values(), _AGGREGATED, _FAILURES, _LINKS, _DOWN),
    parse=parse,
    adds="which link of a bond carries the traffic, which is down, and how often each failed",
    needs="the module bonding, and a bond",
)
