"""Which configuration changes can have moved a metric: a possibility, not a proof."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby, islice
from typing import Final

from snapper.analyze.attribute import instance_of
from snapper.analyze.diff import Culprit, DriftRow, Explanation, Movable
from snapper.metric import Metric

OF_INTERFACE: Final = "sysctl.interface"
"""Settings of single interfaces: what can be moved by a sysctl of all can be by that of one."""
KEYS_ASKED: Final = 20
"""Settings of a kind that are asked what they can move."""
MOST: Final = 8
"""Explanations that one finding lists; a changed kernel moves hundreds of settings."""
_WILD: Final = re.compile(r"[*?\[]")


def explanations(
    metric: Metric,
    instance: str,
    culprits: Sequence[Culprit],
    drift: Sequence[DriftRow],
    metrics: Mapping[str, Metric],
) -> tuple[Explanation, ...]:
    """The changed facts that can move a series, or the programs that moved it.

    Args:
        metric: Of the series; its `moved_by` names the facts.
        instance: Which one.
        culprits: The programs behind it; what moves their own metric counts as well.
        drift: All facts that differ.
        metrics: Declarations by name, of facts and of what attributes.
    """
    causes = [(metric, instance)]
    causes += [(metrics[culprit.metric], instance_of(culprit)) for culprit in culprits if culprit.metric in metrics]
    moving = (row for row in drift if any(moves(row, *cause, metrics) for cause in causes))
    return tuple(
        Explanation(source=row.source, key=row.key, before=row.before, after=row.after) for row in _first(moving)
    )


def movable(drift: Sequence[DriftRow], flagged: Collection[str], metrics: Mapping[str, Metric]) -> tuple[Movable, ...]:
    """The metrics that each kind of setting that differs can move, wherever they are measured.

    Args:
        drift: All facts that differ; of each source the first `KEYS_ASKED` are asked, which tell it.
        flagged: Names of metrics that stand first.
        metrics: Declarations by name.

    Returns:
        The sources that can move something, by name.
    """
    told = []
    for source, rows in groupby(sorted(drift, key=lambda row: row.source), key=lambda row: row.source):
        able = [
            metric
            for metric in metrics.values()
            if not metric.alias_of and any(source.startswith(_plain(pattern)) for pattern in metric.moved_by)
        ]
        asked = list(islice(rows, KEYS_ASKED)) if able else []
        names = {metric.name for metric in able if any(moves(row, metric, row.key, metrics) for row in asked)}
        if names:
            told.append(
                Movable(source=source, metrics=tuple(sorted(names, key=lambda name: (name not in flagged, name))))
            )
    return tuple(told)


def moves(row: DriftRow, metric: Metric, instance: str, metrics: Mapping[str, Metric]) -> bool:
    """Whether a changed fact can move a series.

    A pattern is `fact` or `fact[key]`, both globs. A fact about one thing moves only series of the
    same thing: the MTU of eth0 says nothing of eth1.
    """
    for pattern in metric.moved_by:
        name, _, key = pattern.removesuffix("]").partition("[")
        if not fnmatchcase(row.source, name) and not (row.source == OF_INTERFACE and name == "sysctl"):
            continue
        if key:
            if fnmatchcase(row.key, key):
                return True
            continue
        fact = metrics.get(row.source)
        same_kind = fact is not None and fact.labels[:1] == metric.labels[:1] and bool(metric.labels)
        if not same_kind or row.key == instance or row.key.startswith(f"{instance}/"):
            return True
    return False


def _plain(pattern: str) -> str:
    """What a pattern begins with before its first wildcard: few metrics are left to be asked in full."""
    return _WILD.split(pattern, maxsplit=1)[0]


def _first(rows: Iterable[DriftRow]) -> list[DriftRow]:
    return [row for row, _ in zip(rows, range(MOST), strict=False)]
