r"""File systems that the kernel made read-only; which part of one a mount shows, and who else sees mounts below it.

Reads /proc/self/mountinfo (since Linux 2.6.26): numbers, device, root, mount point and options of the mount, then
fields of propagation up to a dash; type, source and options of the file system.

    36 25 8:3 / / rw,relatime shared:1 - ext4 /dev/sda3 rw,errors=remount-ro
    63 36 8:5 / /data rw,relatime - ext4 /dev/sda5 ro,errors=remount-ro
    70 36 8:3 /srv/www /var/www rw,noatime shared:1 - ext4 /dev/sda3 rw,errors=remount-ro

The second one is mounted for writing while its file system is read-only: so it looks when a file system met an error
and stopped writing. ext4 (since Linux 6.15) says `emergency_ro` or `shutdown` instead. XFS that shut down does not
tell it here. Left out is what `proc_mounts` leaves out; where a mount hides another, the later one counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.mount_points import OF_THE_KERNEL, lasts, unescaped
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/self/mountinfo"
_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html"
_FIELDS: Final = 6
"""Before the optional ones."""
_OF_FILES: Final = 3
"""Behind the dash."""
_STOPPED: Final = frozenset({"emergency_ro", "shutdown"})
_PEERS: Final = {"shared": "shared", "master": "slave", "unbindable": "unbindable"}
"""Fields of propagation and what mount(8) calls them; propagate_from says no more than master."""

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.FILESYSTEM, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("mount",), doc=_DOC,
)  # fmt: skip
_ROOT: Final = _fact(
    name="mount.root",
    title="Mounted part of the file system",
    help="Which folder of the file system is mounted here: / for all of it, another for a bind mount or a subvolume.",
    next="findmnt -o TARGET,SOURCE,FSROOT {instance}",
)
_PROPAGATION: Final = _fact(
    name="mount.propagation",
    title="Propagation of mounts",
    help="Whether what is mounted below here is seen in other mount namespaces too (shared), comes from one (slave), "
    "or neither (private). Shared mounts that pile up make starting and stopping containers slow.",
    doc="https://www.kernel.org/doc/html/v6.12/filesystems/sharedsubtree.html",
    next="findmnt -o TARGET,PROPAGATION {instance}",
)
_EMERGENCY: Final = Metric(
    name="mount.emergency_ro",
    unit="count",
    kind=Kind.GAUGE,
    resource=Resource.FILESYSTEM,
    role=Role.ERRORS,
    worse=Worse.MORE,
    primary=True,
    title="Read-only against its mount",
    help="1 where a file system that is mounted for writing is read-only. The kernel does that when it finds an error "
    "on it: every write fails until it is checked and mounted again.",
    doc=_DOC,
    labels=("mount",),
    next="dmesg --ctime | grep -iE 'EXT4-fs|XFS|BTRFS|I/O error|remount' | tail -20",
)


class _Mount(NamedTuple):
    root: str
    propagation: str
    stopped: bool | None
    """None of a mount that is read-only by intent."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield part, propagation and state of each mount point that is here to stay.

    Raises:
        ValueError: A line that is not as proc_pid_mountinfo(5) says.
    """
    mounts: dict[str, _Mount] = {}
    lines = text.removesuffix("\n").split("\n") if text else []  # a name may hold what else ends a line, as U+2028
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        of_mount, _, of_files = line.partition(" - ")
        fields, rest = of_mount.split(), of_files.split(" ")
        if len(fields) < _FIELDS or len(rest) != _OF_FILES or not fields[0].isdecimal():
            raise refused(_PATH, number, line, "six fields or more, a dash, then type, source and options")
        root, point, options = fields[3:_FIELDS]
        kind, _source, of_all = rest
        if kind not in OF_THE_KERNEL and lasts(unescaped(point)):
            stopped = _stopped(options.split(","), of_all.split(","))
            mounts[unescaped(point)] = _Mount(unescaped(root), _propagation(fields[_FIELDS:]), stopped)
    for point, mount in mounts.items():
        yield Reading(_ROOT.name, mount.root, point)
        yield Reading(_PROPAGATION.name, mount.propagation, point)
        if mount.stopped is not None:
            yield Reading(_EMERGENCY.name, int(mount.stopped), point)


def _propagation(fields: list[str]) -> str:
    """What the optional fields mean, without the numbers of the groups, which differ after each boot.

    >>> _propagation(["shared:15", "master:1"]), _propagation([])
    ('shared,slave', 'private')
    """
    tags = [field.partition(":")[0] for field in fields]
    return ",".join(_PEERS[tag] for tag in tags if tag in _PEERS) or "private"


def _stopped(options: list[str], of_all: list[str]) -> bool | None:
    """Whether the file system refuses to be written although this mount allows it."""
    if "rw" not in options:
        return None
    return "ro" in of_all or not _STOPPED.isdisjoint(of_all)


COLLECTOR: Final = Collector(
    name="proc.mountinfo",
    read=File(path="proc/self/mountinfo", cadence=Cadence.EDGES),
    metrics=(_ROOT, _PROPAGATION, _EMERGENCY),
    parse=parse,
    adds="file systems that the kernel made read-only, bind mounts and their propagation",
    needs="CONFIG_PROC_FS",
)
