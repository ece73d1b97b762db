"""How right a verdict is: a `Diff` against a truth, or against the truth that nothing changed.

What programs that are not the lab's did is true of the machine and none of the lab's business: their series and
findings are counted apart wherever the question is what the judge made of the lab.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lab.faults import FAULTS
from lab.truth import Truth
from snapper.analyze.diff import Diff, SeriesRow
from snapper.analyze.finding import Finding
from snapper.analyze.words import CHILDREN

PROGRAM: Final = "program"
SERVICE: Final = frozenset({"service", "client", "store", "batch", "background"})
OURS: Final = SERVICE | frozenset(name for fault in FAULTS for name in fault.truth.involved)
"""Every program of the lab."""
LISTED: Final = frozenset({"headline", "minor"})
"""Tiers that a reader sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultScore:
    """What a comparison made of one fault."""

    finding: int | None
    """Rank of the first true finding among the listed ones, from 1; None where none is."""
    tier: str
    """Of that finding; `context` where it is not listed, empty where it was not found."""
    program: int | None
    """Rank of the true program among all that are named; None where it is not, or where none is to blame."""
    bystanders: tuple[str, ...]
    """Programs of the lab that a headline names and that took no part."""
    flags: int
    """Flagged series, those of others' programs left out."""
    true_flags: int
    """Of these, those that the fault moved."""
    is_warned: bool
    """Whether the report warns of foreign load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairScore:
    """What a comparison made of an unchanged host."""

    flags: int
    """Flagged series, those of others' programs left out."""
    foreign_flags: int
    compared: int
    headlines: int
    """Findings, those on others' programs left out."""
    minors: int


def score_fault(diff: Diff, truth: Truth) -> FaultScore:
    """Score the comparison of a fault with an unchanged host."""
    found = [finding for finding in diff.findings if is_true(finding, truth)]
    listed = [finding for finding in diff.findings if finding.tier in LISTED]
    ranks = [rank for rank, finding in enumerate(listed, 1) if finding in found]
    named = list(dict.fromkeys(name for finding in listed for name in named_in(finding)))
    loud = (name for finding in listed if finding.tier == "headline" for name in named_in(finding))
    flagged = [row for row in diff.series if row.tier is not None and not is_foreign(row.resource, row.instance)]
    return FaultScore(
        finding=ranks[0] if ranks else None,
        tier=next((finding.tier for finding in found), ""),
        program=named.index(truth.program) + 1 if truth.program in named else None,
        bystanders=tuple(sorted({name for name in loud if name in OURS} - truth.involved)),
        flags=len(flagged),
        true_flags=sum(belongs(row, truth) for row in flagged),
        is_warned=any(caution.code == "foreign-load" for caution in diff.warnings),
    )


def score_pair(diff: Diff) -> PairScore:
    """Score the comparison of an unchanged host with itself."""
    flagged = [row for row in diff.series if row.tier is not None]
    own = [row for row in flagged if not is_foreign(row.resource, row.instance)]
    tiers = [finding.tier for finding in diff.findings if not is_foreign(finding.resource, finding.instance)]
    return PairScore(
        flags=len(own),
        foreign_flags=len(flagged) - len(own),
        compared=diff.summary.series_compared,
        headlines=tiers.count("headline"),
        minors=tiers.count("minor"),
    )


def is_true(finding: Finding, truth: Truth) -> bool:
    """Whether a finding tells the fault: by its own metric, or being of the right resource by another of its group."""
    if finding.resource == PROGRAM:
        names = (finding.metric, *map(metric_of, finding.also))
        return program_of(finding.instance) in truth.involved and any(map(truth.names, names))
    settings = finding.config if finding.unit == "text" else ()  # of others, these are what may explain them
    if truth.names(finding.metric) or any(truth.names(setting.source) for setting in settings):
        return True
    return finding.resource == truth.resource and any(truth.names(metric_of(other)) for other in finding.also)


def belongs(row: SeriesRow, truth: Truth) -> bool:
    """Whether a flagged series moved because of the fault."""
    if row.resource == PROGRAM:
        return program_of(row.instance) in truth.involved or (
            program_of(row.instance) in SERVICE and truth.explains(row.metric)
        )
    return truth.explains(row.metric)


def is_foreign(resource: str, instance: str) -> bool:
    """Whether a series or finding is of a program that is not the lab's."""
    return resource == PROGRAM and bool(instance) and program_of(instance) not in OURS


def named_in(finding: Finding) -> Iterator[str]:
    """The programs that a finding names, the first one first."""
    if finding.resource == PROGRAM and finding.instance:
        yield program_of(finding.instance)
    for culprit in finding.culprits:
        yield culprit.program.removeprefix(CHILDREN)


def program_of(instance: str) -> str:
    """The program in the instance of a metric of programs, which can have a unit before and a part behind it.

    >>> program_of("nginx.service/nginx"), program_of("service"), program_of("batch [heap]")
    ('nginx', 'service', 'batch')
    """
    whole = instance.rpartition("/")[2] if not instance.startswith("/") else instance
    first = whole.partition(" ")[0]
    return first if first in OURS else whole


def metric_of(named: str) -> str:
    """The metric in `metric[instance]`."""
    return named.partition("[")[0]


def rank_of_true(rows: Sequence[SeriesRow], strengths: Sequence[float], truth: Truth) -> float | None:
    """Rank of the strongest true series among those flagged (strength above 0), ties in their middle; None for none."""
    true = [
        strength
        for row, strength in zip(rows, strengths, strict=True)
        if strength > 0 and truth.names(row.metric) and (row.resource != PROGRAM or belongs(row, truth))
    ]
    if not true:
        return None
    before = sum(strength > max(true) for strength in strengths)
    ties = sum(strength == max(true) for strength in strengths)
    return before + (ties + 1) / 2


def share(hits: Iterable[bool]) -> float | None:
    """The share that is true; None of nothing.

    >>> share([True, False]), share([])
    (0.5, None)
    """
    counted = list(hits)
    return sum(counted) / len(counted) if counted else None
