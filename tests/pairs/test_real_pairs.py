"""Two moments of a real machine: read, tabulated, diffed; what restarts, goes or comes between them is told so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from snapper.analyze.diff import Diff
from snapper.api import capture, diff, load, render
from snapper.metric import Kind
from tests.collectors.corpus_sources import of_file
from tests.pairs.played import PAIRS, pair

RESTARTING = "sysstat/roots-2-3"
MADE_UP = "sys.class.fc_host"
"""sysstat's trees hold counters of Fibre Channel without the 0x that every kernel writes."""

each_pair = pytest.mark.parametrize("name", PAIRS)


@pytest.fixture(scope="module")
def diffed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Diff]:
    """The diff of a capture of each moment, made once."""

    @cache
    def make(name: str) -> Diff:
        folder = tmp_path_factory.mktemp("diffed")
        sides = [
            capture(side, duration=0.1, interval=0.1, root=str(corpus / name / side), target=folder / side)[0]
            for side in ("before", "after")
        ]
        return diff(*map(load, sides))

    return make


@each_pair
def test_every_source_of_a_pair_is_read_without_a_refusal(corpus: Path, name: str) -> None:
    table = pair(corpus, name).table

    assert len(table.metrics) > 20
    refused = [text for text in table.warnings if "did not parse" in text]
    assert [text for text in refused if not text.startswith(MADE_UP)] == []
    assert np.isfinite(table.mean).sum() > 20


@each_pair
def test_no_counter_runs_backwards(corpus: Path, name: str) -> None:
    table = pair(corpus, name).table
    counters = np.array([metric.kind is Kind.COUNTER for metric in table.metrics])

    assert not (table.points[counters] < 0).any()
    assert not (table.mean[counters] < 0).any()
    assert not np.isinf(table.points).any()


@each_pair
def test_a_pair_is_diffed_whole(diffed: Callable[[str], Diff], tmp_path: Path, name: str) -> None:
    found = diffed(name)

    assert found.summary.series_compared > 20
    for report in ("report.html", "report.md", "report.json", "report.txt"):
        assert render(found, tmp_path / report).read_text(encoding="utf-8").count("\n") > 3


@pytest.mark.parametrize("file", ["diskstats", "net/dev", "net/softnet_stat", "interrupts"])
def test_a_counter_that_restarts_is_not_known_and_told(corpus: Path, file: str) -> None:
    tree = corpus / RESTARTING
    before, after = (of_file(tree / side / "proc" / file, tree / side) for side in ("before", "after"))
    table = pair(corpus, RESTARTING).table
    kinds = {metric.name: metric.kind for metric in table.metrics}

    fallen = {
        name
        for name in before.keys() & after.keys()
        if kinds[name.partition("[")[0]] is Kind.COUNTER and float(after[name]) < float(before[name])
    }

    assert fallen
    for name in fallen:
        metric, _, instance = name.rstrip("]").partition("[")
        assert np.isnan(table.mean[table.row[metric, instance]]), name
        assert any(text.startswith(f"{name} fell at tick 1") for text in table.warnings), name


def test_a_cpu_that_goes_offline_is_not_known_from_there_on(corpus: Path, diffed: Callable[[str], Diff]) -> None:
    table = pair(corpus, RESTARTING).table
    busy = {cpu: table.mean[row] for (metric, cpu), row in table.row.items() if metric == "stat.percpu.busy"}

    assert [cpu for cpu, share in busy.items() if np.isnan(share)] == ["cpu6"]
    assert not [text for text in table.warnings if "cpu6" in text]  # it is gone, and nothing of it fell
    verdicts = {row.verdict for row in diffed(RESTARTING).series if row.instance == "cpu6"}
    assert verdicts <= {"gone", "too little data"}
    assert verdicts


def test_disks_that_appear_are_new_and_not_worse(diffed: Callable[[str], Diff]) -> None:
    found = diffed("collectl/fedora15-dynamic-instances")
    utilization = {row.instance: row.verdict for row in found.series if row.metric == "disk.utilization"}

    assert {disk for disk, verdict in utilization.items() if verdict == "new"} == {"dm-4", "dm-5", "dm-6"}
    assert {disk for disk, verdict in utilization.items() if verdict == "gone"} == {"dm-3"}
    assert {finding.title for finding in found.findings} == {
        "dm-3: gone, a disk",
        *(f"dm-{number}: new, a disk" for number in (4, 5, 6)),
    }
