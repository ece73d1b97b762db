"""A snapshot as series: what `analyze.series` gives and every later step of the analysis takes.

All arrays are float64 with NaN for what is not known. Rows are series, columns ticks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from snapper.metric import Metric

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Program:
    """Who: an executable and what tells it apart, the same across restarts."""

    name: str
    """comm without trailing digits; with the script's name for an interpreter ("python app.py")."""
    unit: str = ""
    """systemd unit or container, random ids folded; empty where neither is known."""

    @property
    def instance(self) -> str:
        """The instance its series bear.

        >>> Program("nginx", "nginx.service").instance, Program("kworker").instance
        ('nginx.service/nginx', 'kworker')
        """
        return f"{self.unit}/{self.name}" if self.unit else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTable:
    """Every series of one snapshot, numeric and facts."""

    metrics: tuple[Metric, ...]
    """One for each row; a metric stands as often as it has instances. Sorted by (name, instance)."""
    instances: tuple[str, ...]
    points: Array
    """rows × ticks, in the metric's compared unit: a counter's rate since the tick before (column 0 is NaN),
    a gauge's level."""
    mean: Array
    """rows: over the whole window: (last - first) / measured time for a counter, the mean level for a gauge,
    `compute` of the inputs' means for a derived metric."""
    seen: npt.NDArray[np.int64]
    """rows: how many of the points are known. A counter read only at the edges has one."""
    t: Array
    """ticks: seconds since the first tick, as measured."""
    facts: Mapping[tuple[str, str], str]
    """(metric name, instance) → text."""
    programs: Mapping[str, Program]
    """instance → who, for every instance of a metric of resource PROGRAM."""
    long_lived: frozenset[str]
    """Instances in `programs` that were there at nine in ten ticks of the window or more."""
    warnings: tuple[str, ...] = ()
    """Sentences: counters that fell, texts that did not parse."""
    row: dict[tuple[str, str], int] = field(init=False, repr=False, compare=False)
    """(metric name, instance) → row."""

    def __post_init__(self) -> None:
        names = ((metric.name, instance) for metric, instance in zip(self.metrics, self.instances, strict=True))
        object.__setattr__(self, "row", {name: row for row, name in enumerate(names)})
