"""What the kernel has written into its log: programs killed, disks that failed, links lost, CPUs that hung.

Runs `dmesg -r`, whose form has been the same since util-linux 2.20 and is that of BusyBox too. Counted is how many
lines of each kind (`kernel_events`) the log holds, at the beginning of the window and at its end. The log is a ring:
once it is full, old lines go as new ones come, so a count can fall, which tells nothing, or stand still though
something happened. `events` looks at the lines themselves and misses none that is still there.

What programs write into the log is not counted: it may quote the kernel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.kernel.kernel_events import PREFIX, KernelEvent
from snapper.collectors.kernel.kernel_events_core import CORE
from snapper.collectors.kernel.kernel_events_devices import DEVICES
from snapper.collectors.kernel.kernel_log import Line, lines_of, new_lines
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

EVENTS: Final = (*CORE, *DEVICES)
"""A line is of the first kind that knows it."""

_lines = partial(
    Metric,
    unit="messages",
    kind=Kind.COUNTER,
    resource=Resource.HOST,
    worse=Worse.MORE,
    doc="https://www.kernel.org/doc/html/v6.12/core-api/printk-basics.html",
)
_SEVERE: Final = _lines(
    name=f"{PREFIX}err",
    role=Role.ERRORS,
    title="Errors in the kernel's log",
    help="Messages of the kernel of level error or worse, of whatever kind. More is worse: something failed that a "
    "driver did not expect to.",
    next="dmesg --ctime --level emerg,alert,crit,err",
)
_WARNINGS: Final = _lines(
    name=f"{PREFIX}warn",
    role=Role.INTERNAL,
    title="Warnings in the kernel's log",
    help="Messages of the kernel of level warning. Long ones have many lines, so their number says little.",
    next="dmesg --ctime --level warn",
)
_ERROR, _WARNING = 3, 4
"""Levels (include/linux/kern_levels.h); lower ones are worse."""


class LogEvent(NamedTuple):
    """Something that the kernel reported."""

    seconds: float | None
    """Since boot; None if the kernel does not write the time down."""
    name: str
    """Of the kind: "oom", the metric's name less "kernel.log."."""
    line: str
    """What it said."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    r"""Yield how many lines of each kind, and of which level, the log holds; of one that is empty, nothing.

    Raises:
        ValueError: As `lines_of`.

    >>> log = "<4>[  100.250000] Out of memory: Killed process 42 (java) total-vm:9kB\n"
    >>> [reading for reading in parse(log, Origin()) if reading.value]
    [Reading(metric='kernel.log.oom', value=1, instance=''), Reading(metric='kernel.log.warn', value=1, instance='')]
    """
    lines = [line for line in lines_of(text) if line.is_of_kernel]
    if not text.strip():
        return
    counts = Counter(kind.name for line in lines if (kind := kind_of(line)))
    for kind in EVENTS:
        yield Reading(kind.metric.name, counts[kind.name])
    levels = [line.level for line in lines if line.level is not None]
    if levels:
        yield Reading(_SEVERE.name, sum(level <= _ERROR for level in levels))
        yield Reading(_WARNINGS.name, sum(level == _WARNING for level in levels))


def kind_of(line: Line) -> KernelEvent | None:
    """The first kind that knows a line; None for one that tells of no trouble, or that a program wrote."""
    return _kind_of(line.text) if line.is_of_kernel else None


@lru_cache(maxsize=10_000)
def _kind_of(text: str) -> KernelEvent | None:
    """Of a line less its time: a capture has the log twice, and two captures of one boot have four times the same."""
    return next((kind for kind in EVENTS if kind.word in text and kind.is_in(text)), None)


def events(before: str, after: str) -> list[LogEvent]:
    """Tell what happened between two print-outs of the log.

    Args:
        before: What dmesg printed at the beginning.
        after: And at the end, in the same boot.

    Returns:
        In the order of the log; of what came and went from the ring in between nothing is known.

    Raises:
        ValueError: As `lines_of`.
    """
    found = ((line, kind_of(line)) for line in new_lines(before, after))
    return [LogEvent(line.seconds, kind.name, line.text) for line, kind in found if kind]


COLLECTOR: Final = Collector(
    name="cmd.dmesg",
    read=Command(
        argv=("dmesg", "-r"),
        version=("lscpu", "-V"),
        cadence=Cadence.EDGES,
    ),
    metrics=(*(kind.metric for kind in EVENTS), _SEVERE, _WARNINGS),
    parse=parse,
    adds="what the kernel reported: programs killed, I/O errors, hung tasks, links lost, crashes",
    needs="dmesg (package util-linux); root, or kernel.dmesg_restrict=0",
)
