"""Programs that end and are started again, over and over, by whoever looks after them."""

from __future__ import annotations

from snapper.analyze.judge import Judged
from snapper.analyze.table import SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.collectors.programs.program_metrics import PROCESSES, STARTS


def restarted(judged: Judged, after: SeriesTable, thresholds: Thresholds) -> dict[str, int]:
    """Who is there all the time, one process after another, and was not so before.

    Args:
        judged: Verdicts on all series.
        after: The judged side, which knows who was there all the time.
        thresholds: How many starts are many, and how many times as many as before.

    Returns:
        `Program.instance` → starts within the window. Workers that live side by side are not among them.
    """
    compared = judged.compared
    found = {}
    for name in sorted({after.programs[instance].instance for instance in after.long_lived}):
        row, count = (compared.row.get((metric.name, name), -1) for metric in (STARTS, PROCESSES))
        if min(row, count) < 0 or not judged.known[row] or compared.after[count] >= SIDE_BY_SIDE:
            continue
        was, now = (float(side[row]) * compared.capacity.window for side in (compared.before, compared.after))
        if now >= max(thresholds.restarts, thresholds.restarts_grew * was):
            found[name] = round(now)
    return found


SIDE_BY_SIDE = 2
"""Processes at a time from which on they do not follow each other."""
