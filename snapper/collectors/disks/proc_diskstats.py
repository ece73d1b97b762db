"""Requests, bytes and waiting times of every disk, and how much data went to each partition.

Reads /proc/diskstats (since Linux 2.6): major, minor, name, then numbers in groups: 11 of reads, writes and the queue,
4 of discards (since 4.18), 2 of flushes (5.5). Sectors are of 512 bytes whatever the disk's own, ticks milliseconds.
Before 2.6.25 a partition has just four numbers: reads, sectors read, writes, sectors written.

     254       0 vda 73017 23364 4408026 18102 23348 152932 4392760 23711 0 11220 43806 33724 48 497656 1874 3245 117

A group that is not whole is left out. The text does not say what is a partition, so its name does, as the kernel
makes it: the name of a disk listed before it and a number, with a `p` between where the disk's ends in a digit (sda1,
nvme0n1p1). Where the disk itself is not listed, as with xvda1 of some clouds, the name stands for a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.disk_metrics import DERIVED, FIELDS, PARTITION
from snapper.collectors.text.refusal import refused
from snapper.metric import Metric
from snapper.record.plan import File

_PATH: Final = "/proc/diskstats"

_GROUPS: Final = (17, 15, 11)
"""Numbers behind the name where so many groups are whole."""
_OLD_PARTITION: Final = 4
_OF_PARTITION: Final = (0, 2, 4, 6)
"""Those of a disk's numbers that an old kernel has for a partition."""
_OFTEN_UNUSED: Final = ("fd", "loop", "nbd", "ram", "sr", "zram")
"""Drivers that list devices which nobody may ever use."""

_SCALE: Final = {"operations": 1, "bytes": 512, "seconds": 0.001}
"""What a number counts, by the unit of its metric: requests, sectors, milliseconds."""

Columns = tuple[tuple[str, float], ...]


def _columns(metrics: Sequence[Metric]) -> Columns:
    return tuple((metric.name, _SCALE[metric.unit]) for metric in metrics)


_DISK: Final = _columns(FIELDS)
_PARTITION: Final = _columns(PARTITION)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the numbers of each disk, and of each partition its requests and bytes.

    A loop, RAM, optical or network device that has done nothing since boot is left out.

    Raises:
        ValueError: A line whose numbers are none or too few.
    """
    disks: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        numbers = words[3:]
        count = len(numbers)
        if (count < _GROUPS[-1] and count != _OLD_PARTITION) or not "".join(numbers).isdecimal():
            raise refused(_PATH, number, line, "major, minor, name and 4, 11, 15 or 17 whole numbers")
        name = words[2]
        if count == _OLD_PARTITION:
            yield from _readings(name, numbers, _PARTITION)
        elif _is_partition(name, disks):
            yield from _readings(name, [numbers[column] for column in _OF_PARTITION], _PARTITION)
        else:
            disks.add(name)
            if not name.startswith(_OFTEN_UNUSED) or set(numbers) != {"0"}:
                whole = next(group for group in _GROUPS if group <= count)
                yield from _readings(name, numbers[:whole], _DISK)


def _readings(name: str, numbers: Sequence[str], columns: Columns) -> Iterator[Reading]:
    for (metric, scale), number in zip(columns, numbers, strict=False):  # an older kernel has fewer
        yield Reading(metric, int(number) * scale, name)


def _is_partition(name: str, disks: set[str]) -> bool:
    """Whether a disk listed before has this partition.

    >>> disks = {"sda", "nvme0n1", "dm-1", "mmcblk0"}
    >>> [_is_partition(name, disks) for name in ("sda1", "nvme0n1p2", "dm-10", "sdaa", "mmcblk0boot0", "sda")]
    [True, True, False, False, False, False]
    """
    disk = name.rstrip("0123456789")
    if disk == name:
        return False
    return disk in disks or (disk[-1:] == "p" and disk[-2:-1].isdecimal() and disk[:-1] in disks)


COLLECTOR = Collector(
    name="proc.diskstats",
    read=File(path="proc/diskstats"),
    metrics=(*FIELDS, *PARTITION),
    parse=parse,
    derived=DERIVED,
    adds="requests, throughput, waiting time and queue of every disk",
    needs="CONFIG_BLOCK",
)
