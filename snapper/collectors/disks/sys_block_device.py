"""Commands that a disk failed or was too slow for, and whether it is there at all, as the SCSI and NVMe layers count.

Reads files of /sys/block/DISK/device (SCSI and SATA; iotmo_cnt not on older kernels); the key is
`sda/device/ioerr_cnt`. The counters are hexadecimal: commands sent, done, done with an error, timed out. A command that
is tried again and succeeds was an error nevertheless; so was one that the disk does not know, of which there are a few
at each start. Optical drives without a disc fail each time they are asked for one: their errors are left out. `state`
is `running` for a good SCSI disk and `live` for a good NVMe one.

    0x1a5f3
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import hexadecimal, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/drivers/scsi/scsi_sysfs.c"
_OPTICAL: Final = "sr"
_WELL: Final = frozenset({"running", "live"})
_UNWELL: Final = frozenset(
    {
        "created", "cancel", "deleted", "quiesce", "offline", "transport-offline", "blocked", "created-blocked",
        "new", "resetting", "connecting", "deleting", "deleting (no IO)", "dead",
    }
)  # fmt: skip
"""Of scsi_sysfs.c and of nvme/host/sysfs.c; what another driver calls state is passed over."""

_metric = partial(
    Metric, resource=Resource.DISK, doc=_DOC, labels=("disk",), next="dmesg --ctime | grep -F {instance} | tail -20"
)
_counter = partial(_metric, kind=Kind.COUNTER, worse=Worse.MORE, role=Role.ERRORS)
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
_COUNTERS: Final = {
    "ioerr_cnt": _counter(
        name="block.ioerr_cnt", unit="errors", primary=True, title="Failed commands of a disk",
        help="Commands that the disk, its cable or its controller answered with an error, also where another try "
             "succeeded. More is worse: retries take seconds, and the disk may be about to fail."),
    "iotmo_cnt": _counter(
        name="block.iotmo_cnt", unit="errors", title="Commands of a disk that timed out",
        help="Commands that the disk did not answer in time. Each stops all of its I/O while it is reset."),
    "iorequest_cnt": _counter(
        name="block.iorequest_cnt", unit="operations", role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Commands sent to a disk",
        help="SCSI commands sent to the disk: requests after merging, and flushes, inquiries and the like."),
    "iodone_cnt": _counter(
        name="block.iodone_cnt", unit="operations", role=Role.INTERNAL, worse=Worse.NEITHER,
        title="Commands answered by a disk",
        help="SCSI commands that came back from the disk, those with an error included."),
}
_STATE: Final = _fact(
    name="block.state", title="State of a disk",
    help="What the kernel thinks of the disk: running (SCSI) or live (NVMe) where it serves, offline, blocked, "
         "resetting or dead where it does not.")
_TIMEOUT: Final = _fact(
    name="block.timeout", title="Patience with a disk",
    help="Seconds that a command may take before the kernel resets the disk. Longer ones make a bad disk hang its "
         "users longer; shorter ones make a slow disk fail.")
_QUEUE_TYPE: Final = _fact(
    name="block.queue_type", title="SCSI queueing",
    help="Whether the disk is given several commands at once: simple, ordered or none. With none each waits for the "
         "one before.")
_UNAVAILABLE: Final = _metric(
    name="block.unavailable", unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    title="Disk not in service",
    help="1 for a disk in any other state than running or live: its I/O fails or waits.")
# fmt: on
_FACTS: Final = {"state": _STATE, "timeout": _TIMEOUT, "queue_type": _QUEUE_TYPE}


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells.

    Raises:
        ValueError: A counter that is no hexadecimal number.

    >>> list(parse("0x1f\n", Origin(key="sda/device/ioerr_cnt")))
    [Reading(metric='block.ioerr_cnt', value=31, instance='sda')]
    """
    disk, _, file = origin.key.partition("/device/")
    value = words(text)
    if file == "ioerr_cnt" and disk.startswith(_OPTICAL):
        return
    if file in _COUNTERS:
        yield Reading(_COUNTERS[file].name, hexadecimal(text, f"/sys/block/{origin.key}"), disk)
    elif file == "state" and value not in _WELL | _UNWELL:
        return
    elif file in _FACTS and value:
        yield Reading(_FACTS[file].name, value, disk)
        if file == "state":
            yield Reading(_UNAVAILABLE.name, int(value not in _WELL), disk)


COLLECTOR: Final = Collector(
    name="sys.block.device",
    read=Files(
        patterns=tuple(f"sys/block/*/device/{file}" for file in (*_COUNTERS, *_FACTS)),
        cadence=Cadence.EDGES,
        max_files=8_000,
    ),
    metrics=(*_COUNTERS.values(), *_FACTS.values(), _UNAVAILABLE),
    parse=parse,
    adds="errors and time-outs of SCSI and SATA disks, and disks that are out of service",
    needs="sysfs mounted; SCSI, SATA or NVMe disks (virtio disks count no errors)",
)
