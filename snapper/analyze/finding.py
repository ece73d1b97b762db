"""A finding: one thing that is different, who did it, what may explain it, and how it looked.

Plain data, values in base units; a part of `snapper.analyze.diff.Diff`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tier = Literal["headline", "minor", "context"]
Verdict = Literal["regressed", "improved", "changed", "new", "gone", "same", "too little data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """Who did it: a program's share in a change."""

    program: str
    unit: str
    """systemd unit or container, or empty."""
    share: float
    """0 to 1, of the change of the metric that attributes this resource."""
    severity: float
    metric: str
    before: float | None
    after: float | None
    value_unit: str
    """Unit of before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A configuration change that can move the finding's metric. A possibility, not a proof."""

    source: str
    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Both sides over their windows, for drawing. NaN is None. At most 120 points a side."""

    before: tuple[float | None, ...]
    after: tuple[float | None, ...]
    interval: float
    """Seconds between two points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is different, and what there is to say about it."""

    rank: int
    """From 1."""
    id: str
    """Anchor: lower-case letters, digits and hyphens; unique in the diff."""
    tier: Tier
    verdict: Verdict
    resource: str
    role: str
    title: str
    """What happened, for a heading: "CPU utilization rose", "nginx: gone"."""
    metric: str
    instance: str
    unit: str
    """Of before, after, change and interval: "ratio", "bytes/s", ..."""
    before: float | None
    after: float | None
    change: float | None
    interval: tuple[float, float] | None
    """95 % interval of the change."""
    severity: float
    culprits: tuple[Culprit, ...]
    config: tuple[Explanation, ...]
    help: str
    next: str
    doc: str
    chart: Chart | None
    also: tuple[str, ...] = ()
    """Other flagged series of the same group, `metric[instance]`, worst first."""
    note: str = ""
    """What else must be said: "explained by the offered load", "one reading a side, ...", "still growing"."""
    worse: bool | None = None
    """Whether the change is for the worse; None for neither. `new` and `gone` can be either."""
