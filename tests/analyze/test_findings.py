"""Faults put on a quiet host: what is found first, with whom, and what stays out of the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from snapper.analyze.diff import Diff, Finding
from snapper.analyze.table import Program
from tests.analyze.lab import GIB, MIB, Host, diff_of, headlines

NGINX = Program("nginx", "nginx.service")
BURN = Program("python burn.py")


def hog(host: Host) -> None:
    host.program(BURN, cpu=0.98, rss=9 * MIB, fds=4)
    host.add("cpu.utilization", 0.245)
    host.add("stat.procs_running", 1.0)
    host.add("pressure.cpu.some.total", 0.05)


def busier(host: Host) -> None:
    host.add("proc.cpu", 1.4, NGINX.instance)
    host.add("cpu.utilization", 0.35)


def fd_leak(host: Host) -> None:
    host.add("proc.fds", np.arange(host.ticks) * 20.0, NGINX.instance)
    host.add("files.utilization", 0.003)


def memory_leak(host: Host) -> None:
    climb = np.arange(host.ticks) * 10.0 * MIB
    host.add("proc.rss", climb, NGINX.instance)
    host.add("meminfo.MemAvailable", -climb)
    host.add("memory.utilization", climb / (8 * GIB))


def disk_writer(host: Host) -> None:
    host.program(Program("dd"), cpu=0.1, rss=3 * MIB, fds=4, written=60e6)
    host.add("disk.utilization", 0.7, "vda")
    host.add("disk.writes", 120.0, "vda")
    host.add("disk.write_bytes", 60e6, "vda")
    host.add("disk.w_await", 0.0083, "vda")


def overflows(host: Host) -> None:
    host.rate("netstat.TcpExt.ListenOverflows", 38, scatter=6)


def losses(host: Host) -> None:
    host.rate("snmp.Tcp.RetransSegs", 22, scatter=5)


def forks(host: Host) -> None:
    host.rate("stat.processes", 900, scatter=60)
    host.rate("cpu.unattributed", 0.8, scatter=0.05)
    host.add("cpu.utilization", 0.2)
    host.program(Program("sh"), cpu=0.06, rss=2 * MIB, fds=3)
    host.rate("proc.children_cpu", 0.75, "sh", scatter=0.05)


def thrash(host: Host) -> None:
    host.add("memory.utilization", 0.55)
    host.add("meminfo.MemAvailable", -4.4 * GIB)
    host.program(Program("java app.jar", "app.service"), cpu=0.02, rss=4.4 * GIB, fds=80, threads=40)


def setting(host: Host) -> None:
    host.facts["sysctl", "vm.dirty_ratio"] = "5"


def niced(host: Host) -> None:
    host.facts["proc.nice", NGINX.instance] = "10"


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


def faulty(fault: Callable[[Host], None], seed: int = 1) -> Diff:
    after = Host(seed + 1000)
    fault(after)
    return diff_of(Host(seed).table(), after.table())


def finding(diff: Diff, metric: str, instance: str = "") -> Finding:
    return next(one for one in diff.findings if (one.metric, one.instance) == (metric, instance))


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


def test_the_face_is_what_people_know_and_the_rest_is_named() -> None:
    def split(host: Host) -> None:
        busier(host)
        host.add("cpu.user", 0.2)
        host.add("cpu.system", 0.15)

    first = faulty(split).findings[0]

    assert first.metric == "cpu.utilization"
    assert set(first.also) >= {"cpu.user", "cpu.system"}
    assert first.title == "CPU utilization rose to 43 %"


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


@pytest.mark.parametrize(
    ("who", "told"),
    [(Program("redis", "redis.service"), ("gone", "headline", True)), (Program("sleep"), ("gone", "context", None))],
    ids=["a service", "a command"],
)
def test_a_program_that_went(who: Program, told: tuple[str, str, bool | None]) -> None:
    before = Host(1)
    before.program(who, cpu=0.0, rss=1 * MIB, fds=5)

    one = finding(diff_of(before.table(), Host(2).table()), "proc.cpu", who.instance)

    assert (one.verdict, one.tier, one.worse) == told
    assert one.title == f"{who.name}: gone"


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


def test_a_leak_is_said_to_keep_growing() -> None:
    one = finding(faulty(fd_leak), "proc.fds", NGINX.instance)

    assert one.note.startswith("still growing: Open files +")
    assert one.title.startswith("nginx: open files rose to")


def test_a_leak_too_young_to_be_flagged_is_found_by_its_climb() -> None:
    def young(host: Host) -> None:
        host.add("proc.fds", np.maximum(np.arange(host.ticks) - 2.0, 0) * 0.5, NGINX.instance)

    one = finding(faulty(young), "proc.fds", NGINX.instance)

    assert one.title.startswith("nginx: open files still growing, +")
    assert (one.verdict, one.worse) == ("regressed", True)


def test_a_device_that_came_is_a_finding() -> None:
    after = Host(2)
    after.rate("disk.utilization", 0.3, "vdc")

    one = finding(diff_of(Host(1).table(), after.table()), "disk.utilization", "vdc")

    assert (one.title, one.verdict, one.tier) == ("vdc: new, a disk", "new", "minor")
    assert (one.before, one.change) == (None, None)


def test_a_setting_that_may_explain_is_attached() -> None:
    def tuned(host: Host) -> None:
        disk_writer(host)
        setting(host)

    diff = faulty(tuned)
    explained = finding(diff, "disk.utilization", "vda")
    changed = finding(diff, "sysctl", "vm.dirty_ratio")

    assert [(fact.key, fact.before, fact.after) for fact in explained.config] == [("vm.dirty_ratio", "20", "5")]
    assert changed.severity == 5
    assert set(diff.drift[0].findings) >= {explained.rank, changed.rank}


def test_readings_at_the_ends_only_are_marked() -> None:
    before, after = Host(1), Host(2)
    for host, level in ((before, 40.0), (after, 400.0)):
        ends = np.full(host.ticks, np.nan)
        ends[[0, -1]] = level
        host.rows[next(key for key in host.rows if key[0].name == "sockstat.TCP.tw")] = ends

    one = finding(diff_of(before.table(), after.table()), "sockstat.TCP.tw")

    assert "one reading a side, judged by what is usual" in one.note


def test_next_steps_name_the_instance() -> None:
    for one in faulty(disk_writer).findings:
        assert "{instance}" not in one.next
        assert one.help
        assert one.doc.startswith("https://")


def test_charts_show_both_sides() -> None:
    chart = faulty(hog).findings[0].chart

    assert chart is not None
    assert (len(chart.before), len(chart.after), chart.interval) == (31, 31, 1.0)
    assert chart.before[0] is None  # a rate is not known at the first tick


def test_an_empty_side_of_a_chart_is_zero_where_the_program_was_not() -> None:
    chart = finding(faulty(hog), "proc.cpu", BURN.instance).chart

    assert chart is not None
    assert set(chart.before) == {0.0}


def test_more_load_is_said_to_explain_more_work() -> None:
    def load(host: Host) -> None:
        host.rate("snmp.Tcp.PassiveOpens", 270, scatter=20)
        host.rate("cpu.utilization", 0.24, scatter=0.02)
        host.rate("proc.cpu", 0.6, NGINX.instance, scatter=0.03)

    one = finding(faulty(load), "cpu.utilization")

    assert one.note.startswith("explained by the offered load: Connections accepted")
