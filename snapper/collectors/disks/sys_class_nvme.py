"""NVMe controllers: how they are attached, how many queues they have, and the PCIe link that they have got.

Reads files of /sys/class/nvme/CONTROLLER (since Linux 4.8), a value each, and of the PCI device behind it; the keys
are `nvme0/queue_count` and `nvme0/device/current_link_speed`. A controller over a network has no PCI device.

    8.0 GT/s PCIe
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_NVME: Final = "https://elixir.bootlin.com/linux/v6.12/source/drivers/nvme/host/sysfs.c"
_PCI: Final = "https://elixir.bootlin.com/linux/v6.12/source/drivers/pci/pci-sysfs.c"
_NUMBERS: Final = frozenset({"queue_count", "sqsize"})
_NOT_KNOWN: Final = frozenset({"Unknown", "Unknown speed"})

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.DISK, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("controller",), doc=_NVME, next="nvme id-ctrl /dev/{instance}",
)  # fmt: skip
_link = partial(_fact, doc=_PCI, next="lspci -vvv | grep -A40 'Non-Volatile' | grep -E 'Non-Volatile|LnkCap|LnkSta'")

# fmt: off
_FACTS: Final = {
    "state": _fact(name="nvme.state", title="State of an NVMe controller",
                   help="live where it serves; resetting, connecting or dead where its disks do not answer."),
    "transport": _fact(name="nvme.transport", title="Transport of an NVMe controller",
                       help="How the controller is attached: pcie, or over a network by tcp, rdma or fc."),
    "address": _fact(name="nvme.address", title="Address of an NVMe controller",
                     help="The PCI slot or the network address that the controller is reached at."),
    "queue_count": _fact(name="nvme.queue_count", title="Queues of an NVMe controller",
                         help="Queues that the driver got, one of them for administration. With fewer than CPUs, "
                              "several of those share one and its lock."),
    "sqsize": _fact(name="nvme.sqsize", title="Length of a queue of an NVMe controller",
                    help="Commands less one that a queue of the controller holds."),
    "numa_node": _fact(name="nvme.numa_node", title="NUMA node of an NVMe controller",
                       help="The node whose CPUs are near the controller; -1 where that is not known."),
    "ctrl_loss_tmo": _fact(name="nvme.ctrl_loss_tmo", title="Patience with a lost NVMe controller",
                           help="Seconds that a controller over a network may be away before its disks fail; off: "
                                "for ever."),
    "device/current_link_speed": _link(
        name="nvme.current_link_speed", title="PCIe speed of an NVMe controller",
        help="Speed of each lane that slot and controller agreed on. Less than before means a bad contact or another "
             "slot, and that much less throughput."),
    "device/current_link_width": _link(
        name="nvme.current_link_width", title="PCIe lanes of an NVMe controller",
        help="Lanes in use. Fewer than before means a bad contact or another slot, and that much less throughput."),
    "device/max_link_speed": _link(
        name="nvme.max_link_speed", title="Greatest PCIe speed of an NVMe controller",
        help="Speed of each lane that the controller is capable of."),
    "device/max_link_width": _link(
        name="nvme.max_link_width", title="Most PCIe lanes of an NVMe controller",
        help="Lanes that the controller has."),
}
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield the fact that one file holds, if it is one of those declared and its driver knows it.

    Raises:
        ValueError: A number of queues or a length that is no whole number.

    >>> list(parse("8.0 GT/s PCIe\n", Origin(key="nvme0/device/current_link_speed")))
    [Reading(metric='nvme.current_link_speed', value='8.0 GT/s PCIe', instance='nvme0')]
    """
    controller, _, file = origin.key.partition("/")
    value = str(whole(text, f"/sys/class/nvme/{origin.key}")) if file in _NUMBERS else words(text)
    if file in _FACTS and value and value not in _NOT_KNOWN:
        yield Reading(_FACTS[file].name, value, controller)


COLLECTOR: Final = Collector(
    name="sys.class.nvme",
    read=Files(patterns=tuple(f"sys/class/nvme/*/{file}" for file in _FACTS), cadence=Cadence.EDGES, max_files=2_000),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="queues of NVMe controllers, and the PCIe link that they have got",
    needs="CONFIG_BLK_DEV_NVME and such a disk",
)
