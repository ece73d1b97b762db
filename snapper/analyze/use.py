"""The USE matrix: for every resource how busy it is, how much waits for it, and what fails.

The method is Brendan Gregg's (https://www.brendangregg.com/usemethod.html): go over all resources,
not only those that somebody suspects. A cell for which there is no number says why, since an empty
one would be read as "nothing wrong".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from snapper.analyze.cells import COLUMNS, EMPTY, ROWS
from snapper.analyze.diff import Cell, CoverageRow, UseRow
from snapper.analyze.groups import DEVICES, device_of
from snapper.analyze.judge import Judged, or_none, worse_of
from snapper.metric import Metric, Resource, Role

MOST_DEVICES: Final = 24
"""Disks, file systems or interfaces of one kind; a host of containers has hundreds. What changed comes first."""
MOST_CELLS: Final = 3
"""Series of one cell where a metric has several instances."""
_ANY: Final = "any"
"""Stands for an instance where only its kind is asked."""


def use_matrix(
    judged: Judged, catalogue: Mapping[str, Metric], sources: Mapping[str, str], coverage: Sequence[CoverageRow]
) -> tuple[UseRow, ...]:
    """Lay out the matrix.

    Args:
        judged: Verdicts on all series.
        catalogue: Every declared metric by name; tells what could be observed.
        sources: Metric name → the source that it comes from.
        coverage: How each source fared; tells why something could not.

    Returns:
        A row for each resource that has any metric of the matrix, and one for each device that did anything.
    """
    rows: list[UseRow] = []
    why = _Reasons(catalogue, sources, coverage)
    cells: dict[Resource, defaultdict[str, list[int]]] = {resource: defaultdict(list) for resource in ROWS}
    for row, metric in enumerate(judged.compared.metrics):
        if metric.primary and metric.resource in cells and metric.role in COLUMNS:
            cells[metric.resource][device_of(metric, judged.compared.instances[row])].append(row)
    declared = {metric.resource for metric in catalogue.values() if metric.primary}
    busy = _busy(judged)
    for resource, its in cells.items():
        instances = _shown(judged, resource, its, busy)
        if not instances and resource in declared:
            instances = [""]
        rows += [_row(judged, why, resource, instance, its.get(instance, [])) for instance in instances]
    return tuple(rows)


class _Reasons:
    """Why a cell has no number."""

    def __init__(
        self, catalogue: Mapping[str, Metric], sources: Mapping[str, str], coverage: Sequence[CoverageRow]
    ) -> None:
        self._primary = [metric for metric in catalogue.values() if metric.primary]
        self._sources = sources
        self._coverage = {row.source: row for row in coverage}

    def of(self, resource: Resource, role: Role, *, device: bool) -> str:
        wanted = [
            metric
            for metric in self._primary
            if metric.resource is resource and metric.role is role and bool(device_of(metric, _ANY)) == device
        ]
        sources = [self._sources.get(metric.name, "") for metric in wanted]
        covered = [self._coverage[source] for source in sources if source in self._coverage]
        covered.sort(key=lambda row: "skipped" in {row.before, row.after})  # what was tried and failed tells more
        for row in covered:
            if row.why:
                return f"not observable here: {row.why}"
            if "skipped" in {row.before, row.after}:
                return f"not observable here: {row.source} was not asked for"
        if wanted:
            names = ", ".join(sorted({self._sources.get(metric.name, metric.name) for metric in wanted}))
            tell = "tells" if "," not in names else "tell"
            return f"not observable here: {names} {tell} nothing of it on this host"
        if (resource, role) in EMPTY:
            return f"nothing to observe: {EMPTY[resource, role]}"
        return "not observable here: none of the sources tells it"


def _shown(
    judged: Judged, resource: Resource, cells: Mapping[str, Sequence[int]], busy: Collection[tuple[Resource, str]]
) -> list[str]:
    """The instances worth a row: those that did anything, what changed first where there are too many."""
    active = [
        instance
        for instance, rows in cells.items()
        if not instance
        or resource is Resource.FILESYSTEM
        or (resource, instance) in busy
        or any(_level(judged, row) > 0 for row in rows)
    ]

    def weight(instance: str) -> tuple[float, float, str]:
        rows = cells[instance]
        level = max(_level(judged, row) for row in rows)
        return -max(float(judged.severity[row]) for row in rows), -level, instance

    return sorted(sorted(active, key=weight)[:MOST_DEVICES])


def _busy(judged: Judged) -> set[tuple[Resource, str]]:
    """Devices with any traffic on a side."""
    return {
        (metric.resource, judged.compared.instances[row])
        for row, metric in enumerate(judged.compared.metrics)
        if metric.resource in DEVICES and metric.role is Role.WORKLOAD and _level(judged, row) > 0
    }


def _level(judged: Judged, row: int) -> float:
    return max(or_none(judged.compared.before[row]) or 0.0, or_none(judged.compared.after[row]) or 0.0)


def _row(judged: Judged, why: _Reasons, resource: Resource, instance: str, rows: Sequence[int]) -> UseRow:
    columns = []
    for role in COLUMNS:
        of_role = [row for row in rows if judged.compared.metrics[row].role is role]
        of_role.sort(key=lambda row: (-judged.severity[row], -_level(judged, row), judged.compared.metrics[row].name))
        cells = tuple(_cell(judged, row) for row in of_role[:MOST_CELLS])
        columns.append(cells or (_empty(instance, why.of(resource, role, device=bool(instance))),))
    utilization, saturation, errors = columns
    return UseRow(
        resource=resource.value, instance=instance, utilization=utilization, saturation=saturation, errors=errors
    )


def _cell(judged: Judged, row: int) -> Cell:
    compared = judged.compared
    metric = compared.metrics[row]
    before, after = or_none(compared.before[row]), or_none(compared.after[row])
    return Cell(
        metric=metric.name,
        instance=compared.instances[row],
        unit=metric.compared_unit,
        title=metric.title,
        before=before,
        after=after,
        verdict=judged.verdicts[row],
        reason="" if (before, after) != (None, None) else "not observable here: it was not known at any tick",
        worse=worse_of(judged, row),
    )


def _empty(instance: str, reason: str) -> Cell:
    return Cell(
        metric="",
        instance=instance,
        unit="",
        title="",
        before=None,
        after=None,
        verdict="too little data",
        reason=reason,
    )
