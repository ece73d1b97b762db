"""What the two ends of every link can do and agreed on: modes offered, port, FEC, auto-negotiation.

Runs `ethtool <interface>` once for each interface with a device behind it. A list of modes goes on in indented lines.
Speed and duplex mode are in /sys/class/net.

    Settings for eth0:
        Advertised link modes:  100baseT/Half 100baseT/Full
                                    1000baseT/Full
        Auto-negotiation: on
        Port: Twisted Pair
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network import ethtool_lines

_fact = partial(ethtool_lines.fact, labels=("interface",), next="ethtool {instance}")

# fmt: off
_FACTS: Final = {
    "Supported link modes": _fact(
        name="ethtool.supported_modes", title="Link modes of the card",
        help="Speeds that the card and its transceiver can do. Fewer than before means another transceiver or cable."),
    "Advertised link modes": _fact(
        name="ethtool.advertised_modes", title="Link modes offered",
        help="Speeds that this host offers to the other end; fewer than the card can do if somebody said so."),
    "Link partner advertised link modes": _fact(
        name="ethtool.partner_modes", title="Link modes of the partner",
        help="Speeds that the other end offers. Fewer than before means another partner, or one set up differently."),
    "Advertised pause frame use": _fact(
        name="ethtool.advertised_pause", title="Flow control offered",
        help="Whether this host offers the other end to pause for each other."),
    "Advertised FEC modes": _fact(
        name="ethtool.advertised_fec", title="Error correction offered",
        help="Forward error correction that this host offers. Ends that disagree have no link, or many errors."),
    "Auto-negotiation": _fact(
        name="ethtool.auto_negotiation", title="Auto-negotiation",
        help="Whether the ends agree on speed and duplex by themselves. Off on one side only means half duplex."),
    "Port": _fact(name="ethtool.port", title="Port type", help="What the card is connected by: twisted pair, fibre."),
    "Lanes": _fact(name="ethtool.lanes", title="Lanes", help="Lanes of the link in use; fewer carry less."),
    "Transceiver": _fact(name="ethtool.transceiver", title="Transceiver", help="Whether it is part of the card."),
}
# fmt: on
_HEADING: Final = re.compile(r"\s*Settings for \S+:\s*")
_FIELD: Final = re.compile(r"\s+([A-Z][A-Za-z0-9 -]*):\s*(.*)")
_MORE: Final = re.compile(r"\s+(\S.*)")
_UNKNOWN: Final = frozenset({"", "Unknown!", "Not reported"})


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what is known of the link; the key is the interface.

    Raises:
        ValueError: The output is not that of ethtool without a mode.
    """
    if not any(_HEADING.fullmatch(line) for line in text.splitlines()):
        raise ValueError(f"ethtool printed no 'Settings for <interface>:', but {text[:80]!r}.")
    told: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if _HEADING.fullmatch(line):
            name = ""
        elif field := _FIELD.fullmatch(line):
            name = field[1]
            told[name] = field[2].split()
        elif (more := _MORE.fullmatch(line)) and name:
            told[name] += more[1].split()
    for name, metric in _FACTS.items():
        value = " ".join(told.get(name, ()))
        if value not in _UNKNOWN and not value.startswith("Unknown"):
            yield Reading(metric.name, value, origin.key)


COLLECTOR = Collector(
    name="cmd.ethtool.link",
    read=ethtool_lines.ethtool(),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="what the two ends of every link can do and agreed on",
    needs=ethtool_lines.NEEDS,
)
