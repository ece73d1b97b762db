"""How every disk is set up, and which disk it is: scheduler, queue, read-ahead, cache, model, serial, WWN.

Reads files of /sys/block/DISK, a value each: queue/nr_requests holds "256", queue/scheduler the
choices with the chosen one in brackets, "none [mq-deadline] kyber". Files come and go with the
kernel, the driver and the device, so what is not there is passed over.

Of loop devices, RAM disks and zram only a size is told, and only where it is not 0.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_STABLE: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/abi-stable.html#symbols-under-sys-block"
_TESTING: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/abi-testing.html#symbols-under-sys-block"
_SECTOR: Final = 512
"""Bytes in a unit of `size` whatever the disk's own sectors are: SECTOR_SIZE of include/linux/blk_types.h."""

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.DISK,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc=_STABLE,
    labels=("disk",),
)


def _queue(field: str, title: str, meaning: str) -> Metric:
    return _fact(name=f"block.{field}", title=title, help=meaning, next="grep . /sys/block/{instance}/queue/*")


def _identity(field: str, title: str, meaning: str) -> Metric:
    return _fact(name=f"block.{field}", title=title, help=meaning, next="lsblk -o NAME,MODEL,SERIAL,WWN,SIZE,REV,RO")


_SCHEDULER: Final = _queue(
    "scheduler",
    "I/O scheduler",
    "Who orders a disk's requests: none suits fast disks, mq-deadline and bfq keep readers of slow ones from "
    "starving, at some cost in CPU and throughput.",
)
_IOSCHED: Final = _fact(
    name="block.iosched",
    title="I/O scheduler's parameter",
    help="A parameter of the chosen I/O scheduler, as a deadline for reads. They come and go with the scheduler.",
    labels=("disk", "parameter"),
    next="grep . /sys/block/*/queue/iosched/*",
)
_SIZE: Final = _identity(
    "size", "Size of the disk", "Bytes that the disk holds. Another size is another disk, or one that was grown."
)
# fmt: off
_NUMBERS: Final = (
    _queue("nr_requests", "Queue length allowed",
           "Requests that may wait in the kernel's queue of this disk. A longer queue gives throughput, a shorter "
           "one gives shorter waits."),
    _queue("read_ahead_kb", "Read-ahead",
           "The most that is read ahead of a sequential reader, in KiB. Too little slows streams, too much wastes "
           "the disk and the page cache on random reads."),
    _queue("rotational", "Rotating disk",
           "Whether the kernel takes the disk for one with a head that seeks (1), and schedules for that."),
    _queue("wbt_lat_usec", "Writeback throttling target",
           "Wait in µs that background writing must leave to readers; 0 turns the throttling off."),
    _queue("nomerges", "Merging of requests",
           "0 merges neighbouring requests, 1 only the obvious ones, 2 none: less CPU, more and smaller requests."),
    _queue("rq_affinity", "CPU that completes requests",
           "1 completes a request in the CPU group that sent it, 2 on the very CPU, 0 where the interrupt arrives."),
    _queue("max_sectors_kb", "Largest request",
           "The largest request the kernel sends, in KiB. Smaller ones cost throughput, larger ones others' waits."),
    _queue("io_poll", "Polling for completion",
           "Whether requests may be polled for rather than waited for by interrupt: shorter waits for more CPU."),
    _queue("iostats", "Accounting of I/O",
           "Whether the kernel counts this disk's I/O. At 0 every figure of this disk stands still."),
    _queue("add_random", "Entropy from the disk",
           "Whether the disk's timing feeds the random number pool, at some CPU for each request."),
    _queue("fua", "Forced unit access",
           "Whether the disk can write one request past its cache; without, each flush empties all of the cache."),
    _queue("logical_block_size", "Logical block", "Bytes of the smallest unit that the disk addresses."),
    _queue("physical_block_size", "Physical block",
           "Bytes of the smallest unit that the disk writes without reading first; misaligned writes cost twice."),
    _queue("discard_max_bytes", "Largest discard",
           "The most that one discard frees, in bytes; 0 for a disk that is not told of freed blocks."),
)
_WORDS: Final = (
    _queue("write_cache", "Write cache",
           "Write back: the disk says 'done' before the data is safe and has to be flushed. Write through: each "
           "write waits for the medium, or the cache is safe."),
    _queue("zoned", "Zones",
           "Whether the disk has zones that must be written in order, and who keeps to that: none, host-aware or "
           "host-managed."),
)
_RO: Final = _identity("ro", "Read-only", "1 for a disk that refuses writes, by its own choice or by command.")
_SERIAL: Final = _identity("serial", "Disk serial", "Serial number: it tells one disk from another of its model.")
_WWID: Final = _identity("wwid", "Disk world-wide name", "A name no other disk has; it stays when sda becomes sdb.")
_DEVICE: Final = (
    _identity("vendor", "Disk vendor", "Who made the disk, or the number of who did."),
    _identity("model", "Disk model", "What the disk calls itself. Another model behind one name is another disk."),
    _identity("rev", "Disk firmware (SCSI)", "Revision of the disk's firmware, as SCSI and SATA tell it."),
    _identity("firmware_rev", "Disk firmware (NVMe)", "Revision of the disk's firmware, as NVMe tells it."),
    _identity("queue_depth", "Commands in flight allowed",
              "Commands that a SCSI disk may be given at once; beyond that they wait in the kernel's queue."),
    _SERIAL,
    _WWID,
)
# fmt: on
_DM_NAME: Final = _fact(
    name="block.dm_name",
    title="Device mapper's name",
    help="What the volume manager calls this device: vg-root, luks-home.",
    doc=_TESTING,
    next="dmsetup ls --tree",
)


