"""The traps that were found in real captures, each with what keeps us out of it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from snapper.analyze.attribute import CHILDREN, NO_PROCESS
from snapper.analyze.table import Program, SeriesTable
from snapper.metric import Kind, Role
from tests.analyze.lab import GIB, MIB, Host, diff_of, headlines, known

NGINX = "nginx.service/nginx"


def pair(seed: int = 3) -> tuple[Host, Host]:
    return Host(seed), Host(seed + 1000)


def found(before: Host, after: Host) -> dict[tuple[str, str], str]:
    return {(one.metric, one.instance): one.tier for one in diff_of(before.table(), after.table()).findings}


@pytest.mark.parametrize("name", ["proc.run_time", "proc.run_delay", "proc.timeslices", "proc.voluntary_ctxt_switches"])
def test_1_what_only_the_main_thread_tells_is_called_so(name: str) -> None:
    one = known(name)

    assert one.role is Role.INTERNAL
    assert "main thread" in one.title.lower()
    assert known("proc.cpu").role is Role.UTILIZATION


def test_2_children_that_no_sample_saw_are_nobody_or_their_parents() -> None:
    before, after = pair()
    after.add("cpu.utilization", 0.2)
    after.rate("cpu.unattributed", 0.8, scatter=0.05)
    nobody = diff_of(before.table(), after.table()).findings[0].culprits[0]
    after.program(Program("make"), cpu=0.02, rss=3 * MIB)
    after.rate("proc.children_cpu", 0.78, "make")
    parents = diff_of(before.table(), after.table()).findings[0].culprits[0]

    assert nobody.program == NO_PROCESS
    assert parents.program == f"{CHILDREN}make"


def test_3_how_busy_time_splits_is_no_headline() -> None:
    before, after = pair()
    after.add("cpu.user", 0.2)
    after.rate("cpu.system", 0.0)
    for host, busy in ((before, 0.1), (after, 0.9)):
        host.rate("percpu.utilization", busy, "cpu3")

    tiers = found(before, after)

    assert "headline" not in tiers.values()
    assert ("percpu.utilization", "cpu3") not in tiers  # a part of a group, never its face


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("vmstat.nr_dirtied", Kind.COUNTER),
        ("vmstat.nr_written", Kind.COUNTER),
        ("vmstat.nr_free_pages", Kind.GAUGE),
        ("cgroup.memory.workingset_refault", Kind.COUNTER),
        ("cgroup.memory.current", Kind.GAUGE),
    ],
)
def test_4_counters_among_levels_are_rates(name: str, kind: Kind) -> None:
    assert known(name).kind is kind


def test_5_a_level_that_was_climbing_already_may_climb_on() -> None:
    before, after = pair()
    warming = np.arange(before.ticks) * 20.0
    before.add("sockstat.TCP.tw", warming)
    after.add("sockstat.TCP.tw", warming[-1] * 1.8 + warming)
    before.add("meminfo.MemAvailable", -np.arange(before.ticks) * 12.0 * MIB)
    after.add("meminfo.MemAvailable", -(700.0 + np.arange(before.ticks) * 12.0) * MIB)

    assert not found(before, after)


def test_5_a_host_that_has_just_started_is_said_to_be_warming_up() -> None:
    diff = diff_of(Host(3).table(), Host(1003).table(), boottime=40 * 10**9)

    assert [caution.code for caution in diff.warnings] == ["warm-up", "warm-up"]
    assert "40 s when before was captured" in diff.warnings[0].text


def test_6_a_tenth_more_cpu_of_one_program_is_a_finding_of_its_own() -> None:
    before, after = pair()
    after.add("proc.cpu", 0.03, NGINX)

    diff = diff_of(before.table(), after.table())

    assert next(row.verdict for row in diff.series if row.metric == "cpu.utilization") == "same"
    assert [(one.metric, one.instance, one.verdict) for one in diff.findings] == [("proc.cpu", NGINX, "regressed")]
    assert diff.findings[0].tier == "minor"


def test_6_baselines_make_a_small_change_surer() -> None:
    befores = [Host(seed).table() for seed in range(6)]
    after = Host(1003)
    after.add("proc.cpu", 0.03, NGINX)

    def weight(*more: int) -> float:
        diff = diff_of(befores[0], after.table(), *(befores[number] for number in more))
        return next(one.severity for one in diff.findings if one.metric == "proc.cpu")

    assert weight(1, 2, 3, 4, 5) > weight()


def test_7_lost_packets_have_no_culprit() -> None:
    before, after = pair()
    after.rate("snmp.Tcp.RetransSegs", 30, scatter=4)
    after.add("proc.cpu", 0.5, NGINX)  # a bystander: the client that waits polls

    diff = diff_of(before.table(), after.table())
    lost = next(one for one in diff.findings if one.metric == "snmp.Tcp.RetransSegs")

    assert lost.tier == "headline"
    assert lost.culprits == ()
    assert lost.config == ()


def test_7_a_slower_link_has_no_culprit() -> None:
    before, after = pair()
    for name in ("netdev.rx_bytes", "netdev.rx_packets", "netdev.tx_packets"):
        after.rows[known(name), "eth0"] = after.rows[known(name), "eth0"] / 3
    after.add("proc.cpu", 0.3, NGINX)

    slower = [one for one in diff_of(before.table(), after.table()).findings if one.instance == "eth0"]

    assert slower
    assert all(one.culprits == () for one in slower)


def test_8_foreign_load_is_told_before_anything_else() -> None:
    before, after = pair()
    after.program(Program("apt-get"), cpu=0.9, rss=80 * MIB)
    after.add("cpu.utilization", 0.225)

    warned = [caution for caution in diff_of(before.table(), after.table()).warnings if caution.code == "foreign-load"]

    assert len(warned) == 1
    assert re.search(r"busy differs by \+2[23] points, .* one side only made \+2[23] points: ", warned[0].text)
    assert re.search(r": apt-get \(after: (89|90|91) % of a CPU\)", warned[0].text)


def test_gauges_that_stand_elsewhere_in_every_run_are_no_change() -> None:
    before, after = pair()
    for host, rss, cached in ((before, 120.0, 2.0), (after, 123.0, 1.7)):
        host.level("proc.rss", rss * MIB, instance=NGINX)
        host.level("meminfo.Cached", cached * GIB)

    assert not headlines(diff_of(before.table(), after.table()))


def test_a_pid_is_no_identity_and_neither_is_an_interrupt_number() -> None:
    assert known("proc.cpu").labels == ("program",)
    assert known("interrupts.device").labels == ("device",)


@pytest.mark.parametrize("seed", range(5))
def test_6_a_twentieth_more_cpu_of_one_program_is_told_beside_three_baselines(seed: int) -> None:
    steady = {"proc.cpu": 0.22, "proc.run_time": 0.22}

    def captured(number: int, more: float = 1.0) -> SeriesTable:
        host = Host(number, ticks=61)
        for name, taken in steady.items():
            host.level(name, taken * more, instance=NGINX, between=0.001, scatter=0.004)
        return host.table()

    before, *others = (captured(10 * seed + number) for number in range(3))

    found = diff_of(before, captured(10 * seed + 3, more=1.05), *others).findings

    assert [(one.tier, one.instance, one.verdict) for one in found] == [("minor", NGINX, "regressed")]
