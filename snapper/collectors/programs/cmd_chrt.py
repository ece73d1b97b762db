"""How the largest processes are scheduled, as `chrt` tells it: with what /proc/PID/stat leaves out.

    pid 4711's current scheduling policy: SCHED_DEADLINE
    pid 4711's current scheduling priority: 0
    pid 4711's current runtime/deadline/period parameters: 1000000/5000000/10000000

/proc/PID/stat has the class and the priority of every process; only the system call that chrt makes (sched_getattr(2))
tells whether children are put back to the usual class, and what a deadline task was promised. The times are in
nanoseconds. util-linux 2.41 prints a custom time slice (`current runtime parameter`) of the usual classes as well.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

SCHEDULING: Final = Metric(
    name="chrt.scheduling",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.PROGRAM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Scheduling (chrt)",
    help="Class, priority, whether children keep the class, and for deadline tasks runtime, deadline and period in "
    "nanoseconds. A real-time class takes a CPU from everybody else.",
    doc="https://man7.org/linux/man-pages/man1/chrt.1.html",
    labels=("program",),
    next="ps -eo cls,rtprio,ni,pid,comm --sort=-rtprio",
)

_LINE: Final = re.compile(r"pid [0-9]+'s (?:current|new) ([a-z/ ]+): ([A-Z0-9_|/]+)")
_POLICY, _PRIORITY = "scheduling policy", "scheduling priority"


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give one text of what was printed; a priority of 0 says nothing and is left out.

    Raises:
        ValueError: A line of another shape, or no class.
    """
    told: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if not match:
            raise ValueError(f"chrt of {origin.key} should print `pid 1's current ...: X`, and printed {line[:80]!r}.")
        told[match[1]] = match[2]
    if not told.get(_POLICY, "").startswith("SCHED_"):
        raise ValueError(f"chrt of {origin.key} should name a scheduling policy, and printed {text[:80]!r}.")
    if told.get(_PRIORITY) == "0":
        del told[_PRIORITY]
    return [Reading(SCHEDULING.name, " ".join([told.pop(_POLICY), *told.values()]))]


COLLECTOR: Final = Collector(
    name="cmd.chrt",
    read=Command(argv=("chrt", "-p", "{pid}"), version=("chrt", "--version"), cadence=Cadence.ONCE, largest=10),
    metrics=(SCHEDULING,),
    parse=parse,
    adds="what deadline tasks were promised, and whose children keep their class, of the ten largest processes",
    needs="chrt (package util-linux)",
    opt_in="tools",
    judged=False,
)
