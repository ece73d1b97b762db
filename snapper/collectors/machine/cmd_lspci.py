"""Which PCI devices there are, and which driver has each.

Runs `lspci -vmmnnk` of pciutils: a record for each device, names and numbers of its maker and model, a value each line.

    Slot:	00:03.0
    Class:	Ethernet controller [0200]
    Vendor:	Red Hat, Inc. [1af4]
    Device:	Virtio 1.0 network device [1041]
    Rev:	01
    Driver:	virtio-pci

Bridges, and what is without a driver among the parts of processor and chipset (a server has hundreds), are left out.
Without the list of names (pci.ids) there are numbers only; another version of it can have other names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.HARDWARE, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("slot",), doc="https://man7.org/linux/man-pages/man8/lspci.8.html", next="lspci -nnkvv -s {instance}",
)  # fmt: skip
# fmt: off
_CLASS: Final = _fact(name="lspci.class", title="Kind of PCI device",
                      help="What the device in this slot is. One that comes or goes was plugged in, or failed.")
_DEVICE: Final = _fact(name="lspci.device", title="Model of a PCI device",
                       help="Maker, model and revision of the device in this slot.")
_DRIVER: Final = _fact(name="lspci.driver", title="Driver of a PCI device",
                       help="The driver that has the device; vfio-pci means that a guest or a program has it. Another "
                            "one can be much slower.")
# fmt: on
_MOST: Final = 256
"""Devices that are told; a card with virtual functions alone can have as many."""
_FIELD: Final = re.compile(r"([A-Za-z]+):\s*(.*)")
_NUMBER: Final = re.compile(r"\[?([0-9a-f]{4})\]?")
_PARTS: Final = ("05", "06", "08", "10", "11", "ff")
"""Classes of memory and system controllers, bridges, encryption, counters, and what has no class."""
_BRIDGE: Final = "06"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield class, model and driver of the first `_MOST` devices that are told of.

    Raises:
        ValueError: A line that is no name and value, or a record without slot, class, vendor and device.
    """
    told = 0
    for record in _records(text):
        kind = _NUMBER.search(record["Class"][-6:])
        number = kind[1][:2] if kind else ""
        driver = record.get("Driver", "")
        if number == _BRIDGE or (number in _PARTS and not driver):
            continue
        told += 1
        if told > _MOST:
            return
        slot = record["Slot"]
        revision = f" rev {record['Rev']}" if "Rev" in record else ""
        yield Reading(_CLASS.name, record["Class"], slot)
        yield Reading(_DEVICE.name, f"{record['Vendor']} {record['Device']}{revision}", slot)
        if driver:
            yield Reading(_DRIVER.name, driver, slot)


def _records(text: str) -> Iterator[dict[str, str]]:
    """Each device's names and values; of a name that comes twice (Module) the first."""
    record: dict[str, str] = {}
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        found = _FIELD.fullmatch(line.strip())
        if found and found[2]:
            record.setdefault(found[1], " ".join(found[2].split()))
        elif line.strip() and not found:
            raise refused("lspci -vmmnnk", number, line, "a name, a colon and a value")
        elif not line.strip() and record:
            if missing := {"Slot", "Class", "Vendor", "Device"} - record.keys():
                raise refused("lspci -vmmnnk", number, str(record), f"a record with {', '.join(sorted(missing))}")
            yield record
            record = {}


COLLECTOR: Final = Collector(
    name="cmd.lspci",
    read=Command(
        argv=("lspci", "-vmmnnk"),
        version=("lspci", "--version"),
        cadence=Cadence.ONCE,
        where=("sys/bus/pci/devices",),
        max_bytes=2 * MIB,
    ),
    metrics=(_CLASS, _DEVICE, _DRIVER),
    parse=parse,
    adds="PCI devices by slot: what they are, who made them, which driver has them",
    needs="lspci (package pciutils)",
)
