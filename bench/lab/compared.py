"""The snapshots there are, compared: every fault and pair by snapper, and by the rules of other tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from lab import place, rules
from lab.faults import FAULTS
from lab.plan import UNCHANGED, Half, Take, baselines_of, half_of, pairs, takes, takes_of
from lab.score import FaultScore, PairScore, belongs, is_foreign, rank_of_true, score_fault, score_pair
from lab.truth import Fault, Truth
from snapper import Snapshot, diff, load
from snapper.analyze.diff import Diff, SeriesRow

SEVERAL: Final = 3
"""Baselines where there is more than one."""
SNAPPER: Final = "snapper"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScore:
    """What one rule made of one pair of snapshots."""

    rule: str
    flags: int
    compared: int
    true_flags: int = 0
    rank: float | None = None
    """Of the first true series, for a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFault:
    """One fault with so many baselines."""

    fault: Fault
    name: str
    """Of the capture."""
    half: Half
    baselines: int
    foreign: float
    """The most that others took during any of the captures, in CPUs."""
    is_disturbed: bool
    is_uneven: bool
    """Whether its programs do a number of instructions instead of taking a certain CPU time."""
    score: FaultScore
    rules: tuple[RuleScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPair:
    """One pair of an unchanged host with so many baselines."""

    name: str
    kind: str
    half: Half
    baselines: int
    foreign: float
    is_disturbed: bool
    score: PairScore
    rules: tuple[RuleScore, ...] = ()


def faults() -> Iterator[OfFault]:
    """Every fault that was captured, with one baseline and with several: those captured nearest in time."""
    for fault, take in _taken():
        near = _nearest(take)
        for count in (1, SEVERAL):
            if not place.is_there(take.name) or len(near) < count:
                continue
            used = near[:count]
            told = _diff(used, take)
            yield OfFault(
                fault=fault,
                name=take.name,
                half=half_of(fault.name),
                baselines=count,
                foreign=_foreign([*used, take]),
                is_disturbed=_disturbed([*used, take]),
                is_uneven=take.is_uneven,
                score=score_fault(told, fault.truth),
                rules=_by_rules(told, used[0], take, fault.truth) if count == 1 else (),
            )


def _taken() -> Iterator[tuple[Fault, Take]]:
    for fault in FAULTS:
        for take in takes_of(fault):
            yield fault, take


def unchanged() -> Iterator[OfPair]:
    """Every pair of an unchanged host, and every capture of one against several others."""
    by_name = {take.name: take for take in takes()}
    for pair in pairs():
        before, after = by_name[pair.before], by_name[pair.after]
        if place.is_there(before.name) and place.is_there(after.name):
            told = _diff([before], after)
            yield _of_pair(pair.name, pair.kind, [before], after, told, _by_rules(told, before, after, None))
    for take in takes():
        near = _nearest(take) if take.series and take.series != "kept" and place.is_there(take.name) else []
        if len(near) >= SEVERAL:
            used = near[:SEVERAL]
            yield _of_pair(take.name, take.series, used, take, _diff(used, take), ())


def _of_pair(  # noqa: PLR0913, PLR0917 - what there is to know of a pair
    name: str, kind: str, used: Sequence[Take], after: Take, told: Diff, by_rules: tuple[RuleScore, ...]
) -> OfPair:
    return OfPair(
        name=name,
        kind=kind,
        half=half_of(name),
        baselines=len(used),
        foreign=_foreign([*used, after]),
        is_disturbed=_disturbed([*used, after]),
        score=score_pair(told),
        rules=by_rules,
    )


def _nearest(take: Take) -> list[Take]:
    """The captures that a take can be compared with, undisturbed ones first, then nearest in time."""
    there = [other for other in baselines_of(take) if place.is_there(other.name)]
    if not place.is_there(take.name):
        return []
    started = place.read_note(take.name).started

    def distance(other: Take) -> tuple[bool, float]:
        note = place.read_note(other.name)
        return note.is_disturbed, abs(note.started - started)

    return sorted(there, key=distance)


def _diff(befores: Sequence[Take], after: Take) -> Diff:
    first, *more = [_snapshot(take.name) for take in befores]
    return diff(first, _snapshot(after.name), baselines=more)


@cache
def _snapshot(name: str) -> Snapshot:
    return load(place.snapshot(name))


def _by_rules(told: Diff, before: Take, after: Take, truth: Truth | None) -> tuple[RuleScore, ...]:
    """Every rule on the series that both sides have, those of others' programs left out; snapper's own verdicts too."""
    tables = _snapshot(before.name).table, _snapshot(after.name).table
    rows: list[SeriesRow] = []
    sides = []
    for row in told.series:
        name = (row.metric, row.instance)
        if all(name in table.row for table in tables) and not is_foreign(row.resource, row.instance):
            rows.append(row)
            old, new = (table.points[table.row[name]] for table in tables)
            sides.append((old[np.isfinite(old)], new[np.isfinite(new)]))
    scores = [_rule_score(rule, rows, rules.decide(rule, sides).tolist(), truth) for rule in rules.RULES]
    severities = [(row.severity or 1e-9) if row.tier is not None else 0.0 for row in rows]
    return (_rule_score(SNAPPER, rows, severities, truth), *scores)


def _rule_score(rule: str, rows: Sequence[SeriesRow], strengths: Sequence[float], truth: Truth | None) -> RuleScore:
    flagged = [row for row, strength in zip(rows, strengths, strict=True) if strength > 0]
    return RuleScore(
        rule=rule,
        flags=len(flagged),
        compared=len(rows),
        true_flags=sum(belongs(row, truth) for row in flagged) if truth else 0,
        rank=rank_of_true(rows, strengths, truth) if truth else None,
    )


def _foreign(used: Sequence[Take]) -> float:
    return max(place.read_note(take.name).foreign for take in used)


def _disturbed(used: Sequence[Take]) -> bool:
    return any(place.read_note(take.name).is_disturbed for take in used)


def spread_of(series: str) -> float:
    """Coefficient of variation of the CPU time that the service took, over the captures of an unchanged host."""
    taken = []
    for take in UNCHANGED[series]:
        if place.is_there(take.name):
            table = _snapshot(take.name).table
            taken.append(float(np.nanmean(table.points[table.row["proc.run_time", "service"]])))
    return float(np.std(taken) / np.mean(taken)) if taken else float("nan")
