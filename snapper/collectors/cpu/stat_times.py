"""What the times of /proc/stat are called: in CPUs as the kernel counts them, and as shares like sar's.

How busy time splits into user, system and the rest differs by several points between runs of the same
load, while their sum stands still: only the sum is judged as utilization, the parts explain it.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat"

_time = partial(
    Metric, unit="seconds", kind=Kind.COUNTER, resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC
)

TIMES: Final = (
    _time(
        name="stat.cpu.user",
        alias_of="cpu.user",
        title="CPUs in user mode",
        help="CPUs that ran programs of normal priority, in CPUs; time spent running virtual machines is part of it.",
    ),
    _time(
        name="stat.cpu.nice",
        alias_of="cpu.nice",
        title="CPUs in niced user mode",
        help="CPUs that ran programs of lowered priority, in CPUs.",
    ),
    _time(
        name="stat.cpu.system",
        alias_of="cpu.system",
        title="CPUs in the kernel",
        help="CPUs that ran kernel code for programs, without interrupts, in CPUs.",
    ),
    _time(
        name="stat.cpu.idle",
        alias_of="cpu.utilization",
        title="CPUs idle",
        help="CPUs that had nothing to run and no task of theirs waiting for a disk, in CPUs.",
    ),
    _time(
        name="stat.cpu.iowait",
        alias_of="cpu.iowait",
        title="CPUs idle with disk requests pending",
        help="CPUs that had nothing to run while a task that last ran there waited for a disk, in CPUs. It may fall.",
    ),
    _time(
        name="stat.cpu.irq",
        alias_of="cpu.irq",
        title="CPUs in interrupt handlers",
        help="CPUs that ran interrupt handlers, in CPUs; 0 on kernels that do not account for it.",
    ),
    _time(
        name="stat.cpu.softirq",
        alias_of="cpu.softirq",
        title="CPUs in soft interrupts",
        help="CPUs that ran the deferred half of interrupts, mostly for the network, in CPUs.",
    ),
    _time(
        name="stat.cpu.steal",
        alias_of="cpu.steal",
        title="CPUs taken by the hypervisor",
        help="CPUs that had something to run while the hypervisor ran another guest, in CPUs.",
    ),
    _time(
        name="stat.cpu.guest",
        alias_of="cpu.guest",
        title="CPUs running virtual machines",
        help="CPUs that ran guests of this host's hypervisor, in CPUs; counted in user as well.",
    ),
    _time(
        name="stat.cpu.guest_nice",
        alias_of="cpu.guest",
        title="CPUs running niced virtual machines",
        help="CPUs that ran guests of lowered priority, in CPUs; counted in nice as well.",
    ),
)
"""The columns of a line, in their order."""

SUMS: Final = (
    _time(
        name="stat.cpu.busy",
        alias_of="cpu.utilization",
        title="Busy CPUs",
        help="CPUs that ran something or were kept from it by the hypervisor: all but idle and iowait, in CPUs.",
    ),
    _time(
        name="stat.cpu.unused",
        alias_of="cpu.utilization",
        title="Unused CPUs",
        help="CPUs that ran nothing: idle and iowait together, in CPUs.",
    ),
    _time(
        name="stat.percpu.busy",
        labels=("cpu",),
        alias_of="percpu.utilization",
        title="Busy time of one CPU",
        help="Share of time for which this CPU ran something: all but idle and iowait.",
    ),
    _time(
        name="stat.percpu.unused",
        labels=("cpu",),
        alias_of="percpu.utilization",
        title="Unused time of one CPU",
        help="Share of time for which this CPU ran nothing: idle and iowait together.",
    ),
)
"""What the parser adds up, since iowait alone may fall where idle and iowait together do not."""

_ratio = partial(
    Metric, unit="ratio", kind=Kind.GAUGE, resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC
)


def _share(busy: Any, unused: Any, *parts: Any) -> Any:
    """What part of the CPUs' time the parts were; of all busy time where none is given."""
    return (sum(parts) if parts else busy) / (busy + unused)


def _part(name: str, title: str, text: str, *, fields: tuple[str, ...] = (), saturation: bool = False) -> Derived:
    fields = fields or (name,)
    names = tuple(f"stat.cpu.{field}" for field in fields)
    return Derived(
        metric=_ratio(
            name=f"cpu.{name}",
            role=Role.SATURATION if saturation else Role.INTERNAL,
            worse=Worse.MORE if saturation else Worse.NEITHER,
            title=title,
            help=text,
            next="mpstat 1 5",
        ),
        inputs=("stat.cpu.busy", "stat.cpu.unused", *names),
        optional=names[1:],
        compute=_share,
    )


SHARES: Final = (
    Derived(
        metric=_ratio(
            name="cpu.utilization",
            role=Role.UTILIZATION,
            worse=Worse.MORE,
            primary=True,
            title="CPU utilization",
            help="Share of all CPUs' time that was not idle: programs, kernel, interrupts and what the hypervisor "
            "took. Towards 100 % tasks queue and everything waits longer.",
            next="pidstat -u 1 5; perf top",
            moved_by=(
                "sysctl[kernel.sched_*]",
                "sysctl[kernel.numa_balancing]",
                "cpufreq.*",
                "cpuinfo.bugs",
                "cpuinfo.microcode",
                "cpu.online",
                "cpu.isolated",
                "cpu.smt_*",
                "cpu.vulnerability",
                "clocksource.current_clocksource",
                "cmdline",
                "thp.*",
            ),
        ),
        inputs=("stat.cpu.busy", "stat.cpu.unused"),
        compute=_share,
    ),
    Derived(
        metric=_ratio(
            name="percpu.utilization",
            labels=("cpu",),
            title="Utilization of one CPU",
            help="Share of one CPU's time that was not idle. A single busy one among idle ones is a program that runs "
            "on one thread, or an interrupt that is bound to it.",
            next="mpstat -P ALL 1 5",
        ),
        inputs=("stat.percpu.busy", "stat.percpu.unused"),
        compute=_share,
    ),
    _part(
        "user",
        "CPU time in user mode",
        "Share of all CPUs' time in programs of normal priority. How busy time splits into user and system wavers "
        "from run to run; judge by cpu.utilization.",
    ),
    _part(
        "nice",
        "CPU time in niced user mode",
        "Share of all CPUs' time in programs of lowered priority, which give way to others.",
    ),
    _part(
        "system",
        "CPU time in the kernel",
        "Share of all CPUs' time in kernel code on behalf of programs: system calls, page faults, copying.",
    ),
    _part(
        "iowait",
        "CPU time idle with disk requests pending",
        "Share of all CPUs' time with nothing to run while a disk was waited for. It says little of disks: it shrinks "
        "when something else runs.",
    ),
    _part(
        "irq",
        "CPU time in interrupt handlers",
        "Share of all CPUs' time in interrupt handlers; 0 where the kernel does not account for it.",
    ),
    _part(
        "softirq",
        "CPU time in soft interrupts",
        "Share of all CPUs' time in the deferred half of interrupts, mostly network packets.",
    ),
    _part(
        "steal",
        "CPU time taken by the hypervisor",
        "Share of all CPUs' time for which something was runnable here while the hypervisor ran another guest. More is "
        "worse: a neighbour or a limit on this machine's share slows it.",
        saturation=True,
    ),
    _part(
        "guest",
        "CPU time running virtual machines",
        "Share of all CPUs' time in guests of this host's hypervisor; part of user and nice.",
        fields=("guest", "guest_nice"),
    ),
)
"""As sar and mpstat name them, of the time of all CPUs together."""
