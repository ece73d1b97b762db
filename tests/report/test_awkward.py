"""Whatever the comparison holds, every format comes out: right, bounded, and the same again from the JSON."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable
from functools import partial
from types import ModuleType

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from snapper.analyze.diff import Diff
from snapper.report.json_ import diff_from_json
from snapper.report.notebook import render_notebook
from snapper.report.schema import diff_schema
from snapper.report.write import rendered
from tests.report import awkward

VALIDATOR = Draft202012Validator(diff_schema())

KB = 1000
FORMATS: dict[str, Callable[[Diff], bytes]] = {
    **{name: partial(rendered, format=name) for name in ("html", "md", "text", "json", "parquet")},
    "notebook": lambda diff: render_notebook(diff).encode(),
}
LIMITS: dict[str, Callable[[int, int], float]] = {
    "html": lambda series, _: 700 * KB + 30 * series,
    "md": lambda *_: 65_536,
    "text": lambda *_: 24 * KB,
    "notebook": lambda *_: 32 * KB,
    "json": lambda series, name: 400 * KB + (5 * KB + 2 * name) * series,
    "parquet": lambda series, name: 60 * KB + (1.5 * KB + name) * series,
}
"""Bytes that a format may have, by the number of series and the length of a name."""
FOR_PEOPLE = ("html", "md", "text", "notebook")
UNSEEN = set(map(chr, (*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)))) | set("\u202e\u202c\u2028\ufeff")


@pytest.fixture(scope="module", params=awkward.CASES)
def case(request: pytest.FixtureRequest, sample: Diff, samples: ModuleType) -> Diff:
    return awkward.CASES[request.param](sample, samples)


@pytest.fixture(scope="module")
def told(case: Diff) -> dict[str, bytes]:
    """The comparison in every format."""
    return {name: render(case) for name, render in FORMATS.items()}


def test_every_format_comes_out_and_is_bounded(case: Diff, told: dict[str, bytes]) -> None:
    longest = max((len(row.instance) for row in case.series), default=0)

    sizes = {name: len(report) for name, report in told.items()}

    assert {name: size for name, size in sizes.items() if not 0 < size <= LIMITS[name](len(case.series), longest)} == {}


def test_what_people_read_is_text_without_anything_unseen(told: dict[str, bytes]) -> None:
    texts = {name: told[name].decode() for name in FOR_PEOPLE}

    assert {name: set(text) & UNSEEN for name, text in texts.items()} == {name: set() for name in texts}


def test_a_number_that_is_none_is_not_shown_as_one(told: dict[str, bytes]) -> None:
    for name in FOR_PEOPLE:
        shown = re.sub(r"<(script|style)\b.*?</\1>", "", told[name].decode(), flags=re.DOTALL)
        assert re.findall(r"(?i)(?<![\w-])[-+−]?(?:nan|inf|infinity)(?![\w-])", shown) == [], name


def test_the_json_is_strict_and_as_its_schema_says(told: dict[str, bytes]) -> None:
    document = json.loads(told["json"], parse_constant=refuse)
    del document["series"][1000:]  # the validator is slow, and each is like the other

    assert next(VALIDATOR.iter_errors(document), None) is None


def test_the_comparison_read_back_renders_the_same_bytes(told: dict[str, bytes]) -> None:
    again = diff_from_json(json.loads(told["json"]))

    differing = [name for name, render in FORMATS.items() if render(again) != told[name]]

    assert differing == []


def test_the_table_has_every_series_with_its_values(case: Diff, told: dict[str, bytes]) -> None:
    table = pq.read_table(io.BytesIO(told["parquet"]))

    assert table.num_rows == len(case.series)
    for name in ("before", "after", "change", "severity"):
        values = [getattr(row, name) for row in case.series]
        assert table.column(name).to_pylist() == [None if v is None or not math.isfinite(v) else v for v in values]
    names = [row.instance.encode(errors="backslashreplace").decode() for row in case.series]
    assert table.column("instance").to_pylist() == names


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")
