"""What goes along with something else: demand on the kernel, made by whoever a device's own finding names already.

Who writes to a disk also switches contexts, makes pages dirty and is interrupted. Each of these is true, and told four
times it is one thing told four times: beside the headline on the device they are minor. Where they stand alone, or
somebody else is behind them, they stay what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from snapper.analyze.attribute import instance_of
from snapper.analyze.groups import DEVICES, Group, device_of
from snapper.analyze.judge import Judged, tells
from snapper.analyze.thresholds import Thresholds
from snapper.metric import Resource, Role

SWAPPED: Final = ("vmstat.pswpin", "vmstat.pswpout")
"""Pages that went from and to swap."""
MOVED: Final = ("disk.read_bytes", "disk.write_bytes")
BEHIND: Final = 0.99
"""Of a score, what stands right behind it."""
DEMAND: Final = frozenset({Role.WORKLOAD, Role.INTERNAL})
"""Roles that say what was asked of the host, not how well it bore it."""


def consequences(judged: Judged, groups: Sequence[Group], thresholds: Thresholds) -> list[Group]:
    """The groups, those minor that only go along with a headline on a device, and disks behind the swapping they bear.

    Args:
        judged: Verdicts on all series.
        groups: Of resources, programs and devices, with their tiers.
        thresholds: What "mostly" is.

    Interrupts have no program that could be named; beside any headline on a device they are its.
    """
    devices = [
        group
        for group in groups
        if group.tier == "headline" and not group.program and _resource(judged, group) in DEVICES
    ]
    behind = {instance_of(culprit) for group in devices for culprit in group.culprits[:1]}

    def goes_along(group: Group) -> bool:
        if group.tier != "headline" or group.program or not devices or _resource(judged, group) in DEVICES:
            return False
        if not _is_demand(judged, group):
            return False
        if _resource(judged, group) is Resource.INTERRUPTS:
            return True
        return bool(group.culprits) and instance_of(group.culprits[0]) in behind

    found = [replace(group, tier="minor") if goes_along(group) else group for group in groups]
    return _behind_memory(judged, found, thresholds)


def _behind_memory(judged: Judged, groups: Sequence[Group], thresholds: Thresholds) -> list[Group]:
    """A disk that is busy with swapping comes behind the memory that is short, whose saturation is its load."""
    compared = judged.compared
    memory = max((group.score for group in groups if _resource(judged, group) is Resource.MEMORY), default=0.0)
    swapped = sum(_grown(judged, (name, "")) for name in SWAPPED) * compared.capacity.page_size

    def held(group: Group) -> Group:
        if _resource(judged, group) is not Resource.DISK or group.score <= memory:
            return group
        disk = device_of(compared.metrics[group.rows[0]], compared.instances[group.rows[0]])
        moved = sum(_grown(judged, (name, disk)) for name in MOVED)
        return replace(group, score=memory * BEHIND) if swapped >= thresholds.most * moved > 0 else group

    return list(map(held, groups))


def _grown(judged: Judged, series: tuple[str, str]) -> float:
    """By how much a series grew, 0 where it did not or is not known."""
    row = judged.compared.row.get(series, -1)
    return max(float(judged.compared.change[row]), 0.0) if row >= 0 and judged.known[row] else 0.0


def _resource(judged: Judged, group: Group) -> Resource:
    return judged.compared.metrics[group.rows[0]].resource


def _is_demand(judged: Judged, group: Group) -> bool:
    """Whether nothing in it is busier, waits longer or fails."""
    metrics = [judged.compared.metrics[row] for row in group.rows if judged.flagged[row]]
    return all(metric.role in DEMAND for metric in metrics if tells(metric))
