"""What the numbers of XFS mean that it keeps for all file systems together and for each, and how they are written.

A line is a name and numbers, all of them counters of 32 bits that wrap around, save the bytes of `xpc` (64 bits) and
the inodes in memory, the first number of `vnodes`:

    log 2883 113448 9 17360 739
    push_ail 945014 0 134260 15483 0 3940 464 159985 0 40
    rw 107739 94045
    xpc 399724544 92823103 86219234
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/fs/xfs/xfs_stats.h"
_NUMBERS: Final = re.compile(r"(?: [0-9]{1,20})+")
_BASIC_BLOCK: Final = 512
"""Bytes of a log block (BBSIZE of fs/xfs/libxfs/xfs_fs.h)."""

LINES: Final[dict[str, tuple[str, ...]]] = {
    "extent_alloc": ("allocx", "allocb", "freex", "freeb"),
    "dir": ("dir_lookup", "dir_create", "dir_remove", "dir_getdents"),
    "trans": ("trans_sync", "trans_async", "trans_empty"),
    "ig": ("ig_attempts", "ig_found", "ig_frecycle", "ig_missed", "ig_dup", "ig_reclaims"),
    "log": ("log_writes", "log_blocks", "log_noiclogs", "log_force", "log_force_sleep"),
    "push_ail": (
        "try_logspace", "sleep_logspace", "push_ail", "push_ail_success", "push_ail_pushbuf", "push_ail_pinned",
        "push_ail_locked", "push_ail_flushing", "push_ail_restarts", "push_ail_flush",
    ),
    "rw": ("write_calls", "read_calls"),
    "attr": ("attr_get", "attr_set", "attr_remove", "attr_list"),
    "icluster": ("iflush_count", "icluster_flushcnt", "icluster_flushinode"),
    "vnodes": ("inodes_active",),
    "buf": (
        "buf_get", "buf_create", "buf_get_locked", "buf_get_locked_waited", "buf_busy_locked", "buf_miss_locked",
        "buf_page_retries", "buf_page_found", "buf_get_read",
    ),
    "xpc": ("xstrat_bytes", "write_bytes", "read_bytes"),
}  # fmt: skip
"""The first numbers of the lines that are read, by the kernel's names less `xs_`; older kernels have fewer."""

_metric = partial(
    Metric, unit="operations", kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc=_DOC, next="xfs_info /; cat /proc/fs/xfs/stat",
)  # fmt: skip
_load = partial(_metric, role=Role.WORKLOAD)
_wait = partial(_metric, unit="events", role=Role.SATURATION, worse=Worse.MORE, moved_by=("mount.options",))
_cost = partial(_metric, worse=Worse.MORE)

