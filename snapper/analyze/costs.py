"""What a unit of work costs: CPU time for each connection, packet or disk operation, bytes for each packet.

More load makes a busier host; whether each piece of work became dearer is the other half of the
question, and the one that a deploy answers for.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from snapper.analyze.attribute import Cast
from snapper.analyze.demand import BUSY, Sum, mostly_alone, total
from snapper.analyze.diff import Figure, Verdict
from snapper.analyze.judge import Judged
from snapper.analyze.thresholds import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The sum of some rates for each unit of the sum of others."""

    title: str
    unit: str
    cost: tuple[str, ...]
    work: tuple[str, ...]
    of_cpus: bool = False
    """The cost is a share of all CPUs, told in CPU seconds."""


ALL: Final = "all CPU time of the host, whatever it was spent on"
ALONE: Final = "what changed is mostly CPU time of programs that ran on one side only"

COSTS: Final = (
    Cost(title="CPU per connection", unit="seconds", cost=(BUSY,), of_cpus=True,
         work=("snmp.Tcp.ActiveOpens", "snmp.Tcp.PassiveOpens")),
    Cost(title="CPU per packet", unit="seconds", cost=(BUSY,), of_cpus=True,
         work=("netdev.rx_packets", "netdev.tx_packets")),
    Cost(title="CPU per disk operation", unit="seconds", cost=(BUSY,), of_cpus=True,
         work=("disk.reads", "disk.writes")),
    Cost(title="CPU per task created", unit="seconds", cost=(BUSY,), of_cpus=True, work=("stat.processes",)),
    Cost(title="Bytes per packet received", unit="bytes", cost=("netdev.rx_bytes",), work=("netdev.rx_packets",)),
    Cost(title="Bytes per packet sent", unit="bytes", cost=("netdev.tx_bytes",), work=("netdev.tx_packets",)),
    Cost(title="Bytes per read", unit="bytes", cost=("disk.read_bytes",), work=("disk.reads",)),
    Cost(title="Bytes per write", unit="bytes", cost=("disk.write_bytes",), work=("disk.writes",)),
)  # fmt: skip
NEEDED: Final = frozenset(name for cost in COSTS for name in (*cost.cost, *cost.work))


def costs_of(judged: Judged, cast: Cast, thresholds: Thresholds) -> tuple[Figure, ...]:
    """What each unit of work cost before and after, where either side did any work worth the name.

    A cost is called dearer or cheaper if the ratio changed by more than the error of its two sums
    allows and by a tenth at least. Bytes for each operation are neither good nor bad, and neither is CPU
    time that went to programs of one side only: they had another purpose.
    """
    alone = mostly_alone(judged, cast, thresholds)
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, metric in enumerate(judged.compared.metrics):
        if judged.known[row] and metric.name in NEEDED:
            rows[metric.name].append(row)
    figures = []
    for cost in COSTS:
        spent, work = (total(judged, [row for name in names for row in rows[name]]) for names in (cost.cost, cost.work))
        if not (spent.rows and work.rows) or max(work.before, work.after) < work.floor:
            continue
        scale = judged.compared.capacity.cpus if cost.of_cpus else 1
        enough = min(work.before, work.after) >= work.floor
        figures.append(
            Figure(
                title=cost.title,
                unit=cost.unit,
                before=scale * spent.before / work.before if work.before >= work.floor else None,
                after=scale * spent.after / work.after if work.after >= work.floor else None,
                verdict=_verdict(spent, work, thresholds, judge=cost.of_cpus and not alone)
                if enough
                else "too little data",
                note=(ALONE if alone else ALL) if cost.of_cpus else "",
            )
        )
    return tuple(figures)


def _verdict(spent: Sum, work: Sum, thresholds: Thresholds, *, judge: bool) -> Verdict:
    if spent.before <= 0 or spent.after <= 0:
        return "too little data"
    ratio = math.log((spent.after / work.after) / (spent.before / work.before))
    error = math.hypot(*(part.error / math.sqrt(part.before * part.after) for part in (spent, work)))
    if abs(ratio) < thresholds.z * error or abs(ratio) < math.log(1 + thresholds.load_grew):
        return "same"
    if not judge:
        return "changed"
    return "regressed" if ratio > 0 else "improved"
