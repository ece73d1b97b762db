"""All series in little space: the rows that stand in the page as they are, and the list its script draws.

The list is dictionary-encoded: each name and each printed figure stands once, sorted, so that the
script sorts rows by comparing numbers and never formats one. A row is a few characters of fixed
width, a sparkline a character a point: 35 bytes a series, where plain JSON takes ten times as many.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from os.path import commonprefix
from typing import Final, TypeVar

from snapper.analyze.diff import Diff, SeriesRow
from snapper.report.chart import drawable
from snapper.report.spark import LEVELS, Spark, spark_of
from snapper.report.visible import shortened, visible
from snapper.report.words import handle, tone, word
from snapper.units import UNKNOWN, format_change, format_ratio, format_value

STATIC_ROWS: Final = 500
"""Flagged series that are readable without the script; more than that nobody reads as a table."""

DRAWN: Final = 300
"""Of these, the most severe have a sparkline, which takes as many bytes as the rest of the row."""

SPARKS: Final = 3000
"""Series that get a sparkline, the most severe first: 200 kB of the page; the rest is told in figures."""

_ORDER: Final = ("worse", "better", "changed", "new", "gone", "same", "too little data")

ALPHABET: Final = LEVELS
"""The digits of the list's numbers; the script has the same."""
Name = TypeVar("Name", str, tuple[str, str], tuple[str, str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One series as the table shows it."""

    row: SeriesRow
    change: str
    before: str
    """Path data of the sparkline; empty where there is none."""
    after: str


def ranked(series: Sequence[SeriesRow]) -> list[SeriesRow]:
    """Flagged ones first, the most severe on top; by name where that says nothing."""
    return sorted(series, key=lambda row: (row.tier is None, -row.severity, row.metric, row.instance))


def static_rows(series: Sequence[SeriesRow]) -> tuple[TableRow, ...]:
    """The rows of `ranked` series that stand in the page itself."""
    flagged = [row for row in series[:STATIC_ROWS] if row.tier is not None]
    return tuple(_static_row(row, drawn=number < DRAWN) for number, row in enumerate(flagged))


def change_text(row: SeriesRow) -> str:
    """What the change column says: the change, or for what is the same the least that would have been seen."""
    if row.verdict == "same":
        return UNKNOWN if row.least is None else f"< {format_change(abs(row.least), row.unit)[1:]}"
    return format_change(row.change, row.unit)


def series_json(series: Sequence[SeriesRow], diff: Diff, sources: Mapping[str, str]) -> str:
    """The list for the script, fit to stand between script tags.

    Args:
        series: `ranked`.
        diff: Whose series they are.
        sources: Metric → source, for the command that shows the evidence.
    """
    kinds = [(row.metric, row.resource, row.role) for row in series]
    said = [(word(row.verdict), tone(row)) for row in series]
    texts = [_texts(row) for row in series]
    drawn = [(row, spark_of(row)) for row in _with_spark(series)]
    ends = [_ends(row, spark) for row, spark in drawn]
    metrics = _numbered(sorted(set(kinds)))
    verdicts = _numbered(sorted(set(said), key=lambda pair: (_ORDER.index(pair[0]), pair[1])))
    instances = _numbered(sorted({row.instance for row in series}))
    figures = _numbered(_by_value((*_valued(series, texts), *((text, 0.0) for pair in ends for text in pair))))
    ratios = _numbered(_by_value((text[3], _ratio(row)) for row, text in zip(series, texts, strict=True)))
    rows = (
        f"{metrics[kind]}{instances[row.instance]}"
        f"{figures[before]}{figures[after]}{figures[change]}{ratios[ratio]}{verdicts[verdict]}"
        for row, kind, verdict, (before, after, change, ratio) in zip(series, kinds, said, texts, strict=True)
    )
    return _embeddable(
        {
            "metrics": [[*map(_name, kind), sources.get(kind[0], "")] for kind in metrics],
            "instances": _front_coded(list(map(_name, instances))),
            "figures": list(figures),
            "ratios": list(ratios),
            "verdicts": list(verdicts),
            "sides": [_name(handle(diff.before)), _name(handle(diff.after))],
            "rows": "".join(rows),
            "sparks": [spark.text if spark else "" for _, spark in drawn],
            "ends": "".join(figures[text] for pair in ends for text in pair),
        }
    )


def _with_spark(series: Sequence[SeriesRow]) -> Sequence[SeriesRow]:
    """The first of the series, up to the last that gets a sparkline."""
    charted = [number for number, row in enumerate(series, start=1) if row.chart is not None][:SPARKS]
    return series[: charted[-1]] if charted else ()


def paths_of(row: SeriesRow) -> tuple[str, str]:
    """Path data of both sides of a sparkline, empty where there is none."""
    spark = spark_of(row)
    return ("", "") if spark is None else spark.paths


def _static_row(row: SeriesRow, *, drawn: bool) -> TableRow:
    before, after = paths_of(row) if drawn else ("", "")
    return TableRow(row=row, change=change_text(row), before=before, after=after)


def _ends(row: SeriesRow, spark: Spark | None) -> tuple[str, str]:
    if spark is None:
        return UNKNOWN, UNKNOWN
    return format_value(spark.axis.low, row.unit), format_value(spark.axis.high, row.unit)


def _texts(row: SeriesRow) -> tuple[str, str, str, str]:
    """What stands in the row's columns: before, after, change, ratio."""
    before = format_value(row.before, row.unit)
    return (
        before,
        before if row.after == row.before else format_value(row.after, row.unit),
        change_text(row),
        format_ratio(row.before, row.after),
    )


def _valued(series: Sequence[SeriesRow], texts: Sequence[tuple[str, str, str, str]]) -> Iterable[tuple[str, float]]:
    """Every printed figure with a value to sort it by; what is the same counts as no change."""
    for row, (before, after, change, _) in zip(series, texts, strict=True):
        yield before, _or_last(row.before)
        yield after, _or_last(row.after)
        yield change, 0.0 if change.startswith("<") else _or_last(row.change)


def _ratio(row: SeriesRow) -> float:
    if not drawable(row.before) or not drawable(row.after):
        return -math.inf
    return math.inf if row.before == 0 < row.after else row.after / row.before if row.before else 1.0


def _or_last(value: float | None) -> float:
    return value if value is not None and math.isfinite(value) else -math.inf


def _by_value(texts: Iterable[tuple[str, float]]) -> list[str]:
    """Each text once, what is not known first, then by value."""
    values: dict[str, float] = {UNKNOWN: -math.inf}
    for text, value in texts:
        values.setdefault(text, value)
    return sorted(values, key=values.__getitem__)


def _numbered(names: Sequence[Name]) -> dict[Name, str]:
    """Each name with its place in so many characters as the last one needs; the script works them out the same way.

    >>> _numbered(["a", "b"]), set(map(len, _numbered([str(number) for number in range(65)]).values()))
    ({'a': 'A', 'b': 'B'}, {2})
    """
    width = 1
    while len(names) > len(ALPHABET) ** width:
        width += 1
    return dict(zip(names, map("".join, product(ALPHABET, repeat=width)), strict=False))


def _front_coded(names: Sequence[str]) -> list[str]:
    """Sorted names, each without what it begins with like the one before it; a first digit says how much that is.

    >>> _front_coded(["nginx.service", "nginx.slice", "sshd"])
    ['Anginx.service', 'Hlice', 'Asshd']
    """
    coded = []
    previous = ""
    for name in names:
        shared = min(len(commonprefix((previous, name))), len(ALPHABET) - 1)  # noqa: RUF071 - characters are meant
        coded.append(ALPHABET[shared] + name[shared:])
        previous = name
    return coded


def _name(text: str) -> str:
    return shortened(visible(text))


def _embeddable(document: Mapping[str, object]) -> str:
    """JSON that no HTML parser takes for a tag; U+2028 and U+2029 were written out by `visible`."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
