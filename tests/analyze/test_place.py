"""Where it happened: devices, mounts, listeners and peers, and nowhere without evidence."""

from __future__ import annotations

import pytest

from snapper.analyze.diff import Diff, Finding
from snapper.analyze.endpoints import ENDPOINTS
from snapper.collectors import catalogue
from tests.analyze.lab import Host, diff_of, known


def finding(diff: Diff, metric: str, instance: str = "") -> Finding:
    return next(one for one in diff.findings if (one.metric, one.instance) == (metric, instance))


def pair() -> tuple[Host, Host]:
    return Host(1), Host(1001)


def ports(host: Host, metric: str, counts: dict[str, float]) -> None:
    for port, count in counts.items():
        host.rows[known(metric), port] = count


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.by)
def test_endpoints_are_told_apart_by_metrics_that_exist(endpoint: object) -> None:
    by = catalogue()[getattr(endpoint, "by", "")]

    assert by.labels == (getattr(endpoint, "what", ""),)


def overflowing(before: dict[str, float], after: dict[str, float]) -> Finding:
    hosts = pair()
    hosts[1].rate("netstat.TcpExt.ListenOverflows", 38, scatter=6)
    for host, drops in zip(hosts, (before, after), strict=True):
        ports(host, "ss.drops", drops)
    diff = diff_of(hosts[0].table(), hosts[1].table())
    return next(one for one in diff.findings if one.resource == "sockets")


def test_refused_connections_are_laid_at_the_listener_that_dropped_them() -> None:
    plain = overflowing({"tcp :8443 nginx": 0.0, "tcp :22 sshd": 0.0}, {"tcp :8443 nginx": 38.0, "tcp :22 sshd": 0.0})
    weaker = overflowing({"tcp :8443 nginx": 0.0, "tcp :22 sshd": 0.0}, {"tcp :8443 nginx": 1.0, "tcp :22 sshd": 0.0})

    assert (plain.metric, plain.instance) == ("ss.drops", "tcp :8443 nginx")
    assert [(one.program, one.share) for one in plain.culprits] == [("nginx", 1.0)]
    assert weaker.metric == "netstat.TcpExt.ListenOverflows"
    assert "at port tcp :8443 nginx (100 % of packets dropped at the socket)" in weaker.note
    assert [(one.program, one.unit, one.share) for one in weaker.culprits] == [("nginx", "nginx.service", 1.0)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"tcp :8443 nginx": 0.0, "tcp :22 sshd": 0.0}, {"tcp :8443 nginx": 0.0, "tcp :22 sshd": 0.0}),
        ({"tcp :8443 nginx": 0.0}, {"tcp :8443 nginx": 0.01}),
        ({"tcp :8443 nginx": 1.0}, {"tcp :8443 nginx": 0.0}),
        ({}, {}),
        ({}, {"tcp :8443 nginx": 38.0}),
        ({f"tcp :{port} many": 0.0 for port in range(8)}, {f"tcp :{port} many": 0.5 for port in range(8)}),
    ],
    ids=["none moved", "below the floor", "the other way", "not read", "not read before", "all alike"],
)
def test_no_listener_is_named_without_evidence(before: dict[str, float], after: dict[str, float]) -> None:
    one = overflowing(before, after)

    assert (one.metric, one.instance) == ("netstat.TcpExt.ListenOverflows", "")
    assert "at port" not in one.note
    assert one.culprits == ()


def test_a_listener_of_no_visible_process_is_a_place_and_nobody() -> None:
    one = overflowing({"tcp :8443 unknown": 0.0}, {"tcp :8443 unknown": 1.0})

    assert "at port tcp :8443 unknown" in one.note
    assert one.culprits == ()


def test_who_knocks_at_a_full_listener_is_not_to_blame() -> None:
    hosts = pair()
    full = known("ss.fullest_accept_queue")
    for host, (share, waiting, files) in zip(hosts, ((0.0, 0.0, 4.0), (1.1, 9.0, 60.0)), strict=True):
        host.rows[full, ""] = share
        host.rows[known("proc.fds"), "python knocker.py"] = files
        ports(host, "ss.accept_queue", {"tcp :8090 nginx": waiting, "tcp :22 sshd": 0.0})

    one = finding(diff_of(hosts[0].table(), hosts[1].table()), full.name)

    assert [(culprit.program, culprit.unit) for culprit in one.culprits] == [("nginx", "nginx.service")]


def test_connections_are_laid_at_the_peer_that_holds_them() -> None:
    hosts = pair()
    for host, count in zip(hosts, (50.0, 650.0), strict=True):
        host.rows[known("snmp.Tcp.CurrEstab"), ""] = count
        ports(host, "ss.peer_connections", {"10.0.0.9:5432": count - 40, "10.0.0.7:443": 20.0})

    one = finding(diff_of(hosts[0].table(), hosts[1].table()), "snmp.Tcp.CurrEstab")

    assert "at peer 10.0.0.9:5432 (100 % of connections by peer)" in one.note
    assert one.culprits == ()


@pytest.mark.parametrize(
    ("metric", "instance", "level"),
    [
        ("disk.utilization", "vda", 0.9),
        ("filesystem.utilization", "/", 0.99),
        ("netdev.rx_errs", "eth0", 40.0),
        ("netdev.rx_drop", "eth0", 60.0),
    ],
)
def test_a_device_or_mount_is_the_instance_of_its_finding(metric: str, instance: str, level: float) -> None:
    before, after = pair()
    after.rows[known(metric), instance] = level

    assert finding(diff_of(before.table(), after.table()), metric, instance).tier == "headline"


def test_what_all_disks_say_together_is_laid_at_the_one_that_changed() -> None:
    before, after = pair()
    for host, waiting, busy in ((before, 0.01, 0.04), (after, 0.95, 0.10)):
        host.rate("pressure.io.some.total", waiting, scatter=0.005)
        host.rate("disk.utilization", busy, "vda", scatter=0.004)

    one = finding(diff_of(before.table(), after.table()), "pressure.io.some.total")

    assert one.note == "at vda"


def test_lost_packets_are_laid_at_no_interface_that_stood_still() -> None:
    before, after = pair()
    after.rate("snmp.Tcp.RetransSegs", 30, scatter=4)

    one = finding(diff_of(before.table(), after.table()), "snmp.Tcp.RetransSegs")

    assert (one.note, one.instance, one.culprits) == ("", "", ())
