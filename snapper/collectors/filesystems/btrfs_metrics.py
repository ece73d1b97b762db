"""What `sys_fs_btrfs` reads: space by purpose, errors by device, commits, and how the file system is set up."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/fs/btrfs/sysfs.c"

_metric = partial(Metric, resource=Resource.FILESYSTEM, doc=_DOC)
_space = partial(
    _metric, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER, labels=("purpose",),
    next="btrfs filesystem usage -T /",
)  # fmt: skip
_whole = partial(_space, labels=("uuid",))
_fault = partial(
    _metric, unit="errors", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE, labels=("device",),
    next="btrfs device stats /; dmesg --ctime | grep BTRFS | tail -20",
)  # fmt: skip
_commit = partial(
    _metric, unit="seconds", kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.MORE, labels=("uuid",),
    moved_by=("mount.options",), next="cat /sys/fs/btrfs/{instance}/commit_stats",
)  # fmt: skip
_fact = partial(
    _metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER, labels=("uuid",),
    next="btrfs filesystem show",
)  # fmt: skip

# fmt: off
_SPACE: Final = (
    _space(name="btrfs.bytes_used", title="Space used of what btrfs shared out",
           help="Bytes in use for data, for metadata or for system."),
    _space(name="btrfs.total_bytes", title="Space that btrfs shared out",
           help="Bytes that btrfs has set aside for data, for metadata or for system. More is set aside as long as "
                "the disks have pieces that nobody has."),
    _space(name="btrfs.disk_used", title="Space used on the disks, copies counted",
           help="Bytes in use with every copy counted that the profile (raid1, dup) makes."),
    _space(name="btrfs.disk_total", title="Space shared out on the disks, copies counted",
           help="Bytes set aside with every copy counted that the profile (raid1, dup) makes."),
    _space(name="btrfs.bytes_may_use", title="Space promised",
           help="Bytes that are promised to changes under way, most of which will need less."),
    _space(name="btrfs.bytes_pinned", title="Space to be freed by the next commit",
           help="Bytes that were freed and can be used again only when the next commit is done."),
    _space(name="btrfs.bytes_readonly", title="Space that nothing is written to",
           help="Bytes in pieces that are full, being moved, or on a failed device."),
)
_RESERVE: Final = (
    _whole(name="btrfs.global_rsv_size", title="Size of the emergency reserve",
           help="Metadata space that is kept for what must not fail, as deleting files on a full file system."),
    _whole(name="btrfs.global_rsv_reserved", worse=Worse.LESS, title="Emergency reserve not used",
           help="How much of the reserve is still there."),
)
_ERRORS: Final = (
    _fault(name="btrfs.write_errs", title="Write errors of a btrfs device",
           help="Writes that this device failed. More means a disk, cable or controller at fault."),
    _fault(name="btrfs.read_errs", title="Read errors of a btrfs device",
           help="Reads that this device failed. More means a disk, cable or controller at fault."),
    _fault(name="btrfs.flush_errs", title="Flush errors of a btrfs device",
           help="Flushes that this device failed: what it had in its cache may be lost."),
    _fault(name="btrfs.corruption_errs", title="Checksum errors of a btrfs device",
           help="Data read whose checksum was wrong. More means a disk, memory or controller that alters data."),
    _fault(name="btrfs.generation_errs", title="Stale data of a btrfs device",
           help="Metadata older than it should be: a write that the device claimed to have done and had not."),
)
_MISSING: Final = _fault(
    name="btrfs.missing", unit="count", title="btrfs device missing",
    help="1 for a device of the file system that is not there: the rest has no copy to fall back on.")
_COMMITS: Final = (
    _commit(name="btrfs.commits", unit="operations", worse=Worse.NEITHER, title="btrfs commits",
            help="Times all changes went to the disk together, every 30 seconds or when a program waits for it."),
    _commit(name="btrfs.total_commit_ms", title="Time in btrfs commits",
            help="Share of time in which a commit was under way. Changes that need the next one wait for it."),
    _commit(name="btrfs.last_commit_ms", kind=Kind.GAUGE, history=True, title="Last btrfs commit",
            help="How long the last commit took. It remembers what was before the capture."),
    _commit(name="btrfs.max_commit_ms", kind=Kind.GAUGE, history=True, title="Longest btrfs commit",
            help="How long the longest commit since mounting took. It remembers what was before the capture."),
)
_FACTS: Final = (
    _fact(name="btrfs.label", title="btrfs label", help="What the file system was named by whoever made it."),
    _fact(name="btrfs.exclusive_operation", title="btrfs at work on itself",
          help="What the file system does besides serving: none, balance, device add, remove or replace, resize. "
               "Each moves data and slows down everybody else."),
    _fact(name="btrfs.checksum", title="btrfs checksum",
          help="How data is checked, and by which code of the kernel; xxhash and crc32c are fast, sha256 is dear."),
    _fact(name="btrfs.nodesize", title="btrfs node size", help="Bytes of a node of its trees."),
    _fact(name="btrfs.read_policy", title="btrfs read policy",
          help="Which copy of the data is read where there are several; the one in brackets is in force."),
    _fact(name="btrfs.bg_reclaim_threshold", title="btrfs reclaim threshold",
          help="Per cent below which a piece that was set aside and is little used is emptied and given back."),
)
PROFILE: Final = _fact(
    name="btrfs.profile", title="btrfs profile", labels=("purpose and profile",), next="btrfs filesystem df /",
    help="How data, metadata or system are laid out: single, dup, raid0, raid1 and so on. Two at once mean that a "
         "conversion was begun and not finished.")
UTILIZATION: Final = _space(
    name="btrfs.utilization", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE,
    title="Use of what btrfs shared out",
    help="Share of the space set aside for data, metadata or system that is in use. Metadata near 100 % while nothing "
         "more can be set aside stops all writing, whatever df shows.")
RESERVE_USED: Final = _whole(
    name="btrfs.global_rsv_used", role=Role.SATURATION, worse=Worse.MORE, title="Emergency reserve in use",
    help="Metadata space taken from the emergency reserve. Any means that the file system is out of metadata space; "
         "once the reserve is used up it turns read-only.")
COMMIT_TIME: Final = _commit(
    name="btrfs.commit_time", kind=Kind.GAUGE, title="Time of a btrfs commit",
    help="How long a commit took on average. More is worse: whoever needs the next one waits for it.")
# fmt: on

METRICS: Final = (*_SPACE, *_RESERVE, *_ERRORS, _MISSING, *_COMMITS, *_FACTS, PROFILE)


def _fields(metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    return tuple(metric.name.removeprefix("btrfs.") for metric in metrics)


SPACE: Final = _fields(_SPACE)
ERRORS: Final = _fields(_ERRORS)
COMMITS: Final = _fields(_COMMITS)
FACTS: Final = _fields(_FACTS)
