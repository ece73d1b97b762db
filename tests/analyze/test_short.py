"""Windows too short for a verdict: what is still told, and what "nothing changed" is worth."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from snapper.analyze.compare import is_short
from snapper.analyze.diff import Diff
from snapper.analyze.judge import surest_needed
from snapper.analyze.summary import SHORT
from snapper.analyze.table import Program
from tests.analyze.lab import MIB, THRESHOLDS, Host, diff_of, headlines, judged_of, known, metric, table_of

NGINX = Program("nginx", "nginx.service")


def compared(fault: Callable[[Host], None], ticks: int = 2) -> Diff:
    before, after = Host(1, ticks=ticks), Host(1001, ticks=ticks)
    for host in (before, after):
        host.rate("vmstat.oom_kill", 0.0)
    fault(after)
    return diff_of(before.table(), after.table())


def hog(host: Host) -> None:
    host.add("cpu.utilization", 0.7)
    host.add("proc.cpu", 2.8, NGINX.instance)
    host.program(Program("python burn.py"), cpu=0.98, rss=900 * MIB)


def killed(host: Host) -> None:
    host.rate("vmstat.oom_kill", 1.0)


def tuned(host: Host) -> None:
    host.facts["sysctl", "vm.dirty_ratio"] = "5"


def stopped(host: Host) -> None:
    for key in [key for key in host.rows if key[1] == NGINX.instance]:
        del host.rows[key]
    del host.people[NGINX]


@pytest.mark.parametrize("ticks", [2, 3, 4])
def test_a_glimpse_makes_no_headline(ticks: int) -> None:
    diff = compared(hog, ticks)

    assert headlines(diff) == []
    assert (diff.summary.regressed, diff.summary.headline) == (0, 0)
    assert diff.summary.sentence.startswith(SHORT)
    assert diff.summary.minor > 0
    assert diff.summary.sentence.endswith(" may be worth a look.")


def test_the_same_is_a_headline_in_a_window_that_is_long_enough() -> None:
    assert compared(hog, 5).summary.regressed > 0
    assert compared(hog, 31).summary.regressed > 0


@pytest.mark.parametrize(
    ("fault", "metric_name"), [(killed, "vmstat.oom_kill"), (tuned, "sysctl"), (stopped, "proc.")],
    ids=["a kill", "a setting", "a service"],
)  # fmt: skip
def test_what_needs_no_statistics_is_told_of_a_glimpse_too(fault: Callable[[Host], None], metric_name: str) -> None:
    (first, *_) = headlines(compared(fault))

    assert first.metric.startswith(metric_name)


def test_nothing_in_a_glimpse_is_not_called_nothing() -> None:
    sentence = compared(lambda _host: None).summary.sentence

    assert sentence == SHORT


@pytest.mark.parametrize(
    ("ticks", "interval", "short"), [(2, 1.0, True), (4, 3.0, True), (4, 4.0, False), (5, 0.2, False), (2, 12.0, False),
                                     (0, 1.0, True), (1, 1.0, True)],
)  # fmt: skip
def test_what_is_too_short(ticks: int, interval: float, short: bool) -> None:  # noqa: FBT001 - a table of cases
    table = table_of({(metric(unit="files"), ""): 5.0}, ticks=ticks)

    assert is_short(replace(table, t=table.t * interval), THRESHOLDS) == short


def test_few_ticks_far_apart_are_enough_for_a_headline() -> None:
    before, after = Host(1, ticks=4), Host(1001, ticks=4)
    hog(after)
    tables = [replace(host.table(), t=np.arange(4.0) * 10) for host in (before, after)]

    assert diff_of(*tables).summary.regressed > 0


def test_no_change_says_from_which_change_on_it_would_have_been_seen() -> None:
    diff = diff_of(Host(1).table(), Host(2).table())

    told = re.search(
        r"Changes from ([\d.]+) % of the CPUs, ([\d.]+) % of memory, ([\d.]+) % of a disk's time and ([\d.]+) % "
        r"of network traffic on would have been seen\.",
        diff.summary.sentence,
    )

    assert told
    least = {(row.metric, row.instance): (row.least or 0.0, row.before or 0.0) for row in diff.series}
    disks = max(least["disk.utilization", name][0] for name in ("vda", "vdb"))
    needed, level = least["netdev.rx_bytes", "eth0"]
    expected = [least["cpu.utilization", ""][0], least["memory.utilization", ""][0], disks, needed / level]
    assert [float(figure) / 100 for figure in told.groups()] == pytest.approx(expected, rel=0.06)


def test_an_idle_network_has_no_percentage() -> None:
    def idle(host: Host) -> Host:
        for device in ("eth0", "lo"):
            host.rate("netdev.rx_bytes", 100.0, device)
        return host

    sentence = diff_of(idle(Host(1)).table(), idle(Host(2)).table()).summary.sentence

    assert re.search(r"and [\d.]+ KiB/s of network traffic on", sentence)


def test_what_was_not_read_is_not_told_of() -> None:
    before, after = (table_of({(known("cpu.utilization"), ""): 0.1}) for _ in range(2))

    assert diff_of(before, after).summary.sentence.startswith("No significant change. Changes from ")
    assert "memory" not in diff_of(before, after).summary.sentence


def test_among_many_series_a_change_must_be_larger_to_be_seen() -> None:
    one = metric("test.one", unit="files")
    others = {(metric("test.other", labels=("n",)), str(n)): np.arange(31.0) % 2 for n in range(1000)}

    def least(rows: dict[object, object]) -> float:
        tables = [table_of({**rows, (one, ""): value}) for value in (100.0, 100.5)]  # type: ignore[dict-item]
        judged = judged_of(*tables)
        return float(judged.least[judged.compared.row["test.one", ""]])

    def flagged(change: float) -> bool:
        tables = [table_of({**others, (one, ""): value}) for value in (100.0, 100.0 + change)]  # type: ignore[dict-item]
        judged = judged_of(*tables)
        return bool(judged.flagged[judged.compared.row["test.one", ""]])

    needed = least(dict(others))
    assert needed > least({})
    assert flagged(1.25 * needed)  # the noise grows with the level, so by a little more than that
    assert not flagged(0.93 * needed)


def test_each_discovery_makes_the_next_one_easier() -> None:
    tested = np.ones(1000, np.bool_)
    needed = [surest_needed(tested, np.arange(1000) < count, q=0.01) for count in (0, 1, 10, 999)]

    assert needed == sorted(needed, reverse=True)
    assert needed[-1] == pytest.approx(2.576, abs=0.001)
