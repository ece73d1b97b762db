"""vmstat and iostat along a window: the report since boot never counts, and a run may be stopped anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Collector, Origin
from snapper.collectors.disks.cmd_iostat import COLLECTOR as IOSTAT
from snapper.collectors.disks.iostat_reports import reports_of
from snapper.collectors.memory.cmd_vmstat import COLLECTOR as VMSTAT
from snapper.record.plan import Cadence, Command

PARSE = Path(__file__).resolve().parents[2] / "fixtures/parse"
JSON = (PARSE / "cmd.iostat/sysstat-12.6-json.txt").read_text(encoding="utf-8")
TEXT = (PARSE / "cmd.iostat/sysstat-12.6-text.txt").read_text(encoding="utf-8")
TABLE = (PARSE / "cmd.vmstat/procps-4.0.2.txt").read_text(encoding="utf-8").splitlines()

shares = st.floats(0, 100).map(lambda value: round(value, 2))


def means(collector: Collector, text: str) -> dict[tuple[str, str], float | str]:
    return {(reading.metric, reading.instance): reading.value for reading in collector.parse(text, Origin())}


def document(reports: list[dict[str, Any]]) -> str:
    return json.dumps({"sysstat": {"hosts": [{"nodename": "host", "statistics": reports}]}})


def disk(reads: float, wait: float, util: float) -> dict[str, Any]:
    return {
        "disk": [{"disk_device": "sda", "r/s": reads, "w/s": 0.0, "rkB/s": reads * 4, "r_await": wait, "util": util}]
    }


@pytest.mark.parametrize("collector", [VMSTAT, IOSTAT], ids=lambda collector: collector.name)
def test_they_run_along_with_the_window_and_only_bear_witness(collector: Collector) -> None:
    assert isinstance(collector.read, Command)
    assert collector.read.cadence is Cadence.WINDOW
    assert not collector.judged
    for argv in (collector.read.argv, *collector.read.alternatives):
        assert argv[-2:] == ("{interval}", "{count}")
        assert "-y" not in argv


@given(first=st.lists(st.integers(0, 10**9), min_size=18, max_size=18))
def test_what_vmstat_says_of_the_time_since_boot_changes_nothing(first: list[int]) -> None:
    other = [*TABLE[:2], " ".join(map(str, first)), *TABLE[3:], ""]

    assert means(VMSTAT, "\n".join(other)) == means(VMSTAT, "\n".join([*TABLE, ""]))


@given(first=st.tuples(shares, shares, shares), rest=st.lists(st.tuples(shares, shares, shares), min_size=1))
def test_waits_are_means_over_requests(first: tuple[float, ...], rest: list[tuple[float, float, float]]) -> None:
    found = means(IOSTAT, document([disk(*first), *(disk(*report) for report in rest)]))

    requests = sum(reads for reads, _, _ in rest)
    assert found["iostat.reads", "sda"] == pytest.approx(requests / len(rest))
    assert found["iostat.util", "sda"] == pytest.approx(sum(util for _, _, util in rest) / len(rest) / 100)
    if requests:
        waited = sum(reads * wait for reads, wait, _ in rest)
        assert found["iostat.r_await", "sda"] == pytest.approx(waited / requests / 1000)
    else:
        assert ("iostat.r_await", "sda") not in found


@given(cut=st.integers(0, len(JSON)))
def test_iostat_stopped_in_its_json_gives_the_reports_that_were_whole(cut: int) -> None:
    whole = reports_of(JSON)
    try:
        found = reports_of(JSON[:cut])
    except ValueError:
        assert cut < JSON.index('"statistics": [') + len('"statistics": [')
        return
    assert found == whole[: len(found)]


@given(cut=st.integers(0, len(TEXT)))
def test_iostat_stopped_in_its_text_gives_no_number_that_was_not_there(cut: int) -> None:
    whole = reports_of(TEXT)
    try:
        found = reports_of(TEXT[:cut])
    except ValueError:
        assert TEXT[:cut].count("\n") < 3
        return
    for report, true in zip(found, whole, strict=False):
        assert report.cpu.items() <= true.cpu.items()
        assert report.disks.items() <= true.disks.items()


def test_a_disk_that_comes_late_counts_only_where_it_is() -> None:
    late = {"disk": [*disk(2, 1, 10)["disk"], {**disk(8, 1, 40)["disk"][0], "disk_device": "sdb"}]}

    found = means(IOSTAT, document([disk(0, 0, 0), disk(4, 1, 20), late]))

    assert found["iostat.reads", "sda"] == 3
    assert found["iostat.reads", "sdb"] == 8


@pytest.mark.parametrize(
    "text",
    [
        document([{"disk": {"sda": 1}}]),
        document([{"disk": [1]}]),
        document([{"avg-cpu": [], "disk": []}]),
        document([{"disk": [{"disk_device": "sda", "r/s": "1", "w/s": 1, "util": 0}]}]),
        document([{"disk": [{"disk_device": "sda", "r/s": True, "w/s": 1, "util": 0}]}]),
        document([{"disk": [{"r/s": 1, "w/s": 1, "util": 0}]}]),
        '{"sysstat": {}}',
    ],
)
def test_json_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="iostat's JSON"):
        reports_of(text)
