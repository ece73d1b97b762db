"""Two snapshots in, one `Diff` out: every step of the analysis, put in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from snapper.analyze.attribute import cast_of
from snapper.analyze.charts import charts_of
from snapper.analyze.comparability import cautions
from snapper.analyze.diff import Chart, Coverage, CoverageRow, Diff, SeriesRow, Side, Tier
from snapper.analyze.drift import drift
from snapper.analyze.events import events_of, related
from snapper.analyze.explain import movable
from snapper.analyze.findings import Evidence, explained_drift, findings_of
from snapper.analyze.judge import Judged, excused, worse_of
from snapper.analyze.judgement import judge_snapshots, pool_cautions
from snapper.analyze.method import method_of
from snapper.analyze.profiling import profile_of
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.summary import summary_of
from snapper.analyze.table import Array
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.trend import growing
from snapper.analyze.use import use_matrix
from snapper.analyze.workload import workload_of
from snapper.archive.manifest import SourceCoverage
from snapper.archive.profile import Profile
from snapper.collectors import catalogue, declared_sources

SKIPPED: Final = SourceCoverage(status="skipped")
"""Stands for a source that a manifest does not mention."""
SEEN: Final = "ok"


def diff_snapshots(
    befores: Sequence[Snapshot],
    after: Snapshot,
    *,
    thresholds: Thresholds | None = None,
    profile: Profile | None = None,
) -> Diff:
    """Compare two snapshots and judge what changed.

    Args:
        befores: One baseline or more; the first is the one that is shown, all together tell what is normal.
            Of more than are of use, those nearest to `after` in load are taken.
        after: The snapshot that is judged.
        thresholds: Other numbers to judge by.
        profile: What earlier captures of the host taught of its noise; passed over, with a caution, where it
            is of another host.

    Raises:
        NotComparable: The first baseline and `after` have nothing in common.
    """
    by = thresholds or Thresholds()
    judgement = judge_snapshots(befores, after, thresholds=by, profile=profile)
    judged, given, befores = judgement.judged, len(befores), judgement.befores
    compared, first = judged.compared, befores[0]
    was, now = first.manifest, after.manifest
    tables = [snapshot.table for snapshot in befores]
    cast = cast_of(judged, tables, after.table, by)
    metrics = catalogue() | {metric.name: metric for metric in compared.metrics}
    evidence = Evidence(
        judged=judged,
        cast=cast,
        growing=growing(compared, first.table, after.table, by),
        drift=drift(first.table, after.table),
        charts=charts_of(compared, first.table, after.table),
        metrics=metrics,
        other_host=(was.host, was.kernel) != (now.host, now.kernel),
        resized=frozenset(
            name for name, old, new in (("cpus", was.cpus, now.cpus), ("memory", was.memory, now.memory)) if old != new
        ),
    )
    findings = findings_of(evidence, by)
    judged = excused(judged, findings.excused)
    coverage = _coverage(first, after, judged, by)
    return Diff(
        before=_side(first, baselines=len(befores)),
        after=_side(after),
        summary=summary_of(judged, findings.ranked, metrics, by, given=given),
        warnings=(
            *cautions((was, now), (first.table, after.table), judged, cast, by),
            *pool_cautions(befores, after, profile, by),
        ),
        findings=findings.ranked,
        use=use_matrix(judged, metrics, declared_sources(), coverage.sources),
        workload=workload_of(judged, cast, by),
        drift=explained_drift(evidence.drift, findings.ranked),
        movable=movable(evidence.drift, _flagged(judged), metrics),
        events=related(events_of(first, after), findings.ranked),
        series=_series(judged, findings.tiers, evidence.charts, by),
        coverage=coverage,
        profile=profile_of(first, after),
    )


def _side(snapshot: Snapshot, *, baselines: int = 1) -> Side:
    told, archive = snapshot.manifest, snapshot.archive
    return Side(
        id=told.id,
        label=told.label,
        host=told.host,
        path=str(archive.path),
        started=told.started,
        utc_offset=told.utc_offset,
        duration=told.duration,
        interval=told.interval,
        ticks=told.ticks,
        kernel=told.kernel,
        os=told.os,
        cpus=told.cpus,
        memory=told.memory,
        boot_id=told.boot_id,
        privileged=told.uid == 0,
        container=told.container,
        complete=told.complete,
        tags=dict(told.tags),
        baselines=baselines,
        sha256=archive.sha256,
    )


def _series(
    judged: Judged, tiers: Mapping[int, Tier], charts: Sequence[Chart | None], thresholds: Thresholds
) -> tuple[SeriesRow, ...]:
    """A row for each compared series, by metric and instance."""
    compared = judged.compared
    half = thresholds.interval * compared.error
    columns = (compared.before, compared.after, compared.change, compared.change - half, compared.change + half)
    numbers = [_known(column) for column in (*columns, judged.least)]
    severity, flagged = judged.severity.tolist(), judged.flagged.tolist()
    said = {
        name: (metric.compared_unit, metric.resource.value, metric.role.value)
        for name, metric in {metric.name: metric for metric in compared.metrics}.items()
    }
    rows = []
    for row, (metric, instance) in enumerate(zip(compared.metrics, compared.instances, strict=True)):
        before, after, change, low, high, least = (column[row] for column in numbers)
        unit, resource, role = said[metric.name]
        rows.append(
            SeriesRow(
                metric=metric.name,
                instance=instance,
                unit=unit,
                resource=resource,
                role=role,
                before=before,
                after=after,
                change=change,
                interval=None if low is None or high is None else (low, high),
                verdict=judged.verdicts[row],
                tier=tiers.get(row, "context") if flagged[row] else None,
                least=least,
                severity=severity[row],
                chart=charts[row],
                worse=worse_of(judged, row) if flagged[row] else None,
            )
        )
    return tuple(rows)


def _known(values: Array) -> list[float | None]:
    """The numbers of an array as the diff has them: None where one is not known."""
    numbers = values.astype(np.object_)
    numbers[~np.isfinite(values)] = None
    known: list[float | None] = numbers.tolist()
    return known


def _flagged(judged: Judged) -> frozenset[str]:
    """The metrics of which any series was flagged."""
    return frozenset(
        metric.name for metric, flagged in zip(judged.compared.metrics, judged.flagged, strict=True) if flagged
    )


def _coverage(before: Snapshot, after: Snapshot, judged: Judged, thresholds: Thresholds) -> Coverage:
    sides = (before.manifest, after.manifest)
    named = sorted({name for side in sides for name in side.coverage})
    was, now = ({name: side.coverage.get(name, SKIPPED) for name in named} for side in sides)
    told = [
        f"{side}: {warning}"
        for side, snapshot in (("before", before), ("after", after))
        for warning in snapshot.table.warnings
    ]
    return Coverage(
        sources=tuple(
            CoverageRow(source=name, before=was[name].status, after=now[name].status, why=_why(was[name], now[name]))
            for name in named
        ),
        cost_before=dict(before.manifest.cost),
        cost_after=dict(after.manifest.cost),
        masked=sum(source.masked for side in sides for source in side.coverage.values()),
        method=method_of(judged, thresholds),
        notes=(*judged.compared.notes, *told),
    )


def _why(was: SourceCoverage, now: SourceCoverage) -> str:
    """The first failure of either side."""
    failed = [side.why for side in (was, now) if side.status != SEEN and side.why]
    return failed[0] if failed else ""
