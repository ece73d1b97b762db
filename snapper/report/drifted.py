"""Settings that differ, by the kind of setting, each kind with the metrics that it can move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from snapper.analyze.diff import Diff, DriftRow
from snapper.metric import Metric
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
    explains: bool
    """Whether some of them may explain a finding."""
    moves: tuple[str, ...]
    """Metrics that some of them can move."""
    moves_more: int
    """How many more there are."""


def groups_of(diff: Diff, metrics: Mapping[str, Metric]) -> tuple[DriftGroup, ...]:
    """The settings that differ, by source; kinds that may explain a finding first, then by name.

    Args:
        diff: What there is to tell.
        metrics: Declarations by name; they say what each is called.
    """
    movable = {kind.source: kind.metrics for kind in diff.movable}
    rows = sorted(diff.drift, key=lambda row: row.source)
    groups = [
        _group(source, tuple(of), metrics, movable.get(source, ()))
        for source, of in groupby(rows, key=lambda row: row.source)
    ]
    return tuple(sorted(groups, key=lambda group: not group.explains))


def _group(source: str, rows: Sequence[DriftRow], metrics: Mapping[str, Metric], moved: Sequence[str]) -> DriftGroup:
    views = [_view(row) for row in sorted(rows, key=lambda row: not row.findings)[: SHOWN + FOLDED]]
    return DriftGroup(
        source=source,
        title=metrics[source].title if source in metrics else source,
        shown=tuple(views[:SHOWN]),
        more=tuple(views[SHOWN:]),
        unlisted=len(rows) - len(views),
        total=len(rows),
        explains=any(row.findings for row in rows),
        moves=tuple(moved[:MOVES_SHOWN]),
        moves_more=max(0, len(moved) - MOVES_SHOWN),
    )


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
