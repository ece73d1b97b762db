"""When things were read: from the time of a read to the tick that it belongs to.

A read belongs to the last tick that had begun. What was read before the first tick counts as
of the first, what was read after the last as of the last. The kernel's clock is kept in whole
nanoseconds, for a float of them is off by some hundred after a month of uptime.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from snapper.analyze.table import Array
from snapper.record.plan import Cadence

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SECOND = 1e9
"""Nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What must be known of a capture to make series of its reads."""

    ticks: Ints
    """When each tick began, ns, ascending; at least one."""
    page_size: int
    """Bytes."""
    clock_ticks: int
    """USER_HZ."""
    cut: bool = False
    """It was killed, so that what is read after the last tick was not."""
    programs: Mapping[int, str] = field(default_factory=dict)
    """pid → the instance of the program that it ran; not the pids that two programs had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The ticks at which a source of some cadence is read; those of most are all."""

    columns: Ints
    """slots: the tick of each, ascending."""
    begin: Ints
    """slots: when that tick began, ns."""
    ticks: int
    """Of the whole window."""
    carries: bool
    """Nothing stored at a slot means unchanged, and not that nothing was read."""

    @property
    def lasting(self) -> bool:
        """What was read in the only slot holds for the whole window."""
        return len(self.columns) == 1

    def slot(self, t: Ints) -> Ints:
        """The slot that a read at each time (ns) belongs to.

        >>> recording = Recording(ticks=np.array([1_000, 2_000, 3_000]), page_size=4096, clock_ticks=100)
        >>> edges = grid_of(recording, Cadence.EDGES)
        >>> edges.columns.tolist(), edges.slot(np.array([900, 1_500, 3_000, 3_700])).tolist()
        ([0, 2], [0, 0, 1, 1])
        """
        found: Ints = np.searchsorted(self.begin, t, side="right") - 1
        return np.maximum(found, 0)

    def spread(self, values: Array) -> Array:
        """Put rows × slots into rows × ticks; between the slots nothing is known."""
        if len(self.columns) == self.ticks:
            return values
        if self.lasting:
            return np.repeat(values, self.ticks, axis=1)
        points = np.full((len(values), self.ticks), np.nan)
        points[:, self.columns] = values
        return points


def grid_of(recording: Recording, cadence: Cadence) -> Grid:
    """The ticks that a source of this cadence is read at."""
    last = len(recording.ticks) - 1
    if cadence is Cadence.EDGES:
        columns = np.arange(0, last + 1, max(last, 1), dtype=np.int64)
    elif cadence in {Cadence.ONCE, Cadence.WINDOW}:
        columns = np.zeros(1, np.int64)
    else:
        columns = np.arange(last + 1, dtype=np.int64)
    return Grid(
        columns=columns,
        begin=recording.ticks[columns],
        ticks=last + 1,
        carries=cadence is not Cadence.EDGES or not recording.cut,
    )
