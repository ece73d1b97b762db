"""From what `pidstat` prints to its rows: a process at one report, in pidstat's own columns and units.

    # Time        UID       PID    %usr %system  %guest   %wait    %CPU   CPU   kB_rd/s   kB_wr/s  Command
    18:36:21        0      8442    1.96    0.00    0.00    2.94    1.96     0      0.00     12.00  python3

With -h one table has all columns, else there is one for each kind of activity; the heading is repeated at each report,
also where no process did anything. The time is seconds since 1970 in older versions, and may be followed by AM or PM.
With -t there are rows of threads, which are passed over: their process has a row of its own. Rows `Average:` repeat
what the others say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

COLUMNS: Final = frozenset(
    {
        "%usr", "%user", "%system", "%guest", "%wait", "%CPU", "minflt/s", "majflt/s", "kB_rd/s", "kB_wr/s",
        "kB_ccwr/s", "cswch/s", "nvcswch/s",
    }
)  # fmt: skip
"""Rates and shares; what is a level, a name or a setting is not looked at."""
_FIRST: Final = frozenset({"UID", "USER", "PID", "TGID"})
_LAST: Final = "Command"
_NUMBER: Final = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,9})?")
_HALVES: Final = frozenset({"AM", "PM"})
_NO_PROCESS: Final = "-"


class Row(NamedTuple):
    """A process at one report."""

    time: str
    """As printed; the same for all processes of a report."""
    command: str
    """comm, or with -l the command line."""
    values: dict[str, float]
    """Column to value; without those that pidstat could not read, for which it prints -1."""


class Printed(NamedTuple):
    """All that pidstat printed."""

    rows: list[Row]
    headings: Counter[str]
    """Column to how often it was headed: as many reports there were, if each has a heading of its own."""

    def reports(self, column: str) -> int:
        """How many reports there were of a column, those included in which nobody did anything."""
        return max(self.headings[column], len({row.time for row in self.rows if column in row.values}))


def reports_of(text: str) -> Printed:
    """Read the rows of all processes, table by table.

    Raises:
        ValueError: No table, or a row that does not fit its heading, or numbers with units (--human).
    """
    printed = Printed([], Counter())
    table: list[str] = []  # the columns of the latest heading, without the time and Command
    lines = text[: text.rfind("\n") + 1].splitlines()  # a tool that is stopped may leave half a line
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0] == "Average:":
            continue
        if words[-1] == _LAST and (first := next((at for at, word in enumerate(words) if word in _FIRST), 0)):
            table = words[first:-1]
            printed.headings.update(table)
        elif table:
            printed.rows.extend(_row(table, line, number))
        elif words[0] != "Linux":
            raise _refused(number, "a heading that ends in 'Command'", line)
    if not table:
        raise ValueError(f"pidstat printed no table; read {text[:60]!r}.")
    return printed


def _row(table: Sequence[str], line: str, number: int) -> Iterator[Row]:
    words = line.split(None, 2)
    before = 2 if len(words) > 1 and words[1] in _HALVES else 1
    columns = before + len(table)
    words = line.split(None, columns)
    if len(words) < columns:
        raise _refused(number, f"{len(table)} columns", line)
    told = dict(zip(table, words[before:columns], strict=True))
    if told.get("TID", _NO_PROCESS) != _NO_PROCESS:
        return
    process = told.get("TGID") or told.get("PID", "")
    if not process.isdecimal():
        raise _refused(number, "a process's number", line)
    numbers = {name: word for name, word in told.items() if name in COLUMNS}
    if not all(map(_NUMBER.fullmatch, numbers.values())):
        raise _refused(number, "numbers without units", line)
    values = {name: float(word) for name, word in numbers.items() if not word.startswith("-")}
    yield Row(" ".join(words[:before]), words[columns].strip() if len(words) > columns else "", values)


def _refused(number: int, expected: str, line: str) -> ValueError:
    return ValueError(f"pidstat:{number} expected {expected}, read {line[:80]!r}; run pidstat -u -r -d -w -h.")
