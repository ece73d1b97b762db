"""How a value in base units is printed: `1.2 GiB`, `3.4 ms`, `12 %`, `38.2 /s`.

Bytes scale by 1024 and say so (KiB), everything else by 1000. Three figures are
kept, for a before/after report is read for its first two.
"""

from __future__ import annotations

import math
import re
from typing import Final

UNKNOWN: Final = "–"
"""Stands for a value that is not known, which is never 0."""

MINUS: Final = "−"

FAR: Final = 1000
"""Times as much, or as little, beyond which no reader asks for the figure."""

_BINARY: Final = (("", 1.0), ("Ki", 2.0**10), ("Mi", 2.0**20), ("Gi", 2.0**30), ("Ti", 2.0**40), ("Pi", 2.0**50))
_DECIMAL: Final = (("n", 1e-9), ("µ", 1e-6), ("m", 1e-3), ("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12))
_TIMES: Final = (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0))
_LARGE: Final = {"bits/second": "bit/s", "hertz": "Hz"}
_ELECTRIC: Final = {"joules": "J", "watts": "W", "volts": "V", "amperes": "A"}
_TELLING_VOLTS: Final = 0.1  # a supply may stray by a twentieth, so that its hundredths of a volt are read
_PLAIN_LIMIT: Final = 100_000.0  # below it a count is written out, "1,204", as people say it


def format_value(value: float | None, unit: str) -> str:
    """Write a level or a rate for people.

    Args:
        value: In base units; None or NaN for not known.
        unit: A compared unit (`Metric.compared_unit`): "bytes", "bytes/s", "ratio", "switches/s", ...

    >>> format_value(1288490189, "bytes"), format_value(0.0034, "seconds"), format_value(0.117, "ratio")
    ('1.2 GiB', '3.4 ms', '12 %')
    >>> format_value(38.24, "connections/s"), format_value(0, "ratio"), format_value(None, "bytes")
    ('38.2 /s', '0 %', '–')
    >>> format_value(1204, "packets/s"), format_value(0.00041, "ratio"), format_value(2_500_000, "switches/s")
    ('1,204 /s', '0.041 %', '2.5 M/s')
    >>> format_value(0.0041, "misses/instruction"), format_value(1.24, "instructions/cycle")
    ('4.1 MPKI', '1.2')
    >>> format_value(3.4, "watts"), format_value(1200, "joules"), format_value(3.312, "volts"), format_value(0, "watts")
    ('3.4 W', '1.2 kJ', '3.31 V', '0 W')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    sign = MINUS if value < 0 else ""
    return sign + _magnitude(abs(value), unit)


def format_change(change: float | None, unit: str) -> str:
    """Write a difference, always with its sign; a difference of ratios is in points.

    >>> format_change(0.59, "ratio"), format_change(-0.0083, "seconds"), format_change(0, "tasks")
    ('+59 points', '−8.3 ms', '±0')
    """
    if change is None or not math.isfinite(change):
        return UNKNOWN
    if change == 0:
        return "±0"
    sign = MINUS if change < 0 else "+"
    if unit == "ratio":
        return f"{sign}{_percent(abs(change))} points"
    return sign + _magnitude(abs(change), unit)


def format_ratio(before: float | None, after: float | None) -> str:
    """Write how many times as large, or in percent where that says more; growth from nothing is "new".

    From `FAR` times on it is no more said how far: what it grew from was next to nothing, as a rule.

    >>> format_ratio(10, 34), format_ratio(100, 110), format_ratio(0, 5), format_ratio(5, 0), format_ratio(100, 20)
    ('3.4 ×', '+10 %', 'new', 'gone', '÷ 5')
    >>> format_ratio(0.002, 160), format_ratio(160, 0.002)
    ('> 1,000 ×', '÷ > 1,000')
    >>> format_ratio(100, 100.001)  # no figure of three digits shows that
    '±0'
    """
    if before is None or after is None or not (math.isfinite(before) and math.isfinite(after)):
        return UNKNOWN
    if before == after:
        return "±0"
    if before == 0 or after == 0:
        return "new" if before == 0 else "gone"
    ratio = after / before
    if ratio <= 0 or not math.isfinite(ratio):  # of two signs, or farther apart than a number can say
        return UNKNOWN
    if ratio >= 2:
        return f"{_figures(ratio)} ×" if ratio <= FAR else f"> {FAR:,} ×"
    if ratio <= 0.5:
        return f"÷ {_figures(1 / ratio)}" if ratio * FAR >= 1 else f"÷ > {FAR:,}"
    if abs(ratio - 1) < 0.0005:
        return "±0"
    return f"{'+' if ratio > 1 else MINUS}{_percent(abs(ratio - 1))} %"


def format_duration(seconds: float) -> str:
    """Write a span of time for a sentence.

    >>> format_duration(30), format_duration(1860), format_duration(90000), format_duration(0.25)
    ('30 s', '31 minutes', '25 hours', '0.25 s')
    """
    for limit, size, name in ((120.0, 1.0, "s"), (7200.0, 60.0, "minutes"), (172_800.0, 3600.0, "hours")):
        if abs(seconds) < limit:
            return f"{_figures(abs(seconds)) if size == 1 else round(abs(seconds) / size)} {name}"
    return f"{round(abs(seconds) / 86400)} days"


def parse_duration(text: str) -> float:
    """Read a span of time as people type it; a bare number is seconds.

    Raises:
        ValueError: It is no span of time, or not above zero.

    >>> parse_duration("30s"), parse_duration("1m30s"), parse_duration("0.5"), parse_duration("2h")
    (30.0, 90.0, 0.5, 7200.0)
    """
    sizes = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
    parts = re.fullmatch(r"((?:\d+(?:\.\d*)?|\.\d+)(?:ms|s|min|m|h|d|w)?)+", text.strip().lower())
    if parts is None:
        raise ValueError(f"{text!r} is no duration; write it like 30s, 1m30s or 2h")
    found = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(ms|s|min|m|h|d|w)?", parts.string)
    seconds = sum(float(number) * sizes[unit or "s"] for number, unit in found)
    if seconds <= 0:
        raise ValueError(f"{text!r} lasts no time; a duration must be above zero")
    return seconds


def _magnitude(value: float, unit: str) -> str:
    base, per, _ = unit.partition("/s")
    if base == "ratio":
        return f"{_percent(value)} %"
    if base == "bytes":
        return _scaled(value, _BINARY, "B" + per)
    if base == "seconds":
        return _scaled(value, _TIMES, per) if value else f"0 s{per}"
    if unit in _LARGE:
        return _scaled(value, _DECIMAL[3:], _LARGE[unit])
    if base == "volts" and value >= _TELLING_VOLTS:
        return f"{value:,.2f}".rstrip("0").rstrip(".") + f" V{per}"
    if base in _ELECTRIC:
        return _scaled(value, _DECIMAL, _ELECTRIC[base] + per)
    if unit == "misses/instruction":
        return f"{_figures(value * 1000)} MPKI"  # misses per thousand instructions, as the field counts them
    if base == "celsius":
        return f"{_figures(value)} °C{per}"
    if value < _PLAIN_LIMIT:
        return f"{_figures(value)} {per}".rstrip()
    return _scaled(value, _DECIMAL[3:], per)


def _scaled(value: float, steps: tuple[tuple[str, float], ...], suffix: str) -> str:
    """The value in the largest step not above it, e.g. 1536 in _BINARY -> "1.5 KiB"."""
    # 0.9995 keeps 999.95 from being printed as "1,000 k" where "1 M" is meant.
    prefix, size = next(((p, s) for p, s in reversed(steps) if value >= s * 0.9995), steps[0])
    if value == 0:
        prefix, size = next((p, s) for p, s in steps if s == 1.0)
    return f"{_figures(value / size)} {prefix}{suffix}".rstrip()


def _percent(ratio: float) -> str:
    """Whole points from ten on: the tenths of a percentage are seldom true.

    >>> _percent(0.8346), _percent(0.0312)
    ('83', '3.1')
    """
    return f"{ratio * 100:,.0f}" if ratio >= 0.0995 else _figures(ratio * 100)


def _figures(value: float) -> str:
    """Three figures at most below 1000, whole numbers with separators above; no trailing zeros.

    >>> [_figures(x) for x in (0.0412, 3.14159, 12.04, 83.46, 1204.2, 0.0)]
    ['0.041', '3.1', '12', '83.5', '1,204', '0']
    """
    if value == 0:
        return "0"
    if value >= 99.5:
        return f"{value:,.0f}"
    if value >= 9.95:
        return f"{value:.1f}".removesuffix(".0")
    digits = max(0, 1 - math.floor(math.log10(value)))
    text = f"{value:.{min(digits, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
