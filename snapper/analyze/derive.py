"""Metrics that are computed from others of the same instance, point by point and once more from the means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from snapper.analyze.part import Name, Part, joined
from snapper.analyze.table import Array
from snapper.analyze.timeline import Ints
from snapper.collectors.contract import Derived


def derive(part: Part, derivations: Iterable[Derived]) -> Part:
    """Add what can be derived from the series of a snapshot.

    Args:
        part: All series that sources yielded.
        derivations: In any order; one may take another's result.

    Returns:
        `part` and a series for each instance that has all inputs which are not optional.
        What comes out infinite or undefined (0 / 0) is not known.
    """
    waiting = list(derivations)
    while waiting:
        upcoming = {derived.metric.name for derived in waiting}
        ready = [derived for derived in waiting if not upcoming.intersection(derived.inputs)]
        if not ready:
            break  # they wait for each other
        rows = _rows(part.names)
        inputs = replace(part, points=_with_zero(part.points), mean=_with_zero(part.mean))
        part = joined([part, *(_derived(inputs, rows, derived) for derived in ready)], part.points.shape[1])
        waiting = [derived for derived in waiting if derived not in ready]
    return part


def _rows(names: Iterable[Name]) -> dict[str, dict[str, int]]:
    """Metric name → instance → row."""
    rows: dict[str, dict[str, int]] = {}
    for row, (metric, instance) in enumerate(names):
        rows.setdefault(metric, {})[instance] = row
    return rows


def _with_zero(values: Array) -> Array:
    """With one row more, for the inputs that an instance lacks: -1 is its index."""
    return np.concatenate([values, np.zeros((1, *values.shape[1:]))])


def _derived(part: Part, rows: Mapping[str, Mapping[str, int]], derived: Derived) -> Part:
    of_input = [rows.get(name, {}) for name in derived.inputs]
    instances = sorted(_instances(derived, of_input))
    taken = [np.fromiter((row.get(name, -1) for name in instances), np.int64, len(instances)) for row in of_input]
    points, mean = (_computed(derived, values, taken) for values in (part.points, part.mean))
    most = np.max([np.where(row >= 0, part.seen[row], 0) for row in taken], axis=0) if len(part.seen) else mean
    return Part(
        names=tuple((derived.metric.name, instance) for instance in instances),
        points=points,
        mean=mean,
        # What was read once has one point, however many ticks it holds for.
        seen=np.minimum(np.isfinite(points).sum(axis=1), most).astype(np.int64),
    )


def _instances(derived: Derived, of_input: Iterable[Mapping[str, int]]) -> set[str]:
    """Those that have every input which is not optional, and one at least."""
    needed = [set(row) for name, row in zip(derived.inputs, of_input, strict=True) if name not in derived.optional]
    return set.intersection(*needed) if needed else set().union(*of_input)


def _computed(derived: Derived, values: Array, taken: Iterable[Ints]) -> Array:
    """Apply it to the rows of each input."""
    with np.errstate(all="ignore"):
        inputs = [values[row] for row in taken]
        result = np.broadcast_to(np.asarray(derived.compute(*inputs), np.float64), inputs[0].shape)
    return np.where(np.isfinite(result), result, np.nan)