# fmt: off
METRICS: Final = (
    _load(name="xfs.read_calls", unit="calls", title="Reads of XFS files",
          help="Calls that read from a file, from memory or from the disk. Demand."),
    _load(name="xfs.write_calls", unit="calls", title="Writes to XFS files",
          help="Calls that wrote to a file, to memory or to the disk. Demand."),
    _load(name="xfs.read_bytes", unit="bytes", title="Data read from XFS files",
          help="Data that programs read from files, from memory or from the disk. Demand."),
    _load(name="xfs.write_bytes", unit="bytes", title="Data written to XFS files",
          help="Data that programs wrote to files. Demand."),
    _metric(name="xfs.xstrat_bytes", unit="bytes", title="Data given a place by XFS",
            help="Data written to files that XFS found a place on the disk for when it was written out."),
    _metric(name="xfs.dir_lookup", title="Names looked up in XFS", help="Names looked for in directories."),
    _metric(name="xfs.dir_create", title="Files made in XFS", help="Entries added to directories."),
    _metric(name="xfs.dir_remove", title="Files removed from XFS", help="Entries taken from directories."),
    _metric(name="xfs.dir_getdents", title="XFS directories listed", help="Calls that list a directory."),
    _metric(name="xfs.trans_sync", title="XFS transactions waited for",
            help="Changes of the file system whose maker waited until the log was on the disk, as for fsync and for "
                 "mounts with sync. Each costs a flush."),
    _metric(name="xfs.trans_async", title="XFS transactions",
            help="Changes of the file system that did not wait for the log."),
    _metric(name="xfs.log_writes", title="Writes of the XFS log", help="Log buffers that were written to the disk."),
    _metric(name="xfs.log_blocks", unit="bytes", title="Data written to the XFS log",
            help="Data written to the log: what changes of names, sizes and places cost on top of the data."),
    _wait(name="xfs.log_noiclogs", title="Waits for a log buffer of XFS",
          help="Times a change had to wait because all log buffers were being written. More is worse: the log's disk "
               "is too slow, or the mount needs more or larger ones (logbufs, logbsize)."),
    _metric(name="xfs.log_force", title="XFS log forced out",
            help="Times the log had to go to the disk at once, as for fsync."),
    _wait(name="xfs.log_force_sleep", title="Waits for the XFS log",
          help="Times somebody waited until the log was on the disk. More is worse: each waits a flush of the disk."),
    _metric(name="xfs.try_logspace", title="Log space asked for", help="Transactions that asked for room in the log."),
    _wait(name="xfs.sleep_logspace", title="Waits for log space of XFS",
          help="Transactions that waited because the log was full. More is worse: nothing changes until older changes "
               "are written to their places; a larger log or a faster disk helps."),
    _cost(name="xfs.push_ail", title="Log items pushed out",
          help="Times XFS looked for old changes to write to their places, to make room in the log."),
    _cost(name="xfs.push_ail_success", title="Log items written out", help="Old changes that could be written out."),
    _cost(name="xfs.push_ail_pinned", title="Log items pinned",
          help="Old changes that could not be written out because the log itself was not on the disk yet."),
    _cost(name="xfs.push_ail_locked", title="Log items locked",
          help="Old changes that could not be written out because somebody was changing them again."),
    _cost(name="xfs.push_ail_flushing", title="Log items being written",
          help="Old changes that were on their way to the disk already."),
    _cost(name="xfs.push_ail_flush", title="Log forced to unpin items",
          help="Times the log was forced out so that old changes could be written to their places."),
    _metric(name="xfs.ig_attempts", title="Inodes looked up in XFS", help="Inodes looked for in XFS's own cache."),
    _metric(name="xfs.ig_found", title="Inodes found in memory", help="Inodes that the cache of XFS had."),
    _cost(name="xfs.ig_missed", title="Inodes read from the disk",
          help="Inodes that the cache of XFS did not have, so that they were read or made."),
    _metric(name="xfs.ig_reclaims", title="Inodes dropped from memory", help="Inodes that XFS took out of memory."),
    _metric(name="xfs.inodes_active", unit="inodes", kind=Kind.GAUGE, history=True, title="XFS inodes in memory",
            help="Files and directories of XFS that are in memory. It grows with what was used."),
    _metric(name="xfs.allocx", title="Extents allocated", help="Pieces of free space that files were given."),
    _metric(name="xfs.freex", title="Extents freed", help="Pieces of space that files gave back."),
    _metric(name="xfs.attr_get", title="Extended attributes read", help="Extended attributes that were read."),
    _metric(name="xfs.attr_set", title="Extended attributes set", help="Extended attributes that were set."),
    _metric(name="xfs.iflush_count", title="Inodes written out", help="Inodes written to their places on the disk."),
    _metric(name="xfs.buf_get", title="Metadata buffers asked for", help="Requests for a buffer of metadata."),
    _cost(name="xfs.buf_get_read", title="Metadata read from the disk",
          help="Buffers of metadata that had to be read from the disk."),
    _wait(name="xfs.buf_get_locked_waited", title="Waits for a metadata buffer",
          help="Times somebody waited for a buffer of metadata that another held. More is worse: many change the same "
               "part of the file system."),
    _wait(name="xfs.buf_page_retries", title="Waits for memory of metadata buffers",
          help="Times memory for a buffer of metadata had to be asked for again. More means that memory is short."),
)
# fmt: on
_WANTED: Final = {metric.name.removeprefix("xfs.") for metric in METRICS}


def fields_of(text: str, path: str) -> Iterator[tuple[str, int]]:
    """Yield the fields that have a metric, by their names less "xfs.", blocks of the log as bytes.

    Raises:
        ValueError: A line of those that are read that is not a name and whole numbers, or no such line at all.
    """
    found = 0
    for number, line in enumerate(text.splitlines(), start=1):
        name, _, _ = line.partition(" ")
        if name not in LINES:
            continue
        rest = line.removeprefix(name).rstrip()
        if not _NUMBERS.fullmatch(rest):
            raise refused(path, number, line, f"{name!r} and whole numbers")
        found += 1
        for field, value in zip(LINES[name], rest.split(), strict=False):  # older kernels have fewer, newer ones more
            if field in _WANTED:
                yield field, int(value) * (_BASIC_BLOCK if field == "log_blocks" else 1)
    if not found:
        raise refused(path, 1, text, "lines as 'rw 107739 94045'")
