"""From what `iostat -x` prints, as JSON or as text, to its reports in iostat's own columns and units.

    avg-cpu:  %user   %nice %system %iowait  %steal   %idle
               1.49   39.91    1.67    0.94    0.00   56.00

    Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s  ...  aqu-sz  %util
    sda              6.90    222.14     0.39   5.38   12.58    32.21    1.69  ...    0.10   0.46

JSON (sysstat >= 11.6) has the same columns, percentages without their sign.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, Final, NamedTuple

_PERCENTAGES: Final = frozenset({"rrqm", "wrqm", "drqm", "util"})
_PREAMBLE: Final = re.compile(r"(?:Linux |Time: |[0-9]{1,4}[-/][0-9]{2}[-/][0-9]{2,4}[ T]).*")
"""The line about the host, and those of -t: 06/01/20 12:34:56, 2020-06-01T12:34:56, Time: 03:49:57 PM."""
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")  # of hundreds of digits, one would be infinite
_DEMANDED: Final = frozenset({"r/s", "w/s", "%util"})
_HINT: Final = "run iostat -x -k [-o JSON] <interval> <count>."


class Report(NamedTuple):
    """One report: the first of a run covers the time since boot."""

    cpu: dict[str, float]
    """"%user" to percent."""
    disks: dict[str, dict[str, float]]
    """Device to column to value: {"sda": {"r/s": 6.9, "rkB/s": 222.14, "%util": 0.46}}."""


def reports_of(text: str) -> list[Report]:
    """Read all reports, the one since boot included.

    Raises:
        ValueError: The output is not that of extended statistics, or has numbers with units (-h), or is cut.
    """
    return _from_json(text) if text.lstrip().startswith("{") else _from_text(text)


def _from_json(text: str) -> list[Report]:
    """Decode report after report, for a run that was stopped leaves the document without its end."""
    begin = re.search(r'"statistics"\s*:\s*\[', text)
    if not begin:
        raise ValueError(f"iostat's JSON has no 'statistics'; read {text[:60]!r}; {_HINT}")
    decoder = json.JSONDecoder()
    found: list[Report] = []
    at = begin.end()
    while follow := re.compile(r"\s*,?\s*(?=\{)").match(text, at):
        try:
            report, at = decoder.raw_decode(text, follow.end())
        except (json.JSONDecodeError, RecursionError) as error:  # the second of lists within lists
            rest = text[follow.end() :]
            if rest.count("{") > rest.count("}"):
                break  # the run was stopped while this report was written
            raise ValueError(f"iostat's JSON is not JSON: {error}") from error
        found.append(Report(_named(report.get("avg-cpu", {}), "%"), _disks(report.get("disk", []))))
    return found


def _disks(rows: Any) -> dict[str, dict[str, float]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"iostat's JSON has no list of devices under 'disk', read {rows!r}.")
    disks = {str(row.pop("disk_device", "")): _named(row) for row in rows}
    for device, columns in disks.items():
        if not device or not columns.keys() >= _DEMANDED:
            raise ValueError(f"iostat's JSON lacks extended statistics of {device!r}; {_HINT}")
    return disks


def _named(row: Any, sign: str = "") -> dict[str, float]:
    """The numbers of a row by the headings that the text has."""
    if not isinstance(row, dict) or not all(type(value) in {int, float} and isfinite(value) for value in row.values()):
        raise ValueError(f"iostat's JSON expected numbers by name, read {row!r}.")
    return {("%" + name if sign or name in _PERCENTAGES else name): float(value) for name, value in row.items()}


def _from_text(text: str) -> list[Report]:
    whole = text[: text.rfind("\n") + 1]  # a tool that is stopped may leave half a line
    found: list[Report] = []
    headings: list[str] = []
    for number, line in enumerate(whole.splitlines(), start=1):
        words = [word.rstrip(":") for word in line.split()]
        if not words:
            headings = []
        elif words[0] == "avg-cpu":
            found.append(Report({}, {}))
            headings = words[1:]
        elif "Device" in words:
            if not _DEMANDED.issubset(words):
                raise ValueError(f"iostat:{number} lacks extended statistics, read {line[:80]!r}; {_HINT}")
            if not found or found[-1].disks:
                found.append(Report({}, {}))
            headings = words
        elif headings:
            _row(found[-1], headings, line, number)
        elif not _PREAMBLE.fullmatch(line.strip()):
            raise ValueError(f"iostat:{number} expected headings 'Device r/s ...', read {line[:80]!r}; {_HINT}")
    if not found:
        raise ValueError(f"iostat printed no report; read {text[:60]!r}; {_HINT}")
    return found


def _row(report: Report, headings: list[str], line: str, number: int) -> None:
    """Add one line of a table to the report."""
    words = line.split()
    device = headings.index("Device") if "Device" in headings else None
    name = words.pop(device) if device is not None and len(words) > device else ""
    names = [heading for heading in headings if heading != "Device"]
    if len(words) != len(names) or not all(map(_NUMBER.fullmatch, words)):
        raise ValueError(f"iostat:{number} expected {len(names)} numbers without units, read {line[:80]!r}; {_HINT}")
    values = dict(zip(names, map(float, words), strict=True))
    if device is None:
        report.cpu.update(values)
    else:
        report.disks[name] = values
