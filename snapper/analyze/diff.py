"""What a comparison comes to: the one thing every format of the report renders.

Each class is plain data, values in base units, and maps field by field to the JSON document
`snapper.diff/1` (`Diff.to_json`), from which every other format can be rendered again.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

FORMAT: Final = "snapper.diff/1"

Tier = Literal["headline", "minor", "context"]
Verdict = Literal["regressed", "improved", "changed", "new", "gone", "same", "too little data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two snapshots."""

    id: str
    label: str
    host: str
    path: str
    started: float
    """Seconds since the epoch."""
    utc_offset: int
    """Seconds east of UTC on that host."""
    duration: float
    interval: float
    ticks: int
    kernel: str
    os: str
    cpus: int
    memory: int
    boot_id: str
    privileged: bool
    container: str
    complete: bool
    tags: dict[str, str]
    baselines: int = 1
    """How many snapshots stand on this side."""
    sha256: str = ""
    """Of the snapshot file, where it was read from one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The verdict in numbers and one sentence."""

    sentence: str
    """The answer for whoever reads nothing else."""
    caveat: str
    """How sure: flags, what an unchanged host would show, foreign load. One line."""
    series_compared: int
    series_flagged: int
    headline: int
    minor: int
    not_comparable: int
    """Series that one side lacks or has too little of."""
    regressed: int
    """Headline findings that got worse: what `--exit-code` asks."""
    improved: int
    expected_flags: float
    """Series that an unchanged host would flag under the noise model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something to know before believing a number."""

    code: str
    """Stable: `kernel`, `cpus`, `duration`, `boot`, `privilege`, `host`, `foreign-load`, `cut-short`, ..."""
    text: str


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
    """What else must be said: "single sample, prior noise", "explained by the offered load", "still growing"."""
    worse: bool | None = None
    """Whether the change is for the worse; None for neither. `new` and `gone` can be either."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """Two snapshots, compared and judged."""

    before: Side
    after: Side
    summary: Summary
    warnings: tuple[Caution, ...]
    findings: tuple[Finding, ...]
    use: tuple[UseRow, ...]
    workload: Workload
    drift: tuple[DriftRow, ...]
    series: tuple[SeriesRow, ...]
    coverage: Coverage
    format: str = field(default=FORMAT)

    @property
    def table(self) -> pd.DataFrame:
        """The compared series as a frame, a row each: the columns are the fields of `SeriesRow` without its chart."""
        import pandas as pd  # noqa: PLC0415 - half a second that no command needs

        names = [column.name for column in fields(SeriesRow) if column.name != "chart"]
        return pd.DataFrame([[getattr(row, name) for name in names] for row in self.series], columns=names)

    def to_json(self) -> dict[str, Any]:
        """The document `snapper.diff/1`: strict JSON, a number that is not finite is null."""
        document: dict[str, Any] = _finite(asdict(self))
        return {"format": document.pop("format"), **document}


def _finite(value: Any) -> Any:
    """The same data without NaN and infinities, which JSON has not."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return value
