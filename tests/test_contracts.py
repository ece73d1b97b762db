"""Every collector alike: names, help, units, documentation, fixtures, only declared metrics, bad input."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapper.collectors import Collector, Origin, all_collectors, catalogue
from snapper.metric import UNITS, Kind, Metric, Resource, Role, Worse

PARSE = Path(__file__).resolve().parent.parent / "fixtures" / "parse"
COLLECTORS = list(all_collectors().values())
METRICS = list(catalogue().values())

collectors = pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.name)
metrics = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)


def fixtures_of(collector: Collector) -> list[Path]:
    return sorted((PARSE / collector.name).glob("*.txt"))


@metrics
def test_a_metric_says_all_that_the_report_needs(metric: Metric) -> None:
    assert metric.title == metric.title.strip()
    assert len(metric.title) > 2
    assert metric.help.endswith(".")
    assert metric.doc.startswith("https://")
    assert metric.unit in UNITS
    assert " " not in metric.name
    assert "." in metric.name or metric.kind is Kind.FACT


@metrics
def test_a_metric_does_not_contradict_itself(metric: Metric) -> None:
    assert (metric.kind is Kind.FACT) == (metric.unit == "text")
    assert (metric.kind is Kind.FACT) == (metric.role is Role.CONFIGURATION)
    if metric.role is Role.ERRORS:
        assert metric.worse is Worse.MORE
    if metric.primary:
        assert metric.role in {Role.UTILIZATION, Role.SATURATION, Role.ERRORS}
        assert not metric.history
        assert not metric.alias_of
    if metric.attributes:
        assert metric.resource is Resource.PROGRAM


@metrics
def test_what_a_metric_refers_to_exists(metric: Metric) -> None:
    facts = [name for name, other in catalogue().items() if other.kind is Kind.FACT]

    if metric.alias_of:
        assert metric.alias_of in catalogue()
    for pattern in metric.moved_by:
        assert any(fnmatch(name, pattern.partition("[")[0]) for name in facts), pattern


@collectors
def test_a_collector_has_a_recorded_text(collector: Collector) -> None:
    assert any(not path.stem.startswith("bad-") for path in fixtures_of(collector))


@collectors
def test_a_parser_yields_only_what_it_declares(collector: Collector) -> None:
    declared = {metric.name: metric for metric in collector.metrics}

    for path in fixtures_of(collector):
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if "error" in told:
            continue
        for reading in collector.parse(path.read_bytes().decode("utf-8", "backslashreplace"), Origin(key=told["key"])):
            metric = declared[reading.metric]
            assert isinstance(reading.value, str) == (metric.kind is Kind.FACT), reading
            assert reading.value == reading.value, f"NaN is not a reading: {reading}"
            if reading.instance and not collector.per_process:
                assert metric.labels, f"{reading.metric} has instances and no label that says of what"


@collectors
def test_a_derived_metric_is_made_of_declared_ones(collector: Collector) -> None:
    for derived in collector.derived:
        assert set(derived.inputs) <= set(catalogue())
        assert set(derived.optional) <= set(derived.inputs)


@collectors
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_text_gives_readings_or_a_stated_error(collector: Collector, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(fixtures_of(collector)))
    key = json.loads(path.with_suffix(".json").read_text(encoding="utf-8")).get("key", "")
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    declared = {metric.name for metric in collector.metrics}

    try:
        readings = list(collector.parse(bytes(damaged[:cut]).decode("utf-8", "backslashreplace"), Origin(key=key)))
    except ValueError:
        return
    assert {reading.metric for reading in readings} <= declared


@collectors
def test_empty_text_is_not_a_zero(collector: Collector) -> None:
    try:
        readings = list(collector.parse("", Origin(key="x")))
    except ValueError:
        return
    assert not [reading for reading in readings if reading.value == 0]


@collectors
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_characters="0", codec="utf-8"), max_size=300))
def test_text_without_a_zero_gives_none(collector: Collector, text: str) -> None:
    try:
        readings = list(collector.parse(text, Origin(key="x")))
    except ValueError:
        return
    assert not [reading for reading in readings if reading.value == 0]
