"""What has gone wrong in the kernel since it was booted: oopses, warnings, lockups, stalls, hung tasks.

Reads files of /sys/kernel, a count each: oops_count and warn_count (since Linux 6.2), hardlockup_count,
softlockup_count and rcu_stall_count (6.16); of /proc/sys/kernel tainted, a mask of bits, and hung_task_detect_count
(6.13).

The counts are taken as levels and not as rates: one such event is news whenever it happened between two captures, and
that it happens within a window would be chance. After a reboot they begin anew.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.kernel.taint_flags import taints
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_ABI: Final = "https://elixir.bootlin.com/linux/v6.16/source/Documentation/ABI/testing/sysfs-kernel-"

_count = partial(Metric, unit="errors", kind=Kind.GAUGE, resource=Resource.HOST, role=Role.ERRORS, worse=Worse.MORE)

# fmt: off
_COUNTS: Final = {
    "oops_count": _count(
        name="kernel.oops_count", title="Kernel oopses since boot",
        doc=f"{_ABI}oops_count", next="dmesg | grep -A 30 -E 'Oops|BUG:'",
        help="Times since boot that kernel code failed and the task that ran it was killed. Any is a fault of the "
             "kernel, a driver or the hardware, and may have left locks held behind it."),
    "warn_count": _count(
        name="kernel.warn_count", title="Kernel warnings since boot",
        doc=f"{_ABI}warn_count", next="dmesg | grep -A 30 WARNING:",
        help="Times since boot that the kernel met a state that it takes for impossible. More means a fault that it "
             "went on from."),
    "hardlockup_count": _count(
        name="kernel.hardlockup_count", title="Hard lockups since boot",
        doc=f"{_ABI}hardlockup_count", next="dmesg | grep -A 30 -i lockup",
        help="Times since boot that a CPU took no interrupt for about ten seconds. All that was on it stood still."),
    "softlockup_count": _count(
        name="kernel.softlockup_count", title="Soft lockups since boot",
        doc=f"{_ABI}softlockup_count", next="dmesg | grep -A 30 -i lockup",
        help="Times since boot that a CPU stayed in the kernel for about twenty seconds without letting another task "
             "run. On a virtual machine the hypervisor may have kept the CPU back."),
    "rcu_stall_count": _count(
        name="kernel.rcu_stall_count", title="RCU stalls since boot",
        doc=f"{_ABI}rcu_stall_count", next="dmesg | grep -A 30 -i 'rcu.*stall'",
        help="Times since boot that readers of the kernel's data held up its memory reclaim for about twenty seconds, "
             "by code that loops or a CPU that got no time."),
    "hung_task_detect_count": _count(
        name="kernel.hung_task_detect_count", title="Hung tasks since boot",
        next="dmesg | grep -A 30 'blocked for more'",
        doc="https://www.kernel.org/doc/html/v6.13/admin-guide/sysctl/kernel.html#hung-task-detect-count",
        help="Times since boot that a task was found stuck in the kernel for two minutes, waiting for a disk, a "
             "network file system or a lock. More means that storage or a lock kept programs standing."),
}
# fmt: on
_TAINTED: Final = Metric(
    name="kernel.tainted",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Kernel taint",
    help="What has happened since boot that kernel developers want to know of: an oops, a warning, a machine check, a "
    "module of another origin. It is never taken back before a reboot.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/tainted-kernels.html",
    next="dmesg | grep -i taint; cat /proc/sys/kernel/tainted",
)


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give what one file says, or nothing for a file that is not known.

    Raises:
        ValueError: Not a whole number.

    >>> parse("4608\n", Origin(key="tainted"))
    [Reading(metric='kernel.tainted', value='warning, module from outside the tree', instance='')]
    """
    if origin.key == "tainted":
        return [Reading(_TAINTED.name, taints(whole(text, "/proc/sys/kernel/tainted")))]
    metric = _COUNTS.get(origin.key)
    return [Reading(metric.name, whole(text, f"the kernel's {origin.key}"))] if metric else []


COLLECTOR: Final = Collector(
    name="sys.kernel",
    read=Files(
        patterns=(
            *(f"sys/kernel/{file}" for file in _COUNTS if file != "hung_task_detect_count"),
            "proc/sys/kernel/hung_task_detect_count",
            "proc/sys/kernel/tainted",
        ),
        cadence=Cadence.EDGES,
    ),
    metrics=(*_COUNTS.values(), _TAINTED),
    parse=parse,
    adds="oopses, warnings, lockups and hung tasks since boot, and what taints the kernel",
    needs="Linux >= 6.2 for the counts",
)
