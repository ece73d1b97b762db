"""Which differences are more than an unchanged host's, which way they point, and how much they weigh.

A series is flagged if its change is beyond three of its standard deviations, survives the false
discovery rate over all series that moved at all, and is large enough to matter. The test is made
on the noise between runs: a test within the two windows alone calls one series in twelve of an
unchanged host significant, however the tests are corrected for their number.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from snapper.analyze.compare import Compared
from snapper.analyze.copies import Rows, originals
from snapper.analyze.diff import Verdict
from snapper.analyze.severity import factors_of
from snapper.analyze.table import Array
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.window import Bools
from snapper.metric import Metric, Resource, Worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict on every row of a comparison."""

    compared: Compared
    verdicts: tuple[Verdict, ...]
    flagged: Bools
    worse: npt.NDArray[np.int8]
    """1 where the change is for the worse, -1 for the better, 0 for neither or no change."""
    severity: Array
    """0 where nothing was flagged, and at most 30 or so."""
    sureness: Array
    """|change| in standard deviations, less what the baseline's own drift explains; NaN where it is not known."""
    least: Array
    """The smallest change that would have been flagged; NaN where none could be."""
    known: Bools
    """Compared at all: both sides have a number."""
    tested: Bools
    """Of these, those that moved at all and repeat no other: the tests among which false discoveries are counted."""
    families: tuple[Bools, Bools]
    """The tests that fill a cell of the USE matrix, and all others: each has its own false discovery rate."""
    effect: Array
    """The change, less what the baseline's own drift explains."""
    original: Rows
    """The row that each row repeats and whose verdict it shares; -1 for what stands for itself."""


def judge(compared: Compared, thresholds: Thresholds) -> Judged:
    """Give each series its verdict.

    Args:
        compared: What `compare` gives.
        thresholds: See there for the reason of each number.

    Returns:
        The verdicts, in the order of the comparison's rows.
    """
    known = np.isfinite(compared.change)
    effect = _beyond_drift(compared, thresholds)
    with np.errstate(invalid="ignore"):
        sureness = np.abs(effect) / compared.error
    original = originals(compared, known)
    tested = known & ~compared.steady & (original < 0)
    families = families_of(compared.metrics, tested)
    matters = known & (np.nan_to_num(sureness) >= thresholds.z) & (np.abs(effect) >= compared.floor)
    flagged = matters & discoveries(sureness, families, q=thresholds.q)
    flagged |= matters & (original >= 0) & flagged[original]
    worse = _worse(compared.metrics, compared.change, flagged)
    watched, others = (max(thresholds.z, surest_needed(family, flagged, q=thresholds.q)) for family in families)
    needed = np.where([metric.primary for metric in compared.metrics], watched, others)
    return Judged(
        compared=compared,
        verdicts=_verdicts(compared, flagged, worse, known),
        flagged=flagged,
        worse=worse,
        severity=np.where(flagged, factors_of(compared, sureness, thresholds).severity, 0.0),
        sureness=sureness,
        least=np.where(known, np.maximum(needed * compared.error, compared.floor), np.nan),
        known=known,
        tested=tested,
        families=families,
        effect=effect,
        original=original,
    )


def excused(judged: Judged, rows: Collection[int]) -> Judged:
    """The same verdicts, but that these rows changed neither for the worse nor for the better: load explains them."""
    worse = judged.worse.copy()
    worse[list(rows)] = 0
    changed: tuple[Verdict, ...] = tuple(
        "changed" if row in rows and said in {"regressed", "improved"} else said
        for row, said in enumerate(judged.verdicts)
    )
    return replace(judged, verdicts=changed, worse=worse)


def tells(metric: Metric) -> bool:
    """Whether a metric may stand for its group: not what remembers, repeats another, or speaks of a part.

    Parts are one CPU of all, and one mapping of a program's memory.
    """
    part = "cpu" in metric.labels or (metric.resource is Resource.PROGRAM and len(metric.labels) > 1)
    return not (metric.history or metric.alias_of or part)


def worse_of(judged: Judged, row: int) -> bool | None:
    """Whether a series changed for the worse; None for neither."""
    way = int(judged.worse[row])
    return None if way == 0 else way > 0


