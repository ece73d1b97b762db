"""What is told of the CPU time of a control group: use, throttling, limits and weights."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.cgroups.cgroup_files import V2, counter, fact, gauge
from snapper.collectors.contract import Derived
from snapper.metric import Metric, Role, Worse

CPU: Final = f"{V2}#cpu-interface-files"
_BANDWIDTH: Final = "https://www.kernel.org/doc/html/v6.12/scheduler/sched-bwc.html"
_LIMITS: Final = ("cgroup.cpu.max", "cgroup.cpu.cfs_*")
_SHARES: Final = ("cgroup.cpu.weight", "cgroup.cpu.shares", "cgroup.cpu.idle", "cgroup.cpuset.*")

_time = partial(counter, unit="seconds", doc=CPU, next="systemd-cgtop -c -n 2")
_events = partial(counter, unit="events", doc=_BANDWIDTH, next="grep -s . /sys/fs/cgroup{,/cpu}{instance}/cpu.stat")
_limit = partial(gauge, role=Role.INTERNAL, doc=_BANDWIDTH, next="systemctl show -p CPUQuotaPerSecUSec '*.service'")

# fmt: off
METRICS: Final[tuple[Metric, ...]] = (
    _time(
        name="cgroup.cpu.usage", role=Role.WORKLOAD, worse=Worse.NEITHER, title="CPU of a group",
        help="CPUs kept busy by all tasks of this unit or container and of those below it, ended ones included: "
        "100 % is one CPU. Demand; short-lived processes that no other figure catches are in it.",
        moved_by=(*_LIMITS, *_SHARES),
    ),
    _time(
        name="cgroup.cpu.user", role=Role.INTERNAL, worse=Worse.NEITHER, title="CPU of a group in user mode",
        help="CPUs kept busy by the group's own code and libraries. How it divides between user and kernel wavers.",
    ),
    _time(
        name="cgroup.cpu.system", role=Role.INTERNAL, worse=Worse.NEITHER, title="CPU of a group in kernel mode",
        help="CPUs kept busy by the kernel for this group. How it divides between user and kernel wavers.",
    ),
    _time(
        name="cgroup.cpu.throttled", role=Role.SATURATION, worse=Worse.MORE, primary=True, doc=_BANDWIDTH,
        title="Time held back by the CPU limit",
        help="Time for which the group had work and was held back because its CPU limit was used up, summed over "
        "CPUs: 100 % is one CPU's queue all the time. More is worse: every request waits for the next period.",
        next="grep -s . /sys/fs/cgroup{,/cpu}{instance}/cpu.{stat,max,cfs_*}",
        moved_by=_LIMITS,
    ),
    _events(
        name="cgroup.cpu.nr_periods", role=Role.INTERNAL, worse=Worse.NEITHER, title="Periods of the CPU limit",
        help="Periods of the CPU limit in which the group ran. None pass where there is no limit or nothing runs.",
    ),
    _events(
        name="cgroup.cpu.nr_throttled", role=Role.INTERNAL, worse=Worse.MORE, title="Periods cut short",
        help="Periods of the CPU limit in which the group used all it may and was held back. More is worse; how long "
        "it was held back is in cgroup.cpu.throttled.",
        moved_by=_LIMITS,
    ),
    _limit(
        name="cgroup.cpu.quota", unit="seconds", worse=Worse.LESS, title="CPU time allowed in a period",
        help="CPU time that the group may use in each period, where it has a limit. Less holds it back sooner.",
    ),
    _limit(
        name="cgroup.cpu.period", unit="seconds", worse=Worse.NEITHER, title="Period of the CPU limit",
        help="How long a period of the CPU limit is. Longer ones mean longer standstills, shorter ones more of them.",
    ),
    _limit(
        name="cgroup.cpu.limits", unit="count", worse=Worse.NEITHER, title="Groups with a CPU limit",
        help="How many groups of this name have a CPU limit; above one where containers share a name.",
    ),
    fact(
        name="cgroup.cpu.max", title="CPU limit", doc=CPU,
        help="CPU time in µs that the group may use, and the period in µs in which it may; max means no limit. A "
        "lower limit than the work needs holds it back.",
        next="systemctl show -p CPUQuotaPerSecUSec '*.service'",
    ),
    fact(
        name="cgroup.cpu.cfs_quota_us", title="CPU limit (cgroup v1)", doc=_BANDWIDTH,
        help="CPU time in µs that the group may use in each period; max means no limit. A lower limit than the work "
        "needs holds it back.",
        next="grep . /sys/fs/cgroup/cpu{instance}/cpu.cfs_*",
    ),
    fact(
        name="cgroup.cpu.cfs_period_us", title="Period of the CPU limit (cgroup v1)", doc=_BANDWIDTH,
        help="How long a period of the CPU limit is, in µs.",
        next="grep . /sys/fs/cgroup/cpu{instance}/cpu.cfs_*",
    ),
    fact(
        name="cgroup.cpu.weight", title="CPU weight", doc=CPU,
        help="Share of the CPUs against other groups beside this one, 100 by default. It counts only where CPUs are "
        "short; less means longer waits then.",
        next="systemctl show -p CPUWeight '*.service'",
    ),
    fact(
        name="cgroup.cpu.shares", title="CPU weight (cgroup v1)",
        doc="https://elixir.bootlin.com/linux/v6.12/source/kernel/sched/core.c",
        help="Share of the CPUs against other groups beside this one, 1024 by default. It counts only where CPUs are "
        "short; less means longer waits then.",
        next="systemctl show -p CPUShares '*.service'",
    ),
    fact(
        name="cgroup.cpu.idle", title="Idle group", doc=CPU,
        help="1 where the whole group runs only when nobody else wants the CPU, as SCHED_IDLE does for a process.",
        next="grep -s . /sys/fs/cgroup{,/cpu}{instance}/cpu.idle",
    ),
)
# fmt: on


def _cpus(quota: Any, period: Any, limits: Any) -> Any:
    """CPUs that may be used, over all groups of a name: the sum of quotas by the mean of periods."""
    return quota * limits / period


def _utilization(usage: Any, quota: Any, period: Any, limits: Any) -> Any:
    return usage / _cpus(quota, period, limits)


def _share(some: Any, every: Any) -> Any:
    return some / every


DERIVED: Final = (
    Derived(
        metric=_limit(
            name="cgroup.cpu.limit",
            unit="count",
            worse=Worse.LESS,
            title="CPUs allowed",
            help="How many CPUs the group may keep busy by its own limit; a limit further up may allow fewer.",
        ),
        inputs=("cgroup.cpu.quota", "cgroup.cpu.period", "cgroup.cpu.limits"),
        compute=_cpus,
    ),
    Derived(
        metric=_limit(
            name="cgroup.cpu.utilization",
            unit="ratio",
            role=Role.UTILIZATION,
            worse=Worse.MORE,
            primary=True,
            title="CPU of a group against its limit",
            help="CPU that the group uses, as a share of what its limit allows. Work in bursts is held back long "
            "before 100 %, as cgroup.cpu.throttled shows.",
            next="systemd-cgtop -c -n 2",
            moved_by=_LIMITS,
        ),
        inputs=("cgroup.cpu.usage", "cgroup.cpu.quota", "cgroup.cpu.period", "cgroup.cpu.limits"),
        compute=_utilization,
    ),
    Derived(
        metric=gauge(
            name="cgroup.cpu.throttled_periods",
            unit="ratio",
            role=Role.SATURATION,
            worse=Worse.MORE,
            title="Share of periods cut short by the CPU limit",
            help="Of the periods in which the group ran, the share in which its CPU limit was used up. More is worse: "
            "that often it stood still for the rest of a period.",
            doc=_BANDWIDTH,
            next="grep -s . /sys/fs/cgroup{,/cpu}{instance}/cpu.stat",
            moved_by=_LIMITS,
        ),
        inputs=("cgroup.cpu.nr_throttled", "cgroup.cpu.nr_periods"),
        compute=_share,
    ),
)
