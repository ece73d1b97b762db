"""Which of many baselines are compared with: those under a load most like that of the judged side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from snapper.analyze.noise import Capacity
from snapper.analyze.noise_class import noise_of
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.table import SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.collectors import catalogue

LOAD: Final = (
    ("snmp.Tcp.ActiveOpens", "snmp.Tcp.PassiveOpens"),
    ("netdev.rx_packets", "netdev.tx_packets"),
    ("disk.reads", "disk.writes"),
    ("stat.processes",),
    ("cpu.utilization",),
)
"""The sums that are the total load; each counts the same."""


def nearest(
    befores: Sequence[Snapshot], after: Snapshot, *, capacity: Capacity, thresholds: Thresholds
) -> list[Snapshot]:
    """Choose baselines where there are more than are of use.

    Args:
        befores: All; the first is the one that the user named as the before side, and stays.
        after: The judged side.
        capacity: Of the host, for the scale of each load.
        thresholds: How many are used.

    Returns:
        At most `thresholds.pool`: the first, and of the others those nearest in load, in the order given.
    """
    if len(befores) <= thresholds.pool:
        return list(befores)
    wanted = _load(after.table, capacity, thresholds)
    apart = [_apart(_load(snapshot.table, capacity, thresholds), wanted) for snapshot in befores[1:]]
    order = sorted(range(len(apart)), key=lambda place: (apart[place], befores[place + 1].manifest.id))
    kept = sorted(order[: thresholds.pool - 1])
    return [befores[0], *(befores[place + 1] for place in kept)]


def _load(table: SeriesTable, capacity: Capacity, thresholds: Thresholds) -> list[float]:
    """Each load as the logarithm of its sum in floors and one more, so that next to nothing is nothing."""
    metrics = catalogue()
    found = []
    for names in LOAD:
        rows = [row for row, metric in enumerate(table.metrics) if metric.name in names]
        total = float(np.nansum(table.mean[rows])) if rows else 0.0
        floor = noise_of(metrics[names[0]], thresholds.noise, capacity).floor_absolute
        found.append(float(np.log2(1 + total / floor)))
    return found


def _apart(one: Sequence[float], other: Sequence[float]) -> float:
    """How many doublings two loads are apart, all kinds together."""
    return sum(abs(left - right) for left, right in zip(one, other, strict=True))
