"""Faults put on a quiet host: what is found first, with whom, and what stays out of the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from snapper.analyze.table import Program
from tests.analyze.faults import (
    NGINX,
    busier,
    disk_writer,
    faulty,
    fd_leak,
    finding,
    forks,
    hog,
    losses,
    memory_leak,
    niced,
    overflows,
    setting,
    thrash,
)
from tests.analyze.lab import MIB, Host, diff_of, headlines


@dataclass(frozen=True)
class Fault:
    """What is done to a host, and what must be said of it first."""

    do: Callable[[Host], None]
    metrics: frozenset[str]
    culprit: str = ""
    verdict: str = "regressed"
    resource: str = ""


FAULTS = [
    Fault(hog, frozenset({"cpu.utilization"}), "python burn.py"),
    Fault(busier, frozenset({"cpu.utilization"}), "nginx"),
    Fault(fd_leak, frozenset({"proc.fds"})),
    Fault(memory_leak, frozenset({"memory.utilization", "meminfo.MemAvailable", "proc.rss"})),
    Fault(disk_writer, frozenset({"disk.utilization"}), "dd"),
    Fault(overflows, frozenset({"netstat.TcpExt.ListenOverflows"}), verdict="new"),
    Fault(losses, frozenset({"snmp.Tcp.RetransSegs"})),
    Fault(forks, frozenset({"stat.processes"}), "children of sh", verdict="changed"),
    Fault(thrash, frozenset({"memory.utilization", "meminfo.MemAvailable"}), "java app.jar"),
    Fault(setting, frozenset({"sysctl"}), verdict="changed"),
    Fault(niced, frozenset({"proc.nice"}), verdict="changed"),
]  # fmt: skip

named = pytest.mark.parametrize("fault", FAULTS, ids=[fault.do.__name__ for fault in FAULTS])


@named
@pytest.mark.parametrize("seed", range(5))
def test_the_fault_is_found_first(fault: Fault, seed: int) -> None:
    first = faulty(fault.do, seed).findings[0]

    assert first.tier == "headline"
    assert first.metric in fault.metrics
    assert first.verdict == fault.verdict
    if fault.verdict != "changed":
        assert first.worse is True


@named
def test_the_right_program_is_named(fault: Fault) -> None:
    who = [culprit.program for culprit in faulty(fault.do).findings[0].culprits]

    assert who[:1] == ([fault.culprit] if fault.culprit else who[:1])
    if fault.do in {overflows, losses, setting}:
        assert not who


@named
def test_nothing_that_stood_still_is_a_headline(fault: Fault) -> None:
    quiet = {"sshd", "postgres", "kworker"}

    for one in headlines(faulty(fault.do)):
        assert not quiet & {culprit.program for culprit in one.culprits}
        assert one.instance not in {"eth0", "lo", "vdb"}


@pytest.mark.parametrize("seed", range(25))
def test_an_unchanged_host_has_no_headline(seed: int) -> None:
    diff = diff_of(Host(seed).table(), Host(seed + 500).table())

    assert not headlines(diff)
    assert diff.summary.sentence.startswith("No significant change.")


def test_findings_are_ranked_and_anchored() -> None:
    def everything(host: Host) -> None:
        for fault in FAULTS:
            fault.do(host)

    found = faulty(everything).findings

    tiers = [("headline", "minor", "context").index(one.tier) for one in found]
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert tiers == sorted(tiers)
    assert len({one.id for one in found}) == len(found)
    assert all(set(one.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in found)


def test_history_and_aliases_are_context() -> None:
    def remember(host: Host) -> None:
        host.add("loadavg.load1", 30.0)
        host.level("meminfo.Cached", 100.0 * MIB)

    diff = faulty(remember)

    assert not headlines(diff)
    assert {row.tier for row in diff.series if row.metric in {"loadavg.load1", "meminfo.Cached"}} == {"context"}


def test_what_all_disks_share_joins_the_disk_that_changed() -> None:
    def pressed(host: Host) -> None:
        disk_writer(host)
        host.rate("pressure.io.some.total", 0.4, scatter=0.02)

    before = Host(1)
    before.rate("pressure.io.some.total", 0.001)
    after = Host(2)
    pressed(after)
    found = [one for one in headlines(diff_of(before.table(), after.table())) if one.resource == "disk"]

    assert [one.instance for one in found] == ["vda"]
    assert "pressure.io.some.total" in found[0].also


def test_of_nested_control_groups_the_innermost_is_told() -> None:
    def throttled(host: Host) -> Host:
        for path in ("/system.slice", "/system.slice/api.service", "/user.slice"):
            host.rate("cgroup.cpu.throttled", 0.4 if "user" not in path else 0.0, path, scatter=0.01)
        return host

    before = Host(1)
    for path in ("/system.slice", "/system.slice/api.service", "/user.slice"):
        before.rate("cgroup.cpu.throttled", 0.0, path)
    found = diff_of(before.table(), throttled(Host(2)).table()).findings

    tiers = {one.instance: one.tier for one in found if one.resource == "cgroup"}
    assert tiers == {"/system.slice/api.service": "headline", "/system.slice": "context"}


def test_passing_commands_do_not_drown_the_rest() -> None:
    after = Host(2)
    for number in range(40):
        who = Program(f"job {chr(97 + number % 26)}{number}")
        after.program(who, cpu=0.3, rss=90 * MIB, fds=30)
        after.passing.add(who.instance)
    overflows(after)

    diff = diff_of(Host(1).table(), after.table())

    assert [one.metric for one in headlines(diff)] == ["netstat.TcpExt.ListenOverflows"]
    assert sum(one.tier == "context" and one.verdict == "new" for one in diff.findings) == 40


def test_a_program_named_above_tells_less_by_itself() -> None:
    diff = faulty(busier)
    alone = Host(1001)
    alone.add("proc.cpu", 1.4, NGINX.instance)

    named_above = finding(diff, "proc.cpu", NGINX.instance)
    by_itself = finding(diff_of(Host(1).table(), alone.table()), "proc.cpu", NGINX.instance)

    assert named_above.severity == pytest.approx(0.55 * by_itself.severity)
