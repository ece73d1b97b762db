"""Which security modules the kernel asks about every access, and whether it is locked down.

Reads two files of securityfs, since Linux 4.11 and 5.4; the key is the file's name.

    lsm         lockdown,capability,yama,apparmor
    lockdown    none [integrity] confidentiality
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
)
# fmt: off
_FACTS: Final = {
    "lsm": _fact(
        name="security.lsm", title="Security modules",
        help="Modules that the kernel asks before it opens a file, connects a socket or starts a program. Each costs "
             "something at every such call.",
        doc="https://www.kernel.org/doc/html/v6.12/admin-guide/LSM/index.html", next="cat /sys/kernel/security/lsm",
    ),
    "lockdown": _fact(
        name="security.lockdown", title="Kernel lockdown",
        help="How far the kernel is closed even to root: integrity forbids to change it, confidentiality also to look "
             "into it, so that perf and BPF see less.",
        doc="https://man7.org/linux/man-pages/man7/kernel_lockdown.7.html",
        next="cat /sys/kernel/security/lockdown",
    ),
}
# fmt: on
_CHOSEN: Final = re.compile(r"(?:[a-z]+ )*\[([a-z]+)\](?: [a-z]+)*")
_MODULES: Final = re.compile(r"[a-z0-9_]+(?:,[a-z0-9_]+)*")


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the list of modules, or the chosen degree of lockdown.

    Raises:
        ValueError: The text has another form, or the key names no file of this source.

    >>> parse("none [integrity] confidentiality\n", Origin(key="lockdown"))
    [Reading(metric='security.lockdown', value='integrity', instance='')]
    """
    path = f"/sys/kernel/security/{origin.key}"
    value = text.strip()
    if origin.key == "lsm" and _MODULES.fullmatch(value):
        return [Reading(_FACTS["lsm"].name, value)]
    chosen = _CHOSEN.fullmatch(value)
    if origin.key == "lockdown" and chosen:
        return [Reading(_FACTS["lockdown"].name, chosen[1])]
    raise refused(path, 1, text, "names apart by commas (lsm), or one word of several in brackets (lockdown)")


COLLECTOR: Final = Collector(
    name="sys.kernel.security",
    read=Files(patterns=tuple(f"sys/kernel/security/{file}" for file in _FACTS), cadence=Cadence.ONCE, max_bytes=KIB),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="security modules and lockdown of the kernel",
    needs="securityfs mounted at /sys/kernel/security; CONFIG_SECURITY_LOCKDOWN_LSM for the lockdown",
)
