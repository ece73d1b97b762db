"""Load first: what the offered load explains is a change of load, and no regression.

Twice the requests at the same cost each make a busier host and nobody's fault. So before a change of
CPU time or of a disk's busy time is called one for the worse, it is held against the work that came in:
what grew no more than the work did is explained, and only what grew beyond it is judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from snapper.analyze.attribute import Cast, culprits_of, instance_of, one_sided_cpu
from snapper.analyze.diff import Culprit
from snapper.analyze.judge import Judged, tells
from snapper.analyze.thresholds import Thresholds
from snapper.collectors.programs.pid_stat import CHILDREN_CPU, CPU
from snapper.collectors.programs.program_metrics import UNATTRIBUTED
from snapper.metric import Resource, Role
from snapper.units import format_ratio

BUSY: Final = "cpu.utilization"
REQUESTS: Final = (
    ("snmp.Tcp.ActiveOpens", "snmp.Tcp.PassiveOpens"),
    ("netdev.rx_packets", "netdev.tx_packets"),
    ("netdev.rx_bytes",),
)
"""Sums of work that comes in from outside; what CPUs do for it is in proportion. Packets alone do not tell: the more
there is, the more is acknowledged at once, and twice the requests were seen to make 1.6 times the packets."""
FOLLOW: Final = frozenset({BUSY, CPU.name, CHILDREN_CPU.name, UNATTRIBUTED.metric.name, "cgroup.cpu.utilization"})
"""CPU time follows the requests. Memory does not: it is held, and a leak would hide behind a busy day."""
OPERATIONS: Final = ("disk.reads", "disk.writes")
"""The work of each disk, which its busy time follows."""
DISK_BUSY: Final = "disk.utilization"
EXPLAINED: Final = "explained by the offered load: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Some rows of the comparison added up."""

    rows: Sequence[int]
    before: float
    after: float
    error: float
    """Standard deviation of the change of the sum."""
    floor: float

    @property
    def ratio(self) -> float:
        """How many times as much; 0 where either side is nothing."""
        return self.after / self.before if self.before > 0 and self.after > 0 else 0.0


def total(judged: Judged, rows: Sequence[int]) -> Sum:
    """The sum of some rows; what is not known on one side is left out on both."""
    compared = judged.compared
    rows = [row for row in rows if judged.known[row]]
    return Sum(
        rows=rows,
        before=float(compared.before[rows].sum()),
        after=float(compared.after[rows].sum()),
        error=float(np.sqrt((compared.error[rows] ** 2).sum())),
        floor=float(compared.floor[rows].min()) if rows else 0.0,
    )


def explained_by_load(judged: Judged, cast: Cast, rows: Sequence[int], thresholds: Thresholds) -> str:
    """Say which load explains all that got worse or better among some rows; empty where none does.

    Args:
        judged: Verdicts on all series.
        cast: The programs: CPU time of those of one side only is nobody's requests.
        rows: Of one finding. What waits (saturation) is explained where what it waits for is.
        thresholds: How much growth is any, and how near two ratios are to each other.

    Errors are explained by nothing.
    """
    metrics = judged.compared.metrics
    moved = [row for row in rows if judged.flagged[row] and judged.worse[row] and tells(metrics[row])]
    busy = [row for row in moved if metrics[row].role is not Role.SATURATION] or _waited_for(judged, moved)
    said = [_explanation(judged, cast, row, thresholds) for row in busy]
    return said[0] if said and all(said) else ""


def _waited_for(judged: Judged, waiting: Sequence[int]) -> list[int]:
    """What they wait for where that is the CPUs, however little these changed."""
    compared = judged.compared
    row = compared.row.get((BUSY, ""), -1)
    is_cpu = bool(waiting) and all(compared.metrics[part].resource is Resource.CPU for part in waiting)
    return [row] if is_cpu and row >= 0 and judged.known[row] else []


def mostly_alone(judged: Judged, cast: Cast, thresholds: Thresholds) -> bool:
    """Whether most of the change in CPU time is of programs that ran on one side only."""
    compared = judged.compared
    row = compared.row.get((BUSY, ""))
    if row is None or not judged.known[row]:
        return False
    moved = abs(float(compared.change[row])) * max(compared.capacity.cpus, 1)
    return abs(sum(one_sided_cpu(judged, cast).values())) >= thresholds.most * max(moved, float(compared.floor[row]))


def _explanation(judged: Judged, cast: Cast, row: int, thresholds: Thresholds) -> str:
    """The work that a series followed; the CPUs of the host followed it if the programs behind their change did."""
    compared = judged.compared
    if compared.metrics[row].name != BUSY:
        return _followed(judged, row, thresholds, least=thresholds.load_part)
    behind = culprits_of(judged, cast, row, thresholds)
    rows = [_row_of(judged, culprit) for culprit in behind]
    said = [_followed(judged, part, thresholds, least=thresholds.load_part) if part >= 0 else "" for part in rows]
    if not all(said):
        return ""
    # What the host does besides is not in proportion to anything, so that its sum grows less than its parts.
    return _followed(judged, row, thresholds, least=0.0 if said else thresholds.load_part)


def _row_of(judged: Judged, culprit: Culprit) -> int:
    rows = judged.compared.row
    return rows.get((culprit.metric, instance_of(culprit)), rows.get((culprit.metric, ""), -1))


def _followed(judged: Judged, row: int, thresholds: Thresholds, *, least: float) -> str:
    """The work that moved the same way as a series; connections before packets where both come near.

    Args:
        judged: Verdicts on all series.
        row: The series.
        thresholds: What is growth at all, and what is near.
        least: Share of the work's doublings that the series has to show at least; at most it may show all, and
            by `thresholds.load_same` more.
    """
    compared = judged.compared
    grown, alike = _doublings(total(judged, [row]).ratio), math.log2(1 + thresholds.load_same)
    near = []
    for work in _works(judged, row):
        offered = _doublings(work.ratio)
        moved = abs(offered) >= math.log2(1 + thresholds.load_grew) and offered * grown > 0
        sure = abs(work.after - work.before) >= max(thresholds.z * work.error, work.floor)
        if moved and sure and least * abs(offered) <= abs(grown) <= abs(offered) + alike:
            near.append((int(abs(offered - grown) / alike), work))
    if not near:
        return ""
    work = min(near, key=lambda pair: pair[0])[1]  # of those about as near the first
    moved_most = max(abs(float(compared.change[part])) for part in work.rows)
    telling = next(part for part in work.rows if abs(float(compared.change[part])) >= thresholds.most * moved_most)
    return f"{EXPLAINED}{compared.metrics[telling].title} {format_ratio(work.before, work.after)}"


def _works(judged: Judged, row: int) -> Iterator[Sum]:
    """The sums of work that a series follows."""
    compared = judged.compared
    metric, instance = compared.metrics[row], compared.instances[row]
    if metric.name == DISK_BUSY:
        parts = [compared.row.get((name, instance), -1) for name in OPERATIONS]
        yield total(judged, [part for part in parts if part >= 0])
    elif metric.name in FOLLOW:
        for names in REQUESTS:
            yield total(judged, [part for part, other in enumerate(compared.metrics) if other.name in names])


def _doublings(ratio: float) -> float:
    return math.log2(ratio) if ratio > 0 else 0.0
