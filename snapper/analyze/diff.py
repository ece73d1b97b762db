"""What a comparison comes to: the one thing every format of the report renders.

Each class is plain data, values in base units, and maps field by field to the JSON document
`snapper.diff/1` (`Diff.to_json`), from which every other format can be rendered again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from snapper.analyze.cpu_profile import CpuProfile
from snapper.analyze.finding import Chart, Culprit, Explanation, Finding, Tier, Verdict
from snapper.analyze.sections import (
    Cell,
    Coverage,
    CoverageRow,
    DriftRow,
    Event,
    Figure,
    Movable,
    ProgramRow,
    SeriesRow,
    UseRow,
    Workload,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FORMAT",
    "Caution",
    "Cell",
    "Chart",
    "Coverage",
    "CoverageRow",
    "CpuProfile",
    "Culprit",
    "Diff",
    "DriftRow",
    "Event",
    "Explanation",
    "Figure",
    "Finding",
    "Movable",
    "ProgramRow",
    "SeriesRow",
    "Side",
    "Summary",
    "Tier",
    "UseRow",
    "Verdict",
    "Workload",
]

FORMAT: Final = "snapper.diff/1"


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
    movable: tuple[Movable, ...] = ()
    """Of the sources in `drift` that can move something, in their order."""
    events: tuple[Event, ...] = ()
    series: tuple[SeriesRow, ...]
    coverage: Coverage
    profile: CpuProfile | None = None
    """Where the CPU time went; None unless both sides were captured with `--profile`."""
    format: str = field(default=FORMAT)

    @property
    def table(self) -> pd.DataFrame:
        """The compared series as a frame, a row each: the columns are the fields of `SeriesRow` without its chart."""
        import pandas as pd  # noqa: PLC0415 - half a second that no command needs

        names = [column.name for column in fields(SeriesRow) if column.name != "chart"]
        return pd.DataFrame([[getattr(row, name) for name in names] for row in self.series], columns=names)

    def _repr_html_(self) -> str:
        """What a notebook shows of it: the verdict, the top findings, the USE matrix."""
        from snapper.report.notebook import render_notebook  # noqa: PLC0415 - the way up, see pyproject

        return render_notebook(self)

    def to_json(self) -> dict[str, Any]:
        """The document `snapper.diff/1`: strict JSON, a number that is not finite is null."""
        document: dict[str, Any] = _plain(self)
        return {"format": document.pop("format"), **document}


def _plain(value: Any) -> Any:
    """The same data as JSON has it: without NaN and infinities, classes as objects."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    kind: Any = type(value)
    names = _members(kind)
    return {name: _plain(getattr(value, name)) for name in names} if names else value


@cache
def _members(kind: Any) -> tuple[str, ...]:
    """The fields of a class of ours; of anything else, none."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()
