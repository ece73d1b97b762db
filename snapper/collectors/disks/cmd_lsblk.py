"""What is on every disk and partition, which sysfs does not know: file system, label and UUID; how a disk is attached.

Runs `lsblk -J -b -o ...` (NAME="value" pairs before util-linux 2.27), devices within devices. Loop devices, RAM disks
and what is not known (null, "") are left out.

    {"blockdevices": [
       {"name": "sda", "kname": "sda", "type": "disk", "size": 240057409536, "fstype": null, "tran": "sata",
        "children": [{"name": "sda1", "kname": "sda1", "type": "part", "size": 209715200, "fstype": "vfat"}]}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.tool_tables import document, nested, pairs, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_LEFT_OUT: Final = re.compile(r"(?:loop|ram|zram|fd)[0-9]+")
_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.DISK, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("device",), doc="https://man7.org/linux/man-pages/man8/lsblk.8.html", next="lsblk -f /dev/{instance}",
)  # fmt: skip
# fmt: off
_FACTS: Final = {
    "type": _fact(name="lsblk.type", title="Kind of block device",
                  help="disk, part, lvm, crypt, raid1, mpath, rom: what made this device of what lies below it."),
    "fstype": _fact(name="lsblk.fstype", title="What is on a device",
                    help="File system, swap, or member of a volume (LVM2_member, crypto_LUKS, linux_raid_member)."),
    "uuid": _fact(name="lsblk.uuid", title="UUID of what is on a device",
                  help="Name of the file system that no other has. Another one means that it was made anew."),
    "label": _fact(name="lsblk.label", title="Label of what is on a device",
                   help="Name that somebody gave the file system."),
    "tran": _fact(name="lsblk.tran", title="How a disk is attached",
                  help="sata, sas, nvme, usb, fc, iscsi: a disk that changes it was plugged in elsewhere."),
    "size": _fact(name="lsblk.size", title="Size of a partition",
                  help="Bytes of the partition. Another size means that the disk was divided anew."),
}
# fmt: on
_COLUMNS: Final = "NAME,KNAME,TYPE,SIZE,FSTYPE,UUID,LABEL,TRAN"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is known of each device, once for each.

    Raises:
        ValueError: Neither JSON with "blockdevices" nor pairs, or a device without a name.
    """
    as_json = text.lstrip().startswith("{")
    rows = rows_of(document(text, "lsblk").get("blockdevices"), "lsblk") if as_json else pairs(text, "lsblk")
    seen: set[str] = set()
    for row in nested(rows, "lsblk"):
        device = word(row, "kname") or word(row, "name")
        if not device:
            raise ValueError(f"lsblk expected a device's name, read {str(row)[:80]!r}.")
        if device in seen or _LEFT_OUT.fullmatch(device):
            continue
        seen.add(device)
        for column, metric in _FACTS.items():
            value = word(row, column)
            if value and (column != "size" or (word(row, "type") == "part" and value.isdecimal())):
                yield Reading(metric.name, f"{value} bytes" if column == "size" else value, device)


COLLECTOR: Final = Collector(
    name="cmd.lsblk",
    read=Command(
        argv=("lsblk", "-J", "-b", "-o", _COLUMNS),
        version=("lscpu", "-V"),
        cadence=Cadence.ONCE,
        alternatives=(("lsblk", "-P", "-b", "-o", _COLUMNS),),
    ),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="file systems and their UUIDs on every partition, and how disks are attached",
    needs="lsblk (package util-linux)",
)
