"""How full every file system is, in bytes and in inodes.

Asks statvfs(3) of every mount that holds something; the key is the mount point, the content a field a line. Blocks are
counted in units of f_frsize. What is reserved for root is free (f_bfree) and not available (f_bavail).

    f_bsize 4096
    f_frsize 4096
    f_blocks 12868765
    f_bfree 11216388
    f_bavail 10546545
    f_files 3276800
    f_ffree 3160128

A file system without a fixed number of inodes (btrfs, vfat) says 0 for f_files, or more free ones than there are: how
many of them are used is then not known. Left out are mounts that come and go (`mount_points`), and
read-only images (squashfs, iso9660), which are always full.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.filesystems.mount_points import lasts
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import StatVfs

_DOC: Final = "https://man7.org/linux/man-pages/man3/statvfs.3.html"

_gauge = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.FILESYSTEM,
    role=Role.INTERNAL,
    worse=Worse.LESS,
    labels=("mount",),
    doc=_DOC,
)
_METRICS: Final = (
    _gauge(
        name="filesystem.size",
        worse=Worse.NEITHER,
        title="Size of the file system",
        help="Bytes that the file system holds altogether.",
    ),
    _gauge(
        name="filesystem.free",
        alias_of="filesystem.avail",
        title="Free space with root's reserve",
        help="Bytes that are free, those among them that only root may use.",
    ),
    _gauge(
        name="filesystem.avail",
        title="Free space",
        help="Bytes that any program may still write here. At none, writes fail and logs stop.",
        next="du -xh --max-depth=2 {instance} | sort -h | tail",
    ),
    _gauge(
        name="filesystem.inodes",
        unit="inodes",
        worse=Worse.NEITHER,
        title="Inodes of the file system",
        help="Files and directories that can exist here altogether.",
    ),
    _gauge(
        name="filesystem.inodes_free",
        unit="inodes",
        title="Free inodes",
        help="Files and directories that can still be created here.",
        next="du -x --inodes --max-depth=2 {instance} | sort -n | tail",
    ),
)
_IN_BLOCKS: Final = {"f_blocks": "filesystem.size", "f_bfree": "filesystem.free", "f_bavail": "filesystem.avail"}
_READ_ONLY: Final = 1  # ST_RDONLY of statvfs(3)
_INODES: Final = {"f_files": "filesystem.inodes", "f_ffree": "filesystem.inodes_free"}


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield sizes in bytes and numbers of inodes; the instance is the mount point.

    Raises:
        ValueError: A line that is not a name and a whole number, or no block size.
    """
    where = f"statvfs of {origin.key}"
    fields: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, _, value = line.partition(" ")
        if not value.isdecimal():
            raise refused(where, number, line, "a name and a whole number")
        fields[name] = int(value)
    if "f_frsize" not in fields:
        raise refused(where, 1, text, "a line 'f_frsize'")
    image = fields.get("f_flag", 0) & _READ_ONLY and fields.get("f_bavail") == 0
    if image or not lasts(origin.key):
        return
    for name, metric in _IN_BLOCKS.items():
        if name in fields:
            yield Reading(metric, fields[name] * fields["f_frsize"], origin.key)
    if 0 < fields.get("f_files", 0) >= fields.get("f_ffree", 0):
        for name, metric in _INODES.items():
            if name in fields:
                yield Reading(metric, fields[name], origin.key)


def _share_used(size: Any, free: Any, avail: Any) -> Any:
    """As df(1) has it: root's reserve is neither used nor available."""
    return (size - free) / (size - free + avail)


def _inodes_used(inodes: Any, free: Any) -> Any:
    return (inodes - free) / inodes


_share = partial(_gauge, unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE)

COLLECTOR = Collector(
    name="statvfs",
    read=StatVfs(),
    metrics=_METRICS,
    parse=parse,
    derived=(
        Derived(
            metric=_share(
                name="filesystem.utilization",
                primary=True,
                title="File system full",
                help="Share of the space that is used, as df shows it. At 100 % writes fail; well before that, new "
                "files are scattered and slow.",
                next="du -xh --max-depth=2 {instance} | sort -h | tail",
                moved_by=("mount.*",),
            ),
            inputs=("filesystem.size", "filesystem.free", "filesystem.avail"),
            compute=_share_used,
        ),
        Derived(
            metric=_share(
                name="filesystem.inode_utilization",
                title="Inodes used",
                help="Share of the inodes that are used. At 100 % no file can be created, however much space is free; "
                "millions of small files do that.",
                next="du -x --inodes --max-depth=2 {instance} | sort -n | tail",
                moved_by=("mount.*",),
            ),
            inputs=("filesystem.inodes", "filesystem.inodes_free"),
            compute=_inodes_used,
        ),
    ),
    adds="how full every file system is",
)
