"""Whom the kernel would rather kill, or spare, when memory runs out.

Reads /proc/PID/oom_score_adj (since Linux 2.6.36): one number from -1000 to 1000 that is added to a process's share
of memory in thousandths; -1000 means never.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, PerProcess

OOM_SCORE_ADJ: Final = Metric(
    name="proc.oom_score_adj",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.PROGRAM,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Whom to kill first for want of memory",
    help="Added to a process's share of memory, in thousandths, when one has to be killed: 1000 is killed first, "
    "-1000 never. Higher means that the program goes before others that hold as much.",
    doc="https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html",
    labels=("program",),
    next="grep . /proc/[0-9]*/oom_score_adj",
)

_NUMBER: Final = re.compile(r"-?[0-9]{1,4}")


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the one number.

    Raises:
        ValueError: No whole number of at most four figures.
    """
    value = text.strip()
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"/proc/{origin.key}/oom_score_adj should be a number like -1000, and is {text[:80]!r}.")
    return [Reading(OOM_SCORE_ADJ.name, value)]


COLLECTOR: Final = Collector(
    name="proc.pid.oom_score_adj",
    read=PerProcess(file="oom_score_adj", cadence=Cadence.NEW),
    metrics=(OOM_SCORE_ADJ,),
    parse=parse,
    adds="whom the kernel kills first, or spares, when memory runs out",
    needs="/proc mounted without hidepid, or root",
)
