"""The schema says what is written, all of it, and refuses what the reader refuses."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from snapper import diff as compare
from snapper import load
from snapper.analyze.diff import FORMAT, Diff, SeriesRow
from snapper.errors import UnreadableSnapshot
from snapper.report.json_ import diff_from_json, render_json
from snapper.report.schema import diff_schema
from snapper.report.write import rendered
from tests.report import sample as samples

SCHEMA = diff_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
SMALL = samples.sample_diff(count=3, flagged=1).to_json()


def closed(schema: Any) -> Any:
    """The same schema, allowing no member that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items()}
    return {**inner, "additionalProperties": False} if "properties" in schema else inner


def faults(document: Any, validator: Draft202012Validator = VALIDATOR) -> list[str]:
    return [f"{error.json_path}: {error.message[:100]}" for error in validator.iter_errors(document)][:5]


def test_it_is_a_schema_of_this_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["title"] == SCHEMA["properties"]["format"]["const"] == FORMAT
    assert SCHEMA["$id"].endswith(FORMAT.rpartition(".")[2])


@pytest.mark.parametrize("name", ["sample", "quiet", "hostile"])
def test_what_is_written_is_what_it_says_and_nothing_else(name: str, request: pytest.FixtureRequest) -> None:
    document = json.loads(render_json(request.getfixturevalue(name)))

    assert faults(document, Draft202012Validator(closed(SCHEMA))) == []


def test_a_real_comparison_is_what_it_says_and_nothing_else(store: Path) -> None:
    first, second = (load(next(store.glob(f"*{label}*.parquet"))) for label in ("first", "second"))

    document = json.loads(rendered(compare(first, second), "json"))

    assert len(document["series"]) > 100
    assert faults(document, Draft202012Validator(closed(SCHEMA))) == []


def test_what_stands_below_a_member_in_its_class_describes_it() -> None:
    members = SCHEMA["$defs"]["SeriesRow"]["properties"]

    assert list(members) == [field.name for field in fields(SeriesRow)]
    assert members["tier"]["description"] == "None where it was not flagged."
    assert "description" not in members["metric"]
    assert SCHEMA["$defs"]["SeriesRow"]["description"] == "One compared series."


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "snapper.diff/2"),
        (("before",), None),
        (("before", "started"), 1e300),
        (("before", "duration"), None),
        (("before", "cpus"), 2**63),
        (("before", "tags", "git"), 7),
        (("summary", "headline"), "3"),
        (("findings", 0, "tier"), "great"),
        (("findings", 0, "interval"), [1.0]),
        (("findings", 0, "interval"), [1.0, 2.0, 3.0]),
        (("findings", 0, "severity"), "high"),
        (("series", 0, "chart"), []),
        (("series", 0, "worse"), 1),
        (("coverage", "cost_before", "cpu"), True),
    ],
)
def test_it_refuses_what_the_reader_refuses(path: tuple[str | int, ...], value: Any) -> None:
    document = deepcopy(SMALL)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert faults(document) != []
    with pytest.raises(UnreadableSnapshot):
        diff_from_json(document)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something stands in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(place for step, each in inner for place in places(each, (*path, step)))]


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5),
    st.sampled_from([[], {}, [None], [0.5, 1], 2**63, -(2**64), 10**400, "headline", "same", {"before": []}]),
)  # fmt: skip


@given(place=st.sampled_from(places(SMALL)), value=ODD)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_document_that_is_read_can_be_told_in_every_format(place: tuple[str | int, ...], value: Any) -> None:
    document = deepcopy(SMALL)
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value

    try:
        diff = diff_from_json(document)
    except UnreadableSnapshot:
        return

    assert all(rendered(diff, name) for name in ("html", "md", "text", "json", "parquet"))
    assert diff._repr_html_()


def test_the_schema_is_the_same_each_time() -> None:
    assert json.dumps(diff_schema()) == json.dumps(SCHEMA)


def test_every_member_must_be_there_unless_it_has_a_default(sample: Diff) -> None:
    required = {name: set(each["required"]) for name, each in SCHEMA["$defs"].items()}

    assert "note" not in required["Finding"]
    assert required["Finding"] < set(SCHEMA["$defs"]["Finding"]["properties"])
    assert set(SCHEMA["required"]) < set(sample.to_json())
