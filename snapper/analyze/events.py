"""What happened while a side was recorded: what the kernel and the services logged, and which services were started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from snapper.analyze.finding import Finding
from snapper.analyze.sections import Event
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.timeline import SECOND
from snapper.collectors import catalogue
from snapper.collectors.kernel import cmd_dmesg
from snapper.collectors.kernel.kernel_events import PREFIX
from snapper.collectors.system import cmd_journal, cmd_systemctl_show

MOST_OF_A_KIND: Final = 20
"""A failing disk fills the log: its first lines tell what the hundredth does."""
ERRORS, PROGRAM_ERRORS, RESTARTS = "journal.errors", "journal.program_errors", "systemd.NRestarts"


class _Happened(NamedTuple):
    seconds: float | None
    """Since boot."""
    metric: str
    title: str
    text: str


def events_of(before: Snapshot, after: Snapshot) -> tuple[Event, ...]:
    """List what happened in either window, the earlier side first, by source and in the order of its log.

    Args:
        before: The earlier side.
        after: The later one.

    Returns:
        Of each kind at most `MOST_OF_A_KIND` a side. Where a log could not be read, or not twice, nothing.
    """
    return (*_of("before", before), *_of("after", after))


def related(events: Iterable[Event], findings: Sequence[Finding]) -> tuple[Event, ...]:
    """The events, each with the ranks of the findings that it may have to do with: a possibility, no proof."""

    def ranks(event: Event) -> tuple[int, ...]:
        return tuple(found.rank for found in findings if _is_near(event, found)) if event.side == "after" else ()

    return tuple(replace(event, findings=ranks(event)) for event in events)


def _is_near(event: Event, finding: Finding) -> bool:
    """Whether both are about the same; a host's own words are about nothing in particular."""
    if finding.tier == "context":
        return False
    return event.metric == finding.metric or (event.resource == finding.resource and event.resource != "host")


def _of(side: Literal["before", "after"], snapshot: Snapshot) -> Iterator[Event]:
    ticks = snapshot.archive.ticks()
    if not ticks:
        return
    declared = catalogue()
    seen: Counter[str] = Counter()
    for happened in (*_logged(snapshot), *_noted(snapshot), *_started(snapshot)):
        seen[happened.title] += 1
        if seen[happened.title] <= MOST_OF_A_KIND:
            # The logs' clock stands still while the host sleeps; within a window that makes no difference.
            t = None if happened.seconds is None else happened.seconds - ticks[0] / SECOND
            resource = declared[happened.metric].resource.value
            yield Event(
                side=side, t=t, metric=happened.metric, title=happened.title, resource=resource, text=happened.text
            )


def _edges(snapshot: Snapshot, source: str) -> tuple[str, str] | None:
    """What a command said before the window and after it; None where it was not read twice."""
    reads = snapshot.archive.reads(source)
    if len(reads) < 2:
        return None
    first, last = (read.content.decode("utf-8", "backslashreplace") for read in (reads[0], reads[-1]))
    return first, last


def _logged(snapshot: Snapshot) -> list[_Happened]:
    declared = catalogue()
    edges = _edges(snapshot, cmd_dmesg.COLLECTOR.name)
    try:
        found = cmd_dmesg.events(*edges) if edges else []
    except ValueError:
        return []  # its parser refuses the text too, and the coverage says so
    return [_Happened(seconds, PREFIX + kind, declared[PREFIX + kind].title, line) for seconds, kind, line in found]


def _noted(snapshot: Snapshot) -> list[_Happened]:
    edges = _edges(snapshot, cmd_journal.COLLECTOR.name)
    try:
        found = cmd_journal.journal_events(*edges) if edges else []
    except ValueError:
        return []
    return [
        _Happened(seconds, PROGRAM_ERRORS if who else ERRORS, f"Error logged by {who or 'a program'}", text)
        for seconds, who, text in found
    ]


def _started(snapshot: Snapshot) -> list[_Happened]:
    edges = _edges(snapshot, cmd_systemctl_show.COLLECTOR.name)
    try:
        found = cmd_systemctl_show.starts(*edges) if edges else []
    except ValueError:
        return []
    return [_Happened(seconds, RESTARTS, "Service started", name) for seconds, name in found]
