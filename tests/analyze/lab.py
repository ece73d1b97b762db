"""Hosts made by hand: tables of series with the scatter of real ones, and snapshots that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from snapper.analyze.compare import Compared, compare
from snapper.analyze.diff import Diff, Finding
from snapper.analyze.difference import diff_snapshots
from snapper.analyze.judge import Judged, judge
from snapper.analyze.noise import Capacity
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.table import Program, SeriesTable
from snapper.analyze.thresholds import Thresholds
from snapper.archive.manifest import Manifest
from snapper.collectors import catalogue
from snapper.metric import Kind, Metric, Resource, Role, Worse

GIB = 2**30
MIB = 2**20
CAPACITY = Capacity(cpus=4, memory=8 * GIB)
THRESHOLDS = Thresholds()

Name = tuple[str, str]


def metric(name: str = "test.level", **told: Any) -> Metric:
    """A declaration of which only what matters to a test need be said."""
    usual: dict[str, Any] = {
        "unit": "count", "kind": Kind.GAUGE, "resource": Resource.MEMORY, "role": Role.UTILIZATION,
        "worse": Worse.MORE, "title": "Level", "help": "A level.", "doc": "https://example.org",
    }  # fmt: skip
    return Metric(name=name, **(usual | told))


def known(name: str) -> Metric:
    """A metric of the catalogue."""
    return catalogue()[name]


def is_rate(one: Metric) -> bool:
    """Whether it is not known at the first tick: a counter, or what is derived of counters."""
    derived = one.name.startswith(("disk.", "cpu.", "percpu.")) or one.name in {"proc.cpu", "proc.children_cpu"}
    return one.kind is Kind.COUNTER or derived


def table_of(
    rows: Mapping[tuple[Metric, str], Iterable[float] | float],
    *,
    ticks: int = 31,
    facts: Mapping[Name, str] | None = None,
    programs: Iterable[Program] = (),
    passing: Iterable[str] = (),
    warnings: tuple[str, ...] = (),
) -> SeriesTable:
    """A snapshot's series: a number stands for all ticks; of a rate the first tick is not known.

    `programs` are who the instances of program metrics may be; those in `passing` were not there all the time.
    """
    ordered = sorted(rows, key=lambda key: (key[0].name, key[1]))
    points = np.empty((len(ordered), ticks))
    for row, key in enumerate(ordered):
        points[row] = np.broadcast_to(np.asarray(rows[key], np.float64), (ticks,)) if ticks else 0
        if is_rate(key[0]) and ticks:
            points[row, 0] = np.nan
    seen = np.isfinite(points).sum(axis=1)
    mean = np.where(seen > 0, np.nansum(points, axis=1) / np.maximum(seen, 1), np.nan)
    of_programs = {instance for one, instance in ordered if one.resource is Resource.PROGRAM}
    who = {program.instance: program for program in programs}
    cast_of = {instance: who.get(instance, Program(instance)) for instance in sorted(of_programs)}
    return SeriesTable(
        metrics=tuple(one for one, _ in ordered),
        instances=tuple(instance for _, instance in ordered),
        points=points,
        mean=mean,
        seen=seen,
        t=np.arange(ticks, dtype=np.float64),
        facts=dict(facts or {}),
        programs=cast_of,
        long_lived=frozenset(cast_of) - frozenset(passing),
        warnings=warnings,
    )


def compared_of(before: SeriesTable, after: SeriesTable, *more: SeriesTable, capacity: Capacity = CAPACITY) -> Compared:
    return compare([before, *more], after, capacity=capacity, thresholds=THRESHOLDS)


def judged_of(before: SeriesTable, after: SeriesTable, *more: SeriesTable, capacity: Capacity = CAPACITY) -> Judged:
    return judge(compared_of(before, after, *more, capacity=capacity), THRESHOLDS)


def manifest_of(**told: Any) -> Manifest:
    usual: dict[str, Any] = {
        "snapper": "0.1.0", "id": "0123456789ab", "label": "lab", "host": "web-7", "boot_id": "b", "kernel": "6.1",
        "started": 1_700_000_000.0, "utc_offset": 0, "boottime": 10**15, "interval": 1.0, "duration": 30.0,
        "ticks": 31, "cpus": CAPACITY.cpus, "memory": CAPACITY.memory, "page_size": 4096, "clock_ticks": 100, "uid": 0,
    }  # fmt: skip
    return Manifest(**(usual | told))


def snapshot_of(table: SeriesTable, **told: Any) -> Snapshot:
    told.setdefault("ticks", len(table.t))
    archive = SimpleNamespace(
        manifest=manifest_of(**told),
        path=Path("lab.parquet"),
        sha256="0" * 64,
        reads=lambda _source: [],
        ticks=list,
    )
    snapshot = Snapshot(cast("Any", archive))
    vars(snapshot)["table"] = table  # what the property would compute from an archive
    return snapshot


def diff_of(before: SeriesTable, after: SeriesTable, *more: SeriesTable, **told: Any) -> Diff:
    return diff_snapshots([snapshot_of(one, **told) for one in (before, *more)], snapshot_of(after, **told))


def headlines(diff: Diff) -> list[Finding]:
    return [finding for finding in diff.findings if finding.tier == "headline"]


class Host:
    """A small server with a service on it, as the noise model's captures found one; faults are put on top.

    Levels sit at another place in every run and stand still within it, rates scatter around the same
    mean: that is what makes tests within the window worthless for levels.
    """

    def __init__(self, seed: int, *, ticks: int = 31) -> None:
        self._random = np.random.default_rng(seed)
        self.ticks = ticks
        self.rows: dict[tuple[Metric, str], Any] = {}
        self.facts: dict[Name, str] = {
            ("sysctl", "vm.dirty_ratio"): "20", ("sysctl", "net.core.somaxconn"): "4096",
            ("proc.nice", "nginx.service/nginx"): "0", ("thp.enabled", ""): "madvise",
        }  # fmt: skip
        self.people = {
            Program("nginx", "nginx.service"): (0.20, 120 * MIB, 60, 8, 0.0),
            Program("postgres", "postgresql.service"): (0.08, 400 * MIB, 90, 12, 300_000.0),
            Program("sshd", "ssh.service"): (0.0, 9 * MIB, 12, 1, 0.0),
            Program("kworker"): (0.01, 0, 0, 30, 40_000.0),
        }
        self.passing: set[str] = set()
        self._quiet()

    def _quiet(self) -> None:
        self.rate("cpu.utilization", 0.08, scatter=0.012)
        self.rate("cpu.unattributed", 0.01, scatter=0.01)
        for name in ("cpu.user", "cpu.system"):
            self.rate(name, 0.04, scatter=0.01)
        self.level("stat.procs_running", 1.3, between=0.1, scatter=0.5)
        self.rate("stat.ctxt", 3000, scatter=250)
        self.rate("stat.processes", 4, scatter=2)
        self.rate("pressure.cpu.some.total", 0.004, scatter=0.002)
        self.level("loadavg.load1", 0.6, between=0.3)
        self.level("memory.utilization", 0.35, between=0.001)
        self.level("meminfo.MemAvailable", 5.2 * GIB, between=4 * MIB, scatter=0.2 * MIB)
        self.level("meminfo.Cached", 2 * GIB, between=60 * MIB)
        for disk, busy in (("vda", 0.04), ("vdb", 0.0)):
            self.rate("disk.utilization", busy, disk, scatter=busy / 5)
            self.rate("disk.writes", busy * 500, disk, scatter=busy * 80)
            self.rate("disk.write_bytes", busy * 8e6, disk, scatter=busy * 1e6)
            self.rate("disk.w_await", 0.0008 if busy else np.nan, disk, scatter=0.0002)
        for device, packets in (("eth0", 1200.0), ("lo", 20.0)):
            self.rate("netdev.rx_packets", packets, device, scatter=packets / 20)
            self.rate("netdev.tx_packets", packets, device, scatter=packets / 20)
            self.rate("netdev.rx_bytes", packets * 500, device, scatter=packets * 25)
            self.rate("netdev.rx_drop", 0, device)
            self.rate("netdev.rx_errs", 0, device)
        self.rate("snmp.Tcp.PassiveOpens", 90, scatter=8)
        self.rate("snmp.Tcp.RetransSegs", 0.4, scatter=0.3)
        self.rate("netstat.TcpExt.ListenOverflows", 0)
        self.level("sockstat.TCP.tw", 120, between=3, scatter=4)
        self.level("files.utilization", 0.01)
        self.level("filesystem.utilization", 0.41, instance="/", between=0.0001)
        for who, (cpu, rss, fds, threads, written) in self.people.items():
            self.program(who, cpu=cpu, rss=rss, fds=fds, threads=threads, written=written)

    def rate(self, name: str, mean: float, instance: str = "", *, scatter: float = 0.0) -> None:
        noise = self._random.normal(0, scatter, self.ticks) if scatter else 0.0
        self.rows[known(name), instance] = np.maximum(mean + noise, 0.0) + np.zeros(self.ticks)

    def level(self, name: str, mean: float, *, instance: str = "", between: float = 0.0, scatter: float = 0.0) -> None:
        noise = self._random.normal(0, scatter, self.ticks) if scatter else 0.0
        self.rows[known(name), instance] = np.maximum(mean + self._random.normal(0, between) + noise, 0.0)

    def program(
        self, who: Program, *, cpu: float, rss: float = 0, fds: float = 0, threads: float = 1, written: float = 0
    ) -> None:
        self.people.setdefault(who, (cpu, rss, int(fds), int(threads), written))
        name = who.instance
        self.rate("proc.cpu", cpu, name, scatter=max(cpu, 0.01) / 20)
        self.rate("proc.children_cpu", 0.0, name)
        self.rate("proc.write_bytes", written, name, scatter=written / 8)
        self.rate("proc.read_bytes", 0, name)
        self.level("proc.rss", rss, instance=name, between=0.4 * MIB if rss else 0)
        self.level("proc.fds", fds, instance=name, between=0.5 if fds else 0)
        self.level("proc.num_threads", threads, instance=name)
        self.level("proc.count", 1, instance=name)

    def add(self, name: str, more: Any, instance: str = "") -> None:
        """Put a fault's effect on top of a series."""
        self.rows[known(name), instance] = self.rows[known(name), instance] + more

    def table(self) -> SeriesTable:
        return table_of(self.rows, ticks=self.ticks, facts=self.facts, programs=self.people, passing=self.passing)
