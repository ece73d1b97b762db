"""From the stored reads of a source to a matrix of its readings, a row for each read.

Nearly all reads of a source yield the same metrics in the same order. Their values are gathered
by that layout and become numbers in one step, which is what makes 30,000 reads cheap.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np

from snapper.analyze.table import Array
from snapper.analyze.timeline import Bools, Ints, Recording
from snapper.archive.read import Rows
from snapper.collectors.contract import Collector, Origin, Readings
from snapper.metric import Kind

READABLE: Final = frozenset({"ok", "truncated"})
"""Statuses whose content is parsed; a truncated one may turn out not to be what its parser expects."""

ABSENT: Final = "absent"
"""The status of what is known not to be there."""

Column = tuple[str, str]
"""(metric name, instance of the reading)."""

Values = tuple[float | str, ...]

Names = tuple[tuple[str, ...], ...]
"""The metrics of some readings, and their instances where they name any."""

MOST_KNOWN: Final = 2000
"""Texts that are remembered in case another read says the same; none where that is seldom so."""


class Failure(NamedTuple):
    """A stored text that its parser refused, and when (ns) it was read."""

    row: int
    key: str
    t: int
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

    keys: Sequence[str]
    """reads."""
    t: Ints
    """reads: when each began, ns."""
    columns: tuple[Column, ...]
    """Of numbers, in the order in which they were first met."""
    values: Array
    """reads × columns; NaN where a read has no such reading."""
    parsed: Bools
    """reads: whether its text was parsed, so that a missing reading is really missing."""
    absent: Bools
    """reads: whether what was to be read is known not to be there, as against what could not be read."""
    facts: tuple[Mapping[Column, str], ...]
    """What reads say in text, once each."""
    told: Ints
    """reads: which of `facts` each says, -1 for none."""
    failures: tuple[Failure, ...]
    strangers: tuple[str, ...]
    """Names that the parser yielded and its collector does not declare; left out."""


def parse_reads(collector: Collector, portions: Iterable[Rows], recording: Recording) -> Parsed:
    """Parse all reads of a source, or of one key of it.

    Args:
        collector: Whose `parse` is asked and whose declarations decide what is a number and what a fact.
        portions: Of its reads, in any order; those that hold no content are rows without a value.
        recording: For the constants of that host.
    """
    gathered = _Gathered(collector, recording)
    keys, t, parsed, absent = list[str](), array("q"), bytearray(), bytearray()
    for some in portions:
        gathered.take(len(keys), some)
        keys += some.keys
        t.extend(some.t)
        parsed.extend(map(READABLE.__contains__, some.statuses))
        absent.extend(map(ABSENT.__eq__, some.statuses))
    for failure in gathered.failures:
        parsed[failure.row] = False
    columns, values = _matrix(gathered.layouts.values(), len(keys))
    facts, told = _facts(gathered.layouts.values(), len(keys))
    return Parsed(
        keys=keys,
        t=np.array(t, np.int64),
        columns=columns,
        values=values,
        parsed=np.array(parsed, np.bool_),
        absent=np.array(absent, np.bool_),
        facts=facts,
        told=told,
        failures=tuple(gathered.failures),
        strangers=tuple(sorted(gathered.strangers)),
    )


class _Gathered:
    """What has been parsed so far, by layout."""

    def __init__(self, collector: Collector, recording: Recording) -> None:
        self.layouts: dict[Names, Layout] = {}
        self.failures: list[Failure] = []
        self.strangers: set[str] = set()
        self._parse = collector.parse
        self._kinds = {metric.name: metric.kind for metric in collector.metrics}
        seconds = float(recording.ticks[-1] - recording.ticks[0]) / 1e9
        self._constants = recording.page_size, recording.clock_ticks, recording.programs, seconds
        self._origin = Origin("", *self._constants)
        # The same text of another process says the same, for who a process is is never its pid.
        self._shared = collector.per_process
        self._known: dict[Hashable, tuple[Layout, Values]] = {}
        self._remembers = True
        self._again = 0
        self._latest: Layout | None = None

    def take(self, first: int, rows: Rows) -> None:
        """Parse these reads, which are numbered from `first` on."""
        for row, (key, t, status, content) in enumerate(zip(*rows, strict=True), first):
            if status not in READABLE:
                continue
            text = content if self._shared else (key, content)
            said = self._known.get(text)
            if said is None:
                try:
                    said = self._read(key, content)
                except (ValueError, LookupError, OverflowError, RecursionError) as problem:
                    self.failures.append(Failure(row, key, t, str(problem) or type(problem).__name__))
                    continue
                if self._remembers:
                    self._remember(text, said)
            else:
                self._again += 1
            layout, values = said
            layout.rows.append(row)
            layout.values.append(values)

    def _remember(self, text: Hashable, said: tuple[Layout, Values]) -> None:
        if len(self._known) < MOST_KNOWN:
            self._known[text] = said
        elif self._again < MOST_KNOWN:  # they all differ
            self._remembers = False
            self._known.clear()

    def _read(self, key: str, content: bytes) -> tuple[Layout, Values]:
        if key != self._origin.key:
            self._origin = Origin(key, *self._constants)
        said = self._parse(content.decode("utf-8", "backslashreplace"), self._origin)
        names: Names
        if isinstance(said, Readings):
            names, values = (said.metrics,), said.values
        else:
            readings = list(said)
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
        metrics, instances = names if len(names) > 1 else (names[0], [""] * len(names[0]))
        for position, column in enumerate(zip(metrics, instances, strict=True)):
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
        if layout.numbers:
            positions, columns = zip(*layout.numbers, strict=True)
            said = layout.values
            if len(positions) < len(said[0]):
                said = list(map(_values_at(positions), said))
            values[np.array(layout.rows)[:, np.newaxis], [at[column] for column in columns]] = _floats(said)
    return tuple(at), values


def _facts(layouts: Iterable[Layout], rows: int) -> tuple[tuple[Mapping[Column, str], ...], Ints]:
    """The distinct texts of all layouts, and which of them each read says."""
    facts: list[Mapping[Column, str]] = []
    told = [-1] * rows
    for layout in layouts:
        if layout.texts:
            positions, columns = zip(*layout.texts, strict=True)
            known: dict[Values, int] = {}
            for row, texts in zip(layout.rows, map(_values_at(positions), layout.values), strict=True):
                if texts not in known:
                    known[texts] = len(facts)
                    facts.append(dict(zip(columns, map(str, texts), strict=True)))
                told[row] = known[texts]
    return tuple(facts), np.array(told, np.int64)


def _values_at(positions: Sequence[int]) -> Callable[[Values], Values]:
    """What takes the values at some positions, as a tuple even of one."""
    return itemgetter(*positions) if len(positions) > 1 else itemgetter(slice(positions[0], positions[0] + 1))


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
