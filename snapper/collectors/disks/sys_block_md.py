"""Arrays of disks (md, software RAID): how many disks are missing, what is being rebuilt, and how each disk is.

Reads files of /sys/block/mdN/md (since Linux 2.6.14), a value each; the keys are `md0/md/degraded` and
`md0/md/dev-sda1/state`. Levels without redundancy (raid0, linear) have no degraded and no sync_action.

    degraded        1                    disks that are missing or failed
    sync_action     recover              resync, recover, check, repair, reshape, frozen or idle
    sync_completed  1569888 / 2093056    sectors done and to do; "none" where nothing is, "delayed" where it waits
    sync_speed      61440                KiB a second, or "none"
    array_state     write-pending        clean, active, active-idle and write-pending take turns by themselves
    mismatch_cnt    0                    sectors that differed in the last check
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/md.html#md-devices-in-sysfs"
_SECTOR: Final = 512
"""Bytes in a unit of mismatch_cnt and sync_completed (Documentation/admin-guide/md.rst)."""
_AT_WORK: Final = frozenset({"clean", "active", "active-idle", "write-pending"})
_PROGRESS: Final = re.compile(r"([0-9]{1,20}) / ([0-9]{1,20})")

_metric = partial(
    Metric, resource=Resource.DISK, doc=_DOC, labels=("array",), next="cat /proc/mdstat; mdadm --detail /dev/{instance}"
)
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
_gauge = partial(_metric, kind=Kind.GAUGE)

# fmt: off
_FACTS: Final = {
    "level": _fact(name="md.level", title="RAID level",
                   help="How the array spreads its data: raid0 for speed alone, raid1 and raid10 in copies, raid5 and "
                        "raid6 with parity, which makes small writes dear."),
    "raid_disks": _fact(name="md.raid_disks", title="Disks of the array",
                        help="How many disks the array has when it is whole, spares not counted."),
    "chunk_size": _fact(name="md.chunk_size", title="Chunk of the array",
                        help="Bytes that go to one disk before the next one's turn. Requests larger than that keep "
                             "several disks busy."),
    "metadata_version": _fact(name="md.metadata_version", title="Metadata of the array",
                              help="Format of what the disks say about the array; external: for those of the BIOS."),
    "consistency_policy": _fact(name="md.consistency_policy", title="Consistency after a crash",
                                help="How the array finds what to repair after a crash: resync reads all of it, "
                                     "bitmap what was being written; journal and ppl write everything twice."),
    "stripe_cache_size": _fact(name="md.stripe_cache_size", title="Stripe cache",
                               help="Stripes that raid5 and raid6 keep in memory; a larger cache spares reads when "
                                    "parity is computed."),
    "sync_speed_min": _fact(name="md.sync_speed_min", title="Least speed of a rebuild",
                            help="KiB a second that a rebuild takes although others want the disks."),
    "sync_speed_max": _fact(name="md.sync_speed_max", title="Greatest speed of a rebuild",
                            help="KiB a second that a rebuild takes at most, of idle disks."),
    "sync_action": _fact(name="md.sync_action", title="Work of the array on itself",
                         help="What the array does besides serving: recover rebuilds a disk, resync and check read "
                              "all of them, reshape moves all data. Each of them slows down everybody else."),
    "array_state": _fact(name="md.array_state", title="State of the array",
                         help="active where it serves; inactive, readonly, suspended or broken (a disk of raid0 is "
                              "gone) where it does not."),
}
_MEMBER_STATE: Final = _fact(
    name="md.member_state", title="State of a disk in an array", labels=("member",), next="cat /proc/mdstat",
    help="in_sync where a disk of the array is up to date; faulty, spare, blocked or want_replacement where it is not.")
_DEGRADED: Final = _gauge(
    name="md.degraded", unit="count", role=Role.ERRORS, worse=Worse.MORE, primary=True,
    title="Disks missing from the array",
    help="Disks by which the array is short. More is worse: reads need all the others, and another loss may lose data.")
_MISMATCHES: Final = _gauge(
    name="md.mismatch_cnt", unit="bytes", role=Role.ERRORS, worse=Worse.MORE, history=True,
    title="Data that differed in the last check",
    help="Data whose copies or parity differed when the array was last checked. Any on raid5 or raid6 means a disk or "
         "memory that errs; on raid1 and raid10 a little may be left by swap.")
_COMPLETED: Final = _gauge(
    name="md.sync_completed", unit="ratio", role=Role.INTERNAL, worse=Worse.NEITHER,
    title="Rebuild or check done",
    help="Share of the array that the running rebuild or check has been through. None where there is none.")
_SPEED: Final = _gauge(
    name="md.sync_speed", unit="bytes/s", role=Role.WORKLOAD, worse=Worse.NEITHER,
    moved_by=("md.sync_action", "md.sync_speed_*", "sysctl[dev.raid.*]"),
    title="Speed of the rebuild or check",
    help="Data a second that the running rebuild or check takes from each disk. It is taken from everybody else.")
_STRIPES: Final = _gauge(
    name="md.stripe_cache_active", unit="count", role=Role.INTERNAL, worse=Worse.MORE, moved_by=("md.stripe_*",),
    title="Stripes being worked on",
    help="Stripes of raid5 or raid6 in use just now. As many as the cache holds, and writers wait for one.")
_CORRECTED: Final = _metric(
    name="md.member_errors", unit="errors", kind=Kind.COUNTER, role=Role.ERRORS, worse=Worse.MORE, labels=("member",),
    title="Read errors of a disk, made good by the array",
    help="Reads that failed on this disk and were answered by the others. More means a disk about to fail.",
    next="smartctl -a /dev/{instance}")
# fmt: on
_COUNTS: Final = {
    "degraded": (_DEGRADED, 1),
    "mismatch_cnt": (_MISMATCHES, _SECTOR),
    "stripe_cache_active": (_STRIPES, 1),
    "sync_speed": (_SPEED, KIB),
}
"""Files of one whole number: what it is, and what one of it is in the metric's unit."""


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells; nothing of one whose answer is that there is none.

    Raises:
        ValueError: A count that is no whole number, or a progress that is not two.

    >>> next(parse("1569888 / 2093056\n", Origin(key="md6/md/sync_completed"))).value
    0.75...
    """
    array, _, file = origin.key.partition("/md/")
    path, value = f"/sys/block/{origin.key}", words(text)
    if file.startswith("dev-"):
        yield from _of_member(text, array, file, path)
    elif not value or value in {"none", "delayed"}:
        return
    elif file == "array_state":
        yield Reading("md.array_state", "active" if value in _AT_WORK else value, array)
    elif file in _FACTS:
        yield Reading(_FACTS[file].name, value, array)
    elif file in _COUNTS:
        metric, scale = _COUNTS[file]
        yield Reading(metric.name, whole(text, path) * scale, array)
    elif file == "sync_completed":
        progress = _PROGRESS.fullmatch(value)
        if not progress:
            raise ValueError(f"{path} expected sectors as '1569888 / 2093056' or 'none', read {text[:60]!r}.")
        if int(progress[2]):
            yield Reading(_COMPLETED.name, int(progress[1]) / int(progress[2]), array)


def _of_member(text: str, array: str, file: str, path: str) -> Iterator[Reading]:
    member, _, field = file.removeprefix("dev-").partition("/")
    if field == "state" and words(text):
        yield Reading(_MEMBER_STATE.name, words(text), f"{array}/{member}")
    elif field == "errors":
        yield Reading(_CORRECTED.name, whole(text, path), f"{array}/{member}")


COLLECTOR: Final = Collector(
    name="sys.block.md",
    read=Files(
        patterns=(
            *(f"sys/block/md*/md/{file}" for file in (*_FACTS, *_COUNTS, "sync_completed")),
            "sys/block/md*/md/dev-*/state",
            "sys/block/md*/md/dev-*/errors",
        ),
        cadence=Cadence.EDGES,
        max_files=2_000,
    ),
    metrics=(*_FACTS.values(), _MEMBER_STATE, _DEGRADED, _MISMATCHES, _COMPLETED, _SPEED, _STRIPES, _CORRECTED),
    parse=parse,
    adds="arrays that lack a disk, rebuilds and checks, read errors that an array made good",
    needs="CONFIG_BLK_DEV_MD and an array",
)
