"""Every recorded text under fixtures/parse gives the values that were worked out by hand, found by name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from snapper.collectors import Origin, all_collectors

PARSE = Path(__file__).resolve().parents[2] / "fixtures" / "parse"
CASES = sorted(PARSE.glob("*/*.txt"))


def the_case(path: Path) -> tuple[str, dict[str, Any], Origin]:
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    origin = Origin(
        key=told.get("key", ""),
        page_size=told.get("page_size", 4096),
        clock_ticks=told.get("clock_ticks", 100),
    )
    return text, told, origin


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recorded_text_reads_as_worked_out_by_hand(path: Path) -> None:
    text, told, origin = the_case(path)
    parse = all_collectors()[path.parent.name].parse

    if "error" in told:
        with pytest.raises(ValueError, match=re.escape(told["error"])):
            list(parse(text, origin))
        return

    readings = {
        f"{reading.metric}[{reading.instance}]" if reading.instance else reading.metric: reading.value
        for reading in parse(text, origin)
    }
    wrong = {
        name: (readings.get(name), value)
        for name, value in told["expect"].items()
        if readings.get(name) != (pytest.approx(value) if isinstance(value, (int, float)) else value)
    }
    assert not wrong
    assert len(readings) == told["count"]
    assert told["expect"]
