"""How long every network card waits before it interrupts: interrupt moderation, which trades delay for CPU.

Runs `ethtool -c <interface>` once for each interface with a device behind it.

    Coalesce parameters for eth0:
    Adaptive RX: on  TX: off
    rx-usecs: 20
    rx-frames: 5
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network import ethtool_lines

_COALESCE: Final = ethtool_lines.fact(
    name="ethtool.coalesce",
    title="Interrupt moderation",
    help="What the card waits for before it interrupts: microseconds (usecs) or packets (frames), fixed or adapted to "
    "the traffic. Longer waits save CPU and add that much delay to every packet.",
    next="ethtool -c {instance}",
)
_PAIR: Final = re.compile(r"(?P<rx>\S+)\s+TX:\s*(?P<tx>\S+)")
"""Behind `Adaptive RX:` and `CQE mode RX:`, the only lines with two values."""


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield every parameter, `eth0 rx-usecs`; the key is the interface.

    Raises:
        ValueError: The output is not that of -c.
    """
    for _, name, value in ethtool_lines.settings(text, "Coalesce parameters"):
        both = _PAIR.fullmatch(value) if name.endswith(" RX") else None
        told = {name: value} if not both else {f"{name[:-2]}{way}": both[way] for way in ("rx", "tx")}
        for parameter, setting in told.items():
            if setting != "n/a":
                yield Reading(_COALESCE.name, setting, f"{origin.key} {parameter.lower().replace(' ', '-')}")


COLLECTOR = Collector(
    name="cmd.ethtool.coalesce",
    read=ethtool_lines.ethtool("-c"),
    metrics=(_COALESCE,),
    parse=parse,
    adds="interrupt moderation of every network card",
    needs=ethtool_lines.NEEDS,
)
