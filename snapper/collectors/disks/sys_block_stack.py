"""What volumes are made of, from a logical volume, a cipher or an array down to the disks; and which are suspended.

Reads files of /sys/block/VOLUME (since Linux 2.6.19, dm/ since 2.6.29). slaves/ holds a link to each disk or partition
that a volume lies on; its size, in units of 512 bytes, is read through the link. The keys are `dm-0/slaves/sda2/size`,
`dm-0/dm/uuid`, `dm-0/dm/suspended`.

A chain, as /home on dm-2 (a cipher) on dm-0 (a logical volume) on sda2, is told link by link.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-block-dm"
_SECTOR: Final = 512
"""Bytes in a unit of `size` whatever the disk's own sectors are: SECTOR_SIZE of include/linux/blk_types.h."""

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.DISK, role=Role.CONFIGURATION, worse=Worse.EITHER,
    next="lsblk -o NAME,KNAME,TYPE,SIZE,MOUNTPOINTS",
)  # fmt: skip
_MADE_OF: Final = _fact(
    name="block.made_of",
    title="Part of a volume",
    help="A disk or partition that a volume (dm-0, md0) lies on, with the part's size. One that is new or gone means "
    "that the volume was grown, moved, or lost a disk.",
    doc="https://elixir.bootlin.com/linux/v6.12/source/block/holder.c",
    labels=("part",),
)
_UUID: Final = _fact(
    name="block.dm_uuid",
    title="Device mapper's identity",
    help="Who made this volume, and which one it is: LVM-, CRYPT-, mpath- or part, then a name no other has.",
    doc=_DOC,
    labels=("disk",),
)
_SUSPENDED: Final = Metric(
    name="block.dm_suspended",
    unit="count",
    kind=Kind.GAUGE,
    resource=Resource.DISK,
    role=Role.SATURATION,
    worse=Worse.MORE,
    title="Volume suspended",
    help="1 for a volume whose I/O is held back, as while a snapshot of it is made. Whoever reads or writes it stands "
    "still; one that stays so is stuck in a half-done change.",
    doc=_DOC,
    labels=("disk",),
    next="dmsetup info {instance}",
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells.

    Raises:
        ValueError: A size or a state that is no whole number.

    >>> next(parse("1952497664\n", Origin(key="dm-0/slaves/sda2/size")))
    Reading(metric='block.made_of', value='999678803968 bytes', instance='dm-0/sda2')
    """
    match origin.key.split("/"):
        case [volume, "slaves", part, "size"]:
            yield Reading(_MADE_OF.name, f"{whole(text, _path(origin)) * _SECTOR} bytes", f"{volume}/{part}")
        case [volume, "dm", "uuid"] if words(text):
            yield Reading(_UUID.name, words(text), volume)
        case [volume, "dm", "suspended"]:
            yield Reading(_SUSPENDED.name, whole(text, _path(origin)), volume)


def _path(origin: Origin) -> str:
    return f"/sys/block/{origin.key}"


COLLECTOR: Final = Collector(
    name="sys.block.stack",
    read=Files(
        patterns=("sys/block/*/slaves/*/size", "sys/block/*/dm/uuid", "sys/block/*/dm/suspended"),
        cadence=Cadence.EDGES,
        max_files=1_000,
    ),
    metrics=(_MADE_OF, _UUID, _SUSPENDED),
    parse=parse,
    adds="which disks each volume lies on, and volumes that are suspended",
    needs="sysfs mounted; volumes of LVM, dm-crypt, multipath or md",
)
