"""Which work every network card takes off the CPU: checksums, segmentation, merging on receipt, VLAN tags.

Runs `ethtool -k <interface>` once for each interface with a device behind it. What stands in brackets is left out:
`[fixed]` cannot be changed, `[requested on]` was asked for and is not possible now.

    Features for eth0:
    rx-checksumming: on [fixed]
    tcp-segmentation-offload: on
        tx-tcp-segmentation: on
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network import ethtool_lines

_FEATURE: Final = ethtool_lines.fact(
    name="ethtool.feature",
    title="Offload",
    help="Whether the card or its driver does this work instead of the CPU, on or off. An offload that is gone costs "
    "CPU and throughput; one that is broken damages packets.",
    next="ethtool -k {instance}",
    labels=("interface", "feature"),
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield every feature, `eth0 generic-receive-offload`; the key is the interface.

    Raises:
        ValueError: The output is not that of -k.
    """
    for _, name, value in ethtool_lines.settings(text, "Features", "Offload parameters"):
        state = value.split()[0]
        if state in {"on", "off"}:
            yield Reading(_FEATURE.name, state, f"{origin.key} {name.replace(' ', '-')}")


COLLECTOR = Collector(
    name="cmd.ethtool.features",
    read=ethtool_lines.ethtool("-k"),
    metrics=(_FEATURE,),
    parse=parse,
    adds="offloads of every network card that are on or off",
    needs=ethtool_lines.NEEDS,
)
