"""Which fields of /proc/vmstat count events since boot, and what they mean; `proc_vmstat` reads them.

Which do, is told by the kernel's source (include/linux/vm_event_item.h, and mm/vmstat.c for those among the numbers of
nodes), not by the name: nr_written counts up, nr_writeback does not. Those of reclaim and of where pages are put have
files of their own.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.memory import vmstat_placement, vmstat_reclaim
from snapper.collectors.memory.vmstat_family import family
from snapper.metric import Metric, Resource, Role, Worse

_OTHER: Final = (
    *family(
        {
            "pgfault": "Page faults",
        },
        "Times a program touched memory that was not mapped yet; most are served from memory at once. Demand.",
        unit="faults",
        role=Role.WORKLOAD,
        next="pidstat -r 1 5",
    ),
    *family(
        {
            "pgmajfault": "Major page faults",
        },
        "Times a program touched memory that had to be read from disk first, and waited for it. More is worse: "
        "programs or their files were dropped from memory, or are being started.",
        unit="faults",
        role=Role.SATURATION,
        worse=Worse.MORE,
        next="pidstat -r 1 5",
        moved_by=("sysctl[vm.swappiness]", "block.read_ahead_kb"),
    ),
    *family(
        {
            "oom_kill": "Processes killed for want of memory",
        },
        "Processes that the kernel killed because no memory was left, on the host or in a cgroup (since Linux 4.13).",
        unit="events",
        role=Role.ERRORS,
        worse=Worse.MORE,
        primary=True,
        next="dmesg -T | grep -iE 'out of memory|oom-kill'",
        moved_by=("sysctl[vm.overcommit_*]", "sysctl[vm.panic_on_oom]", "sysctl[vm.oom_*]"),
    ),
    *family(
        {
            "pgpgin": "Data read from disks",
            "pgpgout": "Data written to disks",
        },
        "Counted by the kernel for all disks together as requests are handed in; /proc/diskstats tells which disk.",
        unit="bytes",
        resource=Resource.DISK,
    ),
    *family(
        {
            "nr_dirtied": "Pages made dirty",
            "nr_written": "Pages written back",
        },
        "How fast programs write into the page cache, and how fast it is written to disk.",
        moved_by=("sysctl[vm.dirty_*]",),
    ),
    *family(
        {
            "pgfree": "Pages freed",
            "pgreuse": "Pages used again by their only owner instead of being copied",
            "pglazyfree": "Pages marked as no longer needed by madvise",
            "pgactivate": "Pages moved to the list of those in use",
            "pgdeactivate": "Pages moved to the list of those not in use",
            "pgrotated": "Written pages put where they are reclaimed next",
            "nr_foll_pin_acquired": "Pages pinned for devices",
            "nr_foll_pin_released": "Pages no longer pinned for devices",
        },
        "It follows the turnover of memory.",
    ),
    *family(
        {
            "drop_pagecache": "Times somebody dropped the page cache",
            "drop_slab": "Times somebody dropped the kernel's caches",
        },
        "Written to /proc/sys/vm/drop_caches by an administrator or a script; everything is read from disk again "
        "afterwards.",
        unit="events",
        worse=Worse.MORE,
    ),
    *family(
        {
            "balloon_inflate": "Pages handed to the hypervisor",
            "balloon_deflate": "Pages taken back from the hypervisor",
            "balloon_migrate": "Pages moved within the balloon",
        },
        "The balloon driver of a virtual machine takes memory from it and gives it back.",
    ),
    *family(
        {
            "nr_tlb_remote_flush": "TLB flushes asked of other CPUs",
            "nr_tlb_remote_flush_received": "TLB flushes done for other CPUs",
            "nr_tlb_local_flush_all": "Whole TLBs flushed",
            "nr_tlb_local_flush_one": "Single TLB entries flushed",
            "vma_lock_success": "Page faults under the lock of one mapping",
            "vma_lock_abort": "Page faults that gave the lock of one mapping up",
            "vma_lock_retry": "Page faults tried again",
            "vma_lock_miss": "Page faults that did not get the lock of one mapping",
            "vmacache_find_calls": "Look-ups of mappings, Linux 3.16 to 6.0",
            "vmacache_find_hits": "Look-ups of mappings that found the last one again, Linux 3.16 to 6.0",
            "vmacache_full_flushes": "Times that all remembered mappings were forgotten, Linux 3.19 to 4.18",
            "direct_map_level2_splits": "Kernel mappings split from 2 MiB",
            "direct_map_level3_splits": "Kernel mappings split from 1 GiB",
            "direct_map_level2_collapses": "Kernel mappings joined to 2 MiB",
            "direct_map_level3_collapses": "Kernel mappings joined to 1 GiB",
            **{f"kstack_{size}": f"Tasks that ended having used {size} of kernel stack" for size in
               ("1k", "2k", "4k", "8k", "16k", "32k", "64k", "rest")},
        },
        "Detail of how memory is mapped, some of it only in kernels built for debugging.",
        unit="events",
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*vmstat_reclaim.METRICS, *_OTHER, *vmstat_placement.METRICS)
"""Those in bytes are counted in KiB by the kernel."""
