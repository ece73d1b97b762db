"""A manifest comes back as it was written, and one that is not whole is refused by name."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive.manifest import FORMAT, Manifest, SourceCoverage
from snapper.errors import NewerFormat, SnapperError, UnreadableSnapshot
from tests.archive import spools

FULL = spools.manifest(
    tags={"git": "4f2a91c"},
    pids=(1, 2),
    cost={"cpu": 0.25},
    coverage={"proc.stat": SourceCoverage(status="ok", reads=3, took=0.001, why="für später")},
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def plain(**other: Any) -> dict[str, Any]:
    return json.loads(json.dumps(FULL.to_json())) | other


def test_it_comes_back_as_it_was_written() -> None:
    assert Manifest.from_json(plain()) == FULL


def test_keys_of_a_later_snapper_are_passed_over() -> None:
    coverage = {"proc.stat": plain()["coverage"]["proc.stat"] | {"novelty": 1}}

    assert Manifest.from_json(plain(novelty=[1], coverage=coverage)) == FULL


def test_keys_with_a_default_may_be_missing() -> None:
    needed = {
        name: value for name, value in plain().items() if name not in {"tags", "pids", "cost", "coverage", "machine"}
    }

    found = Manifest.from_json(needed)

    assert (found.tags, found.pids, found.cost, found.coverage, found.machine) == ({}, (), {}, {}, "")


@pytest.mark.parametrize("name", ["id", "label", "host", "started", "boottime", "page_size", "ticks", "interval"])
def test_a_key_that_must_be_there_is_named(name: str) -> None:
    data = plain()
    del data[name]

    with pytest.raises(UnreadableSnapshot, match=f"somewhere has no `{name}`"):
        Manifest.from_json(data, where="somewhere")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"host": None}, "`host` is null, expected text"),
        ({"ticks": "3"}, "`ticks` is '3', expected a whole number"),
        ({"ticks": 3.5}, "`ticks` is 3.5, expected a whole number"),
        ({"ticks": True}, "`ticks` is True, expected a whole number"),
        ({"ticks": -1}, "`ticks` is -1, expected 0 to"),
        ({"boottime": 10**400}, "`boottime` is a number too large"),
        ({"started": math.nan}, "`started` is nan, expected a number"),
        ({"started": 1e300}, "`started` is 1e"),
        ({"duration": math.inf}, "`duration` is inf"),
        ({"interval": 0}, "`interval` is 0, expected"),
        ({"page_size": 0}, "`page_size` is 0, expected 1 to"),
        ({"utc_offset": 10**6}, "`utc_offset` is"),
        ({"complete": 1}, "`complete` is 1, expected true or false"),
        ({"tags": ["a"]}, "`tags` is a list, expected an object"),
        ({"tags": {"a": 1}}, "`tags`, 'a' is 1, expected text"),
        ({"pids": {"1": 2}}, "`pids` is an object, expected a list"),
        ({"pids": [1, "2"]}, "`pids` is '2', expected a whole number"),
        ({"coverage": {"proc.stat": {}}}, "`coverage`, 'proc.stat' has no `status`"),
        ({"coverage": {"proc.stat": 7}}, "`coverage`, 'proc.stat' is 7, expected an object"),
        ({"format": "1"}, "`format` is '1'"),
        ({"format": 0}, "`format` is 0, expected 1 to"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_value_is_named_with_what_was_expected(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(UnreadableSnapshot) as error:
        Manifest.from_json(plain(**wrong))

    assert says in str(error.value)
    assert len(str(error.value)) < 200


def test_a_later_format_is_known_before_anything_else_is_looked_at() -> None:
    with pytest.raises(NewerFormat, match=f"reads up to {FORMAT}"):
        Manifest.from_json({"format": FORMAT + 1, "host": 7})


def test_half_a_character_becomes_one_that_can_be_printed() -> None:
    found = Manifest.from_json(plain(host="web-\ud800"))

    assert found.host.encode() == b"web-\\ud800"


@given(data=JSON)
def test_any_json_is_refused_in_a_sentence(data: object) -> None:
    with pytest.raises(SnapperError, match="the manifest"):
        Manifest.from_json(data)


@given(name=st.sampled_from(sorted(FULL.to_json())), value=JSON)
def test_any_value_for_any_key_is_taken_or_refused(name: str, value: object) -> None:
    try:
        found = Manifest.from_json(plain(**{name: value}))
    except SnapperError as error:
        found = Manifest.from_json(plain()) if f"`{name}`" in str(error) or name == "format" else None

    assert found is not None
    json.dumps(found.to_json(), allow_nan=False).encode()
