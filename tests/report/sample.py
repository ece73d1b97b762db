"""A comparison as an engineer meets it: a release made a service dearer on an otherwise unchanged host."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from snapper.analyze.diff import (
    Caution,
    Cell,
    Chart,
    Coverage,
    CoverageRow,
    Culprit,
    Diff,
    DriftRow,
    Event,
    Explanation,
    Figure,
    Finding,
    ProgramRow,
    SeriesRow,
    Side,
    Summary,
    UseRow,
    Workload,
)
from snapper.report.json_ import diff_from_json

KIB, MIB = 1024.0, 1024.0**2
DOC = "https://www.kernel.org/doc/html/v6.12/filesystems/proc.html"


def side(**changes: object) -> Side:
    usual = Side(
        id="a41f09c2d711",
        label="pre-deploy",
        host="web-7",
        path="/var/lib/snapper/web-7/pre-deploy.parquet",
        started=1_795_423_267.4,
        utc_offset=3600,
        duration=30.0,
        interval=1.0,
        ticks=31,
        kernel="6.1.0-28-amd64",
        os="Debian GNU/Linux 12 (bookworm)",
        cpus=4,
        memory=16_694_480_896,
        boot_id="5b0c6f7e-1d0a-4a44-9f5e-0a1b2c3d4e5f",
        privileged=True,
        container="",
        complete=True,
        tags={"git": "4f2a91c"},
        baselines=5,
        sha256="a41f09c2d711e0b55d6b1c9d2f83a0946c1f4f0d5c9a7b3e2d1f0a9b8c7d6e5f",
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def wave(level: float, spread: float, *, points: int = 30, seed: int = 0) -> tuple[float | None, ...]:
    dice = random.Random(seed * 7919 + points)  # noqa: S311 - the same figures each time
    return tuple(max(0.0, round(dice.gauss(level, spread), 12)) for _ in range(points))


def chart(before: float, after: float, *, noise: float = 0.06, points: int = 30, seed: int = 0) -> Chart:
    return Chart(
        before=wave(before, before * noise, points=points, seed=seed),
        after=wave(after, after * noise, points=points, seed=seed + 1),
        interval=1.0,
    )


def finding(rank: int, identity: str, **changes: object) -> Finding:
    usual = Finding(
        rank=rank,
        id=identity,
        tier="minor",
        verdict="changed",
        resource="scheduler",
        role="workload",
        title="Context switches rose",
        metric="stat.ctxt",
        instance="",
        unit="switches/s",
        before=4210.0,
        after=6022.0,
        change=1812.0,
        interval=(1500.0, 2120.0),
        severity=1.0,
        culprits=(),
        config=(),
        help="How often a CPU went from one task to another.",
        next="pidstat -w 1 5",
        doc=DOC,
        chart=chart(4210, 6022, seed=rank),
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def culprit(program: str, share: float, before: float, after: float, **changes: object) -> Culprit:
    usual = Culprit(
        program=program,
        unit="",
        share=share,
        severity=6.0,
        metric="proc.cpu",
        before=before,
        after=after,
        value_unit="ratio",
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def headlines() -> tuple[Finding, ...]:
    return (
        finding(
            1,
            "cpu-utilization",
            tier="headline",
            verdict="regressed",
            resource="cpu",
            role="utilization",
            title="CPU utilization rose: nearly saturated",
            metric="cpu.utilization",
            instance="all",
            unit="ratio",
            before=0.24,
            after=0.83,
            change=0.59,
            interval=(0.57, 0.61),
            severity=14.2,
            culprits=(
                culprit("api-server", 0.91, 0.61, 2.77, unit="api.service"),
                culprit("fluent-bit", 0.06, 0.021, 0.165, unit="fluent-bit.service", severity=1.1),
            ),
            config=(
                Explanation(source="package", key="api-server", before="2.14.0", after="2.15.1"),
                Explanation(source="cgroup", key="api.service cpu.max", before="max 100000", after="400000 100000"),
            ),
            help="Share of time in which the CPUs ran something other than idle. Above nine tenths, work waits.",
            next="perf record -F 49 -g -p $(pidof api-server) -- sleep 30",
            chart=chart(0.24, 0.83, noise=0.05, points=60, seed=1),
            also=(
                "cpu.run_queue",
                "pressure.cpu.some",
                "schedstat.run_delay[all]",
                "cgroup.cpu.throttled[api.service]",
                "stat.procs_running",
                "cpu.user[all]",
                "cpu.system[all]",
                "softirqs.SCHED",
                "interrupts.LOC",
            ),
        ),
        finding(
            2,
            "tcp-listen-overflows",
            tier="headline",
            verdict="regressed",
            resource="sockets",
            role="errors",
            title="Connections were refused at the accept queue",
            metric="netstat.TcpExt.ListenOverflows",
            unit="connections/s",
            before=0.0,
            after=38.2,
            change=38.2,
            interval=(31.0, 45.5),
            severity=9.8,
            culprits=(culprit("api-server", 1.0, 0.0, 38.2, unit="api.service", value_unit="connections/s"),),
            help="A handshake was complete and the listener's queue was full; the client sees a time-out or a reset.",
            next="ss -ltn 'sport = :8443'; nstat -az TcpExtListenOverflows",
            chart=chart(0.0, 38.2, noise=0.45, seed=2),
            also=("netstat.TcpExt.ListenDrops",),
            note="follows from 1: the program accepts more slowly",
        ),
        finding(
            3,
            "disk-await-nvme0n1",
            tier="headline",
            verdict="regressed",
            resource="disk",
            role="saturation",
            title="nvme0n1: writes wait eight times longer",
            metric="disk.w_await",
            instance="nvme0n1",
            unit="seconds",
            before=0.0012,
            after=0.0095,
            change=0.0083,
            interval=(0.0071, 0.0096),
            severity=6.1,
            culprits=(
                culprit("postgres", 0.64, 3.1 * MIB, 44 * MIB, unit="postgresql.service", value_unit="bytes/s"),
                culprit("jbd2/nvme0n1p2", 0.22, 0.4 * MIB, 14.4 * MIB, value_unit="bytes/s"),
            ),
            config=(Explanation(source="sysctl", key="vm/dirty_background_ratio", before="10", after="3"),),
            help="Mean time of a write from queue to completion.",
            next="iostat -x 1 5 nvme0n1; biolatency 10 1",
            chart=chart(0.0012, 0.0095, noise=0.3, seed=3),
            also=("disk.utilization[nvme0n1]", "disk.queue[nvme0n1]"),
        ),
    )


def others() -> tuple[Finding, ...]:
    return (
        finding(4, "context-switches", verdict="changed", severity=1.6, culprits=(culprit("api-server", 0.7, 0, 1),)),
        finding(
            5,
            "program-api-rss",
            verdict="regressed",
            resource="program",
            title="api-server: resident memory rose",
            metric="proc.rss",
            instance="api.service/api-server",
            unit="bytes",
            before=412 * MIB,
            after=449 * MIB,
            change=37 * MIB,
            interval=(35 * MIB, 39 * MIB),
            severity=1.2,
            chart=chart(412 * MIB, 449 * MIB, noise=0.004, seed=5),
            note="still growing",
        ),
        finding(
            6,
            "network-retransmits",
            verdict="improved",
            resource="network",
            role="errors",
            title="Segments sent again fell",
            metric="snmp.Tcp.RetransSegs",
            unit="segments/s",
            before=4.1,
            after=1.2,
            change=-2.9,
            interval=(-3.4, -2.4),
            severity=0.7,
            chart=chart(4.1, 1.2, noise=0.3, seed=6),
        ),
        finding(
            7,
            "program-fluentd",
            verdict="gone",
            resource="program",
            title="fluentd: gone",
            metric="proc.count",
            instance="fluentd",
            unit="programs",
            before=1.0,
            after=None,
            change=None,
            interval=None,
            severity=0.6,
            chart=None,
        ),
        *(
            finding(
                rank,
                f"context-{rank}",
                tier="context",
                verdict="changed",
                resource="memory",
                role="internal",
                title=f"Cached pages changed ({rank})",
                metric=f"meminfo.Cached{rank}",
                unit="bytes",
                before=3.1e9,
                after=3.4e9,
                change=0.3e9,
                interval=None,
                severity=0.1,
                note="remembers what was before the capture",
            )
            for rank in range(8, 14)
        ),
    )


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
        DriftRow(source="sysctl", key="vm/dirty_background_ratio", before="10", after="3", findings=(3,)),
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


def sample_diff(*, count: int = 300, flagged: int = 41) -> Diff:
    before = side()
    after = side(
        id="c77be2019f30",
        label="post-deploy",
        path="/var/lib/snapper/web-7/post-deploy.parquet",
        started=before.started + 1883,
        baselines=1,
        tags={"git": "91c77be"},
        sha256="c77be2019f30aa",
        kernel="6.1.0-29-amd64",
    )
    return Diff(
        before=before,
        after=after,
        summary=Summary(
            sentence="Three things regressed, nothing improved. api-server uses 3.4 times the CPU under the same load.",
            caveat="41 of 2,214 series flagged (an unchanged host: about 6); apt-get used 11 % of a CPU during "
            "“after” only.",
            series_compared=count,
            series_flagged=flagged,
            headline=3,
            minor=4,
            not_comparable=12,
            regressed=3,
            improved=0,
            expected_flags=0.87,
        ),
        warnings=(
            Caution(code="kernel", text="The kernels differ: 6.1.0-28-amd64, then 6.1.0-29-amd64."),
            Caution(
                code="foreign-load",
                text="Another program (apt-get) used 11 % of a CPU during “after” only; what it moved is set apart.",
            ),
        ),
        findings=(*headlines(), *others()),
        use=use(),
        workload=workload(),
        drift=drift(),
        events=events(),
        series=series(count, flagged=flagged),
        coverage=coverage(),
    )


def quiet_diff() -> Diff:
    """The same host twice, unchanged: nothing to tell but that."""
    full = sample_diff(count=60, flagged=0)
    return replace(
        full,
        summary=replace(
            full.summary,
            sentence="No significant change.",
            caveat="0 of 60 series flagged (an unchanged host: about 0.2).",
            headline=0,
            minor=0,
            regressed=0,
        ),
        warnings=(),
        findings=(),
        use=(),
        drift=(),
        events=(),
        workload=Workload(load=(), efficiency=(), programs=(), sentence=""),
        coverage=replace(full.coverage, sources=(), notes=(), cost_before={}, cost_after={}, masked=0),
    )


HOSTILE = (
    "</script><script>window.pwned=1</script>\"'><img src=x onerror=window.pwned=1>"
    "`|]]>--> {{7*7}}\u202e\x00\x1b[31m\u2028\n"
)
"""What a program may call itself."""

VOCABULARY = {"format", "tier", "verdict", "doc", "side"}


def hostile_diff(text: str = HOSTILE) -> Diff:
    """Every text that can come from a host, or from a comparison read back, replaced by one that means harm."""
    return diff_from_json(_replaced(sample_diff(count=60, flagged=12).to_json(), text, ""))


def _replaced(value: Any, text: str, key: str) -> Any:
    if isinstance(value, str):
        if key == "doc":
            return "javascript:window.pwned=1"
        return value if key in VOCABULARY else f"{text}{value}"
    if isinstance(value, dict):
        return {
            (f"{text}{name}" if key == "tags" else name): _replaced(inner, text, name) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_replaced(inner, text, key) for inner in value]
    return value
