"""Which driver and firmware run every network card.

Runs `ethtool -i <interface>` once for each interface with a device behind it.

    driver: virtio_net
    version: 1.0.0
    firmware-version:
    bus-info: 0000:00:03.0
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network import ethtool_lines

_fact = partial(ethtool_lines.fact, labels=("interface",), next="ethtool -i {instance}")

# fmt: off
_FACTS: Final = {
    "driver": _fact(name="ethtool.driver", title="Network driver",
                    help="The kernel's driver of the card. Another one may have other offloads, queues and faults."),
    "version": _fact(name="ethtool.driver_version", title="Version of the network driver",
                     help="The driver's version; drivers that come with the kernel say the kernel's, or never "
                          "change it."),
    "firmware-version": _fact(name="ethtool.firmware_version", title="Firmware of the network card",
                              help="Version of what runs on the card itself. It changes by an update, or with the "
                                   "card."),
    "expansion-rom-version": _fact(name="ethtool.expansion_rom_version", title="Boot ROM of the network card",
                                   help="Version of the code by which the card boots from the network."),
    "bus-info": _fact(name="ethtool.bus_info", title="Bus address of the network card",
                      help="Where the card sits. Another slot may have fewer lanes or another NUMA node."),
}
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what is known of the driver; the key is the interface.

    Raises:
        ValueError: No line says which driver it is.
    """
    told = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}
    if not told.get("driver"):
        raise ValueError(f"ethtool -i {origin.key} printed no 'driver: ...', but {text[:80]!r}.")
    for name, metric in _FACTS.items():
        if told.get(name, "") not in {"", "N/A"}:
            yield Reading(metric.name, told[name], origin.key)


COLLECTOR = Collector(
    name="cmd.ethtool.driver",
    read=ethtool_lines.ethtool("-i"),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="driver and firmware of every network card",
    needs=ethtool_lines.NEEDS,
)
