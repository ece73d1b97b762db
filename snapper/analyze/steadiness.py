"""How steady the machine itself was: the same work does not always take the same CPU time.

A neighbour on the same core, a clock that changes, a cache that is shared: on a virtual machine one program doing one
thing was seen to take from 20 to 26 % of a CPU within half an hour, and so did those beside it. What the other
programs' CPU time did between two captures says how much of that there is here. It is taken as noise, so that none of
them is accused; where all moved the same way, `comparability` says that it may be the machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from snapper.analyze.table import Array
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.window import Bools
from snapper.collectors.programs.pid_stat import CPU
from snapper.metric import Metric, Resource, Role

TIMES: Final = frozenset({CPU.name, "proc.utime", "proc.stime", "proc.run_time"})
"""Of a program: its CPU time, and parts of it."""
BUSY: Final = frozenset({Role.UTILIZATION, Role.INTERNAL})
"""Roles of what CPUs and control groups did, not of what waited."""
MEDIAN_OF_SQUARES: Final = 0.455
"""Median of the square of a standard normal: what it must be divided by to give the variance."""


def programs_that_worked(metrics: Sequence[Metric], before: Array, after: Array, thresholds: Thresholds) -> Bools:
    """The rows of programs' CPU time that both sides know and that are large enough to tell a ratio by."""
    named = np.fromiter((metric.name == CPU.name for metric in metrics), np.bool_, len(metrics))
    worked: Bools = named & (np.fmin(np.nan_to_num(before), np.nan_to_num(after)) >= thresholds.steady_cpu)
    return worked


def unsteadiness(
    metrics: Sequence[Metric], instances: Sequence[str], before: Array, after: Array, thresholds: Thresholds
) -> Array:
    """Variance of CPU time relative to its level, as the programs have it that are not the row's own.

    Args:
        metrics: Of each row.
        instances: Of each row; a program's own change is not noise.
        before: Mean of each row, the baselines'.
        after: The judged side's.
        thresholds: Which programs count, and how heavily they weigh against the table of noise.

    Returns:
        A value for each row; 0 where it is no CPU time, or no other program worked. Pooled with the
        table's own share by degrees of freedom, of which each other program brings one, or less if it took little.
        The estimate is the median of squares, weighed alike: one program that really changed does not move it,
        and the 10 ms steps of those that are nearly idle do not either.
    """
    worked = np.flatnonzero(programs_that_worked(metrics, before, after, thresholds))
    squares = np.log(after[worked] / before[worked]) ** 2 / 2  # a difference has the variance of two runs
    weights = np.minimum(np.minimum(before[worked], after[worked]), thresholds.steady_full)
    place = {instances[row]: at for at, row in enumerate(worked.tolist())}
    whole = _pooled(squares, weights, thresholds)
    without = {name: _pooled(np.delete(squares, at), np.delete(weights, at), thresholds) for name, at in place.items()}

    def of(metric: Metric, instance: str) -> float:
        if metric.name in TIMES:
            return without.get(instance, whole)
        of_all = metric.resource in {Resource.CPU, Resource.CGROUP} and metric.role in BUSY
        return whole if of_all and metric.compared_unit == "ratio" else 0.0

    return np.fromiter(map(of, metrics, instances), np.float64, len(metrics))


def common_change(metrics: Sequence[Metric], before: Array, after: Array, thresholds: Thresholds) -> float:
    """By which factor the CPU time of the programs changed alike, 1 where it did not or too few tell.

    Alike means that all but one in ten of at least `steady_programs` moved the same way, most of them
    by `steady_change` or more.
    """
    worked = programs_that_worked(metrics, before, after, thresholds)
    moved = np.log(after[worked] / before[worked])
    if len(moved) < thresholds.steady_programs:
        return 1.0
    middle = float(np.median(moved))
    alike = float((np.sign(moved) == np.sign(middle)).mean())
    is_common = abs(middle) >= math.log(1 + thresholds.steady_change) and alike >= thresholds.steady_alike
    return math.exp(middle) if is_common else 1.0


def _pooled(squares: Array, weights: Array, thresholds: Thresholds) -> float:
    """What so many programs say, beside a table that says nothing moves.

    So many as there would have to be, did each weigh the same (Kish 1965, *Survey Sampling*, 11.7).
    """
    if not len(squares):
        return 0.0
    told = min(_weighted_median(squares, weights) / MEDIAN_OF_SQUARES, thresholds.steady_most**2)
    count = float(weights.sum() ** 2 / (weights**2).sum())
    return told * count / (count + thresholds.noise_prior_weight)


def _weighted_median(values: Array, weights: Array) -> float:
    """The value at which half of the weight is reached; the middle of two where that is just between them."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    low, high = np.searchsorted(reached, (0.5 - 1e-9, 0.5 + 1e-9))
    return float(values[order[low]] + values[order[high]]) / 2
