"""Whether SELinux is on, whether it forbids or only reports, and by which policy.

Runs `sestatus`: a name and a value a line, and with -b or -v more sections, which are passed over.

    SELinux status:                 enabled
    Loaded policy name:             targeted
    Current mode:                   enforcing
    Mode from config file:          enforcing
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://man7.org/linux/man-pages/man8/sestatus.8.html",
    next="sestatus",
)
# fmt: off
_FACTS: Final = {
    "SELinux status": _fact(name="selinux.status", title="SELinux",
        help="Whether SELinux checks what programs do. It costs something at each open, connect and exec."),
    "Current mode": _fact(name="selinux.mode", title="SELinux mode",
        help="Enforcing forbids what the policy does not allow, permissive only writes it to the log. A switch can "
             "stop programs, or fill logs."),
    "Mode from config file": _fact(name="selinux.config_mode", title="SELinux mode after a boot",
        help="What the mode will be after the next boot. Where it differs, somebody has switched it by hand."),
    "Loaded policy name": _fact(name="selinux.policy", title="SELinux policy",
        help="Which rules are loaded: targeted confines services only, mls everything."),
}
# fmt: on
_LINE: Final = re.compile(r"([A-Za-z][\w ]*):(?: +(\S.*))?")


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the four facts, as far as they are there; more lines are passed over until the first blank one.

    Raises:
        ValueError: No "SELinux status", or a line before the first blank one that is no name and value.

    >>> [reading.value for reading in parse("SELinux status:                 disabled\n", Origin())]
    ['disabled']
    """
    readings: list[Reading] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            break
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise refused("sestatus", number, line, "a name, a colon and a value")
        if match[1] in _FACTS and match[2]:
            readings.append(Reading(_FACTS[match[1]].name, match[2]))
    if _FACTS["SELinux status"].name not in {reading.metric for reading in readings}:
        raise refused("sestatus", 1, text, "'SELinux status:'")
    return readings


COLLECTOR: Final = Collector(
    name="cmd.sestatus",
    read=Command(argv=("sestatus",), version=(), cadence=Cadence.ONCE, timeout=2.0, max_bytes=64 * KIB),
    metrics=tuple(_FACTS.values()),
    parse=parse,
    adds="whether SELinux forbids or only reports",
    needs="sestatus (package policycoreutils), where the distribution uses SELinux",
)
