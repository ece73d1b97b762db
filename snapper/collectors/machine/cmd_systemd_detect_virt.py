"""What this host runs on, as `systemd-detect-virt` tells: kvm, vmware, lxc, or none.

Runs `systemd-detect-virt` once: one word, `none` on bare metal, for which the tool exits with 1. Of a container in a
virtual machine it tells the container; `virt-what` may tell both.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_DETECTED: Final = Metric(
    name="virt.detected",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Virtualization",
    help="The hypervisor or container that this host runs in, or none. Under another one the same work takes another "
    "time, and neighbours may take a part of it.",
    doc="https://www.freedesktop.org/software/systemd/man/255/systemd-detect-virt.html",
    next="systemd-detect-virt --vm; systemd-detect-virt --container",
)
_WORD: Final = re.compile(r"[a-z][a-z0-9-]*")


def parse(text: str, _origin: Origin) -> list[Reading]:
    """Give the word.

    Raises:
        ValueError: Anything else.
    """
    word = text.strip()
    if not _WORD.fullmatch(word):
        raise ValueError(f"systemd-detect-virt should print a word such as 'kvm' or 'none', and printed {text[:80]!r}.")
    return [Reading(_DETECTED.name, word)]


COLLECTOR: Final = Collector(
    name="cmd.systemd-detect-virt",
    read=Command(argv=("systemd-detect-virt",), version=("systemctl", "--version"), cadence=Cadence.ONCE),
    metrics=(_DETECTED,),
    parse=parse,
    adds="the hypervisor or container that this host runs in",
    needs="systemd-detect-virt (package systemd)",
)
