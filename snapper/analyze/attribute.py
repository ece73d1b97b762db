"""Who did it: the programs whose own metrics moved by a good share of what a resource did.

A program is named only where a metric of programs is declared to explain the resource. For lost
packets, say, there is none, and then nobody is named: whoever moved at the same time is a bystander.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from snapper.analyze.diff import Culprit
from snapper.analyze.endpoints import endpoint_of, is_refusal
from snapper.analyze.judge import Judged, tells
from snapper.analyze.restarts import restarted
from snapper.analyze.table import Program, SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import CHILDREN
from snapper.collectors.network.ss_sums import NOBODY
from snapper.collectors.programs.pid_stat import CHILDREN_CPU, CPU
from snapper.collectors.programs.program_metrics import PROCESSES, UNATTRIBUTED
from snapper.metric import Metric, Resource, Role, Worse

Arrival = Literal["new", "gone"]

NO_PROCESS: Final = "no sampled process (short-lived children)"
"""What stands in a culprit's place where children came and went between two ticks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The programs of both sides, and how much each of them moved."""

    programs: Mapping[str, Program]
    """Instance of a metric of programs → who."""
    severities: Mapping[str, float]
    """`Program.instance` → how much its flagged metrics weigh together; absent where none was flagged."""
    rows: Mapping[str, tuple[int, ...]]
    """`Program.instance` → rows of its metrics in the comparison."""
    arrivals: Mapping[str, Arrival]
    """`Program.instance` → which, for the programs of one side only."""
    lasting: frozenset[str]
    """Those of one side only that were there at nearly every tick of it."""
    restarted: Mapping[str, int]
    """Those that are started again and again, and were not before → how often within the window."""
    explaining: Mapping[Resource, Mapping[str, tuple[int, ...]]]
    """Resource → unit → rows of the metrics that explain it: what was read and what was written are one pool."""
    reaped: tuple[int, ...]
    """Rows of the CPU time of ended children."""


def cast_of(judged: Judged, befores: Sequence[SeriesTable], after: SeriesTable, thresholds: Thresholds) -> Cast:
    """Gather what each program did, and who came or went.

    Args:
        judged: Verdicts on all series.
        befores: The baselines; a program that any of them has is not new.
        after: The side that is judged.
        thresholds: How a program's further flagged metrics count.
    """
    compared = judged.compared
    programs = {instance: who for table in (*befores, after) for instance, who in table.programs.items()}
    was = {who.instance for table in befores for who in table.programs.values()}
    is_ = {who.instance for who in after.programs.values()}
    arrivals: dict[str, Arrival] = {**dict.fromkeys(was - is_, "gone"), **dict.fromkeys(is_ - was, "new")}
    stayed = {programs[instance].instance for table in (befores[0], after) for instance in table.long_lived}
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, metric in enumerate(compared.metrics):
        who = programs.get(compared.instances[row]) if metric.resource is Resource.PROGRAM else None
        if who is not None:
            rows[who.instance].append(row)
    severities = {
        name: _weight(judged, its_rows, thresholds, arrived=name in arrivals) for name, its_rows in rows.items()
    }
    return Cast(
        programs=programs,
        severities={name: weight for name, weight in severities.items() if weight > 0},
        rows={name: tuple(its_rows) for name, its_rows in rows.items()},
        arrivals=arrivals,
        lasting=frozenset(stayed & arrivals.keys()),
        restarted=restarted(judged, after, thresholds),
        explaining=_explaining(judged),
        reaped=tuple(row for row, metric in enumerate(compared.metrics) if metric.name == CHILDREN_CPU.name),
    )


def one_sided_cpu(judged: Judged, cast: Cast) -> dict[str, float]:
    """CPUs kept busy by each program of one side only: positive for `new`, negative for `gone`."""
    compared = judged.compared
    return {
        name: float(compared.change[row])
        for name in cast.arrivals
        for row in cast.rows.get(name, ())
        if compared.metrics[row].name == CPU.name and judged.known[row]
    }


def instance_of(culprit: Culprit) -> str:
    """The instance that a culprit's series bear: `Program.instance`."""
    return Program(culprit.program.removeprefix(CHILDREN), culprit.unit).instance


def culprits_of(judged: Judged, cast: Cast, row: int, thresholds: Thresholds) -> tuple[Culprit, ...]:
    """Name the programs behind the change of a series, greatest share first.

    Args:
        judged: Verdicts on all series.
        cast: The programs.
        row: The series whose change is to be explained, of any resource but PROGRAM.
        thresholds: From which share on a program is named, and how many.

    A program's share is its part in the sum of all programs' changes, whatever their sign; it counts
    if it points the same way as the change of the resource. Where programs are told in the unit of the
    series, nothing else explains it: sockets in TIME-WAIT belong to no program, whoever opened files. What
    listeners turned away is theirs, whoever knocked. What no process that was seen did was done by ended children.
    """
    metric = judged.compared.metrics[row]
    # What is left shrinks while what is taken grows: less memory available is more memory in use.
    way = float(np.sign(judged.compared.change[row])) * (-1 if metric.worse is Worse.LESS else 1)
    pools = cast.explaining.get(metric.resource, {})
    units = [metric.compared_unit] if metric.compared_unit in pools else sorted(pools)
    if is_refusal(metric.name):
        return _foremost(_listener(judged, cast, row, thresholds), thresholds)
    if metric.name == UNATTRIBUTED.metric.name:
        return _foremost(_unseen(judged, cast, row, 1.0, thresholds), thresholds)
    found = [culprit for unit in units for culprit in _in_pool(judged, cast, pools[unit], way, thresholds)]
    return _foremost(found, thresholds)


