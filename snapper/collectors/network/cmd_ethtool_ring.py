"""How many packets every network card can hold for the host: the sizes of its rings, and how large they could be.

Runs `ethtool -g <interface>` once for each interface with a device behind it.

    Ring parameters for eth0:
    Pre-set maximums:
    RX:		4096
    Current hardware settings:
    RX:		256
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector
from snapper.collectors.network import ethtool_lines

_fact = partial(ethtool_lines.fact, next="ethtool -g {instance}")

# fmt: off
_RINGS: Final = {
    ethtool_lines.CURRENT: _fact(
        name="ethtool.ring", title="Ring of the network card",
        help="Packets that the card's ring holds until the host takes or sends them, and how it is used. Small rings "
             "lose bursts, large ones cost memory and cache."),
    ethtool_lines.MAXIMUM: _fact(
        name="ethtool.ring_maximum", title="Largest ring of the network card",
        help="The most that the ring can be set to. What is lost for want of room below it can be cured."),
}
# fmt: on


COLLECTOR = Collector(
    name="cmd.ethtool.ring",
    read=ethtool_lines.ethtool("-g"),
    metrics=tuple(_RINGS.values()),
    parse=ethtool_lines.parser("Ring parameters", _RINGS),
    adds="ring sizes of every network card, against what they could be",
    needs=ethtool_lines.NEEDS,
)
