"""The sections of a sample comparison: matrix, workload, drift, events, series, coverage."""

from __future__ import annotations

import random
from dataclasses import replace

from snapper.analyze.diff import (
    Cell,
    Coverage,
    CoverageRow,
    DriftRow,
    Event,
    Figure,
    ProgramRow,
    SeriesRow,
    UseRow,
    Workload,
)
from tests.report.sample_findings import KIB, MIB, chart


def cell(metric: str, title: str, unit: str, values: tuple[float | None, float | None], **changes: object) -> Cell:
    usual = Cell(
        metric=metric, instance="", unit=unit, title=title, before=values[0], after=values[1], verdict="same", reason=""
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def row(resource: str, instance: str, *cells: Cell | None) -> UseRow:
    utilization, saturation, errors = (() if each is None else (each,) for each in cells)
    return UseRow(resource=resource, instance=instance, utilization=utilization, saturation=saturation, errors=errors)


def use() -> tuple[UseRow, ...]:
    unseen = "not observable here: no performance counters in this guest"
    return (
        row(
            "cpu",
            "",
            cell("cpu.utilization", "busy", "ratio", (0.24, 0.83), verdict="regressed"),
            cell("cpu.run_queue", "waiting", "tasks", (0.4, 6.1), verdict="regressed"),
            cell("cpu.mce", "machine checks", "events/s", (0.0, 0.0)),
        ),
        row(
            "memory",
            "",
            cell("memory.utilization", "used", "ratio", (0.58, 0.61)),
            cell("pressure.memory.some", "stalled", "ratio", (0.0, 0.0)),
            cell("vmstat.oom_kill", "OOM kills", "events/s", (0.0, 0.0)),
        ),
        row(
            "disk",
            "nvme0n1",
            cell("disk.utilization", "busy", "ratio", (0.11, 0.74), verdict="regressed"),
            cell("disk.queue", "queued", "operations", (0.1, 3.8), verdict="regressed"),
            cell("disk.ioerr", "I/O errors", "errors/s", (None, None), reason="this driver counts no errors"),
        ),
        row(
            "filesystem",
            "/var",
            cell("filesystem.utilization", "full", "ratio", (0.78, 0.78)),
            None,
            cell("filesystem.errors", "errors", "errors/s", (0.0, 0.0)),
        ),
        row(
            "network",
            "eth0",
            cell("net.utilization", "of 10 Gbit/s", "ratio", (0.30, 0.31)),
            cell("net.drops", "dropped", "packets/s", (0.0, 0.0)),
            cell("net.errors", "errors", "errors/s", (0.02, 0.0), verdict="improved"),
        ),
        row(
            "sockets",
            "",
            None,
            cell("netstat.TcpExt.ListenDrops", "dropped", "connections/s", (0.0, 38.2), verdict="regressed"),
            cell("netstat.TcpExt.ListenOverflows", "overflows", "connections/s", (0.0, 38.2), verdict="regressed"),
        ),
        row("files", "", cell("files.utilization", "of the limit", "ratio", (0.04, 0.041)), None, None),
        row("cpu", "caches", cell("cpu.ipc", "", "ratio", (None, None), reason=unseen), None, None),
    )


def figure(title: str, unit: str, before: float | None, after: float | None, **changes: object) -> Figure:
    usual = Figure(title=title, unit=unit, before=before, after=after, verdict="same")
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def program(name: str, unit: str, verdict: str, cpu: tuple[float | None, float | None], rss: float) -> ProgramRow:
    return ProgramRow(
        program=name,
        unit=unit,
        verdict=verdict,  # type: ignore[arg-type] # one of the verdicts
        figures=(
            figure("CPU", "ratio", *cpu, verdict=verdict),
            figure("Resident memory", "bytes", rss if cpu[0] is not None else None, rss * 1.09),
            figure("Read", "bytes/s", 12 * KIB, 14 * KIB),
            figure("Written", "bytes/s", None, None),
            figure("Processes", "programs", 4.0, 4.0),
        ),
    )


def workload() -> Workload:
    return Workload(
        sentence="The offered load did not change: 1,204 → 1,198 connections a second.",
        load=(
            figure("Connections accepted", "connections/s", 1204.0, 1198.0),
            figure("Packets received", "packets/s", 38_112.0, 37_940.0),
            figure("Disk writes", "operations/s", 214.0, 1102.0, verdict="changed", note="same bytes, smaller pieces"),
        ),
        efficiency=(
            figure("CPU per connection", "seconds", 0.0004, 0.00138, verdict="regressed"),
            figure("Bytes per write", "bytes", 96 * KIB, 18 * KIB, verdict="changed"),
        ),
        programs=(
            program("api-server", "api.service", "regressed", (0.61, 2.77), 412 * MIB),
            program("postgres", "postgresql.service", "same", (0.18, 0.19), 1900 * MIB),
            program("fluent-bit", "fluent-bit.service", "changed", (0.021, 0.165), 31 * MIB),
            program("python app.py", "", "new", (None, 0.011), 88 * MIB),
        ),
    )


def drift() -> tuple[DriftRow, ...]:
    cmdline = (
        "BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 root=UUID=0c7d {}quiet mitigations={} transparent_hugepage=madvise"
    )
    return (
        DriftRow(source="package", key="api-server", before="2.14.0", after="2.15.1", findings=(1,)),
        DriftRow(source="sysctl", key="vm.dirty_background_ratio", before="10", after="3", findings=(3,)),
        DriftRow(
            source="cgroup", key="api.service cpu.max", before="max 100000", after="400000 100000", findings=(1, 2)
        ),
        DriftRow(source="cmdline", key="", before=cmdline.format("ro ", "off"), after=cmdline.format("", "auto")),
        DriftRow(source="module", key="nf_conntrack", before=None, after="loaded"),
    )


def events() -> tuple[Event, ...]:
    return (
        Event(
            side="after",
            t=12.4,
            metric="kernel.log.oom",
            title="Programs killed for want of memory",
            resource="memory",
            text="Out of memory: Killed process 4711 (java) total-vm:9123456kB, anon-rss:8123456kB",
        ),
        Event(
            side="after", t=None, metric="kernel.log.io_error", title="I/O errors", resource="disk",
            text="blk_update_request: I/O error, dev nvme0n1, sector 4711",
        ),
    )  # fmt: skip


def series(count: int, *, flagged: int, seed: int = 1) -> tuple[SeriesRow, ...]:
    dice = random.Random(seed)  # noqa: S311 - same
    kinds = (
        ("proc.cpu", "ratio", "program", "utilization"),
        ("proc.rss", "bytes", "program", "utilization"),
        ("disk.w_await", "seconds", "disk", "saturation"),
        ("net.rx_packets", "packets/s", "network", "workload"),
        ("vmstat.pgfault", "faults/s", "memory", "internal"),
        ("netstat.TcpExt.TCPTimeouts", "segments/s", "sockets", "errors"),
    )
    rows = []
    for index in range(count):
        metric, unit, resource, role = kinds[index % len(kinds)]
        level = {"ratio": 0.2, "bytes": 2e8, "seconds": 0.003}.get(unit, 900.0) * dice.lognormvariate(0, 1)
        hot = index < flagged
        after = level * (dice.uniform(1.5, 4) if hot else dice.uniform(0.98, 1.02))
        still = not hot and dice.random() < 0.6
        rows.append(
            SeriesRow(
                metric=f"{metric}.{index % 40}" if count > 1000 else metric,
                instance=f"system.slice/worker-{index // len(kinds)}.service",
                unit=unit,
                resource=resource,
                role=role,
                before=level,
                after=level if still else after,
                change=0.0 if still else after - level,
                interval=(0.9 * (after - level), 1.1 * (after - level)) if hot else None,
                verdict=("regressed", "improved", "changed")[index % 3] if hot else "same",  # type: ignore[arg-type]
                tier="minor" if hot else None,
                least=0.1 * level,
                severity=dice.uniform(0.5, 3) if hot else 0.0,
                chart=None if still else chart(level, after, points=60, seed=index),
            )
        )
    return tuple(rows)


def coverage() -> Coverage:
    ok = [
        CoverageRow(source=name, before="ok", after="ok", why="")
        for name in ("cmd.iostat", "cmd.ss", "proc.diskstats", "proc.meminfo", "proc.net.netstat", "proc.stat")
    ]
    cost = {"cpu": 0.21, "rss": 16_400_000.0, "bytes": 214_000.0, "late": 0.0, "tools_cpu": 0.08}
    return Coverage(
        sources=(
            *ok,
            CoverageRow(
                source="proc.schedstat", before="absent", after="absent", why="this kernel lacks CONFIG_SCHEDSTATS"
            ),
            CoverageRow(
                source="proc.pid.io", before="ok", after="partial", why="/proc/812/io: permission denied; run as root"
            ),
        ),
        cost_before=cost,
        cost_after={**cost, "cpu": 0.23, "late": 1.0},
        masked=2,
        method=(
            "Counters are compared as rates over the measured window, gauges as their means.",
            "A series is flagged if it moved by three standard errors and by more than its practical floor.",
            "The noise between two captures was learnt from 5 baselines.",
        ),
        notes=("net.rx_bytes[eth1] fell once and was taken as reset.",),
    )
