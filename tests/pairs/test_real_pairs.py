"""Two moments of a real machine, whole: captured, tabulated, diffed; rates as sar and aperf had them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from snapper.analyze.snapshot import Snapshot
from snapper.api import capture, diff, load, render
from tests.pairs.played import played

PAIRS = {
    "aperf/m6g-5s": 5.0,
    "aperf/m6g-52s": 52.14,
    "collectl/debian-i686-rt-1s": 1.0,
    "collectl/debian-i686-rt-30s": 30.0,
    "collectl/fedora15-10s": 10.0,
    "collectl/fedora15-dynamic-instances": 10.0,
    "sysstat/roots-1-2": 31.17,
    "sysstat/roots-2-3": 31.24,
}
"""Seconds between the two moments, by their /proc/uptime or as the corpus tells them."""

MADE_UP = "sys.class.fc_host"
"""sysstat's trees hold counters of Fibre Channel without the 0x that every kernel writes."""

each_pair = pytest.mark.parametrize("pair", PAIRS)


@pytest.fixture(scope="module")
def play(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Plays a pair, once."""

    @cache
    def make(pair: str) -> Snapshot:
        return played(corpus / pair / "before", corpus / pair / "after", PAIRS[pair], tmp_path_factory.mktemp("played"))

    return make


def mean(snapshot: Snapshot, metric: str, instance: str = "") -> float:
    table = snapshot.table
    [row] = [
        row
        for row, (one, of) in enumerate(zip(table.metrics, table.instances, strict=True))
        if (one.name, of) == (metric, instance)
    ]
    return float(table.mean[row])


@each_pair
def test_every_source_of_a_pair_is_read_without_a_refusal(play: Any, pair: str) -> None:
    table = play(pair).table

    assert len(table.metrics) > 20
    refused = [text for text in table.warnings if "did not parse" in text]
    assert [text for text in refused if not text.startswith(MADE_UP)] == []
    assert np.isfinite(table.mean).sum() > 20


def test_cpu_time_as_sar_has_it(play: Any, corpus: Path) -> None:
    theirs = json.loads((corpus / "sysstat/roots-1-2/expected.sadf-j.json").read_text(encoding="utf-8"))
    everyone = theirs["cpu-load"][0]
    ours = {
        name: mean(play("sysstat/roots-1-2"), f"cpu.{name}") * 100
        for name in ("user", "nice", "system", "iowait", "irq", "softirq")
    }

    assert list(ours.values()) == pytest.approx(
        [everyone[name] for name in ("usr", "nice", "sys", "iowait", "irq", "soft")], abs=0.02
    )
    assert mean(play("sysstat/roots-1-2"), "stat.ctxt") == pytest.approx(
        theirs["process-and-context-switch"]["cswch"], rel=1e-3
    )


def test_cpu_time_as_aperf_has_it(play: Any, corpus: Path) -> None:
    told = json.loads((corpus / "aperf/m6g-52s/expected.aperf-report.cpu_utilization.json").read_text(encoding="utf-8"))
    series = told["runs"]["test_run_1"]["metrics"]["aggregate"]["series"]
    theirs = {one["series_name"]: sum(one["values"][1:]) / len(one["values"][1:]) for one in series}
    ours = {name: mean(play("aperf/m6g-5s"), f"cpu.{name}") * 100 for name in ("user", "system", "iowait")}

    # It cuts its figures off after two decimals, and their mean with them.
    assert ours == pytest.approx({name: theirs[name] for name in ours}, abs=0.02)


@each_pair
def test_a_pair_is_diffed_whole(corpus: Path, tmp_path: Path, pair: str) -> None:
    sides = []
    for side in ("before", "after"):
        path, _ = capture(
            side, duration=0.1, interval=0.1, root=str(corpus / pair / side), target=tmp_path / f"{side}.parquet"
        )
        sides.append(load(path))

    found = diff(*sides)

    assert found.summary.series_compared > 20
    for name in ("report.html", "report.md", "report.json", "report.txt"):
        assert render(found, tmp_path / name).read_text(encoding="utf-8").count("\n") > 3
