"""Which mount points are here to stay, and which come and go by themselves.

The file systems of containers and the run-time directories of users have names that differ each time; compared by name
they would be new and gone in every diff.
"""

from __future__ import annotations

import re
from typing import Final

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
