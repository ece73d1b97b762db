"""Network interfaces that come and go with containers and virtual machines, under names made up at random."""

from __future__ import annotations

import re
from typing import Final

_PASSING: Final = re.compile(r"(?:veth|cali|lxc|vnet|tap|cilium|gke|eni)[0-9a-f_].*")
"""Docker and podman, Calico, LXC and Cilium, libvirt, QEMU, Cilium, GKE, Amazon's VPC plug-in."""


def is_passing(name: str) -> bool:
    """Whether a name is that of the host's end of a container or guest; what is true of it is no setting of the host.

    >>> is_passing("veth3f2a91c"), is_passing("eth0"), is_passing("tap0"), is_passing("enp1s0")
    (True, False, True, False)
    """
    return bool(_PASSING.fullmatch(name))
