from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from snapper.analyze.diff import Chart, Diff, SeriesRow
from snapper.report.spark import POINTS
from snapper.report.wire import ALPHABET, SPARKS, STATIC_ROWS, ranked, series_json, static_rows

FIELDS = ("metrics", "instances", "figures", "figures", "figures", "ratios", "verdicts")


def number(code: str) -> int:
    value = 0
    for character in code:
        value = value * 64 + ALPHABET.index(character)
    return value


def names(coded: list[str]) -> list[str]:
    decoded = [""]
    for name in coded:
        decoded.append(decoded[-1][: number(name[0])] + name[1:])
    return decoded[1:]


def unpacked(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows as the script reads them."""
    tables = {**document, "instances": names(document["instances"])}
    widths = [next(width for width in range(1, 9) if len(tables[field]) <= 64**width) for field in FIELDS]
    rows, at = [], 0
    while at < len(document["rows"]):
        row = []
        for field, width in zip(FIELDS, widths, strict=True):
            row.append(tables[field][number(document["rows"][at : at + width])])
            at += width
        rows.append(tuple(row))
    return rows


def packed(diff: Diff) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(series_json(ranked(diff.series), diff, {"proc.rss": "proc.pid.stat"}))
    return document


def test_every_series_comes_out_as_it_went_in_the_most_severe_first(sample: Diff) -> None:
    rows = unpacked(packed(sample))

    assert len(rows) == len(sample.series)
    assert [(metric[0], instance) for metric, instance, *_ in rows] == [
        (row.metric, row.instance) for row in ranked(sample.series)
    ]
    worst = max(sample.series, key=lambda row: row.severity)
    assert (rows[0][0][0], rows[0][1]) == (worst.metric, worst.instance)


@pytest.mark.parametrize(
    ("before", "after", "others", "said"),
    [
        (1.0, 3.0, {"change": 2.0, "verdict": "regressed"}, ["1", "3", "+2", "3 ×", ["worse", "worse"]]),
        (0.0, 3.0, {"change": 3.0, "verdict": "changed"}, ["0", "3", "+3", "new", ["changed", "plain"]]),
        (None, 3.0, {"change": None, "verdict": "new"}, ["–", "3", "–", "–", ["new", "plain"]]),
        (None, 3.0, {"change": None, "verdict": "new", "worse": True}, ["–", "3", "–", "–", ["new", "worse"]]),
        (1.0, 1.0, {"verdict": "same", "least": 0.4}, ["1", "1", "< 0.4", "±0", ["same", "same"]]),
        (1.0, 1.0, {"verdict": "same", "least": None}, ["1", "1", "–", "±0", ["same", "same"]]),
    ],
)
def test_a_row_says_what_its_series_does(
    sample: Diff,
    before: float | None,
    after: float,
    others: dict[str, object],
    said: list[object],
) -> None:
    row = replace(sample.series[0], unit="tasks", before=before, after=after, **others)

    assert list(unpacked(packed(replace(sample, series=(row,))))[0][2:]) == said


def test_figures_are_sorted_by_value_so_that_the_script_need_not_know_them(sample: Diff) -> None:
    one = sample.series[0]
    values = [3 * 2**30, None, 5.0, 0.0, 7 * 2**20, -2.0, 1024.0]
    rows = tuple(
        replace(one, instance=str(index), unit="bytes", before=value, after=value, change=0.0, chart=None)
        for index, value in enumerate(values)
    )

    figures = packed(replace(sample, series=rows))["figures"]

    assert [figure for figure in figures if figure != "±0"] == ["–", "−2 B", "0 B", "5 B", "1 KiB", "7 MiB", "3 GiB"]


def test_sparklines_go_to_the_most_severe_and_keep_a_spike(sample: Diff, samples: ModuleType) -> None:
    quiet_then_spike = (*[1.0] * 50, 9.0, *[1.0] * 69)
    row = replace(
        sample.series[0],
        severity=99.0,
        unit="tasks",
        chart=Chart(before=quiet_then_spike, after=(1.0,) * 60, interval=1.0),
    )

    document = packed(replace(sample, series=(row, *sample.series)))

    before, after = document["sparks"][0].split("|")
    assert len(before) == POINTS
    assert len(after) == POINTS // 2
    assert max(before, key=ALPHABET.index) == before[50 * POINTS // 120]
    assert len(packed(samples.sample_diff(count=SPARKS * 2, flagged=SPARKS * 2))["sparks"]) == SPARKS


def test_the_page_itself_holds_flagged_rows_only_and_not_too_many(sample: Diff, samples: ModuleType) -> None:
    assert len(static_rows(ranked(sample.series))) == 41
    assert len(static_rows(ranked(samples.series(900, flagged=800)))) == STATIC_ROWS


def test_the_list_may_stand_between_script_tags(hostile: Diff) -> None:
    text = series_json(ranked(hostile.series), hostile, {})

    assert not set(text) & set("<>&\u2028\u2029\x00\x1b")
    assert "</script>" in json.loads(text)["metrics"][0][0]


def test_series_without_anything_are_no_trouble(sample: Diff) -> None:
    nothing: tuple[SeriesRow, ...] = ()

    assert packed(replace(sample, series=nothing))["rows"] == ""


def test_a_source_is_named_where_it_is_known(sample: Diff) -> None:
    sources = {metric[0]: metric[3] for metric in packed(sample)["metrics"]}

    assert sources["proc.rss"] == "proc.pid.stat"
    assert sources["vmstat.pgfault"] == ""
