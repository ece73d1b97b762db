"""What goes along with a device's own headline is told beside it, not as another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from snapper.analyze.diff import Diff
from snapper.analyze.table import Program
from tests.analyze.lab import MIB, Host, diff_of

DD = Program("dd")
TALKER = Program("talker")


def interrupted(host: Host) -> None:
    host.rate("stat.intr", 6000, scatter=100)


def switching(host: Host, who: Program) -> None:
    host.rate("stat.ctxt", 9000, scatter=250)
    host.rate("proc.voluntary_ctxt_switches", 6000, who.instance, scatter=100)


def writing(host: Host) -> None:
    host.program(DD, cpu=0.1, rss=3 * MIB, fds=4, written=60e6)
    host.add("disk.utilization", 0.7, "vda")
    host.add("disk.writes", 120.0, "vda")
    host.add("disk.write_bytes", 60e6, "vda")


def tier(diff: Diff, metric: str) -> str:
    return next(one.tier for one in diff.findings if one.metric == metric)


def with_faults(*faults: Callable[[Host], None]) -> Diff:
    before, after = Host(1), Host(2)
    for host in (before, after):
        host.rate("stat.intr", 2000, scatter=100)
        host.program(TALKER, cpu=0.01, rss=3 * MIB, fds=4)
        host.rate("proc.voluntary_ctxt_switches", 50, TALKER.instance, scatter=5)
    for fault in faults:
        fault(after)
    return diff_of(before.table(), after.table())


def test_interrupts_are_a_headline_alone_and_minor_beside_a_disk() -> None:
    assert tier(with_faults(interrupted), "stat.intr") == "headline"
    assert tier(with_faults(interrupted, writing), "stat.intr") == "minor"


@pytest.mark.parametrize(("who", "told"), [(DD, "minor"), (TALKER, "headline")])
def test_switches_are_minor_only_where_the_same_program_is_behind_the_disk(who: Program, told: str) -> None:
    diff = with_faults(writing, lambda host: switching(host, who))

    assert tier(diff, "disk.utilization") == "headline"
    assert tier(diff, "stat.ctxt") == told


def swapping(host: Host, pages: float) -> None:
    host.rate("vmstat.pswpin", pages, scatter=pages / 50)
    host.rate("memory.pgscand", 4000, scatter=100)


@pytest.mark.parametrize(("pages", "first"), [(60e6 / 4096, "memory"), (100.0, "disk")])
def test_a_disk_that_is_busy_with_swapping_comes_behind_the_memory(pages: float, first: str) -> None:
    before, after = Host(1), Host(2)
    for host in (before, after):
        host.rate("vmstat.pswpin", 0, scatter=0)
        host.rate("memory.pgscand", 0, scatter=0)
    writing(after)
    swapping(after, pages)

    found = [one.resource for one in diff_of(before.table(), after.table()).findings if one.resource != "program"]
    assert found.index(first) < found.index({"memory": "disk", "disk": "memory"}[first])


def test_what_improved_comes_behind_what_is_gone() -> None:
    before, after = Host(1), Host(2)
    before.program(Program("worker", "worker.service"), cpu=0.9, rss=3 * MIB, fds=4)
    before.add("cpu.utilization", 0.22)

    found = diff_of(before.table(), after.table()).findings

    assert (found[0].verdict, found[0].instance) == ("gone", "worker.service/worker")
    assert "cpu.utilization" in {one.metric for one in found[1:] if one.tier == "headline"}


def busy(host: Host, cpus: float) -> None:
    """Of its four CPUs, so many are kept busier, and some tasks wait for one."""
    host.add("cpu.utilization", cpus / 4)
    host.rate("pressure.cpu.some.total", 0.3, scatter=0.004)


@pytest.mark.parametrize(
    ("storm", "cpus", "first"),
    [
        (("stat.processes", 180.0), 0.3, "tasks"),
        (("stat.processes", 30.0), 0.9, "cpu"),
        (("stat.ctxt", 30_000.0), 0.3, "scheduler"),
        (("stat.ctxt", 9_000.0), 0.9, "cpu"),
    ],
)
def test_cpu_time_comes_behind_the_starts_and_switches_that_it_is_the_price_of(
    storm: tuple[str, float], cpus: float, first: str
) -> None:
    before, after = Host(1), Host(2)
    for host in (before, after):
        host.rate(storm[0], 0.5, scatter=0.1)
        host.rate("pressure.cpu.some.total", 0.01, scatter=0.002)
    after.rate(storm[0], storm[1], scatter=storm[1] / 50)
    busy(after, cpus)

    found = diff_of(before.table(), after.table()).findings

    assert {one.resource for one in found if one.tier == "headline"} >= {"cpu", first}
    assert found[0].resource == first
