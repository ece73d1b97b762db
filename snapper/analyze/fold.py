"""Sum what single processes say over the programs that they run, tick by tick.

Only what was stored is looked at, not processes × ticks: a level is the running sum of its changes,
and where nothing was stored a counter's delta is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from snapper.analyze.processes import Lives
from snapper.analyze.rates import levels
from snapper.analyze.spells import Spells, span_of
from snapper.analyze.table import Array
from snapper.analyze.timeline import SECOND, Bools, Grid, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One metric of every group of processes; NaN where not known."""

    has: Bools
    """groups: whether any process of it was ever seen to have the metric."""
    points: Array
    """groups × slots."""
    mean: Array
    """groups."""
    fell: Bools
    """groups × slots: where a counter of a process was less than before."""


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A source's spells, made ready for summing any of its metrics. Groups are those of `lives.group`."""

    lives: Lives
    grid: Grid
    spells: Spells
    readable: Bools
    """spells: False where the read failed, so that what it would have said is not known."""
    chosen: bool = False
    """Only some processes were to be read: of a program of which one was left out nothing is known."""

    def levels(self, values: Array) -> list[Folded]:
        """Sum gauges, each for itself; `values` (spells × gauges) is NaN where a text does not have one.

        All are summed in one go, as if each had groups of its own: there may be a thousand of a few values each.
        """
        gauge, at = np.nonzero(~np.isnan(values.T))
        gauges, groups = values.shape[1], len(self.lives.programs) + 1
        group = gauge * groups + self._group[at]
        points = self._running(group, self.spells.slot[at], self.spells.until[at], values[at, gauge], times=gauges)
        has = np.bincount(group, minlength=gauges * groups) > 0
        points[np.tile(self._unknown, (gauges, 1))] = np.nan
        mean, fell = levels(points), np.zeros(self._unknown.shape, np.bool_)
        parts = [slice(at, at + groups) for at in range(0, gauges * groups, groups)]
        return [Folded(has=has[part], points=points[part], mean=mean[part], fell=fell) for part in parts]

    def rate(self, values: Array) -> Folded:
        """Sum the rates of a counter; `values` has one for each spell, NaN where its text does not have it."""
        at = np.flatnonzero(~np.isnan(values))
        life, group, slot, value = self.spells.life[at], self._group[at], self.spells.slot[at], values[at]
        first = np.diff(life, prepend=-1) != 0
        born = self.lives.start[life] > 0
        eve = self.grid.begin[np.maximum(self._first[life] - 1, 0)] + self.spells.offset[at]
        past = np.where(first, np.where(born, 0.0, value), np.roll(value, 1))
        since = np.where(first, np.where(born, eve, self._read[at]), np.roll(self._held[at], 1))
        delta, span = value - past, (self._read[at] - since) / SECOND
        fell, good = delta < 0, (delta >= 0) & (span > 0)
        falls = self._sums(group, slot, fell)[:, :-1] > 0
        points = self._sums(group[good], slot[good], delta[good] / span[good])[:, :-1]
        points[self._unknown | falls | (self._sums(group, slot, first & ~born)[:, :-1] > 0)] = np.nan
        points[:, 0] = np.nan
        count = len(self.lives.pid)
        total = _added(life, np.where(good, delta, 0.0), count)
        time = self._time(at, first) - _added(life, np.where(fell, span, 0.0), count)
        return Folded(has=self._any(group), points=points, mean=self._mean(total, time), fell=falls)

    def _time(self, at: Ints, first: Bools) -> Array:
        """For each life, seconds over which its rate is known: before its birth and after its end it is 0."""
        life, offset = self.spells.life[at], self.spells.offset[at]
        begin = np.where(self.lives.start[life] > 0, self.grid.begin[0] + offset, self._read[at])
        to_the_end = self.spells.until[at] == self._end[life]
        end = np.where(to_the_end, self.grid.begin[-1] + offset, self._held[at])
        time = np.zeros(len(self.lives.pid))
        time[life[first]] = (end[np.roll(first, -1)] - begin[first]) / SECOND
        return time

    def _mean(self, total: Array, time: Array) -> Array:
        """Rates over the window (groups) of counts (lives); NaN for a group of which no time is known."""
        known = time > 0
        rate = np.divide(total, time, out=np.zeros(len(total)), where=known)
        mean = _added(self.lives.group, rate, len(self.lives.programs) + 1)
        mean[~self._any(self.lives.group[known])] = np.nan
        return mean

    def _any(self, group: Ints) -> Bools:
        there: Bools = np.bincount(group, minlength=len(self.lives.programs) + 1) > 0
        return there

    def _sums(self, group: Ints, slot: Ints, weight: Array | Bools, *, times: int = 1) -> Array:
        """Groups (so many times) × slots (and one more, for what ends with the window): the weights added up."""
        shape = times * (len(self.lives.programs) + 1), len(self.grid.columns) + 1
        return _added(group * shape[1] + slot, weight, shape[0] * shape[1]).reshape(shape)

    def _running(self, group: Ints, begin: Ints, end: Ints, weight: Array, *, times: int = 1) -> Array:
        """Groups (so many times) × slots: the sum of the weights of what goes on at each slot."""
        change = self._sums(group, begin, weight, times=times) - self._sums(group, end, weight, times=times)
        return change.cumsum(axis=1)[:, :-1]

    @cached_property
    def _group(self) -> Ints:
        """Of each spell."""
        return self.lives.group[self.spells.life]

    @cached_property
    def _read(self) -> Ints:
        """When each was read, ns."""
        return self.grid.begin[self.spells.slot] + self.spells.offset

    @cached_property
    def _held(self) -> Ints:
        """When it was last known to hold, ns."""
        return self.grid.begin[self.spells.until - 1] + self.spells.offset

    @cached_property
    def _first(self) -> Ints:
        """Of each life, the first slot."""
        return span_of(self.lives, self.grid)[0]

    @cached_property
    def _end(self) -> Ints:
        """Of each life, one past the last slot."""
        return span_of(self.lives, self.grid)[1]

    @cached_property
    def _unknown(self) -> Bools:
        """Groups × slots: where a process was there that could be read at other times, or was to be, but not then."""
        spells = self.spells
        read = (np.bincount(spells.life[self.readable], minlength=len(self.lives.pid)) > 0) | self.chosen
        there = self._running(self.lives.group, self._first, self._end, read.astype(np.float64))
        told = self._running(self._group, spells.slot, spells.until, self.readable.astype(np.float64))
        unknown: Bools = there > told
        return unknown


def _added(index: Ints, weight: Array | Bools, length: int) -> Array:
    """The weights added up by index; 0 where there are none."""
    sums: Array = np.bincount(index, weight, length).astype(np.float64, copy=False)
    return sums
