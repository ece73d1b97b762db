"""From groups of flagged series to ranked findings, each with who, why perhaps, and what to do next."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from snapper.analyze.attribute import Cast, instance_of
from snapper.analyze.consequence import consequences
from snapper.analyze.demand import EXPLAINED, REQUESTS, explained_by_load
from snapper.analyze.diff import Chart, DriftRow, Finding, Tier, Verdict
from snapper.analyze.explain import explanations
from snapper.analyze.groups import Group, device_groups, is_service, program_groups, resource_groups, tier_of
from snapper.analyze.judge import Judged, or_none, series_name, worse_of
from snapper.analyze.place import place_of
from snapper.analyze.settings import changed_settings, settings_in
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import arrival_title, slug, subject, title
from snapper.metric import Metric, Resource
from snapper.units import format_change

TIERS: Final[tuple[Tier, ...]] = ("headline", "minor", "context")
_NOUNS: Final = {
    Resource.DISK: "disk",
    Resource.FILESYSTEM: "file system",
    Resource.NETWORK: "network interface",
}
SINGLE: Final = "one reading a side, judged by what is usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that findings are made of."""

    judged: Judged
    cast: Cast
    growing: Mapping[int, float]
    """Row → by how much it grew within the window: levels of programs that keep growing."""
    drift: Sequence[DriftRow]
    charts: Sequence[Chart | None]
    metrics: Mapping[str, Metric]
    """Declarations of facts and of program metrics, by name."""
    other_host: bool
    """The sides are different hosts or kernels."""
    resized: frozenset[str] = frozenset()
    """Of "memory" and "cpus", what the host has another amount of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is different, ranked, and what became of each flagged series."""

    ranked: tuple[Finding, ...]
    tiers: Mapping[int, Tier]
    """Row → tier of the finding that it is part of."""
    excused: frozenset[int]
    """Rows whose change the offered load explains."""


def findings_of(evidence: Evidence, thresholds: Thresholds) -> Findings:
    """Group, weigh, name and rank what was flagged.

    Args:
        evidence: Verdicts, programs, facts.
        thresholds: Weights and tiers.
    """
    judged, cast = evidence.judged, evidence.cast
    groups = resource_groups(judged, cast, thresholds)
    named = {instance_of(culprit) for group in groups if group.tier != "context" for culprit in group.culprits}
    groups += program_groups(judged, cast, growing=evidence.growing, attached=named, thresholds=thresholds)
    groups += device_groups(judged, thresholds)
    groups += _leaks(evidence, groups, thresholds)
    groups = consequences(judged, groups, thresholds)
    said = [explained_by_load(judged, cast, group.rows, thresholds) for group in groups]
    groups = _load_first(judged, groups, said)
    found = [_finding(evidence, group, explained, thresholds) for group, explained in zip(groups, said, strict=True)]
    explaining = any(finding.config for finding in found if finding.tier != "context")
    services = {instance for instance, who in cast.programs.items() if is_service(who)}
    found += changed_settings(
        settings_in(evidence.drift, evidence.metrics, services, evidence.resized),
        evidence.metrics,
        explaining=explaining,
        other_host=evidence.other_host,
        thresholds=thresholds,
    )
    tiers: dict[int, Tier] = {row: group.tier for group in groups for row in group.rows if judged.flagged[row]}
    excused = frozenset(row for group, why in zip(groups, said, strict=True) if why for row in group.rows)
    return Findings(ranked=_ranked(found, thresholds), tiers=tiers, excused=excused)


def explained_drift(drift: Iterable[DriftRow], findings: Sequence[Finding]) -> tuple[DriftRow, ...]:
    """The facts that differ, each with the ranks of the findings that it may explain."""
    ranks: dict[tuple[str, str], list[int]] = {}
    for finding in findings:
        for fact in finding.config:
            ranks.setdefault((fact.source, fact.key), []).append(finding.rank)
    return tuple(replace(row, findings=tuple(ranks.get((row.source, row.key), ()))) for row in drift)


def _load_first(judged: Judged, groups: Sequence[Group], said: Sequence[str]) -> list[Group]:
    """What tells the load that explains a headline is a headline, too: the heaviest group that has such a series."""
    explained = [TIERS.index(group.tier) for group, why in zip(groups, said, strict=True) if why]
    metrics, works = judged.compared.metrics, frozenset(chain(*REQUESTS))
    telling = [
        place
        for place, group in enumerate(groups)
        if not said[place] and any(judged.flagged[row] and metrics[row].name in works for row in group.rows)
    ]
    if not explained or not telling:
        return list(groups)
    first = max(telling, key=lambda place: groups[place].score)
    tier = TIERS[min(TIERS.index(groups[first].tier), *explained)]
    return [replace(group, tier=tier) if place == first else group for place, group in enumerate(groups)]


def _leaks(evidence: Evidence, groups: Iterable[Group], thresholds: Thresholds) -> list[Group]:
    """Programs that keep growing and of which nothing else is said: one group each, for what grew most."""
    told = {group.program for group in groups}
    compared = evidence.judged.compared
    leaks: dict[str, Group] = {}
    for row, grown in evidence.growing.items():
        who = evidence.cast.programs.get(compared.instances[row])
        if who is None or who.instance in told:
            continue
        weight = thresholds.weights.of(compared.metrics[row]) * thresholds.novelty_base
        score = weight * math.log2(1 + grown / float(compared.floor[row]))
        if who.instance not in leaks or leaks[who.instance].score < score:
            tier = tier_of(score, thresholds)
            leaks[who.instance] = Group(rows=(row,), score=score, tier=tier, program=who.instance)
    return list(leaks.values())


