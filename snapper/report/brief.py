"""What the short faces of a report choose to say: a comment on a ticket, the terminal, a notebook's cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from snapper.analyze.diff import Caution, Cell, Finding, UseRow
from snapper.report import words

CAUTIONS_SHOWN: Final = 8
FINDINGS_SHOWN: Final = 10
MINOR_SHOWN: Final = 5
ROWS_SHOWN: Final = 10
FUNCTIONS_SHOWN: Final = 5
"""It is to fit a screen; the report has the rest."""

_ORDER: Final = {"worse": 0, "better": 1, "plain": 2, "same": 3}


def cautions(warnings: Sequence[Caution]) -> list[str]:
    """What to know before believing a number; it stands before the first of them."""
    left = len(warnings) - CAUTIONS_SHOWN
    more = [f"And {words.counted(left, 'warning')} more, in the report."] if left > 0 else []
    return [caution.text for caution in warnings[:CAUTIONS_SHOWN]] + more


def top_findings(findings: Sequence[Finding]) -> tuple[list[Finding], int]:
    """The headlines and then some of the minor ones, and how many are left out; context is for the report."""
    headline = [finding for finding in findings if finding.tier == "headline"]
    minor = [finding for finding in findings if finding.tier == "minor"]
    chosen = headline[:FINDINGS_SHOWN]
    chosen += minor[: min(MINOR_SHOWN, FINDINGS_SHOWN - len(chosen))]
    return chosen, len(headline) + len(minor) - len(chosen)


def top_rows(rows: Sequence[UseRow]) -> tuple[list[UseRow], int]:
    """The rows of the matrix that changed and, as far as there is room, others with a value, in their order.

    Returns:
        The rows, and how many are left out.
    """
    changed = [place for place, row in enumerate(rows) if any(words.tone(cell) != "same" for cell in _cells(row))]
    known = set(changed)
    others = [
        place
        for place, row in enumerate(rows)
        if place not in known and any(cell.after is not None for cell in _cells(row))
    ]
    kept = sorted((changed + others)[:ROWS_SHOWN])
    return [rows[place] for place in kept], len(rows) - len(kept)


def telling_cell(column: Sequence[Cell]) -> Cell | None:
    """The first cell that changed for the worse, else that changed at all, else the first with a value."""
    there = [cell for cell in column if cell.after is not None]
    return min(there, key=lambda cell: _ORDER[words.tone(cell)], default=None)


def row_name(row: UseRow) -> str:
    """What a row of the matrix is about: "Disk nvme0n1"."""
    return f"{words.RESOURCES.get(row.resource, row.resource)} {row.instance}".strip()


def _cells(row: UseRow) -> tuple[Cell, ...]:
    return (*row.utilization, *row.saturation, *row.errors)