def or_none(value: float) -> float | None:
    """A number of an array as the diff has it: None where it is not known.

    >>> or_none(2.5), or_none(math.nan)
    (2.5, None)
    """
    return float(value) if math.isfinite(value) else None


def series_name(metric: Metric, instance: str) -> str:
    """What a series is called in text: `metric[instance]`."""
    return f"{metric.name}[{instance}]" if instance else metric.name


def discoveries(sureness: Array, families: Sequence[Bools], *, q: float) -> Bools:
    """Which rows the false discovery rate leaves standing.

    Args:
        sureness: |z| of each row; a normal distribution gives its p-value.
        families: The tests, in families of which each has its own rate.
        q: Share of a family's discoveries that may be false, 0 to 1.

    The step-up procedure of Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> every = np.array([True, True, True])
    >>> discoveries(np.array([5.0, 0.3, 2.0]), [every], q=0.01).tolist()
    [True, False, False]
    """
    standing = np.zeros(len(sureness), np.bool_)
    for family in families:
        rows = np.flatnonzero(family)
        p = p_values(sureness[rows])
        order = np.argsort(p, kind="stable")
        below = np.flatnonzero(p[order] <= q * np.arange(1, len(p) + 1) / max(len(p), 1))
        if len(below):
            standing[rows[p <= p[order[below[-1]]]]] = True
    return standing


def families_of(metrics: Sequence[Metric], tested: Bools) -> tuple[Bools, Bools]:
    """The tests in two families: what fills a cell of the USE matrix, and all else.

    The first are the few that a change is looked for in, and where it matters; among thousands of others that are told
    besides, one of them would have to be surer than anybody asks (Efron 2008, doi:10.1214/07-AOAS141).
    """
    primary = np.array([metric.primary for metric in metrics], np.bool_)
    return tested & primary, tested & ~primary


def p_values(sureness: Array) -> Array:
    """How often noise alone would come to so many standard deviations, either way: of the normal distribution.

    >>> p_values(np.array([0.0, 1.96])).round(3).tolist()
    [1.0, 0.05]
    """
    return np.array([math.erfc(z / math.sqrt(2)) for z in sureness.tolist()], np.float64)


def surest_needed(tested: Bools, flagged: Bools, *, q: float) -> float:
    """How sure one more series would have to be, for the false discovery rate to leave it standing beside the others.

    >>> round(surest_needed(np.ones(1740, np.bool_), np.zeros(1740, np.bool_), q=0.01), 1)
    4.5
    """
    least = q * min((int((flagged & tested).sum()) + 1) / max(int(tested.sum()), 1), 1.0)
    return NormalDist().inv_cdf(1 - least / 2)


def _beyond_drift(compared: Compared, thresholds: Thresholds) -> Array:
    """The change, less what the baseline's own drift would have come to: a leak that was there is no news."""
    with np.errstate(invalid="ignore"):
        same_way = compared.change * compared.drift > 0
        left = np.maximum(np.abs(compared.change) - thresholds.drift * np.abs(compared.drift), 0.0)
    return np.where(same_way, np.copysign(left, compared.change), compared.change)


def _worse(metrics: Sequence[Metric], change: Array, flagged: Bools) -> npt.NDArray[np.int8]:
    grows_worse = {Worse.MORE: 1, Worse.LESS: -1, Worse.EITHER: 0, Worse.NEITHER: 0}
    direction = np.array([grows_worse[metric.worse] for metric in metrics], np.int8)
    either = np.array([metric.worse is Worse.EITHER for metric in metrics], np.bool_)
    way = np.sign(np.nan_to_num(change)).astype(np.int8)
    return np.where(flagged, np.where(either, np.abs(way), direction * way), 0).astype(np.int8)


def _verdicts(compared: Compared, flagged: Bools, worse: npt.NDArray[np.int8], known: Bools) -> tuple[Verdict, ...]:
    """Growth from nothing has no percentage, it is `new`; what fell to nothing is `gone`."""
    names: tuple[Verdict, ...] = ("new", "gone", "too little data", "same", "regressed", "improved", "changed")
    code = np.select(
        [
            compared.came | (flagged & (compared.before == 0)),
            compared.went | (flagged & (compared.after == 0)),
            ~known,
            ~flagged,
            worse > 0,
            worse < 0,
        ],
        [0, 1, 2, 3, 4, 5],
        default=6,
    )
    return tuple(names[index] for index in code.tolist())
