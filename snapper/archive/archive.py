"""An opened snapshot: its manifest, and its reads by source and key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, islice, pairwise, repeat
from pathlib import Path
from typing import Final

import pyarrow as pa

from snapper.archive.columns import (
    PORTION,
    blobs_of,
    codes_of,
    integers_of,
    nullable_blobs_of,
    nullable_integers_of,
    words_of,
)
from snapper.archive.files import open_regular
from snapper.archive.load import load
from snapper.archive.manifest import Manifest
from snapper.archive.read import PIDS, TICK, Read, Rows
from snapper.errors import UnreadableSnapshot

_READ: Final = partial(tuple.__new__, Read)
"""What `Read._make` does, without a step of Python for each row."""

Span = tuple[int, int]
"""Rows from the first up to, not including, the second."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A snapshot in memory; Python values are made of it only as they are asked for."""

    manifest: Manifest
    path: Path
    table: pa.Table
    """The columns of `snapper.archive.parquet.SCHEMA`, sorted by source, key and t."""
    spans: Mapping[str, Mapping[str, Span]]
    """Source → key → its rows; both in the order of the table."""

    @cached_property
    def sha256(self) -> str:
        """Of the file as it is when this is first asked for, hexadecimal: names the evidence.

        Raises:
            UnreadableSnapshot: The file is no longer there.
        """
        with open_regular(self.path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def sources(self) -> tuple[str, ...]:
        """Every source that has a row, sorted; the recorder's own two among them."""
        return tuple(self.spans)

    def keys(self, source: str) -> tuple[str, ...]:
        """The keys of a source, sorted as text; none if the source has no row."""
        return tuple(self.spans.get(source, ()))

    def reads(self, source: str) -> list[Read]:
        """Every read of a source, sorted by key and t; none if the source has no row."""
        return self._reads(source, self._keys(source), self._span(source))

    def rows(self, source: str) -> Rows:
        """The same by columns."""
        return self._rows(self._keys(source), self._span(source))

    def walk(self, source: str) -> Iterator[Rows]:
        """The same, some at a time: what all processes say may be hundreds of megabytes."""
        keys, (begin, end) = self._keys(source), self._span(source)
        for at in range(begin, end, PORTION):
            yield self._rows(keys, (at, min(at + PORTION, end)))

    def read(self, source: str, key: str) -> list[Read]:
        """The reads of one key, by t; none if there is no such row."""
        span = self.spans.get(source, {}).get(key)
        return [] if span is None else self._reads(source, repeat(key), span)

    def ticks(self) -> list[int]:
        """When each tick began: CLOCK_BOOTTIME, ns."""
        return [read.t for read in self.read(TICK, "")]

    def pids(self) -> list[frozenset[int]]:
        """The processes alive at each tick; empty if the archive does not know them.

        A list that was unchanged was not stored again: it holds until the next one. A tick
        before the first list, which is there only if that read failed, gets the first.

        Raises:
            UnreadableSnapshot: A list holds something else than numbers.
        """
        lists = [(read.t, self._numbers(read)) for read in self.read(PIDS, "") if read.status == "ok"]
        if not lists:
            return []
        alive, held, following = [], lists[0][1], 1
        ticks = self.ticks()
        for number in range(len(ticks)):
            is_last = number + 1 == len(ticks)
            while following < len(lists) and (is_last or lists[following][0] < ticks[number + 1]):
                held, following = lists[following][1], following + 1
            alive.append(held)
        return alive

    @cached_property
    def _statuses(self) -> list[str]:
        """What the codes of the column mean."""
        return words_of(self.table.column("status"))

    def _numbers(self, read: Read) -> frozenset[int]:
        try:
            return frozenset(map(int, read.content.split()))
        except ValueError:
            raise UnreadableSnapshot(
                f"{self.path}: {PIDS} at t={read.t} is no list of numbers; use another copy of the file"
            ) from None

    def _span(self, source: str) -> Span:
        """A source's rows, which follow each other."""
        spans = [*self.spans.get(source, {}).values()]
        return (spans[0][0], spans[-1][1]) if spans else (0, 0)

    def _keys(self, source: str) -> Iterator[str]:
        """Of each row of a source."""
        spans = self.spans.get(source, {})
        lengths = [end - begin for begin, end in spans.values()]
        return chain.from_iterable(map(repeat, spans, lengths))

    def _rows(self, keys: Iterator[str], span: Span) -> Rows:
        part = self.table.slice(span[0], span[1] - span[0])
        return Rows(
            list(islice(keys, len(part))),
            integers_of(part.column("t")),
            self._statuses_of(part),
            blobs_of(part.column("content")),
        )

    def _statuses_of(self, part: pa.Table) -> list[str]:
        return list(map(self._statuses.__getitem__, codes_of(part.column("status"))))

    def _reads(self, source: str, keys: Iterable[str], span: Span) -> list[Read]:
        part = self.table.slice(span[0], span[1] - span[0])
        _, _, t, took, _, content, stderr, exit_code = part.columns
        columns = zip(
            repeat(source),
            keys,
            integers_of(t),
            integers_of(took),
            self._statuses_of(part),
            blobs_of(content),
            nullable_blobs_of(stderr),
            nullable_integers_of(exit_code),
            strict=False,  # the repeated ones have no end
        )
        return list(map(_READ, columns))


def open_archive(path: Path) -> Archive:
    """Open a snapshot file.

    Raises:
        UnreadableSnapshot: It is not there, is no snapshot, is cut off or damaged.
        NewerFormat: A later snapper wrote it.
    """
    manifest, table = load(path)
    return Archive(manifest=manifest, path=path, table=table, spans=_spans(path, table))


def _spans(path: Path, table: pa.Table) -> dict[str, dict[str, Span]]:
    """Where each source and key begins and ends.

    Raises:
        UnreadableSnapshot: The rows are not sorted: something else than snapper wrote them.
    """
    source_column, key_column, t_column = table.columns[:3]
    sources, keys = words_of(source_column), words_of(key_column)
    codes = list(zip(codes_of(source_column), codes_of(key_column), strict=True))
    times = integers_of(t_column)
    starts = [0, *(row for row, (before, here) in enumerate(pairwise(codes), 1) if before != here), len(codes)]
    spans: dict[str, dict[str, Span]] = {}
    last = ("", "")
    for begin, end in pairwise(starts):
        if begin == end:  # no rows at all
            break
        source, key = sources[codes[begin][0]], keys[codes[begin][1]]
        if (begin and (source, key) <= last) or times[begin:end] != sorted(times[begin:end]):
            raise UnreadableSnapshot(
                f"{path}: its rows are not sorted by source, key and t; use the file as `snapper capture` wrote it"
            )
        spans.setdefault(source, {})[key] = (begin, end)
        last = (source, key)
    return spans
