"""Which kernel modules are loaded.

Reads /proc/modules (absent on a kernel without modules): name, bytes, users, who uses it, state, address.

    nf_conntrack 172032 2 nf_nat,xt_conntrack, Live 0x0000000000000000
    nvidia 62734336 415 - Live 0x0000000000000000 (POE)

Size, users and addresses move by themselves and are left out.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

MODULE: Final = Metric(
    name="module",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Kernel module",
    help="A kernel module that is loaded. A driver, a packet filter or a security module that came or went changes "
    "what the kernel does for every packet, block or system call.",
    doc="https://man7.org/linux/man-pages/man5/proc_modules.5.html",
    labels=("module",),
    next="modinfo {instance}",
)

_LINE: Final = re.compile(
    r"(\S+) [0-9]+ (?:-|[0-9]+) (?:-|\S+,) (Live|Loading|Unloading) 0x[0-9a-f]+(?: \([A-Z+-]+\))?"
)
_OLD_LINE: Final = re.compile(r"(\S+) [0-9]+ (?:-|[0-9]+)(?: (?:-|\S+,))?")
"""A kernel without module unloading says no more than that."""


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give every module that is loaded, or about to be; one that is being removed counts no more.

    Raises:
        ValueError: A line of another form.

    >>> parse("nvme 49152 1 - Live 0x0000000000000000\n", Origin())
    [Reading(metric='module', value='loaded', instance='nvme')]
    """
    readings: list[Reading] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line) or _OLD_LINE.fullmatch(line)
        if match is None:
            raise ValueError(
                f"/proc/modules:{number} should be name, size, users, dependents and state, and is {line[:80]!r}."
            )
        if match.lastindex == 1 or match[2] != "Unloading":
            readings.append(Reading(MODULE.name, "loaded", match[1]))
    return readings


COLLECTOR: Final = Collector(
    name="proc.modules",
    read=File(path="proc/modules", cadence=Cadence.ONCE),
    metrics=(MODULE,),
    parse=parse,
    adds="the kernel modules that are loaded",
    needs="CONFIG_MODULES",
)
