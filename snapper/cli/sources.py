"""How the sources of a capture fared, in words: what was not read in full, why, and what would help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from snapper.collectors import all_collectors

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest, SourceCoverage

NAMED = 8
"""Sources told by name: no host has a disk of every kind, and what it has not is no news."""
NOT_MISSED = frozenset({"ok", "skipped"})


def why(source: str, row: SourceCoverage) -> str:
    """Why a source was not read in full and what would help; of one that was, its tool's version."""
    if row.status in NOT_MISSED:
        return row.version
    collector = all_collectors().get(source)
    reason = row.why.rstrip(".") or "no reason was given"
    adds = f"adds {collector.adds}" if collector and collector.adds and row.status == "absent" else ""
    helps = f"would help: {collector.needs}" if collector and collector.needs else ""
    return "; ".join(filter(None, (reason, adds, helps)))


def remarks(manifest: Manifest, *, root: str, path: Path) -> list[str]:
    """Lines on what was missed: one for each source that could not be read, one for all that do not exist."""
    missed = {name: row for name, row in sorted(manifest.coverage.items()) if row.status not in NOT_MISSED}
    refused = {name: row for name, row in missed.items() if row.status != "absent"}
    width = max(map(len, refused), default=0)
    lines = [
        f"{name:<{width}}  {'in part' if row.status == 'partial' else row.status}: {why(name, row)}"
        for name, row in refused.items()
    ]
    absent = [name for name in missed if name not in refused]
    if absent:
        more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
        place, asked = ("on this host", "doctor") if root == "/" else (f"in {root}", f"show {path}")
        lines.append(f"not {place}: {', '.join(absent[:NAMED])}{more}; `snapper {asked}` says why")
    return lines


def ticks_of(manifest: Manifest) -> str:
    """How many ticks a snapshot has."""
    return "1 tick" if manifest.ticks == 1 else f"{manifest.ticks} ticks"
