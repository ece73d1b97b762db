"""Comparisons that try what a format can bear: nothing at all, half of it, too much, and values out of any range."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from types import ModuleType
from typing import Any

from snapper.analyze.diff import Chart, Coverage, Diff, Summary, Workload
from snapper.report.json_ import RANGES

RIGHT_TO_LEFT = "خادم-الويب שרת \u202egnp.exe\u202c"
CONTROLS = "a\x00b\x1b[2J\x1b]0;owned\x07c\x9bd\r\u2028\ufeff"
LONG = "web-" + "x" * 10_236
HALF = "caf\udce9"
"""A file's name that is no UTF-8, as Python hands it over."""


def empty(sample: Diff, _: ModuleType) -> Diff:
    return replace(
        sample,
        summary=Summary(
            sentence="", caveat="", series_compared=0, series_flagged=0, headline=0, minor=0, not_comparable=0,
            regressed=0, improved=0, expected_flags=0.0,
        ),
        warnings=(), findings=(), use=(), drift=(), events=(), series=(),
        workload=Workload(load=(), efficiency=(), programs=(), sentence=""),
        coverage=Coverage(sources=(), cost_before={}, cost_after={}, masked=0, method=(), notes=()),
    )  # fmt: skip


def one_side_lacks_a_resource(sample: Diff, _: ModuleType) -> Diff:
    """There was no disk before: nothing to compare with, only what is now."""

    def lacking(value: Any) -> Any:
        if isinstance(value, Chart):
            return replace(value, before=())
        gone = {"before": None, "change": None, "interval": None, "least": None}
        return replace(value, **{name: none for name, none in gone.items() if hasattr(value, name)})

    def without(value: Any) -> Any:
        return lacking(replace(value, chart=lacking(value.chart)) if getattr(value, "chart", None) else value)

    return replace(
        sample,
        findings=tuple(without(each) if each.resource == "disk" else each for each in sample.findings),
        series=tuple(without(each) if each.resource == "disk" else each for each in sample.series),
        use=tuple(
            row
            if row.resource != "disk"
            else replace(
                row,
                utilization=tuple(map(lacking, row.utilization)),
                saturation=tuple(map(lacking, row.saturation)),
                errors=(),
            )
            for row in sample.use
        ),
    )


def one_tick(sample: Diff, _: ModuleType) -> Diff:
    def short(value: Any) -> Any:
        if isinstance(value, Chart):
            return replace(value, before=value.before[:1], after=value.after[:1])
        return value

    sides = (replace(side, ticks=1, duration=0.0) for side in (sample.before, sample.after))
    diff: Diff = mapped(sample, short)
    before, after = sides
    return replace(diff, before=before, after=after)


def many_series(_: Diff, samples: ModuleType) -> Diff:
    few = samples.sample_diff(count=1000, flagged=500)
    copies = (
        # Few of them moved at all: charts are the bulk of a comparison, and would only make this slow.
        replace(row, instance=f"{row.instance}:{number}", chart=row.chart if number < 2 else None)
        for number in range(100)
        for row in few.series
    )
    diff: Diff = replace(few, series=tuple(copies))
    return diff


def named(text: str) -> Callable[[Diff, ModuleType], Diff]:
    """Hosts, labels, programs, devices and settings of that name."""

    def make(sample: Diff, _: ModuleType) -> Diff:
        names = {"host", "label", "path", "instance", "program", "unit", "key", "text", "title", "sentence", "os"}

        def renamed(value: Any) -> Any:
            if not is_dataclass(value):
                return value
            own = {field.name for field in fields(value)} & names
            measured = hasattr(value, "metric") or "metric" in own  # there `unit` is that of a value
            return replace(value, **{name: text for name in own if not (measured and name == "unit")})  # type: ignore[type-var]

        diff: Diff = mapped(sample, renamed)
        return diff

    return make


def valued(*values: float) -> Callable[[Diff, ModuleType], Diff]:
    """Every measured number one of the values, in turn."""

    def make(sample: Diff, _: ModuleType) -> Diff:
        count = 0

        def put(value: Any) -> Any:
            nonlocal count
            if not isinstance(value, float):
                return value
            count += 1
            return values[count % len(values)]

        diff: Diff = mapped(sample, put)
        kept = {name: getattr(sample.before, name) for name in RANGES}
        return replace(diff, before=replace(diff.before, **kept), after=replace(diff.after, **kept))

    return make


def unknown_metric(sample: Diff, _: ModuleType) -> Diff:
    """Of a plug-in, or of a later version: no metric, unit, resource or role that this one knows."""

    def foreign(value: Any) -> Any:
        own = {"metric": "quantum.flux", "unit": "qubits/s", "resource": "quantum", "role": "entanglement"}
        if not is_dataclass(value) or not hasattr(value, "metric"):
            return value
        return replace(value, **{name: text for name, text in own.items() if hasattr(value, name)})  # type: ignore[type-var]

    diff: Diff = mapped(sample, foreign)
    return replace(diff, use=tuple(replace(row, resource="quantum") for row in diff.use))


CASES: dict[str, Callable[[Diff, ModuleType], Diff]] = {
    "empty": empty,
    "one side lacks a resource": one_side_lacks_a_resource,
    "one tick": one_tick,
    "100,000 series": many_series,
    "names of 10 kB": named(LONG),
    "right to left": named(RIGHT_TO_LEFT),
    "NUL and escapes": named(CONTROLS),
    "half a character": named(HALF),
    "no names": named(""),
    "1e-12": valued(1e-12),
    "1e18": valued(1e18, -1e18),
    "1e-12 and 1e18": valued(1e-12, 1e18, 0.0, -1e-12),
    "1e300 and the least there is": valued(1e300, -1e300, 5e-324),
    "not a number": valued(math.nan),
    "infinite": valued(math.inf, -math.inf),
    "all of these": valued(math.nan, 1.0, math.inf, 1e18, -math.inf, 1e-12, 0.0),
    "unknown metric": unknown_metric,
}


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same comparison with a change made to each of its parts, inner ones first."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = {field.name: mapped(getattr(value, field.name), change) for field in fields(value)}
        return change(replace(value, **inner))
    if isinstance(value, tuple):
        return tuple(mapped(each, change) for each in value)
    if isinstance(value, dict):
        return {key: mapped(each, change) for key, each in value.items()}
    return change(value)
