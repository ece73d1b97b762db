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
from snapper.analyze.groups import DEVICES, Group
from snapper.analyze.judge import Judged, tells
from snapper.metric import Resource, Role

DEMAND: Final = frozenset({Role.WORKLOAD, Role.INTERNAL})
"""Roles that say what was asked of the host, not how well it bore it."""


def consequences(judged: Judged, groups: Sequence[Group]) -> list[Group]:
    """The groups, those minor that only go along with a headline on a device.

    Args:
        judged: Verdicts on all series.
        groups: Of resources, programs and devices, with their tiers.

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

    return [replace(group, tier="minor") if goes_along(group) else group for group in groups]


def _resource(judged: Judged, group: Group) -> Resource:
    return judged.compared.metrics[group.rows[0]].resource


def _is_demand(judged: Judged, group: Group) -> bool:
    """Whether nothing in it is busier, waits longer or fails."""
    metrics = [judged.compared.metrics[row] for row in group.rows if judged.flagged[row]]
    return all(metric.role in DEMAND for metric in metrics if tells(metric))
