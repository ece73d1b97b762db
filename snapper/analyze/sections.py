"""The sections of a comparison behind its findings: USE matrix, workload, drift, series, coverage.

Plain data, values in base units; parts of `snapper.analyze.diff.Diff`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from snapper.analyze.finding import Chart, Tier, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the USE matrix."""

    metric: str
    instance: str
    unit: str
    title: str
    before: float | None
    after: float | None
    verdict: Verdict
    reason: str = ""
    """Why there is no value here: "not observable here: ..."; empty where there is one."""
    worse: bool | None = None
    """As in `Finding`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """One resource of the USE matrix."""

    resource: str
    instance: str
    utilization: tuple[Cell, ...]
    saturation: tuple[Cell, ...]
    errors: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the workload section, before and after."""

    title: str
    unit: str
    before: float | None
    after: float | None
    verdict: Verdict
    metric: str = ""
    instance: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """What one program took of the host."""

    program: str
    unit: str
    verdict: Verdict
    """`new`, `gone`, else the verdict on its CPU time."""
    figures: tuple[Figure, ...]
    """CPU, resident memory, read and written bytes, processes; always in this order, None where not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Who puts what load on the host, and what a unit of it costs."""

    load: tuple[Figure, ...]
    """Offered load: requests, packets, operations, forks, connections a second."""
    efficiency: tuple[Figure, ...]
    """Cost of a unit of work: CPU per packet, bytes per operation."""
    programs: tuple[ProgramRow, ...]
    """The most costly of either side, then those that came or went."""
    sentence: str
    """Did the offered load change?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRow:
    """A fact that differs. None: not there on that side."""

    source: str
    key: str
    before: str | None
    after: str | None
    findings: tuple[int, ...] = ()
    """Ranks of the findings that it may explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movable:
    """What the facts of one source that differ can move, whether they did or not."""

    source: str
    metrics: tuple[str, ...]
    """Those that were flagged first, each part by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that the kernel reported while a side was recorded."""

    side: Literal["before", "after"]
    t: float | None
    """Seconds since the first tick of that side; None where the log bears no times."""
    metric: str
    """That counts such lines."""
    title: str
    resource: str
    text: str
    """The line."""
    findings: tuple[int, ...] = ()
    """Ranks of the findings that it may have to do with; none of the earlier side, which explains nothing later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One compared series."""

    metric: str
    instance: str
    unit: str
    resource: str
    role: str
    before: float | None
    after: float | None
    change: float | None
    interval: tuple[float, float] | None
    verdict: Verdict
    tier: Tier | None
    """None where it was not flagged."""
    least: float | None
    """The smallest change that would have been seen, in `unit`; None where nothing could be."""
    severity: float
    chart: Chart | None
    """None where both sides are constant and equal."""
    worse: bool | None = None
    """As in `Finding`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """How one source fared on both sides."""

    source: str
    before: str
    """Status of `SourceCoverage`."""
    after: str
    why: str
    """The first failure of either side, in a sentence; empty where both are ok."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was read, what not, at what cost, and by which rules it was judged."""

    sources: tuple[CoverageRow, ...]
    cost_before: dict[str, float]
    """As in the manifest: cpu, rss, bytes, late, tools_cpu."""
    cost_after: dict[str, float]
    masked: int
    method: tuple[str, ...]
    """Sentences: the test, the noise model, the floors, the false discovery rate."""
    notes: tuple[str, ...]
    """Sentences: counters that fell, texts that did not parse."""
