"""What each cell of the USE matrix is filled from, and why some have nothing: the matrix before any capture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from snapper.metric import Metric, Resource, Role

ROWS: Final = (
    Resource.CPU,
    Resource.SCHEDULER,
    Resource.MEMORY,
    Resource.DISK,
    Resource.FILESYSTEM,
    Resource.NETWORK,
    Resource.SOCKETS,
    Resource.TASKS,
    Resource.FILES,
    Resource.INTERRUPTS,
    Resource.CGROUP,
    Resource.HARDWARE,
)
"""Resources in the order of the matrix; programs and the host are none."""
COLUMNS: Final = (Role.UTILIZATION, Role.SATURATION, Role.ERRORS)

EMPTY: Final[Mapping[tuple[Resource, Role], str]] = {
    (Resource.SCHEDULER, Role.UTILIZATION): "a queue has no capacity that could be used up; how busy CPUs are stands "
    "in their own row",
    (Resource.SCHEDULER, Role.ERRORS): "the kernel counts no errors of its scheduler",
    (Resource.INTERRUPTS, Role.UTILIZATION): "time in interrupts is CPU time: cpu.irq and cpu.softirq tell it",
    (Resource.INTERRUPTS, Role.SATURATION): "what interrupts leave undone waits as packets or tasks, and is told there",
}
"""Cells that no source of Linux can fill, with the reason."""

Cells = Mapping[Resource, Mapping[Role, tuple[Metric, ...]]]


def cells_of(metrics: Iterable[Metric]) -> Cells:
    """Sort metrics into the cells of the matrix.

    Args:
        metrics: Any declarations, as of the catalogue.

    Returns:
        For each resource and role the metrics that tell it, those that the matrix shows first.
    """
    telling = sorted(metrics, key=lambda metric: (not metric.primary, metric.name))
    return {
        resource: {
            role: tuple(metric for metric in telling if metric.resource is resource and metric.role is role)
            for role in COLUMNS
        }
        for resource in ROWS
    }
