"""Whether every network card may ask its partner to pause, and heeds it (IEEE 802.3x flow control).

Runs `ethtool -a <interface>` once for each interface with a device behind it.

    Pause parameters for eth0:
    Autonegotiate:	on
    RX:		off
    TX:		off
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector
from snapper.collectors.network import ethtool_lines

_PAUSE: Final = ethtool_lines.fact(
    name="ethtool.pause",
    title="Flow control",
    help="Whether the card stops sending when its partner asks for it (rx) and asks itself when its ring is full (tx). "
    "With it a slow receiver holds up the switch and others behind it; without, packets are lost instead.",
    next="ethtool -a {instance}",
)


COLLECTOR = Collector(
    name="cmd.ethtool.pause",
    read=ethtool_lines.ethtool("-a"),
    metrics=(_PAUSE,),
    parse=ethtool_lines.parser("Pause parameters", {"": _PAUSE}),
    adds="flow control of every network card",
    needs=ethtool_lines.NEEDS,
)
