"""From what `mpstat` prints, as JSON or as text, to its reports in per cent.

    12:53:20     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
    12:53:21     all    1.49   39.91    0.83    0.94    0.43    0.40    0.00    0.00    0.00   56.00
    12:53:21       0    1.48   46.19    0.81    0.59    0.45    1.34    0.00    0.00    0.00   49.15

JSON (sysstat >= 11.5) has the same columns without their sign. Tables of nodes and of interrupts (-N, -I, -A) are
passed over, and so is the average that a run ends with.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from snapper.collectors.text.figures import decimal

Report = dict[str, dict[str, float]]
"""CPU, "all" or its number, to column to per cent: {"all": {"usr": 1.49, "idle": 56.0}}."""

_PREAMBLE: Final = re.compile(r"Linux .*")
_OTHER: Final = re.compile(r".*\b(?:NODE|CPU)\b.*|.*/s\b.*")
"""Headings of other tables; that of soft interrupts may have no column at all."""
_AVERAGE: Final = "Average:"
_HINT: Final = "run mpstat -P ALL [-o JSON] <interval> <count>."


def reports_of(text: str) -> list[Report]:
    """Read all reports. A run with an interval has none of the time since boot; one without has only that.

    Raises:
        ValueError: The output has no CPU times (-I alone), or is not mpstat's.
    """
    found = _from_json(text) if text.lstrip().startswith("{") else _from_text(text)
    if not found:
        raise ValueError(f"mpstat printed no CPU times; read {text[:60]!r}; {_HINT}")
    return found


def _from_json(text: str) -> list[Report]:
    """Decode report after report, for a run that was killed leaves the document without its end."""
    begin = re.search(r'"statistics"\s*:\s*\[', text)
    if not begin:
        raise ValueError(f"mpstat's JSON has no 'statistics'; read {text[:60]!r}; {_HINT}")
    decoder = json.JSONDecoder()
    found: list[Report] = []
    at = begin.end()
    while follow := re.compile(r"\s*,?\s*(?=\{)").match(text, at):
        try:
            report, at = decoder.raw_decode(text, follow.end())
        except (json.JSONDecodeError, RecursionError) as error:
            rest = text[follow.end() :]
            if rest.count("{") > rest.count("}"):
                break  # the run was ended while this report was written
            raise ValueError(f"mpstat's JSON is not JSON: {error}") from error
        if rows := report.get("cpu-load"):
            found.append(dict(map(_row_of, rows)) if isinstance(rows, list) else {})
    return found


def _row_of(row: Any) -> tuple[str, dict[str, float]]:
    if not isinstance(row, dict) or "cpu" not in row:
        raise ValueError(f"mpstat's JSON expected a CPU under 'cpu-load', read {row!r}.")
    columns = {name: value for name, value in row.items() if name != "cpu"}
    if not all(type(value) in {int, float} and abs(value) < 1e6 for value in columns.values()):
        raise ValueError(f"mpstat's JSON expected numbers by name, read {row!r}.")
    return str(row["cpu"]), {name: float(value) for name, value in columns.items()}


def _from_text(text: str) -> list[Report]:
    whole = text[: text.rfind("\n") + 1]  # a tool that is killed may leave half a line
    found: list[Report] = []
    headings: list[str] = []
    begins = False
    for number, line in enumerate(whole.splitlines(), start=1):
        words = line.split()
        if "CPU" in words and any(word.startswith("%") for word in words):
            headings, begins = words, True
        elif not words or _PREAMBLE.fullmatch(line) or _OTHER.fullmatch(line):
            headings = []
        elif headings and words[0] != _AVERAGE:
            cpu, columns = _columns(headings, words, number)
            if begins or cpu in found[-1]:
                found.append({})
            found[-1][cpu] = columns
            begins = False
        elif not headings and not found and not begins and not _is_row(words):
            raise ValueError(f"mpstat:{number} expected headings 'CPU %usr ...', read {line[:80]!r}; {_HINT}")
    return found


def _is_row(words: list[str]) -> bool:
    """Whether it may be of a table that is passed over."""
    return words[0] == _AVERAGE or bool(re.fullmatch(r"[0-9]{1,2}(?::[0-9]{2}){2}|[0-9]{9,11}", words[0]))


def _columns(headings: list[str], words: list[str], number: int) -> tuple[str, dict[str, float]]:
    """The name of a CPU and what stands behind it."""
    at = headings.index("CPU")
    if len(words) != len(headings):
        raise ValueError(f"mpstat:{number} expected {len(headings)} columns, read {' '.join(words)[:80]!r}; {_HINT}")
    names = [heading.removeprefix("%") for heading in headings[at + 1 :]]
    values = [decimal(word, f"mpstat:{number}") for word in words[at + 1 :]]
    return words[at], dict(zip(names, values, strict=True))
