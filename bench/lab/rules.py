"""The rules by which other tools decide, written anew from their description, each over two samples of one series.

Each takes the points of both sides without what is not known and gives how strongly the rule flags the series:
above 0 for flagged, more for what it lists first, 0 for not flagged. Normal approximations throughout: the lab's
windows have ten points or more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Q: Final = 0.01
CONFIDENCE_98: Final = 2.326
FEWEST: Final = 4
"""Points on each side below which a rank test can say nothing at 0.05, as benchstat warns."""


def mann_whitney(before: Array, after: Array) -> float:
    """Two-sided p of the Mann-Whitney U test, with correction for ties and continuity (doi:10.1214/aoms/1177730491).

    >>> round(mann_whitney(np.arange(10.0), np.arange(10.0) + 20), 4)
    0.0002
    >>> mann_whitney(np.ones(10), np.ones(10))
    1.0
    """
    m, n = len(before), len(after)
    both = np.concatenate([before, after])
    _, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    u = float(ranks[:m].sum()) - m * (m + 1) / 2
    ties = float((counts.astype(float) ** 3 - counts).sum()) / ((m + n) * (m + n - 1))
    variance = m * n / 12 * (m + n + 1 - ties)
    if variance <= 0:
        return 1.0
    away = max(0.0, abs(u - m * n / 2) - 0.5)
    return min(1.0, math.erfc(away / math.sqrt(2 * variance)))


def kolmogorov_smirnov(before: Array, after: Array) -> float:
    """Two-sided asymptotic p of the two-sample Kolmogorov-Smirnov test.

    >>> kolmogorov_smirnov(np.arange(30.0), np.arange(30.0) + 40) < 1e-6
    True
    """
    both = np.sort(np.concatenate([before, after]))
    shares = [np.searchsorted(np.sort(side), both, side="right") / len(side) for side in (before, after)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    effective = math.sqrt(len(before) * len(after) / (len(before) + len(after)))
    scaled = (effective + 0.12 + 0.11 / effective) * distance
    if scaled < 0.2:  # where the series below does not converge and p is 1 to many digits
        return 1.0
    terms = (math.copysign(math.exp(-2 * k * k * scaled * scaled), k % 2 - 0.5) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))


def hodges_lehmann(before: Array, after: Array, z: float = CONFIDENCE_98) -> tuple[float, float, float]:
    """Shift of `after` against `before`, and its confidence interval from the ordered pairwise differences.

    >>> hodges_lehmann(np.zeros(10), np.ones(10))
    (1.0, 1.0, 1.0)
    """
    m, n = len(before), len(after)
    differences = np.sort((after[:, None] - before[None, :]).ravel())
    away = max(0, int(m * n / 2 - z * math.sqrt(m * n * (m + n + 1) / 12)))
    return float(np.median(differences)), float(differences[away]), float(differences[-1 - away])


def pmdiff(before: Array, after: Array) -> float:
    """Averages that differ by a factor of two or more, or are zero on one side only; furthest first."""
    old, new = abs(float(before.mean())), abs(float(after.mean()))
    if old == new:
        return 0.0
    if old == 0 or new == 0:
        return math.inf
    ratio = max(old, new) / min(old, new)
    return math.log2(ratio) if ratio >= 2 else 0.0


def benchstat(before: Array, after: Array) -> float:
    """Mann-Whitney at 0.05, no correction."""
    p = mann_whitney(before, after)
    return _strength(p) if p < 0.05 else 0.0


def kayenta(before: Array, after: Array) -> float:
    """The 98 % interval of the shift lies beyond a quarter of the shift itself."""
    if np.array_equal(before, after):
        return 0.0
    shift, low, high = hodges_lehmann(before, after)
    tolerance = 0.25 * abs(shift)
    return _strength(mann_whitney(before, after)) if low > tolerance or high < -tolerance else 0.0


def netdata(before: Array, after: Array) -> float:
    """Kolmogorov-Smirnov on first differences, at 0.01."""
    p = kolmogorov_smirnov(np.diff(before), np.diff(after))
    return _strength(p) if p < 0.01 else 0.0


def plain(before: Array, after: Array) -> float:
    """Mann-Whitney alone; `discoveries` then says which of all remain."""
    return _strength(mann_whitney(before, after))


RULES: Final[Mapping[str, Callable[[Array, Array], float]]] = {
    "pmdiff (ratio ≥ 2)": pmdiff,
    "benchstat (Mann-Whitney p < .05)": benchstat,
    "kayenta (98 % interval, tolerance .25)": kayenta,
    "netdata (KS of first differences p < .01)": netdata,
    "Mann-Whitney, BH q < .01": plain,
}
CORRECTED: Final = frozenset({"Mann-Whitney, BH q < .01"})


def decide(rule: str, sides: Sequence[tuple[Array, Array]]) -> Array:
    """How strongly a rule flags each series; 0 where it does not, or where a side has too few points."""
    decided = [RULES[rule](*pair) if min(map(len, pair)) >= FEWEST else 0.0 for pair in sides]
    strengths = np.array(decided, np.float64)
    return np.where(discoveries(10**-strengths, Q), strengths, 0.0) if rule in CORRECTED else strengths


def discoveries(p: Array, q: float) -> npt.NDArray[np.bool_]:
    """Which hypotheses Benjamini and Hochberg reject (doi:10.1111/j.2517-6161.1995.tb02031.x).

    >>> discoveries(np.array([0.001, 0.5, 0.012]), 0.02).tolist()
    [True, False, True]
    """
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= q * np.arange(1, len(p) + 1) / len(p))
    rejected = np.zeros(len(p), np.bool_)
    if len(passed):
        rejected[order[: passed[-1] + 1]] = True
    return rejected


def _strength(p: float) -> float:
    return -math.log10(max(p, 1e-300))
