r"""What is mounted where, from what, and with which options: configuration.

Reads /proc/mounts, the mounts of the reader's namespace (since Linux 1.x): source, mount point, type, options and two
zeros. Blanks, tabs, newlines and backslashes within a field are written in octal.

    /dev/vda / ext4 rw,relatime,discard 0 0
    /dev/sdb1 /mnt/my\040disk xfs rw,noatime 0 0

Left out is what the kernel mounts for itself (proc, cgroup, ...) and what comes and goes (`mount_points`). Where a
mount hides another, the later one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.mount_points import OF_THE_KERNEL, lasts, unescaped
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/mounts"
_FIELDS: Final = 6

_OF_THE_MOMENT: Final = re.compile(r"(?:fd|rfdno|wfdno|pgrp|pipe_ino|mountport|lowerdir\+?|upperdir|workdir)=")
"""Options that differ after each mount: file descriptors, ports, a container's layers."""

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.FILESYSTEM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    labels=("mount",),
    doc="https://man7.org/linux/man-pages/man5/proc_pid_mounts.5.html",
    next="findmnt {instance}",
)
_METRICS: Final = (
    _fact(
        name="mount.source",
        title="Mounted from",
        help="Device, server and path, or image that is mounted here; loop devices are left out, for their numbers "
        "are given out in turn.",
    ),
    _fact(
        name="mount.type",
        title="File system type",
        help="Which file system is mounted here.",
    ),
    _fact(
        name="mount.options",
        title="Mount options",
        help="How the file system is mounted here. noatime, barrier, commit, sync, discard and data= change what a "
        "write costs; ro or emergency_ro after rw means that the file system met errors.",
    ),
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield source, type and options of each mount point that is here to stay.

    Raises:
        ValueError: A line that has not six fields.
    """
    mounts: dict[str, tuple[str, str, str]] = {}
    lines = text.removesuffix("\n").split("\n") if text else []  # a name may hold what else ends a line, as U+2028
    for number, line in enumerate(lines, start=1):
        fields = line.split(" ")
        if len(fields) != _FIELDS or not all(fields[1:]) or not "".join(fields[4:]).isdecimal():
            raise refused(_PATH, number, line, "six fields: source, mount point, type, options, 0 and 0")
        source, point, kind, options = map(unescaped, fields[:4])
        if kind not in OF_THE_KERNEL and lasts(point):
            mounts[point] = source, kind, options
    for point, (source, kind, options) in mounts.items():
        if source and not source.startswith("/dev/loop"):
            yield Reading("mount.source", source, point)
        yield Reading("mount.type", kind, point)
        yield Reading("mount.options", _lasting(options), point)


def _lasting(options: str) -> str:
    """The options that would be the same after another mount.

    >>> _lasting("rw,relatime,fd=32,pgrp=1,timeout=0")
    'rw,relatime,timeout=0'
    """
    return ",".join(option for option in options.split(",") if not _OF_THE_MOMENT.match(option))


COLLECTOR = Collector(
    name="proc.mounts",
    read=File(path="proc/mounts", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="mount points and their options",
    needs="CONFIG_PROC_FS",
)
