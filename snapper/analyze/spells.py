"""For how long each stored read of a process holds, and of which process.

A read holds until the next stored one of its process, or until that process is gone: nothing
was stored in between because nothing had changed. All arrays have a value for each spell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from snapper.analyze.processes import Lives
from snapper.analyze.timeline import Grid, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Sorted by life and slot; one for each slot of a life at which something was stored."""

    row: Ints
    """Which read."""
    life: Ints
    slot: Ints
    """From this slot,"""
    until: Ints
    """up to, not including, this one."""
    offset: Ints
    """How long after the tick's begin it was read, ns; taken for the slots too at which it was not stored."""


def spells_of(keys: Sequence[str], t: Ints, lives: Lives, grid: Grid) -> Spells:
    """Assign the reads of a source, of which these are the keys and times (ns), to processes; nobody's are left out."""
    slot = grid.slot(t)
    life = lives.whose(keys, grid.columns[slot])
    row = np.lexsort((t, slot, life))
    row = row[life[row] >= 0]
    following = np.diff(life[row] * (len(grid.columns) + 1) + slot[row], append=-1) != 0
    row = row[following]  # of several reads in one slot, the last
    life, slot, offset = life[row], slot[row], (t - grid.begin[slot])[row]
    until = span_of(lives, grid)[1][life]
    same = np.flatnonzero(life[1:] == life[:-1])
    until[same] = slot[same + 1]
    return Spells(row=row, life=life, slot=slot, until=until if grid.carries else slot + 1, offset=offset)


def span_of(lives: Lives, grid: Grid) -> tuple[Ints, Ints]:
    """The slots in which each process was there: the first, and one past the last."""
    first: Ints = np.searchsorted(grid.columns, lives.start)
    end: Ints = np.searchsorted(grid.columns, lives.end)
    return first, end
