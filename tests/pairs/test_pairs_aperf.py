"""Rates and levels of a recorded 16-CPU machine, as aperf reports them of its own recording of the same seconds.

Its report has what each counter grew by from second to second, in the kernel's own units and whole numbers: so ours
agree to what a double holds. Its percentages alone are cut off after two decimals.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from snapper.analyze.table import SeriesTable
from snapper.collectors import catalogue
from snapper.metric import Kind
from tests.pairs.played import PAIRS, pair

FIVE_SECONDS, NEXT_MINUTE = "aperf/m6g-5s", "aperf/m6g-52s"
SECONDS = PAIRS[FIVE_SECONDS]
PAGE, KIB, SECTOR, MS, TICK = 4096, 1024, 512, 1e-3, 1e-2
DISK = {
    "reads": ("read_ios", 1), "merged": ("read_merges", 1), "sectors_read": ("read_sectors", SECTOR),
    "time_reading": ("read_ticks", MS), "writes": ("write_ios", 1), "writes_merged": ("write_merges", 1),
    "sectors_written": ("write_sectors", SECTOR), "time_writing": ("write_ticks", MS),
    "time_in_progress": ("io_ticks", MS), "weighted_time_in_progress": ("time_in_queue", MS),
    "discards": ("discard_ios", 1), "sectors_discarded": ("discard_sectors", SECTOR), "flushes": ("flush_ios", 1),
}  # fmt: skip
A_LEVEL_FOR_US = {"workingset_nodes": "shadow entries that there are now, which aperf takes for a counter"}


def report(corpus: Path, name: str, run: str = "test_run_1") -> dict[str, list[dict[str, Any]]]:
    """Its series by metric."""
    path = corpus / NEXT_MINUTE / f"expected.aperf-report.{name}.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))["runs"][run]["metrics"]
    return {metric: told["series"] for metric, told in metrics.items()}


def growth(table: SeriesTable, metric: str, instance: str = "") -> float:
    """Of a counter over the window, which is what the seconds of aperf's report add up to."""
    return float(table.mean[table.row[metric, instance]]) * SECONDS


@pytest.fixture
def ours(corpus: Path) -> SeriesTable:
    return pair(corpus, FIVE_SECONDS).table


def test_cpu_time(corpus: Path, ours: SeriesTable) -> None:
    theirs = {one["series_name"]: one["values"][1:] for one in report(corpus, "cpu_utilization")["aggregate"]}

    for name in ("user", "system", "iowait", "idle"):
        busy = float(ours.mean[ours.row[f"stat.cpu.{name}", ""]])
        whole = sum(float(ours.mean[ours.row[f"stat.cpu.{part}", ""]]) for part in ("busy", "unused"))
        # The seconds are not quite as long as each other; and each figure is cut off.
        assert busy / whole * 100 == pytest.approx(sum(theirs[name]) / len(theirs[name]), abs=0.03), name


def test_disks(corpus: Path, ours: SeriesTable) -> None:
    for metric, series in report(corpus, "diskstats").items():
        [theirs] = [one["values"] for one in series if one["series_name"] == "nvme0n1"]
        if metric in DISK:
            name, unit = DISK[metric]
            assert growth(ours, f"diskstats.{name}", "nvme0n1") == pytest.approx(sum(theirs) * unit), metric
    assert DISK.keys() <= report(corpus, "diskstats").keys()


def test_memory_at_three_moments(corpus: Path, ours: SeriesTable) -> None:
    later = pair(corpus, NEXT_MINUTE).table
    first, second = (report(corpus, "meminfo", run) for run in ("test_run_1", "test_run_2"))

    assert len(first) == 49
    for metric, [series] in first.items():
        row = ours.row[f"meminfo.{metric}", ""]
        assert list(ours.points[row]) == [series["values"][0], series["values"][-1]], metric
        assert later.points[later.row[f"meminfo.{metric}", ""], -1] == second[metric][0]["values"][-1], metric


def test_network(corpus: Path, ours: SeriesTable) -> None:
    theirs = report(corpus, "netstat")

    assert len(theirs) == 170
    for metric, [series] in theirs.items():
        found = growth(ours, f"netstat.{metric.replace(':', '.')}")
        assert found == pytest.approx(sum(series["values"]), rel=1e-6, abs=1e-3), metric


def test_nodes(corpus: Path, ours: SeriesTable) -> None:
    for metric, (series, _) in report(corpus, "numastat").items():
        assert growth(ours, f"node.{metric}", "node0") == pytest.approx(sum(series["values"]), abs=1e-3), metric


def test_virtual_memory(corpus: Path, ours: SeriesTable) -> None:
    theirs = report(corpus, "vmstat")

    wrong = {}
    for metric, [series] in theirs.items():
        declared = catalogue()[f"vmstat.{metric}"]
        unit = {"pgpgin": KIB, "pgpgout": KIB}.get(metric, PAGE) if declared.unit == "bytes" else 1
        if declared.kind is Kind.GAUGE:
            found = float(ours.points[ours.row[declared.name, ""], -1])
            expected = series["values"][-1]
        else:
            found = growth(ours, declared.name)
            expected = series["values"][-1] - series["values"][0] if metric.startswith("nr_") else sum(series["values"])
        if found != pytest.approx(expected * unit, rel=1e-6, abs=1e-3):
            wrong[metric] = (found, expected * unit)

    assert wrong.keys() == A_LEVEL_FOR_US.keys()
    assert len(theirs) == 153


def test_programs(corpus: Path, ours: SeriesTable) -> None:
    """Of those that are one process; of others aperf has a series for each, and we their sum."""
    theirs = report(corpus, "processes")
    compared = 0
    for metric, name, unit in (("user_space_time", "proc.utime", TICK), ("kernel_space_time", "proc.stime", TICK)):
        for series in theirs[metric]:
            comm = series["series_name"].partition("_")[2]
            if ("proc.count", comm) in ours.row and ours.mean[ours.row["proc.count", comm]] == 1:
                assert growth(ours, name, comm) == pytest.approx(sum(series["values"]) * unit, abs=1e-9), comm
                compared += 1
    for series in theirs["resident_set_size"]:
        comm = series["series_name"].partition("_")[2]
        if ("proc.count", comm) in ours.row and ours.mean[ours.row["proc.count", comm]] == 1:
            resident = ours.points[ours.row["proc.rss", comm]]
            assert list(resident) == [series["values"][0] * PAGE, series["values"][-1] * PAGE], comm
            compared += 1
    assert compared == 18
