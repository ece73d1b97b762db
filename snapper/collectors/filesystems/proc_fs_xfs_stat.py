"""What all XFS file systems together did: reads, writes, changes, and how often somebody waited for the log.

Reads /proc/fs/xfs/stat (since Linux 2.6.0), in the form that `xfs_fields` describes. `sys_fs_xfs` has the same of each
file system.

    rw 107739 94045
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.xfs_fields import METRICS, fields_of
from snapper.record.plan import Cadence, File


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the fields that have a metric.

    Raises:
        ValueError: As `fields_of`.
    """
    for field, value in fields_of(text, "/proc/fs/xfs/stat"):
        yield Reading(f"xfs.{field}", value)


COLLECTOR: Final = Collector(
    name="proc.fs.xfs.stat",
    read=File(path="proc/fs/xfs/stat", cadence=Cadence.EDGES),
    metrics=METRICS,
    parse=parse,
    adds="reads, writes and changes of XFS, and how often somebody waited for its log",
    needs="CONFIG_XFS_FS and the module loaded",
)
