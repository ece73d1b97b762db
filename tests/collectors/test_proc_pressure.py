from __future__ import annotations

from snapper.metric import Resource
from tests.collectors.corpus_reads import collector

METRICS = {metric.name: metric for metric in collector("proc.pressure").metrics}


def test_each_resource_is_judged_by_the_time_that_some_task_waited() -> None:
    primary = {name: metric.resource for name, metric in METRICS.items() if metric.primary}

    assert primary == {
        "pressure.cpu.some.total": Resource.CPU,
        "pressure.memory.some.total": Resource.MEMORY,
        "pressure.io.some.total": Resource.DISK,
    }


def test_averages_remember_what_was_before_and_totals_do_not() -> None:
    assert {name.rpartition(".")[2] for name, metric in METRICS.items() if metric.history} == {
        "avg10",
        "avg60",
        "avg300",
    }


def test_a_total_grows_by_seconds_so_that_its_rate_is_a_share_of_time() -> None:
    assert METRICS["pressure.io.some.total"].compared_unit == "ratio"