def _finding(evidence: Evidence, group: Group, explained: str, thresholds: Thresholds) -> Finding:
    judged = evidence.judged
    compared = judged.compared
    face = group.rows[0]
    metric, instance = compared.metrics[face], compared.instances[face]
    change, error = float(compared.change[face]), thresholds.interval * float(compared.error[face])
    known = bool(judged.known[face])
    verdict, worse = ("changed", None) if explained else _verdict(evidence, group)
    others = [row for row in group.rows[1:] if judged.flagged[row]]
    return Finding(
        rank=0,
        id=slug(f"{instance} {metric.name}"),
        tier=group.tier,
        verdict=verdict,
        resource=metric.resource.value,
        role=metric.role.value,
        title=_title(evidence, group),
        metric=metric.name,
        instance=instance,
        unit=metric.compared_unit,
        before=or_none(compared.before[face]),
        after=or_none(compared.after[face]),
        change=change if known else None,
        # How often something is started again was counted, not estimated.
        interval=(change - error, change + error) if known and group.program not in evidence.cast.restarted else None,
        severity=group.score,
        culprits=group.culprits,
        config=explanations(metric, instance, group.culprits, evidence.drift, evidence.metrics),
        help=metric.help,
        next=metric.next.replace("{instance}", instance),
        doc=metric.doc,
        chart=evidence.charts[face],
        also=tuple(series_name(compared.metrics[row], compared.instances[row]) for row in others),
        note="; ".join(_notes(evidence, group, explained, thresholds)),
        worse=worse,
    )


def _verdict(evidence: Evidence, group: Group) -> tuple[Verdict, bool | None]:
    """What to call it, and whether it is for the worse: nobody misses a command, but a service."""
    judged, face = evidence.judged, group.rows[0]
    if group.program in evidence.cast.restarted:
        return group.arrival or "regressed", True
    if group.arrival:
        who = evidence.cast.programs.get(judged.compared.instances[face])
        return group.arrival, True if group.arrival == "gone" and who and is_service(who) else None
    if not judged.flagged[face]:  # only what keeps growing is told without being flagged
        return "regressed", True
    return judged.verdicts[face], worse_of(judged, face)


def _title(evidence: Evidence, group: Group) -> str:
    judged, face = evidence.judged, group.rows[0]
    compared = judged.compared
    metric, instance = compared.metrics[face], compared.instances[face]
    who = evidence.cast.programs.get(instance)
    name = who.name if who else instance
    if group.program in evidence.cast.restarted:
        return f"{name}: started again and again, {evidence.cast.restarted[group.program]} times within the window"
    if group.arrival and not group.program:
        return f"{name}: {group.arrival}, a {_NOUNS[metric.resource]}"
    if group.arrival:
        return arrival_title(
            name, group.arrival, *(_taken(evidence, group.program, of) for of in ("proc.cpu", "proc.rss"))
        )
    if not judged.flagged[face]:
        grown = format_change(evidence.growing[face], metric.compared_unit)
        return f"{subject(metric, name)} still growing, {grown} within the window"
    return title(metric, name, float(compared.before[face]), float(compared.after[face]))


def _taken(evidence: Evidence, program: str, metric: str) -> float:
    """What a program took on the side where it was; 0 where it is below the floor."""
    compared = evidence.judged.compared
    for row in evidence.cast.rows[program]:
        if compared.metrics[row].name == metric and evidence.judged.known[row]:
            taken = abs(float(compared.change[row]))
            return taken if taken >= compared.floor[row] else 0.0
    return 0.0


def _notes(evidence: Evidence, group: Group, explained: str, thresholds: Thresholds) -> Iterator[str]:
    judged, face = evidence.judged, group.rows[0]
    if explained:
        yield explained
    if judged.compared.single[face] and judged.flagged[face]:
        yield SINGLE
    where = place_of(judged, group.rows, thresholds)
    if where:
        yield where
    for row in group.rows:
        if row in evidence.growing and judged.flagged[row]:
            metric = judged.compared.metrics[row]
            yield f"still growing: {metric.title} {format_change(evidence.growing[row], metric.compared_unit)}"


def _ranked(findings: Iterable[Finding], thresholds: Thresholds) -> tuple[Finding, ...]:
    """Headlines first, heaviest first, what improved or is explained behind; each with a rank and an anchor."""

    def place(finding: Finding) -> tuple[int, float, str]:
        weight = thresholds.improved if finding.worse is False else 1.0
        if finding.note.startswith(EXPLAINED) and finding.resource != Resource.DISK.value:
            weight *= thresholds.explained  # a disk's load is this host's own, and excuses nobody
        return TIERS.index(finding.tier), -finding.severity * weight, finding.id

    ordered = sorted(findings, key=place)
    used: Counter[str] = Counter()
    ranked = []
    for rank, finding in enumerate(ordered, start=1):
        used[finding.id] += 1
        anchor = finding.id if used[finding.id] == 1 else f"{finding.id}-{used[finding.id]}"
        used[anchor] += anchor != finding.id
        ranked.append(replace(finding, rank=rank, id=anchor))
    return tuple(ranked)
