"""From the stored reads of a source to a matrix of its readings, a row for each read.

Nearly all reads of a source yield the same metrics in the same order. Their values are gathered
by that layout and become numbers in one step, which is what makes 30,000 reads cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

import numpy as np

from snapper.analyze.table import Array
from snapper.analyze.timeline import Bools, Recording
from snapper.archive.read import Read
from snapper.collectors.contract import Collector, Origin
from snapper.metric import Kind

READABLE: Final = frozenset({"ok", "truncated"})
"""Statuses whose content is parsed; a truncated one may turn out not to be what its parser expects."""

Column = tuple[str, str]
"""(metric name, instance of the reading)."""

Values = tuple[float | str, ...]

Names = tuple[tuple[str, ...], tuple[str, ...]]
"""The metrics of some readings, and their instances."""

MOST_KNOWN: Final = 10_000
"""Texts of processes that are remembered in case another process says the same. Where all differ it is in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A stored text that its parser refused."""

    read: Read
    why: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Readings that bear the same names in the same order."""

    names: Names
    numbers: tuple[tuple[int, Column], ...]
    """Position among the readings, and column."""
    texts: tuple[tuple[int, Column], ...]
    rows: list[int] = field(default_factory=list)
    """Reads that have this layout, and in `values` what they say."""
    values: list[Values] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Reads of one source and what they say."""

    columns: tuple[Column, ...]
    """Of numbers, in the order in which they were first met."""
    values: Array
    """reads × columns; NaN where a read has no such reading."""
    parsed: Bools
    """reads: whether its text was parsed, so that a missing reading is really missing."""
    texts: dict[int, tuple[Layout, Values]]
    """Of the reads that hold any fact; see `facts`."""
    failures: tuple[Failure, ...]
    strangers: tuple[str, ...]
    """Names that the parser yielded and its collector does not declare; left out."""

    def facts(self, row: int) -> dict[Column, str]:
        """The readings of one read that are text."""
        if row not in self.texts:
            return {}
        layout, values = self.texts[row]
        return {column: str(values[position]) for position, column in layout.texts}


def parse_reads(collector: Collector, reads: Sequence[Read], recording: Recording) -> Parsed:
    """Parse all reads of a source, or of one key of it.

    Args:
        collector: Whose `parse` is asked and whose declarations decide what is a number and what a fact.
        reads: In any order; those that hold no content are rows without a value.
        recording: For the constants of that host.
    """
    gathered = _Gathered(collector, recording)
    parsed = np.fromiter((read.status in READABLE for read in reads), np.bool_, len(reads))
    for row in np.flatnonzero(parsed).tolist():
        parsed[row] = gathered.take(row, reads[row])
    columns, values = _matrix(gathered.layouts.values(), len(reads))
    return Parsed(
        columns=columns,
        values=values,
        parsed=parsed,
        texts=gathered.texts,
        failures=tuple(gathered.failures),
        strangers=tuple(sorted(gathered.strangers)),
    )


class _Gathered:
    """What has been parsed so far, by layout."""

    def __init__(self, collector: Collector, recording: Recording) -> None:
        self.layouts: dict[Names, Layout] = {}
        self.texts: dict[int, tuple[Layout, Values]] = {}
        self.failures: list[Failure] = []
        self.strangers: set[str] = set()
        self._parse = collector.parse
        self._kinds = {metric.name: metric.kind for metric in collector.metrics}
        seconds = float(recording.ticks[-1] - recording.ticks[0]) / 1e9
        self._constants = recording.page_size, recording.clock_ticks, recording.programs, seconds
        self._origin = Origin("", *self._constants)
        # The same text of another process says the same, for who a process is is never its pid.
        self._shared = collector.per_process
        self._known: dict[bytes, tuple[Layout, Values]] = {}
        self._latest: Layout | None = None

    def take(self, row: int, read: Read) -> bool:
        """Parse one read; False if its text was refused."""
        said = self._known.get(read.content) if self._shared else None
        if said is None:
            try:
                said = self._read(read)
            except (ValueError, LookupError, OverflowError) as problem:
                self.failures.append(Failure(read=read, why=str(problem) or type(problem).__name__))
                return False
            if self._shared and len(self._known) < MOST_KNOWN:
                self._known[read.content] = said
        layout, values = said
        layout.rows.append(row)
        layout.values.append(values)
        if layout.texts:
            self.texts[row] = said
        return True

    def _read(self, read: Read) -> tuple[Layout, Values]:
        if read.key != self._origin.key:
            self._origin = Origin(read.key, *self._constants)
        readings = list(self._parse(read.content.decode("utf-8", "backslashreplace"), self._origin))
        metrics, values, instances = zip(*readings, strict=True) if readings else ((), (), ())
        names = metrics, instances
        # Nearly always as the one before, and to see that takes less than to hash hundreds of names.
        if self._latest is None or self._latest.names != names:
            if names not in self.layouts:
                self.layouts[names] = self._layout(names)
            self._latest = self.layouts[names]
        return self._latest, values

    def _layout(self, names: Names) -> Layout:
        numbers: list[tuple[int, Column]] = []
        texts: list[tuple[int, Column]] = []
        for position, column in enumerate(zip(*names, strict=True)):
            kind = self._kinds.get(column[0])
            if kind is None:
                self.strangers.add(column[0])
            else:
                (texts if kind is Kind.FACT else numbers).append((position, column))
        return Layout(names, tuple(numbers), tuple(texts))


def _matrix(layouts: Iterable[Layout], rows: int) -> tuple[tuple[Column, ...], Array]:
    """Bring the numbers of all layouts into one matrix; of a column met twice in a read, the later counts."""
    at: dict[Column, int] = {}
    for layout in layouts:
        for _, column in layout.numbers:
            at.setdefault(column, len(at))
    values = np.full((rows, len(at)), np.nan)
    for layout in layouts:
        columns = [at[column] for _, column in layout.numbers]
        positions = [position for position, _ in layout.numbers]
        if positions:
            said = layout.values
            if len(positions) < len(said[0]):
                said = list(map(_numbers_at(positions), said))
            values[np.ix_(layout.rows, columns)] = _floats(said)
    return tuple(at), values


def _numbers_at(positions: Sequence[int]) -> Callable[[Values], Values]:
    """What takes the values at some positions, as a tuple even of one."""
    first, *others = positions
    return itemgetter(first, *others) if others else itemgetter(slice(first, first + 1))


def _floats(said: Sequence[Values]) -> Array:
    """The figures of some reads; one of more than 300 digits, which no kernel prints, is not known."""
    try:
        return np.array(said, np.float64)
    except OverflowError:
        return np.array([[_float(value) for value in row] for row in said], np.float64)


def _float(value: float | str) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.nan
