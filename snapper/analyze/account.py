"""Why one series got the verdict it has: every number between its readings and the verdict.

The report gives verdicts; whoever doubts one asks for its account (`snapper diff … --explain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from snapper.analyze.diff import Verdict
from snapper.analyze.judge import Judged, discoveries, or_none, p_values, series_name
from snapper.analyze.judgement import judge_snapshots
from snapper.analyze.lookup import row_of
from snapper.analyze.noise import Noise
from snapper.analyze.noise_class import noise_of
from snapper.analyze.severity import factors_of
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.table import Array, SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.window import Bools
from snapper.archive.profile import Profile
from snapper.metric import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One side of the series."""

    points: tuple[float | None, ...]
    """A reading for each tick, None for not known; empty where the side lacks the series."""
    mean: float | None
    """Over the window, as it was compared."""
    seen: int
    """Known readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What the severity is made of: the product of the first three, times the sum of the last two."""

    weight: float
    confidence: float
    novelty: float
    floors: float
    capacity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesAccount:
    """All numbers behind one verdict, in the metric's compared unit."""

    metric: Metric
    instance: str
    before: Window
    """The first baseline."""
    after: Window
    baselines: tuple[float | None, ...]
    """The mean of each; the first is that of `before`."""
    level: float | None
    """What is compared with: the median of the baselines."""
    change: float | None
    drift: float
    """By how much the level moved within the baseline's window."""
    effect: float | None
    """The change, less what the drift explains."""
    noise: Noise
    """The class, and its numbers."""
    floor: float
    between: float
    """Standard deviation between two runs: of the class, moderated by the profile and the baselines."""
    tabled: float
    """The same by the class alone."""
    within: float
    """Standard deviation of the change by the scatter within the windows."""
    error: float
    """Both together, for the change."""
    z: float | None
    p: float | None
    tests: int
    """Series of its family that moved, the tests among which false discoveries are counted."""
    watched: bool
    """Its family: those that fill a cell of the USE matrix, or all others."""
    rank: int | None
    """Of its p-value among them, from 1; None where it was no test."""
    standing: int
    """How many of them the false discovery rate leaves standing."""
    q: float | None
    """Its p-value, corrected for their number (Benjamini and Hochberg): the least rate at which it would stand."""
    least: float | None
    severity: float
    factors: Weight | None
    """None where it was not flagged."""
    verdict: Verdict
    thresholds: Thresholds
    short: bool
    single: bool
    """Read too seldom to have a scatter of its own."""
    copy_of: str
    """The series that it repeats, and whose verdict it shares; empty for what stands for itself."""
    taught: int
    """Captures of the noise profile; 0 without one."""


def explain_series(
    befores: Sequence[Snapshot],
    after: Snapshot,
    name: str,
    *,
    thresholds: Thresholds | None = None,
    profile: Profile | None = None,
) -> SeriesAccount:
    """Give every number behind the verdict on one series.

    Args:
        befores: The baselines, as for `diff_snapshots`.
        after: The judged side.
        name: "METRIC", "METRIC/INSTANCE" or "METRIC[INSTANCE]"; an instance may hold slashes. The instance may
            be left out where there is but one.
        thresholds: Other numbers to judge by.
        profile: What earlier captures taught of the host's noise.

    Raises:
        UsageError: There is no such series, or it takes an instance to say which.
        NotComparable: The sides have nothing in common.
    """
    by = thresholds or Thresholds()
    judgement = judge_snapshots(befores, after, thresholds=by, profile=profile)
    judged, first = judgement.judged, judgement.befores[0]
    compared = judged.compared
    row = row_of(name, judged)
    metric = compared.metrics[row]
    noise = noise_of(metric, by.noise, compared.capacity)
    level = np.nan_to_num(abs(float(compared.before[row]) * float(compared.after[row])))
    z = float(judged.sureness[row])
    family = judged.families[0 if metric.primary else 1]
    rank, q = _ranked(judged.sureness, family, row)
    return SeriesAccount(
        metric=metric,
        instance=compared.instances[row],
        before=_window(first.table, int(compared.before_row[row]), float(compared.means[0, row])),
        after=_window(after.table, int(compared.after_row[row]), float(compared.after[row])),
        baselines=tuple(or_none(mean) for mean in compared.means[:, row].tolist()),
        level=or_none(compared.before[row]),
        change=or_none(compared.change[row]),
        drift=float(compared.drift[row]),
        effect=or_none(judged.effect[row]),
        noise=noise,
        floor=float(compared.floor[row]),
        between=float(np.sqrt(compared.noise[row])),
        tabled=float(np.hypot(noise.absolute, noise.relative * np.sqrt(level))),
        within=float(np.sqrt(compared.within[row])),
        error=float(compared.error[row]),
        z=or_none(z),
        p=float(p_values(np.array([z]))[0]) if np.isfinite(z) else None,
        tests=int(family.sum()),
        watched=metric.primary,
        rank=rank,
        standing=int(discoveries(judged.sureness, [family], q=by.q).sum()),
        q=q,
        least=or_none(judged.least[row]),
        severity=float(judged.severity[row]),
        factors=_factors(judged, row, by),
        verdict=judged.verdicts[row],
        thresholds=by,
        short=compared.short,
        single=bool(compared.single[row]),
        copy_of=_copied(judged, int(judged.original[row])),
        taught=compared.taught,
    )


def _window(table: SeriesTable, row: int, mean: float) -> Window:
    if row < 0:
        return Window(points=(), mean=or_none(mean), seen=0)
    return Window(
        points=tuple(or_none(point) for point in table.points[row].tolist()),
        mean=or_none(mean),
        seen=int(table.seen[row]),
    )


def _copied(judged: Judged, original: int) -> str:
    """The name of a row, empty for none."""
    return series_name(judged.compared.metrics[original], judged.compared.instances[original]) if original >= 0 else ""


def _ranked(sureness: Array, family: Bools, row: int) -> tuple[int | None, float | None]:
    """Rank of a row's p-value, ties sharing the last, and the least false discovery rate at which it stands."""
    if not family[row]:
        return None, None
    tests = np.flatnonzero(family)
    p = p_values(sureness[tests])
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, len(p) + 1)
    corrected = np.minimum.accumulate((p[order] * len(p) / ranks)[::-1])[::-1]
    place = int(np.flatnonzero(tests[order] == row)[0])
    own = p[order][place]
    last = int(np.searchsorted(p[order], own, side="right"))
    return last, min(float(corrected[place]), 1.0)


def _factors(judged: Judged, row: int, thresholds: Thresholds) -> Weight | None:
    if not judged.flagged[row]:
        return None
    factors = factors_of(judged.compared, judged.sureness, thresholds)
    return Weight(
        weight=float(factors.weight[row]),
        confidence=float(factors.confidence[row]),
        novelty=float(factors.novelty[row]),
        floors=float(factors.floors[row]),
        capacity=float(factors.capacity[row]),
    )
