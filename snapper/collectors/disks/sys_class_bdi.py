"""How much of memory each device may fill with data to be written, and how far ahead file systems without a disk read.

Reads files of /sys/class/bdi/DEVICE (since Linux 2.6.26), a value each; the key is `8:0/max_ratio`. A device is named
by its numbers, `8:0` being sda; one that starts with `0:` is that of a network file system or the like, `btrfs-1` of a
btrfs, whose numbers are given out in turn as they are mounted. Loop devices and RAM disks are left out.

    100
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-class-bdi"
_MEMORY_DISK: Final = re.compile(r"[17]:[0-9]+")
"""Majors of RAM disks and loop devices (Documentation/admin-guide/devices.txt)."""
_DISK: Final = re.compile(r"[1-9][0-9]*:[0-9]+")

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.DISK, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("device",), doc=_DOC, next="grep . /sys/class/bdi/*/*ratio; cat /sys/dev/block/{instance}/uevent",
)  # fmt: skip
# fmt: off
_FACTS: Final = {
    "min_ratio": _fact(
        name="bdi.min_ratio", title="Share of dirty memory a device is sure of",
        help="Per cent of the memory for data to be written that this device may always use, whatever the others do."),
    "max_ratio": _fact(
        name="bdi.max_ratio", title="Share of dirty memory a device may take",
        help="Per cent of the memory for data to be written that this device may use at most. Less keeps a slow disk "
             "or server from holding up the writers to fast ones."),
    "strict_limit": _fact(
        name="bdi.strict_limit", title="Dirty memory limited strictly",
        help="1 where writers to this device are slowed down by its own share even while memory is plentiful."),
    "stable_pages_required": _fact(
        name="bdi.stable_pages_required", title="Pages held still while written",
        help="1 where a page may not be changed while it is on its way to the device, as checksums need it: whoever "
             "writes it again has to wait."),
    "read_ahead_kb": _fact(
        name="bdi.read_ahead_kb", title="Read-ahead without a disk",
        help="The most that is read ahead of a sequential reader of a file system that has no disk of its own (NFS, "
             "btrfs, FUSE), in KiB. Too little makes streams slow: each piece costs a round trip."),
}
# fmt: on


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield the setting that one file holds, if it is one of those declared.

    A disk's own read-ahead is told by `sys_block`.

    Raises:
        ValueError: It is no whole number.

    >>> list(parse("1\n", Origin(key="8:0/strict_limit")))
    [Reading(metric='bdi.strict_limit', value='1', instance='8:0')]
    """
    device, _, file = origin.key.partition("/")
    if file not in _FACTS or _MEMORY_DISK.fullmatch(device) or (file == "read_ahead_kb" and _DISK.fullmatch(device)):
        return
    yield Reading(_FACTS[file].name, str(whole(text, f"/sys/class/bdi/{origin.key}")), device)


COLLECTOR: Final = Collector(
    name="sys.class.bdi",
    read=Files(patterns=tuple(f"sys/class/bdi/*/{file}" for file in _FACTS), cadence=Cadence.ONCE, max_files=4_000),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="how much of memory each device may fill with data to be written, read-ahead of network file systems",
    needs="sysfs mounted",
)
