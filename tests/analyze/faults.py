"""Faults to put on a quiet host, and the comparison that should find them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from snapper.analyze.diff import Diff, Finding
from snapper.analyze.table import Program
from tests.analyze.lab import GIB, MIB, Host, diff_of

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


def faulty(fault: Callable[[Host], None], seed: int = 1) -> Diff:
    after = Host(seed + 1000)
    fault(after)
    return diff_of(Host(seed).table(), after.table())


def finding(diff: Diff, metric: str, instance: str = "") -> Finding:
    return next(one for one in diff.findings if (one.metric, one.instance) == (metric, instance))
