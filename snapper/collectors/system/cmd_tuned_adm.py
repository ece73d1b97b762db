"""Which profile of tuned is in effect: it sets sysctl, governors, disks and huge pages all at once.

Runs `tuned-adm active`:

    Current active profile: throughput-performance

`tuned-adm list` ends in the same line, below the profiles that there are.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_PROFILE: Final = Metric(
    name="tuned.profile",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Profile of tuned",
    help="The profile that tuned has applied. It changes many settings at once: clock governor, read-ahead, dirty "
    "limits, scheduler, huge pages.",
    doc="https://man7.org/linux/man-pages/man8/tuned-adm.8.html",
    next="tuned-adm verify",
)
_ACTIVE: Final = re.compile(r"Current active profile: (\S.*)")
_INACTIVE: Final = {
    "No current active profile.": "(none)",
    "It seems that tuned daemon is not running, preset profile is not activated.": "(tuned is not running)",
}


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the profile, or in brackets why none is in effect.

    Raises:
        ValueError: No line says which profile is active.

    >>> parse("Current active profile: virtual-guest\n", Origin())
    [Reading(metric='tuned.profile', value='virtual-guest', instance='')]
    """
    for line in text.splitlines():
        if match := _ACTIVE.fullmatch(line.strip()):
            return [Reading(_PROFILE.name, match[1])]
        if line.strip() in _INACTIVE:
            return [Reading(_PROFILE.name, _INACTIVE[line.strip()])]
    raise refused("tuned-adm", 1, text, "'Current active profile:' or that there is none")


COLLECTOR: Final = Collector(
    name="cmd.tuned-adm",
    read=Command(
        argv=("tuned-adm", "active"), version=("tuned-adm", "--version"), cadence=Cadence.ONCE, max_bytes=64 * KIB
    ),
    metrics=(_PROFILE,),
    parse=parse,
    adds="which profile of tuned is in effect",
    needs="tuned-adm (package tuned), with the service tuned running",
)
