"""What a finding says beside its figures: title, note, settings, next steps and chart."""

from __future__ import annotations

import numpy as np
import pytest

from snapper.analyze.table import Program
from tests.analyze.faults import BURN, NGINX, busier, disk_writer, faulty, fd_leak, finding, hog, setting
from tests.analyze.lab import MIB, Host, diff_of


def test_the_face_is_what_people_know_and_the_rest_is_named() -> None:
    def split(host: Host) -> None:
        busier(host)
        host.add("cpu.user", 0.2)
        host.add("cpu.system", 0.15)

    first = faulty(split).findings[0]

    assert first.metric == "cpu.utilization"
    assert set(first.also) >= {"cpu.user", "cpu.system"}
    assert first.title == "CPU utilization rose to 43 %"


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
