"""From what `sar` prints to the averages that a run ends with, table by table, in sar's own columns and units.

    18:36:20       proc/s   cswch/s
    18:36:21         3.56  68409.30
    18:36:20        IFACE   rxpck/s   txpck/s ...
    18:36:21         eth0     22.46      0.00 ...
    Average:       proc/s   cswch/s
    Average:         3.56  68409.30

A heading is repeated before its averages, but not where there was one report after the other of the same table (-f).
What a row is of (CPU, DEV, IFACE) is named in its first column, or with --pretty in its last. A time may be followed by
AM or PM. With -x there are rows `Minimum:`, `Maximum:` and `Last:`, too. Where a host was started again, as in a file
of days, the averages since the last start count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from snapper.collectors.text.figures import decimal
from snapper.collectors.text.refusal import refused

Averages = dict[str, dict[str, float]]
"""What a row is of ("" where the table has one row) → column → value, as printed."""


class Table(NamedTuple):
    """A table that is read; it is told by a column that no other table has."""

    sign: str
    of: str
    """Heading of the column that says what a row is of; empty for a table of one row."""
    columns: frozenset[str]


_TIME: Final = re.compile(r"[0-9]{1,2}(?::[0-9]{2}){2}|[0-9]{9,11}|Average:|Minimum:|Maximum:|Summary:|Last:")
_HALVES: Final = frozenset({"AM", "PM"})
_AVERAGE: Final = "Average:"
_NOTES: Final = ("COM", "LINUX")
"""What stands behind the time of a comment, and of a start of the host."""


def averages_of(text: str, tables: tuple[Table, ...]) -> dict[str, Averages]:
    """Read the averages of every table that is asked for, under its sign; others are passed over.

    Raises:
        ValueError: No averages (sar was killed), not sar's output, a row that does not fit its heading, or numbers
            with units (--human).
    """
    found: dict[str, Averages] = {}
    by_sign = {table.sign: table for table in tables}
    headed: tuple[Table | None, list[str]] = (None, [])
    averages = 0
    for number, before, words in _lines(text):
        if _is_heading(words):
            headed = (next((by_sign[word] for word in words if word in by_sign), None), words)
        elif before == _AVERAGE:
            averages += 1
            table, heading = headed
            if table is not None:
                name, values = _row(table, heading, words, number)
                found.setdefault(table.sign, {})[name] = values
    if not averages:
        raise ValueError(f"sar printed no line that begins with '{_AVERAGE}'; read {text[:60]!r}.")
    return found


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Number, time and words of each line that is a heading or a row."""
    whole = text[: text.rfind("\n") + 1]  # a tool that is killed may leave half a line
    for number, line in enumerate(whole.split("\n"), start=1):
        words = line.split()
        if not words or words[0] == "Linux":
            continue
        before, *words = words
        if not _TIME.fullmatch(before):
            raise refused("sar", number, line, "a time or 'Average:'")
        if words and words[0] in _HALVES:
            del words[0]
        if words and words[0] not in _NOTES:
            yield number, before, words


def _is_heading(words: list[str]) -> bool:
    """Whether none of the words begins with a digit; a row has at least one that does."""
    return not any(word[:1].isdecimal() for word in words)


def _row(table: Table, heading: list[str], words: list[str], number: int) -> tuple[str, dict[str, float]]:
    """What a row is of and its values in the columns that are wanted."""
    if len(words) != len(heading):
        raise refused("sar", number, " ".join(words), f"{len(heading)} columns")
    cells = dict(zip(heading, words, strict=True))
    if table.of and table.of not in cells:
        raise refused("sar", number, " ".join(heading), f"a column {table.of}")
    wanted = {column: value for column, value in cells.items() if column in table.columns}
    return cells.get(table.of, ""), {name: decimal(value, f"sar:{number} {name}") for name, value in wanted.items()}
