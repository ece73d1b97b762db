"""What is told of the memory of a control group: use, reclaim, limits, and what happened at them."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.cgroups.cgroup_files import V1, V2, counter, fact, gauge
from snapper.collectors.contract import Derived
from snapper.metric import Metric, Role, Worse

_DOC: Final = f"{V2}#memory-interface-files"
_DOC_V1: Final = f"{V1}/memory.html"
_LIMITS: Final = ("cgroup.memory.max", "cgroup.memory.high")
_SHOW: Final = "grep -s . /sys/fs/cgroup{,/memory}{instance}/memory.stat"

_bytes = partial(gauge, unit="bytes", role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC, next=_SHOW)
_pages = partial(counter, unit="pages", role=Role.SATURATION, worse=Worse.MORE, doc=_DOC, next=_SHOW)
_events = partial(
    counter, unit="events", worse=Worse.MORE, doc=_DOC, moved_by=_LIMITS,
    next="grep -s . /sys/fs/cgroup{,/memory}{instance}/memory.{events,failcnt,oom_control}",
)  # fmt: skip
_limit = partial(fact, doc=_DOC, next="systemctl show -p MemoryMax -p MemoryHigh '*.service'")

# fmt: off
METRICS: Final[tuple[Metric, ...]] = (
    _bytes(
        name="cgroup.memory.current", role=Role.UTILIZATION, worse=Worse.MORE, history=True,
        title="Memory charged to a group", next="systemd-cgtop -m -n 1",
        help="Memory of the unit or container and of those below it: its own, the kernel's for it, and the page cache "
        "that it filled, which stays until somebody needs the room.",
        moved_by=_LIMITS,
    ),
    _bytes(
        name="cgroup.memory.peak", worse=Worse.MORE, history=True, title="Most memory charged to a group",
        help="The most that was ever charged to the group: it remembers what was long before the capture.",
    ),
    _bytes(
        name="cgroup.memory.anon", worse=Worse.MORE, title="Anonymous memory of a group",
        help="Heap, stacks and other memory without a file behind it. It can only be swapped out, not dropped, so this "
        "is what a leak adds to and what ends at the limit.",
    ),
    _bytes(
        name="cgroup.memory.file", history=True, title="Page cache of a group",
        help="File pages that the group brought in, tmpfs and shared memory included. It remembers earlier reads.",
    ),
    _bytes(
        name="cgroup.memory.inactive_file", history=True, title="Droppable page cache of a group",
        help="File pages of the group that were not used lately, the first to be dropped when room is needed.",
    ),
    _bytes(
        name="cgroup.memory.kernel", worse=Worse.MORE, history=True, title="Kernel memory of a group",
        help="Memory that the kernel holds for the group: inodes, dentries, page tables, stacks, sockets' bookkeeping. "
        "A steady climb is a leak of files, threads or connections.",
    ),
    _bytes(
        name="cgroup.memory.slab", worse=Worse.MORE, history=True, title="Slab of a group",
        help="The part of the kernel's memory for the group that is inodes, dentries and other small objects.",
    ),
    _bytes(
        name="cgroup.memory.sock", worse=Worse.MORE, title="Socket buffers of a group",
        help="Memory of the group's network buffers. More means data that waits for a slow reader or network.",
    ),
    _bytes(
        name="cgroup.memory.swap.current", role=Role.SATURATION, worse=Worse.MORE, title="Swapped out of a group",
        help="The group's memory that is on swap. More is worse: touching it again takes a read from the swap device.",
        moved_by=(*_LIMITS, "cgroup.memory.swap.max", "sysctl[vm.swappiness]"),
    ),
    _bytes(
        name="cgroup.memory.limit", worse=Worse.LESS, title="Memory limit in bytes",
        help="Bytes that the group may hold, where it has a limit. At the limit the kernel reclaims, then kills.",
    ),
    _pages(
        name="cgroup.memory.workingset_refault", role=Role.INTERNAL, title="Pages a group had to fetch again",
        help="Pages that were thrown out and were missed soon after. More is worse, if pressure on its memory rose "
        "too: then what the group works with does not fit into the memory that it may have.",
        moved_by=_LIMITS,
    ),
    _pages(
        name="cgroup.memory.pgscan", role=Role.INTERNAL, title="Pages of a group scanned for reclaim",
        help="Pages that were looked at to find some to throw out. More is worse: the group is at its limit, or the "
        "host is short of memory.",
        moved_by=_LIMITS,
    ),
    _pages(
        name="cgroup.memory.pgmajfault", unit="faults", role=Role.INTERNAL, title="Major faults of a group",
        help="Touches of a page that had to be read from disk or swap while the program stood still. A steady rate "
        "means that its memory or code does not fit.",
        moved_by=_LIMITS,
    ),
    _events(
        name="cgroup.memory.events.high", role=Role.SATURATION, title="Slowed down at memory.high",
        help="Times that the group's tasks were made to reclaim, and put to sleep, because it was above memory.high. "
        "More is worse: they stand still meanwhile.",
    ),
    _events(
        name="cgroup.memory.events.max", role=Role.SATURATION, title="Times at the memory limit",
        help="Times that the group was about to go over its memory limit, so that its tasks had to reclaim on the "
        "spot (failcnt in cgroup v1). More is worse: page cache thrashes, and a kill may follow.",
    ),
    _events(
        name="cgroup.memory.events.oom_kill", unit="errors", role=Role.ERRORS, primary=True,
        title="Processes killed for want of memory",
        help="Processes of the group that the kernel killed because its memory limit, or the host's memory, was used "
        "up. Any is a fault.",
        next="journalctl -k -g 'oom-kill|Killed process'",
    ),
    _limit(
        name="cgroup.memory.max", title="Memory limit",
        help="Bytes beyond which the group has to reclaim and is killed at last; max means no limit.",
    ),
    _limit(
        name="cgroup.memory.high", title="Memory throttling limit",
        help="Bytes beyond which the group is slowed down and made to reclaim; max means none.",
    ),
    _limit(
        name="cgroup.memory.low", title="Memory protected if possible",
        help="Bytes of the group that are not reclaimed while others have some to give.",
        next="systemctl show -p MemoryLow '*.service'",
    ),
    _limit(
        name="cgroup.memory.min", title="Memory protected",
        help="Bytes of the group that are never reclaimed.", next="systemctl show -p MemoryMin '*.service'",
    ),
    _limit(
        name="cgroup.memory.swap.max", title="Swap limit",
        help="Bytes of swap that the group may use; max means no limit, 0 that it may use none.",
        next="systemctl show -p MemorySwapMax '*.service'",
    ),
    _limit(
        name="cgroup.memory.soft_limit_in_bytes", title="Memory soft limit (cgroup v1)", doc=_DOC_V1,
        help="Bytes to which the group is shrunk first when the host is short; max means none.",
    ),
    _limit(
        name="cgroup.memory.memsw.limit_in_bytes", title="Memory and swap limit (cgroup v1)", doc=_DOC_V1,
        help="Bytes of memory and swap together that the group may use; max means no limit.",
    ),
    _limit(
        name="cgroup.memory.swappiness", title="Swappiness of a group (cgroup v1)", doc=_DOC_V1,
        help="How readily the group's memory is swapped rather than its page cache dropped, 0 to 200.",
    ),
)
# fmt: on


def _working_set(current: Any, inactive_file: Any) -> Any:
    return current - inactive_file


def _utilization(current: Any, inactive_file: Any, limit: Any) -> Any:
    return (current - inactive_file) / limit


DERIVED: Final = (
    Derived(
        metric=_bytes(
            name="cgroup.memory.working_set",
            worse=Worse.MORE,
            history=True,
            title="Working set of a group",
            help="Memory charged to the group less the page cache that it has not used lately: what it would miss, and "
            "what Kubernetes evicts by. More under the same load is a larger working set or a leak.",
            moved_by=_LIMITS,
        ),
        inputs=("cgroup.memory.current", "cgroup.memory.inactive_file"),
        compute=_working_set,
    ),
    Derived(
        metric=gauge(
            name="cgroup.memory.utilization",
            unit="ratio",
            role=Role.UTILIZATION,
            worse=Worse.MORE,
            primary=True,
            title="Memory of a group against its limit",
            help="Memory of the group less the page cache that it has not used lately, as a share of its limit. Near "
            "100 % it reclaims all the time and is killed next.",
            doc=_DOC,
            next="systemd-cgtop -m -n 1",
            moved_by=_LIMITS,
        ),
        inputs=("cgroup.memory.current", "cgroup.memory.inactive_file", "cgroup.memory.limit"),
        compute=_utilization,
    ),
)
