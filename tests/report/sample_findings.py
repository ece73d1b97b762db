"""What a sample comparison found: three headlines and others behind them."""

from __future__ import annotations

import random
from dataclasses import replace

from snapper.analyze.diff import (
    Chart,
    Culprit,
    Explanation,
    Finding,
)

KIB, MIB = 1024.0, 1024.0**2
DOC = "https://www.kernel.org/doc/html/v6.12/filesystems/proc.html"


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
            config=(Explanation(source="sysctl", key="vm.dirty_background_ratio", before="10", after="3"),),
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
