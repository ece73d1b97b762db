"""How fast and how wide the PCI Express links of network and storage devices are, and could be.

Reads current_link_speed, current_link_width, max_link_speed and max_link_width (since Linux 4.13) behind
/sys/class/net/<interface>/device, /sys/class/nvme/<disk>/device, /sys/class/infiniband/<port>/device, and of devices
that a driver of storage adapters holds (/sys/bus/pci/drivers/mpt3sas/0000:3b:00.0).

    current_link_speed:  8.0 GT/s PCIe
    current_link_width:  8

A link that trained at less than it could (a worn contact, the wrong slot, a riser) halves the throughput and says so
nowhere else. Devices without a link, as virtual ones, have "Unknown" or a width of 0 or 255, which is not known.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.HARDWARE, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("device",), next="lspci -vv | grep -E '^[0-9a-f]|LnkCap:|LnkSta:'",
    doc="https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-bus-pci",
)  # fmt: skip

# fmt: off
_METRICS: Final = (
    _fact(name="pci.current_link_speed", title="PCIe link speed",
          help="Speed of each lane of the device's link. Less than before halves what the device can move."),
    _fact(name="pci.current_link_width", title="PCIe link width",
          help="Lanes of the device's link. Fewer than before, or than the device has, divide what it can move."),
    _fact(name="pci.max_link_speed", title="Highest PCIe link speed",
          help="The highest speed of a lane that the device can do."),
    _fact(name="pci.max_link_width", title="Greatest PCIe link width", help="The most lanes that the device can use."),
)
# fmt: on

_STORAGE_DRIVERS: Final = (
    "aacraid",
    "arcmsr",
    "hpsa",
    "lpfc",
    "megaraid_sas",
    "mpi3mr",
    "mpt3sas",
    "qla2xxx",
    "smartpqi",
)
"""Of adapters with disks behind them; disks of an ahci controller share one that is no link."""
_OF_FILE: Final = {metric.name.removeprefix("pci."): metric.name for metric in _METRICS}
_VALUE: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})? GT/s(?: PCIe)?|[0-9]{1,3}")
_NOT_KNOWN: Final = re.compile(r"Unknown(?: speed)?|0|255|")


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give a link's speed as the kernel writes it, or its width; nothing where the device has no link.

    Raises:
        ValueError: Neither a speed nor a number of lanes.

    >>> parse("8.0 GT/s PCIe\n", Origin(key="eth0/device/current_link_speed"))
    [Reading(metric='pci.current_link_speed', value='8.0 GT/s PCIe', instance='eth0')]
    """
    device, _, path = origin.key.partition("/")
    metric = _OF_FILE.get(path.removeprefix("device/"))
    value = text.strip()
    if metric is None or _NOT_KNOWN.fullmatch(value):
        return []
    if not _VALUE.fullmatch(value):
        raise ValueError(f"{origin.key} should be like '8.0 GT/s PCIe' or a number of lanes, and is {text[:60]!r}.")
    return [Reading(metric, value, device)]


COLLECTOR: Final = Collector(
    name="sys.pci.link",
    read=Files(
        patterns=tuple(
            f"{place}/{file}"
            for place in (
                "sys/class/net/*/device",
                "sys/class/nvme/*/device",
                "sys/class/infiniband/*/device",
                *(f"sys/bus/pci/drivers/{driver}/*" for driver in _STORAGE_DRIVERS),
            )
            for file in _OF_FILE
        ),
        cadence=Cadence.ONCE,
        max_files=2000,
    ),
    metrics=_METRICS,
    parse=parse,
    adds="speed and width of the PCI Express links of network cards, NVMe disks and storage adapters",
    needs="Linux >= 4.13 and devices on PCI Express",
)
