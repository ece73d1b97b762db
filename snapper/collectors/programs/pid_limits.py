"""How many files every process may hold open, and how near it is to that.

Reads /proc/PID/limits (since Linux 2.6.24; the process's own user, or root): a table of a name, two limits and a unit.

    Limit                     Soft Limit           Hard Limit           Units
    Max open files            1024                 524288               files

The soft limit is the one that refuses. Of the sixteen only this one is told: what a process holds against the others
is not known, counts for a whole user, or is no limit in practice.
"""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, PerProcess

_program = partial(
    Metric,
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    labels=("program",),
    doc="https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html",
    next="grep 'Max open files' /proc/[0-9]*/limits",
)

# fmt: off
OPEN_FILES: Final = _program(
    name="proc.limits.open_files", unit="count", role=Role.INTERNAL, worse=Worse.LESS, title="Limit of open files",
    help="Files, sockets and pipes that the program's processes may hold open, the sum of their soft limits. Less "
    "means that a busy one is refused sooner.",
)
FULLNESS: Final = _program(
    name="proc.fds_utilization", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE,
    title="Open files against the limit",
    help="Files that the program's processes hold open as a share of what they may, over all of them. At 100 % they "
    "can open no file and accept no connection: 'Too many open files'. One of many may be there long before.",
    moved_by=("proc.cmdline", "sysctl[fs.nr_open]"),
)
# fmt: on
_LINE: Final = re.compile(
    r"^Max open files +(unlimited|[0-9]{1,20}) +(?:unlimited|[0-9]{1,20}) +files *\n", re.MULTILINE
)
_HEADING: Final = re.compile(r"Limit +Soft Limit +Hard Limit +Units *\n")


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the soft limit of open files; infinity where it is none, which makes a sum over processes infinite, too.

    Raises:
        ValueError: No heading, or no line of that limit.
    """
    line = _LINE.search(text)
    if not _HEADING.match(text) or not line:
        raise ValueError(
            f"/proc/{origin.key}/limits should be a table under 'Limit  Soft Limit  Hard Limit  Units' with a line "
            f"'Max open files', and is {text[:80]!r}."
        )
    return [Reading(OPEN_FILES.name, math.inf if line[1] == "unlimited" else int(line[1]))]


COLLECTOR: Final = Collector(
    name="proc.pid.limits",
    read=PerProcess(file="limits", cadence=Cadence.NEW),
    metrics=(OPEN_FILES,),
    parse=parse,
    derived=(
        Derived(
            metric=FULLNESS,
            inputs=("proc.fds", OPEN_FILES.name),
            compute=lambda held, allowed: held / allowed,
        ),
    ),
    adds="how near every program is to its limit of open files",
    needs="root for other users' processes",
)
