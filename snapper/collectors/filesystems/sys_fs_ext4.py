"""Errors that ext4 found on its own file systems, when the last one was, and how much was written to them.

Reads files of /sys/fs/ext4/DISK (since Linux 2.6.29, errors since 3.18, warnings since 5.8), a value each; the key is
`sda1/errors_count`. errors_count stands in the file system itself and is kept over restarts until e2fsck clears it;
warning_count and msg_count begin at each mount.

    3

How much is written in all is told in kilobytes of 1024 bytes, when the last error was in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.sysfs_values import whole, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_DOC: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-fs-ext4"
_LATEST: Final = 2**34
"""Seconds since 1970 that ext4 can tell (Documentation/filesystems/ext4: two bits more than 32)."""

_metric = partial(Metric, resource=Resource.FILESYSTEM, doc=_DOC, labels=("disk",))
_fault = partial(_metric, unit="errors", role=Role.ERRORS, worse=Worse.MORE,
                 next="dmesg --ctime | grep 'EXT4-fs.*{instance}' | tail -20")  # fmt: skip
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)
_detail = partial(_metric, role=Role.INTERNAL, worse=Worse.NEITHER, next="grep . /sys/fs/ext4/{instance}/*_kbytes")

# fmt: off
_NUMBERS: Final = {
    "errors_count": (_fault(
        name="ext4.errors_count", kind=Kind.GAUGE, title="Errors of an ext4 file system",
        help="Inconsistencies and I/O errors that ext4 has found on this disk since it was last checked. Any is worse: "
             "data may be damaged, and the next may make it read-only. It has to be checked with e2fsck."), 1),
    "warning_count": (_fault(
        name="ext4.warning_count", kind=Kind.COUNTER, title="Warnings of an ext4 file system",
        help="Warnings that ext4 has given of this disk since it was mounted. They are in the kernel's log."), 1),
    "msg_count": (_detail(
        name="ext4.msg_count", unit="messages", kind=Kind.COUNTER, title="Messages of an ext4 file system",
        help="Messages that ext4 has written to the kernel's log of this disk since it was mounted."), 1),
    "session_write_kbytes": (_detail(
        name="ext4.session_write_kbytes", unit="bytes", kind=Kind.COUNTER, title="Data written to an ext4 file system",
        help="Data that went to the partition of this file system, its own journal included. Demand."), KIB),
    "lifetime_write_kbytes": (_detail(
        name="ext4.lifetime_write_kbytes", unit="bytes", kind=Kind.GAUGE, history=True,
        title="Data ever written to an ext4 file system",
        help="Data that was written since the file system was made. Flash wears out by it."), KIB),
    "delayed_allocation_blocks": (_detail(
        name="ext4.delayed_allocation_blocks", unit="count", kind=Kind.GAUGE, history=True,
        title="Blocks without a place yet",
        help="Blocks of data that programs wrote and that have no place on the disk yet: they get one when they are "
             "written out, and are lost in a crash before that."), 1),
}
_LAST_TIME: Final = _fact(
    name="ext4.last_error_time", title="Last error of an ext4 file system",
    help="When ext4 last found an error on this disk, in UTC. Told only where there was one.",
    next="dmesg --ctime | grep EXT4-fs | tail -20")
_LAST_FUNCTION: Final = _fact(
    name="ext4.last_error_func", title="Where ext4 found its last error",
    help="The kernel's function that met the last error on this disk. Told only where there was one.",
    next="dmesg --ctime | grep EXT4-fs | tail -20")
_SETTING: Final = _fact(
    name="ext4.setting", title="ext4 setting", labels=("setting",), next="grep . /sys/fs/ext4/{instance}",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/ext4.html#sys-entries",
    help="How ext4 looks for free blocks and reads ahead of inode tables on a disk. Changed by hand or by a tuning "
         "profile only.")
# fmt: on
_SETTINGS: Final = (
    "extent_max_zeroout_kb",
    "inode_readahead_blks",
    "max_dir_size_kb",
    "max_writeback_mb_bump",
    "mb_best_avail_max_trim_order",
    "mb_group_prealloc",
    "mb_max_linear_groups",
    "mb_max_to_scan",
    "mb_min_to_scan",
    "mb_order2_req",
    "mb_prefetch",
    "mb_prefetch_limit",
    "mb_stats",
    "mb_stream_req",
    "reserved_clusters",
)  # fmt: skip


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells.

    Raises:
        ValueError: A count, a size or a time that is no whole number.

    >>> list(parse("1795803681\n", Origin(key="sda1/last_error_time")))
    [Reading(metric='ext4.last_error_time', value='2026-11-27T18:21:21Z', instance='sda1')]
    """
    disk, _, file = origin.key.partition("/")
    path = f"/sys/fs/ext4/{origin.key}"
    if file in _NUMBERS:
        metric, scale = _NUMBERS[file]
        yield Reading(metric.name, whole(text, path) * scale, disk)
    elif file in _SETTINGS and words(text):
        yield Reading(_SETTING.name, words(text), f"{disk}/{file}")
    elif file == "last_error_func" and words(text):
        yield Reading(_LAST_FUNCTION.name, words(text), disk)
    elif file == "last_error_time" and (seconds := whole(text, path)):
        if seconds >= _LATEST:
            raise ValueError(f"{path} expected seconds since 1970, read {text[:60]!r}.")
        yield Reading(_LAST_TIME.name, f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}", disk)


COLLECTOR: Final = Collector(
    name="sys.fs.ext4",
    read=Files(
        patterns=tuple(
            f"sys/fs/ext4/*/{file}" for file in (*_NUMBERS, "last_error_func", "last_error_time", *_SETTINGS)
        ),
        cadence=Cadence.EDGES,
        max_files=4_000,
    ),
    metrics=(*(metric for metric, _ in _NUMBERS.values()), _LAST_TIME, _LAST_FUNCTION, _SETTING),
    parse=parse,
    adds="errors that ext4 found, and how much was written to each of its file systems",
    needs="an ext4 file system; sysfs mounted",
)
