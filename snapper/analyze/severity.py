"""How much a change weighs: its class, how sure it is, how large against its level, its floor and the whole host."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from snapper.analyze.compare import Compared
from snapper.analyze.table import Array
from snapper.analyze.thresholds import Thresholds
from snapper.metric import Metric, Resource, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What the severity of each row is the product of, and what its size is the sum of."""

    weight: Array
    """Of the metric's class."""
    confidence: Array
    """0 to 1: how sure the change is."""
    novelty: Array
    """0 to 1: how large it is against its level."""
    floors: Array
    """log2(1 + change in floors)."""
    capacity: Array
    """What the share of the host's capacity adds."""

    @property
    def severity(self) -> Array:
        """The product, 0 where any part is not known."""
        return np.nan_to_num(self.weight * self.confidence * self.novelty * (self.floors + self.capacity))


def factors_of(compared: Compared, sureness: Array, thresholds: Thresholds) -> Factors:
    """How much each change would weigh, were it flagged, in its parts."""
    size = np.abs(compared.change)
    quarter = compared.floor / 4  # keeps the ratio finite where a side is zero
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (np.abs(compared.after) + quarter) / (np.abs(compared.before) + quarter)
        doublings = np.minimum(np.abs(np.log2(ratio)), thresholds.novelty_doublings) / thresholds.novelty_doublings
        floors = np.log2(1 + size / compared.floor)
    weights = {metric.name: thresholds.weights.of(metric) for metric in compared.metrics}
    return Factors(
        weight=np.array([weights[metric.name] for metric in compared.metrics], np.float64),
        confidence=np.minimum(1.0, sureness / thresholds.confidence_full),
        novelty=thresholds.novelty_base + (1 - thresholds.novelty_base) * doublings,
        floors=floors,
        capacity=thresholds.capacity * np.sqrt(np.minimum(size * _per_capacity(compared), 1.0)),
    )


def _per_capacity(compared: Compared) -> Array:
    """What one unit of change is of the whole host: 1 for a share, 1/CPUs for a program's CPU, 1/memory for bytes."""
    cpus, memory = max(compared.capacity.cpus, 1), compared.capacity.memory

    def share(metric: Metric) -> float:
        # Reserved addresses fill no memory, parts of CPU time no CPU by themselves, and who waits fills nothing.
        if metric.role in {Role.INTERNAL, Role.SATURATION}:
            return 0.0
        program = metric.resource in {Resource.PROGRAM, Resource.CGROUP}
        if metric.compared_unit == "ratio":
            return 1 / cpus if program else 1.0
        in_memory = program or metric.resource is Resource.MEMORY
        return 1 / memory if metric.compared_unit == "bytes" and in_memory and memory else 0.0

    shares = {metric.name: share(metric) for metric in compared.metrics}
    return np.array([shares[metric.name] for metric in compared.metrics], np.float64)
