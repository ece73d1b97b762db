"""How many queues every network card uses, and how many it has.

Runs `ethtool -l <interface>` once for each interface with a device behind it.

    Channel parameters for eth0:
    Pre-set maximums:
    Combined:	8
    Current hardware settings:
    Combined:	4
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector
from snapper.collectors.network import ethtool_lines

_fact = partial(ethtool_lines.fact, next="ethtool -l {instance}")

# fmt: off
_CHANNELS: Final = {
    ethtool_lines.CURRENT: _fact(
        name="ethtool.channels", title="Queues of the network card",
        help="Queues in use: combined ones, or apart for receiving (rx) and sending (tx). Each is served by one CPU "
             "at a time, so few queues keep many CPUs from helping."),
    ethtool_lines.MAXIMUM: _fact(
        name="ethtool.channels_maximum", title="Most queues of the network card",
        help="Queues that the card could use. It follows the card, the driver and the number of CPUs."),
}
# fmt: on


COLLECTOR = Collector(
    name="cmd.ethtool.channels",
    read=ethtool_lines.ethtool("-l"),
    metrics=tuple(_CHANNELS.values()),
    parse=ethtool_lines.parser("Channel parameters", _CHANNELS),
    adds="how many queues every network card uses, against what it has",
    needs=ethtool_lines.NEEDS,
)