def _field(metric: Metric) -> str:
    return metric.name.removeprefix("block.")


_NUMERIC: Final = {f"queue/{_field(metric)}": metric for metric in _NUMBERS}
_NAMED: Final = {
    "ro": _RO,
    "serial": _SERIAL,
    "wwid": _WWID,
    "dm/name": _DM_NAME,
    **{f"device/{_field(metric)}": metric for metric in _DEVICE},
}
_PLAIN: Final = _NAMED | {f"queue/{_field(metric)}": metric for metric in _WORDS}
_MEMORY_DISK: Final = re.compile(r"(?:loop|ram|zram)[0-9]+")


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the fact that one file holds, or nothing for a file that is not among those declared.

    Raises:
        ValueError: The key names no disk and file, a number is none, or no scheduler is chosen.

    >>> parse("none [mq-deadline] kyber bfq \n", Origin(key="vda/queue/scheduler"))
    [Reading(metric='block.scheduler', value='mq-deadline', instance='vda')]
    """
    disk, slash, file = origin.key.partition("/")
    if not slash or not disk:
        raise ValueError(f"A disk's setting needs its path below /sys/block, as 'vda/size', and has {origin.key!r}.")
    value = " ".join(text.split())
    if not value or (_MEMORY_DISK.fullmatch(disk) and (file != "size" or value == "0")):
        return []
    if file == "size":
        return [Reading(_SIZE.name, f"{_number(value, origin) * _SECTOR} bytes", disk)]
    if file == "queue/scheduler":
        return [Reading(_SCHEDULER.name, _chosen(value, origin), disk)]
    if file in _NUMERIC:
        return [Reading(_NUMERIC[file].name, str(_number(value, origin)), disk)]
    if file in _PLAIN:
        return [Reading(_PLAIN[file].name, value, disk)]
    if file.startswith("queue/iosched/"):
        return [Reading(_IOSCHED.name, value, f"{disk}/{file.rpartition('/')[2]}")]
    return []


def _number(value: str, origin: Origin) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"/sys/block/{origin.key} should be a whole number, and is {value[:60]!r}.") from None


def _chosen(value: str, origin: Origin) -> str:
    """The word in brackets; a disk without a choice shows one word without them."""
    chosen = re.findall(r"\[([^][\s]+)\]", value)
    if len(chosen) == 1:
        return str(chosen[0])
    if not chosen and " " not in value and "[" not in value:
        return value
    raise ValueError(f"/sys/block/{origin.key} should have one scheduler in brackets, and is {value[:60]!r}.")


COLLECTOR: Final = Collector(
    name="sys.block",
    read=Files(
        patterns=(
            "sys/block/*/queue/*",
            "sys/block/*/queue/iosched/*",
            *(f"sys/block/*/{file}" for file in ("size", *_NAMED)),
        ),
        cadence=Cadence.ONCE,
    ),
    metrics=(_SCHEDULER, _IOSCHED, _SIZE, *_NUMBERS, *_WORDS, _RO, *_DEVICE, _DM_NAME),
    parse=parse,
    adds="scheduler, queue settings and identity of every disk",
    needs="sysfs mounted",
)
