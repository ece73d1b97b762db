"""Offered load, what a unit of it costs, and who takes what."""

from __future__ import annotations

import pytest

from snapper.analyze.costs import COSTS
from snapper.analyze.diff import Figure, Workload
from snapper.analyze.table import Program
from snapper.analyze.workload import PROGRAM_FIGURES
from snapper.collectors import catalogue
from tests.analyze.lab import MIB, Host, diff_of, known

NGINX = "nginx.service/nginx"


def workload(before: Host, after: Host) -> Workload:
    return diff_of(before.table(), after.table()).workload


def figure(figures: tuple[Figure, ...], title: str) -> Figure:
    return next(one for one in figures if one.title == title)


@pytest.mark.parametrize("cost", COSTS, ids=lambda cost: cost.title)
def test_costs_are_made_of_metrics_that_exist(cost: object) -> None:
    names = {*getattr(cost, "cost", ()), *getattr(cost, "work", ())}

    assert names
    assert names <= set(catalogue())


def test_figures_of_programs_exist() -> None:
    assert all(known(name).labels == ("program",) for name in PROGRAM_FIGURES)


def test_load_is_demand_that_is_there() -> None:
    told = workload(Host(1), Host(2))

    assert {one.metric for one in told.load} >= {
        "snmp.Tcp.PassiveOpens",
        "netdev.rx_packets",
        "disk.write_bytes",
        "stat.ctxt",
    }
    assert all(one.verdict == "same" for one in told.load)
    assert ("disk.write_bytes", "vdb") not in {(one.metric, one.instance) for one in told.load}
    assert told.sentence == "The offered load did not change."


def test_what_changed_comes_first_and_is_told() -> None:
    after = Host(2)
    after.rate("snmp.Tcp.PassiveOpens", 270, scatter=20)

    told = workload(Host(1), after)

    assert told.load[0].metric == "snmp.Tcp.PassiveOpens"
    assert told.sentence.startswith("The offered load changed: connections accepted ")


def test_the_same_load_at_a_higher_price() -> None:
    before, after = Host(1), Host(2)
    after.rate("cpu.utilization", 0.3, scatter=0.01)
    after.rate("proc.cpu", 1.1, NGINX, scatter=0.03)

    told = workload(before, after)
    cost = figure(told.efficiency, "CPU per connection")

    assert cost.verdict == "regressed"
    assert cost.before == pytest.approx(0.08 * 4 / 90, rel=0.15)
    assert cost.after == pytest.approx(0.3 * 4 / 90, rel=0.15)
    assert told.sentence.startswith("The offered load did not change. CPU per connection rose from ")


def test_more_load_at_the_same_price() -> None:
    after = Host(2)
    after.rate("snmp.Tcp.PassiveOpens", 270, scatter=20)
    after.rate("cpu.utilization", 0.24, scatter=0.02)

    assert figure(workload(Host(1), after).efficiency, "CPU per connection").verdict == "same"


def test_a_stranger_does_not_make_the_work_dearer() -> None:
    after = Host(2)
    after.program(Program("python burn.py"), cpu=0.98, rss=9 * MIB)
    after.add("cpu.utilization", 0.245)

    cost = figure(workload(Host(1), after).efficiency, "CPU per connection")

    assert cost.verdict == "changed"
    assert "one side only" in cost.note


def test_bytes_per_packet_are_neither_good_nor_bad() -> None:
    after = Host(2)
    after.rate("netdev.rx_bytes", 1200 * 1400, "eth0", scatter=30_000)

    cost = figure(workload(Host(1), after).efficiency, "Bytes per packet received")

    assert cost.verdict == "changed"
    assert cost.after == pytest.approx(1400, rel=0.1)


def test_work_that_stopped_has_no_price() -> None:
    after = Host(2)
    after.rate("snmp.Tcp.PassiveOpens", 0.0)

    cost = figure(workload(Host(1), after).efficiency, "CPU per connection")

    assert (cost.after, cost.verdict) == (None, "too little data")


def test_programs_are_listed_by_what_they_take() -> None:
    after = Host(2)
    after.program(Program("python burn.py"), cpu=0.98, rss=9 * MIB)

    rows = workload(Host(1), after).programs

    assert [(row.program, row.verdict) for row in rows[:2]] == [("python burn.py", "new"), ("nginx", "same")]
    assert rows[1].unit == "nginx.service"
    assert [one.metric for one in rows[0].figures] == list(PROGRAM_FIGURES)
    assert rows[0].figures[0].before == 0.0


def test_what_is_not_known_of_a_program_is_none() -> None:
    before, after = Host(1), Host(2)
    for host in (before, after):
        for key in [key for key in host.rows if key[0].name in {"proc.read_bytes", "proc.write_bytes"}]:
            del host.rows[key]

    (row,) = [row for row in workload(before, after).programs if row.program == "nginx"]

    assert [one.before is None for one in row.figures] == [False, False, True, True, False]
