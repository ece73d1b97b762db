"""Settings that differ, by the kind of setting, each kind with the metrics that it can move; and what was logged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from snapper.analyze.diff import Diff, DriftRow, Event
from snapper.analyze.explain import moves
from snapper.metric import Metric
from snapper.report.cards import is_near
from snapper.report.marked import Segments, marked
from snapper.report.visible import TEXT_LIMIT, shortened

SHOWN: Final = 12
"""Settings of a kind listed at once: more came with another system, not with a change of this one."""

FOLDED: Final = 200
"""Settings of a kind behind those; another kernel changes thousands of its options."""

LONG: Final = 240
"""Characters from which a value is folded: a command line may have thousands."""

MOVES_SHOWN: Final = 6
"""Metrics named that a kind of setting can move, those flagged first."""

KEYS_ASKED: Final = 20
"""Settings of a kind that are asked what they can move: the first tell it."""

_WILD: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """One setting, both values in pieces; None where it is not there."""

    row: DriftRow
    before: Segments | None
    after: Segments | None
    brief: tuple[str, str]
    """Both values in short where they are long, else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftGroup:
    """The settings of one source."""

    source: str
    title: str
    """What its metric is called; the source's own name where nothing declares it."""
    shown: tuple[DriftView, ...]
    more: tuple[DriftView, ...]
    unlisted: int
    """How many stand in neither."""
    total: int
    moves: tuple[str, ...]
    """Metrics that some of them can move."""
    moves_more: int
    """How many more there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """Something that was logged, with the ranks of the findings that are about the same."""

    event: Event
    ranks: tuple[int, ...]


def groups_of(diff: Diff, metrics: Mapping[str, Metric]) -> tuple[DriftGroup, ...]:
    """The settings that differ, by source; kinds that may explain a finding first, then by name.

    Args:
        diff: What there is to tell.
        metrics: Declarations by name; they say what each is called and which settings move it.
    """
    flagged = {row.metric for row in diff.series if row.tier is not None}
    rows = sorted(diff.drift, key=lambda row: row.source)
    groups = [_group(source, tuple(of), metrics, flagged) for source, of in groupby(rows, key=lambda row: row.source)]
    return tuple(sorted(groups, key=lambda group: not any(view.row.findings for view in group.shown)))


def events_of(diff: Diff) -> tuple[EventView, ...]:
    """The events in their order; one of the earlier side explains nothing that came later."""
    return tuple(
        EventView(
            event=event,
            ranks=tuple(finding.rank for finding in diff.findings if event.side == "after" and is_near(event, finding)),
        )
        for event in diff.events
    )


def _group(source: str, rows: Sequence[DriftRow], metrics: Mapping[str, Metric], flagged: set[str]) -> DriftGroup:
    views = [_view(row) for row in sorted(rows, key=lambda row: not row.findings)[: SHOWN + FOLDED]]
    moved = sorted(_moved(rows[:KEYS_ASKED], metrics), key=lambda name: (name not in flagged, name))
    return DriftGroup(
        source=source,
        title=metrics[source].title if source in metrics else source,
        shown=tuple(views[:SHOWN]),
        more=tuple(views[SHOWN:]),
        unlisted=len(rows) - len(views),
        total=len(rows),
        moves=tuple(moved[:MOVES_SHOWN]),
        moves_more=max(0, len(moved) - MOVES_SHOWN),
    )


def _moved(rows: Sequence[DriftRow], metrics: Mapping[str, Metric]) -> set[str]:
    """The metrics that any of the settings, all of one source, can move, wherever they are measured."""
    movable = [
        metric
        for metric in metrics.values()
        if not metric.alias_of and any(rows[0].source.startswith(_plain(pattern)) for pattern in metric.moved_by)
    ]
    return {metric.name for metric in movable if any(moves(row, metric, row.key, metrics) for row in rows)}


def _plain(pattern: str) -> str:
    """What a pattern begins with before its first wildcard: few metrics are left to be asked in full."""
    return _WILD.split(pattern, maxsplit=1)[0]


def _view(row: DriftRow) -> DriftView:
    before, after = (None if value is None else shortened(value, TEXT_LIMIT) for value in (row.before, row.after))
    if before is None or after is None:
        pieces = tuple(None if value is None else ((value, False),) for value in (before, after))
        return DriftView(row=row, before=pieces[0], after=pieces[1], brief=_brief(before, after))
    left, right = marked(before, after)
    return DriftView(row=row, before=left, after=right, brief=_brief(before, after))


def _brief(*values: str | None) -> tuple[str, str]:
    before, after = (shortened(value, LONG // 2) if value and len(value) > LONG else "" for value in values)
    return before, after
