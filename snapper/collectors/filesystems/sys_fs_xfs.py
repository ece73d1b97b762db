"""What each XFS file system did, where /proc/fs/xfs/stat has all of them together; and how it takes errors.

Reads /sys/fs/xfs/DISK/stats/stats (since Linux 4.4), in the form that `xfs_fields` describes, and the settings in
/sys/fs/xfs/DISK/error (since 4.7), a value each; the keys are `sda1/stats/stats` and
`sda1/error/metadata/EIO/max_retries`. -1 stands for "for ever".

    rw 107739 94045
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.xfs_fields import METRICS, fields_of
from snapper.collectors.text.sysfs_values import signed
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_FIELDS: Final = frozenset(
    {
        "read_calls", "write_calls", "read_bytes", "write_bytes", "log_noiclogs", "log_force_sleep", "sleep_logspace",
        "trans_sync", "buf_get_locked_waited",
    }
)  # fmt: skip
"""What tells which file system it was; the rest is seen well enough of all together."""
_METRICS: Final = tuple(
    replace(
        metric,
        name=f"xfs.disk.{metric.name.removeprefix('xfs.')}",
        title=f"{metric.title}, by file system",
        labels=("disk",),
        alias_of=metric.name,
        next="cat /sys/fs/xfs/{instance}/stats/stats",
    )
    for metric in METRICS
    if metric.name.removeprefix("xfs.") in _FIELDS
)
_ERROR: Final = Metric(
    name="xfs.error",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.FILESYSTEM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="How XFS takes errors",
    help="How often (max_retries) and for how many seconds XFS tries again after an error of each kind, -1 being for "
    "ever, before it shuts the file system down.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/xfs.html#error-handling",
    labels=("setting",),
    next="grep -r . /sys/fs/xfs/*/error",
)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield the fields of one file system, or one setting of it.

    Raises:
        ValueError: As `fields_of`, or a setting that is no whole number.

    >>> list(parse("-1\n", Origin(key="sda1/error/metadata/EIO/max_retries")))
    [Reading(metric='xfs.error', value='-1', instance='sda1/metadata/EIO/max_retries')]
    """
    disk, _, file = origin.key.partition("/")
    path = f"/sys/fs/xfs/{origin.key}"
    if file == "stats/stats":
        for field, value in fields_of(text, path):
            if field in _FIELDS:
                yield Reading(f"xfs.disk.{field}", value, disk)
    elif file.startswith("error/"):
        yield Reading(_ERROR.name, str(signed(text, path)), f"{disk}/{file.removeprefix('error/')}")


COLLECTOR: Final = Collector(
    name="sys.fs.xfs",
    read=Files(
        patterns=(
            "sys/fs/xfs/*/stats/stats",
            "sys/fs/xfs/*/error/fail_at_unmount",
            "sys/fs/xfs/*/error/metadata/*/max_retries",
            "sys/fs/xfs/*/error/metadata/*/retry_timeout_seconds",
        ),
        cadence=Cadence.EDGES,
        max_files=2_000,
    ),
    metrics=(*_METRICS, _ERROR),
    parse=parse,
    adds="which XFS file system was read and written, and which waited for its log",
    needs="Linux >= 4.4 and an XFS file system",
)
