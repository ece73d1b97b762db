"""What this host runs on, as `virt-what` tells: kvm, xen, vmware, and whose cloud.

Runs `virt-what` once (root): a line for each fact, from the hypervisor to the cloud; nothing on bare metal, or on
what it does not know.

    xen
    xen-dom0
    aws
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_WHAT: Final = Metric(
    name="virt.what",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Virtualization (virt-what)",
    help="The hypervisor, container and cloud that this host runs in. Under another one the same work takes another "
    "time, and neighbours may take a part of it.",
    doc="https://manpages.debian.org/bookworm/virt-what/virt-what.1.en.html",
    next="virt-what",
)
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")


def parse(text: str, _origin: Origin) -> list[Reading]:
    """Give the words as one fact, or nothing for an empty text.

    Raises:
        ValueError: A line that is no such word: a message of the tool's.
    """
    words = text.split("\n")
    for number, word in enumerate(words, start=1):
        if word and not _WORD.fullmatch(word):
            raise ValueError(f"virt-what:{number} should be a word such as 'kvm', and is {word[:80]!r}.")
    told = " ".join(word for word in words if word)
    return [Reading(_WHAT.name, told)] if told else []


COLLECTOR: Final = Collector(
    name="cmd.virt-what",
    read=Command(argv=("virt-what",), version=("virt-what", "--version"), cadence=Cadence.ONCE),
    metrics=(_WHAT,),
    parse=parse,
    opt_in="tools",  # a script that starts two dozen programs; systemd-detect-virt and sys.dmi mostly say the same
    adds="the hypervisor and cloud that this host runs in",
    needs="virt-what (package virt-what) and root",
)
