"""Which mount points are here to stay, which come and go by themselves, and how /proc writes their names.

The file systems of containers and the run-time directories of users have names that differ each time; compared by name
they would be new and gone in every diff.
"""

from __future__ import annotations

import re
from typing import Final

OF_THE_KERNEL: Final = frozenset(
    {
        "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs", "devpts",
        "devtmpfs", "efivarfs", "fusectl", "fuse.gvfsd-fuse", "fuse.portal", "hugetlbfs", "mqueue", "nfsd", "nsfs",
        "proc", "pstore", "ramfs", "resctrl", "rootfs", "rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs",
        "tracefs", "usbfs",
    }
)  # fmt: skip
"""Types that the kernel mounts for itself: they hold no data of anybody."""

_OCTAL: Final = re.compile(r"\\([0-7]{3})")

_COMES_AND_GOES: Final = re.compile(
    r"/(?:proc|sys)/|/run/(?:user|credentials|netns|docker|containerd|containers|snapd/ns)/"
    r"|/var/lib/(?:docker|containers|containerd|kubelet/pods)/"
)


def lasts(point: str) -> bool:
    """Whether a mount point is worth a comparison.

    >>> [lasts(point) for point in ("/", "/var/lib/docker", "/var/lib/docker/overlay2/5f0c/merged", "/run/user/1000")]
    [True, True, False, False]
    """
    return not _COMES_AND_GOES.match(point)


def unescaped(field: str) -> str:
    r"""The field with \040 and its like made plain.

    >>> unescaped(r"/mnt/my\040disk"), unescaped(r"a\134b"), unescaped("plain")
    ('/mnt/my disk', 'a\\b', 'plain')
    """
    return _OCTAL.sub(lambda match: chr(int(match[1], base=8)), field) if "\\" in field else field
