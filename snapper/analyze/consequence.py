"""What goes along with something else, and is put behind it.

Who writes to a disk also switches contexts, makes pages dirty and is interrupted; who starts processes makes page
faults. Each of these is true, and told four times it is one thing told four times: beside the headline on the disk they
are minor. Where they stand alone, or somebody else is behind them, they stay what they were. What waits because it
was told to wait, or for memory, comes behind its cause, and so does CPU time that is the price of what was asked of the
kernel: a thousand processes a second keep the CPUs busy by being started, whatever they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from snapper.analyze.attribute import instance_of
from snapper.analyze.demand import BUSY
from snapper.analyze.groups import Group, device_of
from snapper.analyze.judge import Judged, tells
from snapper.analyze.thresholds import Thresholds
from snapper.metric import Metric, Resource, Role

CAUSES: Final = frozenset({Resource.DISK, Resource.FILESYSTEM, Resource.NETWORK, Resource.TASKS})
"""What makes a kernel work besides."""
SWAPPED: Final = ("vmstat.pswpin", "vmstat.pswpout")
"""Pages that went from and to swap."""
MOVED: Final = ("disk.read_bytes", "disk.write_bytes")
THROTTLED: Final = "cgroup.cpu.throttled"
BEHIND: Final = 0.99
"""Of a score, what stands right behind it."""
STARTED: Final = "stat.processes"
SWITCHED: Final = "stat.ctxt"
DEMAND: Final = frozenset({Role.WORKLOAD, Role.INTERNAL})
"""Roles that say what was asked of the host, not how well it bore it."""


def consequences(judged: Judged, groups: Sequence[Group], thresholds: Thresholds) -> list[Group]:
    """The groups, those minor that only go along with a headline, and what waits behind what it waits for.

    Args:
        judged: Verdicts on all series.
        groups: Of resources, programs and devices, with their tiers.
        thresholds: What "mostly" is.
    """
    causes = [
        group
        for group in groups
        if group.tier == "headline" and not group.program and _resource(judged, group) in CAUSES
    ]
    found = [replace(group, tier="minor") if _goes_along(judged, group, causes) else group for group in groups]
    found = _behind_memory(judged, found, thresholds)
    return _behind_limits(judged, _behind_work(judged, found, thresholds))


def _goes_along(judged: Judged, group: Group, causes: Sequence[Group]) -> bool:
    """Whether a headline is only demand on the kernel that one of the causes makes.

    Interrupts have no program that could be named; beside any cause they are its. So are page faults beside
    processes that are started: these are made of them.
    """
    telling = _telling(judged, group)
    if group.tier != "headline" or group.program or not causes or _resource(judged, group) in CAUSES:
        return False
    if not all(metric.role in DEMAND for metric in telling):
        return False
    started = any(_resource(judged, cause) is Resource.TASKS for cause in causes)
    of_pages = {metric.unit for metric in telling} <= {"faults", "pages"}
    if _resource(judged, group) is Resource.INTERRUPTS or (started and of_pages):
        return True
    behind = {instance_of(culprit) for cause in causes for culprit in cause.culprits[:1]}
    return bool(group.culprits) and instance_of(group.culprits[0]) in behind


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


def _behind_work(judged: Judged, groups: Sequence[Group], thresholds: Thresholds) -> list[Group]:
    """CPUs come behind the starts and switches of tasks if these alone, at their price, kept them busier."""
    busier = _grown(judged, (BUSY, "")) * max(judged.compared.capacity.cpus, 1)
    paid = [
        group.score
        for group in groups
        if group.tier == "headline" and (price := _price(judged, group, thresholds)) and busier <= price
    ]

    def held(group: Group) -> Group:
        is_price = paid and _resource(judged, group) is Resource.CPU
        return replace(group, score=min(group.score, max(paid) * BEHIND)) if is_price else group

    return list(map(held, groups))


def _price(judged: Judged, group: Group, thresholds: Thresholds) -> float:
    """CPUs that the starts and switches of tasks which a group tells keep busy, at most."""
    prices = {STARTED: thresholds.start_cost, SWITCHED: thresholds.switch_cost}
    told = {metric.name for metric in _telling(judged, group)} & prices.keys()
    return sum(prices[name] * _grown(judged, (name, "")) for name in told)


def _behind_limits(judged: Judged, groups: Sequence[Group]) -> list[Group]:
    """Waiting for CPUs that are no busier comes behind the limit that holds a group back: it counts as waiting, too."""
    limited = [
        group.score
        for group in groups
        if any(metric.name == THROTTLED for metric in _telling(judged, group)) and group.tier == "headline"
    ]

    def held(group: Group) -> Group:
        waits = _resource(judged, group) is Resource.CPU and {one.role for one in _telling(judged, group)} == {
            Role.SATURATION
        }
        return replace(group, score=min(group.score, max(limited) * BEHIND)) if waits and limited else group

    return list(map(held, groups))


def _grown(judged: Judged, series: tuple[str, str]) -> float:
    """By how much a series grew, 0 where it did not or is not known."""
    row = judged.compared.row.get(series, -1)
    return max(float(judged.compared.change[row]), 0.0) if row >= 0 and judged.known[row] else 0.0


def _resource(judged: Judged, group: Group) -> Resource:
    return judged.compared.metrics[group.rows[0]].resource


def _telling(judged: Judged, group: Group) -> list[Metric]:
    """The metrics of a group's flagged series, without what remembers or repeats."""
    metrics = [judged.compared.metrics[row] for row in group.rows if judged.flagged[row]]
    return [metric for metric in metrics if tells(metric)]
