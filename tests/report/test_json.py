from __future__ import annotations

import json
import math
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from snapper.analyze.diff import Diff
from snapper.errors import NewerFormat, UnreadableSnapshot
from snapper.report.html import render_html
from snapper.report.json_ import diff_from_json, render_json
from snapper.report.markdown import render_markdown


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@pytest.mark.parametrize("name", ["sample", "quiet"])
def test_what_is_written_can_be_read_back(name: str, request: pytest.FixtureRequest) -> None:
    diff: Diff = request.getfixturevalue(name)

    assert diff_from_json(json.loads(render_json(diff), parse_constant=refuse)) == diff


def test_a_comparison_read_back_renders_as_the_first(sample: Diff) -> None:
    again = diff_from_json(json.loads(render_json(sample)))

    assert render_html(again, sources={}) == render_html(sample, sources={})
    assert render_markdown(again) == render_markdown(sample)


def test_hostile_text_survives_and_nothing_of_it_steers_a_terminal(hostile: Diff) -> None:
    written = render_json(hostile)

    assert diff_from_json(json.loads(written)) == hostile
    assert not set(written) & set("\x00\x1b\x7f\x9b\u202e\u2028\u2029")


def test_half_of_a_surrogate_pair_is_written_out(sample: Diff) -> None:
    diff = replace(sample, before=replace(sample.before, label="a\udc80b"))

    written = render_json(diff)

    assert json.loads(written.encode())["before"]["label"] == "a\\udc80b"


def test_what_is_not_finite_is_null_and_comes_back_as_not_known(sample: Diff) -> None:
    finding = replace(sample.findings[0], before=math.inf, severity=math.nan)

    written = render_json(replace(sample, findings=(finding,)))

    read = diff_from_json(json.loads(written, parse_constant=refuse)).findings[0]
    assert read.before is None
    assert math.isnan(read.severity)


def test_an_item_stands_on_a_line_of_its_own(sample: Diff) -> None:
    lines = render_json(sample).splitlines()

    assert sum('"metric":"proc.rss"' in line for line in lines) >= 50
    assert lines[1] == '"format": "snapper.diff/1",'


def test_members_of_a_later_version_are_passed_over_and_new_ones_have_defaults(sample: Diff) -> None:
    document = sample.to_json()
    document["seasons"] = 4
    document["findings"][0]["mood"] = "bad"
    del document["findings"][1]["note"]

    read = diff_from_json(document)

    assert read.findings[0] == sample.findings[0]
    assert read.findings[1].note == ""


def broken(document: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed = deepcopy(document)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("before",), None, "before is null, expected an object"),
        (("summary", "headline"), "3", 'summary.headline is "3", expected a whole number'),
        (("summary", "headline"), True, "summary.headline is true, expected a whole number"),
        (("findings",), {}, "findings is {}, expected a list"),
        (("findings", 0, "tier"), "great", 'findings[0].tier is "great", expected headline or minor or context'),
        (("findings", 0, "interval"), [1.0], "findings[0].interval is [1.0], expected a list of 2"),
        (("findings", 0, "severity"), "high", 'findings[0].severity is "high", expected a number'),
        (("before", "tags"), [], "before.tags is [], expected an object"),
        (("before", "complete"), 1, "before.complete is 1, expected true or false"),
        (("before", "label"), "x".join("yy" * 40).split("y"), "expected text"),
        (("findings", 0, "title"), KeyError, "findings[0] has no 'title'"),
        (("after", "started"), 1e300, "after.started is 1e+300, expected 0 to 2.53402e+11"),
        (("after", "duration"), None, "after.duration is nan"),
        (("after", "utc_offset"), 90_000, "after.utc_offset is 90000"),
        (("use",), KeyError, "it has no 'use'"),
    ],
)
def test_a_damaged_comparison_is_refused_with_the_place(
    sample: Diff, path: tuple[str | int, ...], value: Any, said: str
) -> None:
    with pytest.raises(UnreadableSnapshot) as caught:
        diff_from_json(broken(sample.to_json(), path, value))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"format": "snapper.diff/2"}, NewerFormat),
        ({"format": "other"}, UnreadableSnapshot),
        ({}, UnreadableSnapshot),
        ([], UnreadableSnapshot),
        (None, UnreadableSnapshot),
        ("snapper.diff/1", UnreadableSnapshot),
    ],
)
def test_another_document_is_told_apart_from_a_later_format(document: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        diff_from_json(document)

    assert type(caught.value) is error


def test_the_members_that_others_read_are_there(sample: Diff) -> None:
    document = json.loads(render_json(sample))

    assert set(document) >= {
        "format", "before", "after", "summary", "warnings", "findings", "use", "workload", "drift", "series",
        "coverage",
    }  # fmt: skip
    assert document["format"] == "snapper.diff/1"
    assert set(document["findings"][0]) >= {
        "rank", "id", "tier", "verdict", "resource", "role", "title", "metric", "instance", "unit", "before", "after",
        "change", "interval", "severity", "culprits", "config", "help", "next",
    }  # fmt: skip
