"""Which facts of two snapshots differ: settings, versions, devices, command lines.

Whether a difference may explain a finding is for others to say.
"""

from __future__ import annotations

from collections.abc import Mapping

from snapper.analyze.align import Facts, Renames, name_after, renames
from snapper.analyze.diff import DriftRow
from snapper.analyze.table import SeriesTable
from snapper.collectors import catalogue
from snapper.metric import Metric, Resource


def drift(before: SeriesTable, after: SeriesTable, metrics: Mapping[str, Metric] | None = None) -> tuple[DriftRow, ...]:
    """List the facts that differ, by metric and instance.

    Args:
        before: The earlier side.
        after: The later side.
        metrics: Declarations by name; without them, the catalogue.

    Returns:
        `source` is the metric's name, `key` the instance, under its name in `after`, or the last
        part of the metric's name where there is but one.

    What only one side could read is no drift: nothing is said of a metric that a side lacks
    altogether, nor of a program that runs on one side only, which is a finding by itself.
    """
    declared = catalogue() if metrics is None else metrics
    olds, news = _as_called_after(before.facts, renames(before.facts, after.facts), declared), after.facts
    shared = {name for name, _ in olds} & {name for name, _ in news}
    of_programs = {name for name in shared if name in declared and declared[name].resource is Resource.PROGRAM}
    return tuple(
        DriftRow(source=name, key=instance or name.rpartition(".")[2], before=old, after=new)
        for name, instance in sorted(olds.keys() | news.keys())
        if name in shared
        and (old := olds.get((name, instance))) != (new := news.get((name, instance)))
        and not (name in of_programs and (old is None or new is None))
    )


def _as_called_after(facts: Facts, renamed: Renames, declared: Mapping[str, Metric]) -> dict[tuple[str, str], str]:
    """The facts of before under the names that their devices bear in after."""
    named = {}
    for (name, instance), text in facts.items():
        now = name_after(declared[name], instance, renamed) if name in declared else instance
        named[name, f"{instance} (as before)" if now is None else now] = text
    return named
