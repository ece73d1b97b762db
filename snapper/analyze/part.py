"""What one source contributes to the table of series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from snapper.analyze.readings import Parsed
from snapper.analyze.table import Array, Program
from snapper.analyze.timeline import Bools, Grid, Ints, Recording

Name = tuple[str, str]
"""(metric name, instance)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Series in any order, facts, and what went wrong."""

    names: tuple[Name, ...]
    points: Array
    """names × ticks, in the metric's compared unit."""
    mean: Array
    """names: over the window."""
    seen: Ints
    """names: known points."""
    facts: Mapping[Name, str] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)
    """Instance → who, where the instances are of programs."""
    warnings: tuple[str, ...] = ()


def part_of(  # noqa: PLR0913 - the fields of a Part and where its slots lie
    *,
    names: Sequence[Name],
    values: Array,
    mean: Array,
    grid: Grid,
    facts: Mapping[Name, str] | None = None,
    programs: Mapping[str, Program] | None = None,
    warnings: Sequence[str] = (),
) -> Part:
    """Put series of a source (names × slots) into the ticks of the window; infinities become unknown."""
    values = np.where(np.isfinite(values), values, np.nan)
    return Part(
        names=tuple(names),
        points=grid.spread(values),
        mean=np.where(np.isfinite(mean), mean, np.nan),
        seen=(~np.isnan(values)).sum(axis=1),
        facts=facts or {},
        programs=programs or {},
        warnings=tuple(warnings),
    )


def joined(parts: Sequence[Part], ticks: int) -> Part:
    """All parts as one; of a name met twice, the later counts."""
    names = [name for part in parts for name in part.names]
    row = {name: at for at, name in enumerate(names)}
    kept = np.fromiter(row.values(), np.int64, len(row))
    return Part(
        names=tuple(row),
        points=np.concatenate([np.empty((0, ticks)), *(part.points for part in parts)])[kept],
        mean=np.concatenate([np.empty(0), *(part.mean for part in parts)])[kept],
        seen=np.concatenate([np.empty(0, np.int64), *(part.seen for part in parts)])[kept],
        facts={name: text for part in parts for name, text in part.facts.items()},
        programs={name: program for part in parts for name, program in part.programs.items()},
        warnings=tuple(warning for part in parts for warning in part.warnings),
    )


def told_of_texts(source: str, parses: Sequence[Parsed], recording: Recording) -> list[str]:
    """Sentences on what did not parse: the first text of a source, and how many more."""
    failures = [failure for parsed in parses for failure in parsed.failures]
    told = []
    if failures:
        first = min(failures, key=lambda failure: failure.t)
        which = f"{source}[{first.key}]" if first.key else source
        tick = max(int(np.searchsorted(recording.ticks, first.t, side="right")) - 1, 0)
        more = f" ({len(failures) - 1} more of its texts did not parse)" if len(failures) > 1 else ""
        told.append(f"{which} at tick {tick}: {first.why}{more}")
    strangers = sorted({name for parsed in parses for name in parsed.strangers})
    return told + [f"{source}: {name} is yielded but not declared by its collector; left out" for name in strangers]


def told_of_falls(names: Sequence[Name], fell: Bools, grid: Grid) -> list[str]:
    """A sentence for each counter that fell somewhere (names × slots)."""
    told = []
    for row in np.flatnonzero(fell.any(axis=1)).tolist():
        metric, instance = names[row]
        ticks = grid.columns[fell[row]].tolist()
        more = f" and {len(ticks) - 1} times later" if len(ticks) > 1 else ""
        told.append(
            f"{metric}{f'[{instance}]' if instance else ''} fell at tick {ticks[0]}{more}: "
            "reset or wrap; rate unknown there"
        )
    return told