def _weight(judged: Judged, rows: Sequence[int], thresholds: Thresholds, *, arrived: bool) -> float:
    """The weight of a program: its worst metric, and a little for each that moved besides.

    Of one that came or went only what it takes counts, not that it is there, and not how it does it.
    """
    metrics = judged.compared.metrics
    telling = [row for row in rows if judged.flagged[row] and tells(metrics[row])]
    if arrived:
        telling = [row for row in telling if metrics[row] != PROCESSES and metrics[row].role is not Role.INTERNAL]
    weights = sorted((float(judged.severity[row]) for row in telling), reverse=True)
    if not weights:
        return 0.0
    return weights[0] + thresholds.program_further * min(len(weights) - 1, thresholds.program_further_most)


def _explaining(judged: Judged) -> dict[Resource, dict[str, tuple[int, ...]]]:
    pools: defaultdict[Resource, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, metric in enumerate(judged.compared.metrics):
        if judged.known[row]:
            for resource in _explained_by(metric):
                pools[resource][metric.compared_unit].append(row)
    return {resource: {unit: tuple(rows) for unit, rows in units.items()} for resource, units in pools.items()}


def _explained_by(metric: Metric) -> tuple[Resource, ...]:
    """The resources that a metric tells shares of: declared, or its own where its instances are programs."""
    if metric.name == UNATTRIBUTED.metric.name:
        return (Resource.CPU,)
    if metric.resource is not Resource.PROGRAM and metric.labels == ("program",) and not metric.history:
        return (metric.resource,)
    return metric.attributes


def _in_pool(judged: Judged, cast: Cast, rows: Sequence[int], way: float, thresholds: Thresholds) -> list[Culprit]:
    """Those whose share of the pool is large enough, points the right way, and matters by itself."""
    compared = judged.compared
    moved = compared.change[list(rows)]
    total = float(np.abs(moved).sum())
    found = []
    for row, change in zip(rows, moved.tolist(), strict=True):
        share = abs(change) / total if total else 0.0
        if compared.instances[row] == NOBODY:
            continue
        sure = judged.sureness[row] >= thresholds.z or compared.came[row] or compared.went[row]
        if share >= thresholds.share and change * way > 0 and abs(change) >= compared.floor[row] and sure:
            unseen = compared.metrics[row].name == UNATTRIBUTED.metric.name
            found += _unseen(judged, cast, row, share, thresholds) if unseen else [_culprit(judged, cast, row, share)]
    return found


def _listener(judged: Judged, cast: Cast, row: int, thresholds: Thresholds) -> list[Culprit]:
    """Who has the port that turned away or kept waiting; its instance ends in the program (`tcp :8443 nginx`)."""
    share = 1.0
    if not judged.compared.instances[row]:
        found = endpoint_of(judged, row, thresholds)
        if found is None or not found.endpoint.to_blame:
            return []
        row, share = found.row, found.share
    program = " ".join(judged.compared.instances[row].split(" ")[2:])
    return [_culprit(judged, cast, row, share, program)] if program not in {"", NOBODY} else []


def _foremost(found: Sequence[Culprit], thresholds: Thresholds) -> tuple[Culprit, ...]:
    """Each program once, by its greatest share."""
    named: dict[tuple[str, str], Culprit] = {}
    for culprit in sorted(found, key=lambda culprit: (-culprit.share, -culprit.severity, culprit.program)):
        named.setdefault((culprit.program, culprit.unit), culprit)
    return tuple(named.values())[: thresholds.culprits]


def _unseen(judged: Judged, cast: Cast, row: int, share: float, thresholds: Thresholds) -> list[Culprit]:
    """Who is behind CPU time of no process that was seen: the parents that reaped it, if that explains it."""
    compared = judged.compared
    parts = {
        other: float(compared.change[other] / compared.change[row])
        for other in cast.reaped
        if abs(compared.change[other]) >= compared.floor[other]
    }
    # A child that lived before the window brings more than was unseen in it: together they explain all of it at most.
    scale = share / max(sum(part for part in parts.values() if part > 0), 1.0)
    parents = [
        _culprit(judged, cast, other, part * scale) for other, part in parts.items() if part * scale >= thresholds.share
    ]
    left = share - sum(parent.share for parent in parents)
    unknown = [_culprit(judged, cast, row, left)] if left >= max(thresholds.share, thresholds.most * share) else []
    return parents + unknown


def _culprit(judged: Judged, cast: Cast, row: int, share: float, program: str = "") -> Culprit:
    """The program that a series is of, or the one that is named."""
    compared = judged.compared
    metric = compared.metrics[row]
    who = _who(cast, program or compared.instances[row] or NO_PROCESS)
    reaped = CHILDREN if metric.name == CHILDREN_CPU.name else ""
    return Culprit(
        program=f"{reaped}{who.name}",
        unit=who.unit,
        share=share,
        severity=cast.severities.get(who.instance, float(judged.severity[row])),
        metric=metric.name,
        before=float(compared.before[row]),
        after=float(compared.after[row]),
        value_unit=metric.compared_unit,
    )


def _who(cast: Cast, instance: str) -> Program:
    """The program of an instance; a tool that knows only the command "python" means the one program that it runs."""
    if instance in cast.programs:
        return cast.programs[instance]
    same = {who for who in cast.programs.values() if who.name == instance or who.name.startswith(f"{instance} ")}
    return same.pop() if len(same) == 1 else Program(instance)
