"""Whether every network card may ask its partner to pause, and heeds it (IEEE 802.3x flow control).

Runs `ethtool -a <interface>` once for each interface with a device behind it.

    Pause parameters for eth0:
    Autonegotiate:	on
    RX:		off
    TX:		off
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network import ethtool_lines

_PAUSE: Final = ethtool_lines.fact(
    name="ethtool.pause",
    title="Flow control",
    help="Whether the card stops sending when its partner asks for it (rx) and asks itself when its ring is full (tx). "
    "With it a slow receiver holds up the switch and others behind it; without, packets are lost instead.",
    next="ethtool -a {instance}",
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield every parameter, `eth0 rx`; the key is the interface.

    Raises:
        ValueError: The output is not that of -a.
    """
    for _, name, value in ethtool_lines.settings(text, "Pause parameters"):
        yield Reading(_PAUSE.name, value, f"{origin.key} {name.lower().replace(' ', '-')}")


COLLECTOR = Collector(
    name="cmd.ethtool.pause",
    read=ethtool_lines.ethtool("-a"),
    metrics=(_PAUSE,),
    parse=parse,
    adds="flow control of every network card",
    needs=ethtool_lines.NEEDS,
)
