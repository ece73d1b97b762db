"""What the virtual machines on this host make KVM do: exits, interrupts, polling, and the pages they are given.

Reads /sys/kernel/debug/kvm (since Linux 2.6.25; root, debugfs mounted): a file for each statistic with one number, the
sum over all virtual machines that run now. When one ends its part is gone, and the counters fall.

    exits                    812933
    halt_poll_success_ns     1288046548

Which statistics there are differs with the architecture; arm64 has few of them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_X86: Final = "https://elixir.bootlin.com/linux/v6.12/source/arch/x86/kvm/x86.c"
_GENERIC: Final = "https://elixir.bootlin.com/linux/v6.12/source/include/linux/kvm_host.h"

_counter = partial(
    Metric, unit="events", kind=Kind.COUNTER, resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_X86,
    next="kvm_stat -1",
)  # fmt: skip
_time = partial(_counter, unit="seconds", doc=_GENERIC)
_pages = partial(_counter, unit="pages", kind=Kind.GAUGE, resource=Resource.MEMORY)

# fmt: off
_METRICS: Final = (
    _counter(name="kvm.exits", role=Role.WORKLOAD, title="Exits of virtual machines",
             help="Times that a virtual processor had to leave its guest for the hypervisor. Each costs a microsecond "
                  "or more of CPU; more for the same work makes guests slower."),
    _counter(name="kvm.io_exits", title="Exits for port I/O",
             help="Exits because a guest accessed an I/O port, as emulated devices make it."),
    _counter(name="kvm.mmio_exits", title="Exits for device memory",
             help="Exits because a guest accessed the memory of an emulated device, for the hypervisor's program."),
    _counter(name="kvm.mmio_exit_user", title="Exits for device memory (arm64)",
             help="Exits because a guest accessed the memory of a device that a program emulates."),
    _counter(name="kvm.halt_exits", title="Exits for want of work",
             help="Exits because a guest's processor had nothing to do. Idle guests make many."),
    _counter(name="kvm.irq_exits", title="Exits for interrupts of the host",
             help="Exits because an interrupt of the host's own came while a guest ran."),
    _counter(name="kvm.signal_exits", title="Exits for signals",
             help="Exits because the hypervisor's program was sent a signal."),
    _counter(name="kvm.irq_injections", title="Interrupts given to guests",
             help="Interrupts that were passed on to guests: packets, finished disk requests, timers."),
    _counter(name="kvm.hypercalls", title="Calls of guests to the hypervisor",
             help="Times that a guest asked the hypervisor for something by a hypercall."),
    _counter(name="kvm.insn_emulation", title="Instructions emulated",
             help="Instructions of guests that were emulated one by one, the dearest way to run them."),
    _counter(name="kvm.pf_taken", title="Page faults of guests",
             help="Faults that KVM had to mend in the guests' page tables: first touches, or memory that was taken "
                  "away in between, as by a balloon, swapping or migration."),
    _counter(name="kvm.remote_tlb_flush", title="Flushes of guests' translations", doc=_GENERIC,
             help="Times that all processors of a guest were interrupted since its page tables changed."),
    _time(name="kvm.halt_poll_success_ns", title="Useful polling for guests' work",
          moved_by=("module.parameter[kvm.halt_poll_ns*]",),
          help="CPU time spent polling for an idle guest that had work again within it. It buys lower latency."),
    _time(name="kvm.halt_poll_fail_ns", worse=Worse.MORE, title="Polling for guests' work in vain",
          moved_by=("module.parameter[kvm.halt_poll_ns*]",),
          help="CPU time spent polling for an idle guest that stayed idle: lost to everybody else. More is worse."),
    _time(name="kvm.halt_wait_ns", title="Virtual processors asleep",
          help="Time that virtual processors were idle and asleep, summed over them."),
    _pages(name="kvm.pages_4k", worse=Worse.MORE, title="Guests' memory in small pages",
           help="Pages of 4 KiB that back guests' memory. More of them instead of larger ones cost the guests time in "
                "translation.", moved_by=("thp.*", "module.parameter[kvm.nx_huge_pages*]")),
    _pages(name="kvm.pages_2m", worse=Worse.LESS, title="Guests' memory in huge pages",
           help="Pages of 2 MiB that back guests' memory, counted one by one. Fewer mean more work in translation.",
           unit="count", moved_by=("thp.*", "module.parameter[kvm.nx_huge_pages*]")),
    _pages(name="kvm.pages_1g", title="Guests' memory in pages of 1 GiB", unit="count",
           help="Pages of 1 GiB that back guests' memory, counted one by one."),
    _pages(name="kvm.nx_lpage_splits", worse=Worse.MORE, title="Guests' huge pages split for safety", unit="count",
           help="Huge pages of guests that were split against a fault of the processor (iTLB multihit). More cost the "
                "guests time in translation.", moved_by=("module.parameter[kvm.nx_huge_pages*]",)),
)
# fmt: on
_KNOWN: Final = {metric.name: metric for metric in _METRICS}
_NUMBER: Final = re.compile(r"[0-9]{1,20}")
_NANOSECONDS: Final = 1_000_000_000


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the number of one file, times in seconds, or nothing for a file that is not known.

    Raises:
        ValueError: No whole number.
    """
    metric = _KNOWN.get(f"kvm.{origin.key}")
    if metric is None:
        return []
    value = text.strip()
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"/sys/kernel/debug/kvm/{origin.key} should be a whole number, and is {text[:80]!r}.")
    return [Reading(metric.name, int(value) / (_NANOSECONDS if metric.unit == "seconds" else 1))]


COLLECTOR: Final = Collector(
    name="sys.kernel.debug.kvm",
    read=Files(
        patterns=tuple(f"sys/kernel/debug/kvm/{name.removeprefix('kvm.')}" for name in _KNOWN), cadence=Cadence.EDGES
    ),
    metrics=_METRICS,
    parse=parse,
    adds="what the virtual machines on this host cost: exits, emulation, polling",
    needs="a host of KVM; root; debugfs mounted and not locked down",
)
