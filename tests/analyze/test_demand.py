"""Load first: twice the requests at the same cost each are nobody's regression."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snapper.analyze.demand import DISK_BUSY, FOLLOW, OPERATIONS, REQUESTS
from snapper.analyze.diff import Diff, Finding
from snapper.analyze.table import Program
from snapper.collectors import catalogue
from tests.analyze.lab import MIB, Host, diff_of

NGINX = "nginx.service/nginx"
EXPLAINED = "explained by the offered load: "


def loaded(host: Host, times: float) -> None:
    """So many times the requests, each at the same cost; what the host does besides stays."""
    host.rate("snmp.Tcp.PassiveOpens", 90 * times, scatter=8)
    for name in ("netdev.rx_packets", "netdev.tx_packets"):
        host.rate(name, 1200 * times, "eth0", scatter=60)
    host.rate("netdev.rx_bytes", 1200 * 500 * times, "eth0", scatter=30_000)
    host.rate("stat.ctxt", 3000 * times, scatter=250)
    host.rate("proc.cpu", 0.20 * times, NGINX, scatter=0.01)
    host.rate("cpu.utilization", 0.03 + 0.05 * times, scatter=0.012)
    host.rate("pressure.cpu.some.total", 0.004 * times**2, scatter=0.002)
    host.level("sockstat.TCP.tw", 120 * times, between=3, scatter=4)


def diffed(before: Callable[[Host], None], after: Callable[[Host], None], seed: int = 1) -> Diff:
    hosts = Host(seed), Host(seed + 1000)
    for host, do in zip(hosts, (before, after), strict=True):
        do(host)
    return diff_of(hosts[0].table(), hosts[1].table())


def once(host: Host) -> None:
    loaded(host, 1)


def finding(diff: Diff, metric: str, instance: str = "") -> Finding:
    return next(one for one in diff.findings if (one.metric, one.instance) == (metric, instance))


def test_what_load_is_told_by_exists() -> None:
    names = {*FOLLOW, *OPERATIONS, DISK_BUSY, *(name for names in REQUESTS for name in names)}

    assert names <= set(catalogue())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("times", [2, 3, 5])
def test_more_requests_at_the_same_cost_are_no_regression(times: float, seed: int) -> None:
    diff = diffed(once, lambda host: loaded(host, times), seed)

    assert diff.summary.regressed == 0
    assert diff.workload.sentence.startswith("The offered load changed: ")
    assert [one.title for one in diff.findings if one.worse and one.tier == "headline"] == []
    program = finding(diff, "proc.cpu", NGINX)
    assert (program.verdict, program.worse) == ("changed", None)
    assert program.note.startswith(EXPLAINED)


def test_the_series_and_the_matrix_call_it_what_the_finding_calls_it() -> None:
    diff = diffed(once, lambda host: loaded(host, 3))

    told = [(one.metric, one.instance) for one in diff.findings if one.note.startswith(EXPLAINED)]
    rows = [row for row in diff.series if (row.metric, row.instance) in told]
    cells = [cell for row in diff.use for cell in (*row.utilization, *row.saturation) if (cell.metric, "") in told]
    assert len(rows) == len(told) > 1
    assert {(row.verdict, row.worse) for row in rows} == {("changed", None)}
    assert [(cell.verdict, cell.worse) for cell in cells] == [("changed", None)] * len(cells) != []


@pytest.mark.parametrize("seed", range(5))
def test_fewer_requests_are_no_improvement(seed: int) -> None:
    diff = diffed(lambda host: loaded(host, 3), once, seed)

    assert diff.summary.improved == 0
    assert finding(diff, "proc.cpu", NGINX).note.startswith(EXPLAINED)


def test_the_summary_says_that_load_explains_it_before_who_did_it() -> None:
    sentence = diffed(once, lambda host: loaded(host, 4)).summary.sentence

    assert "nothing regressed. The offered load explains two of them: connections accepted " in sentence
    assert sentence.index("offered load") < sentence.index("nginx takes")


def test_what_grew_beyond_the_load_is_judged() -> None:
    def dearer(host: Host) -> None:
        loaded(host, 2)
        host.rate("proc.cpu", 1.6, NGINX, scatter=0.05)
        host.rate("cpu.utilization", 0.43, scatter=0.02)

    diff = diffed(once, dearer)

    assert finding(diff, "cpu.utilization").verdict == "regressed"
    assert finding(diff, "proc.cpu", NGINX).worse is True
    assert diff.summary.regressed >= 1


def test_a_stranger_on_a_busy_day_is_not_explained() -> None:
    def with_hog(host: Host) -> None:
        loaded(host, 3)
        host.program(Program("python burn.py"), cpu=1.0, rss=9 * MIB)
        host.add("cpu.utilization", 0.25)

    one = finding(diffed(once, with_hog), "cpu.utilization")

    assert one.verdict == "regressed"
    assert EXPLAINED not in one.note


def test_who_merely_grew_at_the_same_time_does_not_follow_the_load() -> None:
    def stormed(host: Host) -> None:
        for name in ("netdev.rx_packets", "netdev.tx_packets"):
            host.rate(name, 200_000, "eth0", scatter=900)
        host.rate("proc.cpu", 0.44, NGINX, scatter=0.01)
        host.rate("cpu.utilization", 0.14, scatter=0.012)

    diff = diffed(once, stormed)

    assert (finding(diff, "proc.cpu", NGINX).verdict, finding(diff, "cpu.utilization").verdict) == (
        "regressed",
        "regressed",
    )


def test_the_cpus_follow_the_load_if_those_behind_them_do() -> None:
    def one_in_two(host: Host) -> None:
        loaded(host, 2)
        host.rate("proc.cpu", 0.40, NGINX, scatter=0.01)
        host.rate("proc.cpu", 0.38, "postgresql.service/postgres", scatter=0.01)  # five times as much
        host.rate("cpu.utilization", 0.205, scatter=0.012)

    assert finding(diffed(once, one_in_two), "cpu.utilization").verdict == "regressed"


def test_a_leak_does_not_hide_behind_a_busy_day() -> None:
    def leaking(host: Host) -> None:
        loaded(host, 2)
        host.add("proc.rss", 200 * MIB, NGINX)

    assert any(one.worse and NGINX in (one.instance, *one.also) for one in diffed(once, leaking).findings)


def test_errors_are_explained_by_nothing() -> None:
    def losing(host: Host) -> None:
        loaded(host, 3)
        host.rate("netstat.TcpExt.ListenOverflows", 40, scatter=5)

    one = finding(diffed(once, losing), "netstat.TcpExt.ListenOverflows")

    assert (one.worse, EXPLAINED in one.note) == (True, False)


def test_more_load_than_cost_explains_and_the_other_way_round_does_not() -> None:
    def busier(host: Host) -> None:
        host.rate("cpu.utilization", 0.30, scatter=0.012)

    assert finding(diffed(once, busier), "cpu.utilization").verdict == "regressed"


def disk(host: Host, *, operations: float, busy: float) -> None:
    host.rate("disk.writes", operations, "vda", scatter=operations / 20)
    host.rate("disk.reads", 0, "vda")
    host.rate("disk.utilization", busy, "vda", scatter=busy / 10)


@pytest.mark.parametrize(
    ("operations", "busy", "verdict"), [(400, 0.6, "changed"), (100, 0.6, "regressed"), (150, 0.6, "regressed")]
)
def test_a_disk_is_as_busy_as_its_operations_make_it(operations: float, busy: float, verdict: str) -> None:
    diff = diffed(
        lambda host: disk(host, operations=100, busy=0.15), lambda host: disk(host, operations=operations, busy=busy)
    )

    assert finding(diff, "disk.utilization", "vda").verdict == verdict


@pytest.mark.parametrize("seed", range(3))
def test_what_load_explains_is_explained_from_both_sides(seed: int) -> None:
    there = diffed(once, lambda host: loaded(host, 3), seed)
    back = diffed(lambda host: loaded(host, 3), once, seed)

    explained = [{one.resource for one in diff.findings if EXPLAINED in one.note} for diff in (there, back)]
    assert explained[0] == explained[1] == {"cpu", "program"}


def test_bytes_tell_the_load_where_packets_are_acknowledged_together() -> None:
    def twice(host: Host) -> None:
        loaded(host, 2)
        for name in ("netdev.rx_packets", "netdev.tx_packets"):
            host.rate(name, 1200 * 1.5, "eth0", scatter=60)
        host.rate("snmp.Tcp.PassiveOpens", 90, scatter=8)  # over connections that are kept

    diff = diffed(once, twice)

    assert diff.summary.regressed == 0
    assert "explained by the offered load: Bytes received" in finding(diff, "proc.cpu", NGINX).note


@pytest.mark.parametrize("times", [2, 3])
def test_the_load_comes_before_what_it_explains(times: float) -> None:
    def kept(host: Host) -> None:
        loaded(host, times)
        host.rate("snmp.Tcp.PassiveOpens", 90, scatter=8)  # over connections that are kept

    found = diffed(once, kept).findings

    (load,) = (one for one in found if one.resource == "network")
    explained = [one for one in found if one.note.startswith(EXPLAINED)]
    assert load.tier == "headline"
    assert {one.metric for one in explained} >= {"proc.cpu", "cpu.utilization"}
    assert load.rank < min(one.rank for one in explained)
