"""What each side could read and what not: trouble first, then what this host does not have, then what went well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from snapper.analyze.diff import CoverageRow, Diff, Side
from snapper.report import words
from snapper.units import UNKNOWN, format_duration, format_value

NOT_HERE: Final = frozenset({"absent", "skipped"})
"""Statuses that are no trouble where both sides have them: the host has no such thing, or nobody asked for it."""

COSTS: Final = (
    ("cpu", "CPU time of the recorder", "seconds"),
    ("tools_cpu", "CPU time of the tools it ran", "seconds"),
    ("rss", "Memory of the recorder", "bytes"),
    ("late", "Ticks that began late", "count"),
)
"""(name in the manifest, what, unit)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """The sources, in three heaps."""

    whole: tuple[CoverageRow, ...]
    """Read without a fault on both sides."""
    trouble: tuple[CoverageRow, ...]
    """Read on one side only, in part, or not although it is there: what may hide a change."""
    nowhere: tuple[CoverageRow, ...]
    """On neither side."""


def coverage_of(rows: Sequence[CoverageRow]) -> CoverageView:
    """Sort the sources by how they fared."""
    whole = tuple(row for row in rows if row.before == row.after == "ok")
    nowhere = tuple(row for row in rows if {row.before, row.after} <= NOT_HERE)
    told = {*whole, *nowhere}
    return CoverageView(whole=whole, nowhere=nowhere, trouble=tuple(row for row in rows if row not in told))


def costs_of(diff: Diff) -> tuple[tuple[str, str, float | None, float | None], ...]:
    """What the recorder took: (what, unit, before, after)."""
    before, after = diff.coverage.cost_before, diff.coverage.cost_after
    return tuple((what, unit, before.get(name), after.get(name)) for name, what, unit in COSTS)


def provenance_of(before: Side, after: Side) -> tuple[tuple[str, str, str], ...]:
    """What the two snapshots say of themselves: (what, before, after)."""
    columns: Sequence[Sequence[tuple[str, str]]] = [_facts(side) for side in (before, after)]
    return tuple((name, left, right) for (name, left), (_, right) in zip(*columns, strict=True))


def _facts(side: Side) -> tuple[tuple[str, str], ...]:
    return (
        ("Snapshot", side.id),
        ("File", side.path or UNKNOWN),
        ("SHA-256", side.sha256 or UNKNOWN),
        ("Began", f"{words.clock(side)}, {words.clock_utc(side)}"),
        (
            "Window",
            f"{format_duration(side.duration)}, {side.ticks:,} ticks of {format_value(side.interval, 'seconds')}",
        ),
        ("Complete", "yes" if side.complete else "no, cut short"),
        ("Host", side.host),
        ("System", side.os or UNKNOWN),
        ("Kernel", side.kernel),
        ("CPUs", f"{side.cpus:,}"),
        ("Memory", format_value(side.memory or None, "bytes")),
        ("Boot", side.boot_id or UNKNOWN),
        ("Privileged", "yes" if side.privileged else "no"),
        ("Container", side.container or "none"),
        ("Tags", ", ".join(f"{key}={value}" for key, value in sorted(side.tags.items())) or "none"),
    )
