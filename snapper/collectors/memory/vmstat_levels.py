"""Which fields of /proc/vmstat are levels: pages that are in a state now; `proc_vmstat` reads them.

Which are, is told by the kernel's source (mm/vmstat.c and who changes each number), not by the name: nr_dirtied counts
up, nr_dirty does not. Most say what /proc/meminfo says as well, and are context only.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.memory import meminfo_fields
from snapper.metric import Kind, Metric, Resource, Role, Worse

_level = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/mm/vmstat.c#L1164",
)

_COPIES: Final = {
    "nr_active_anon": "Active(anon)",
    "nr_active_file": "Active(file)",
    "nr_anon_pages": "AnonPages",
    "nr_balloon_pages": "Balloon",
    "nr_bounce": "Bounce",
    "nr_dirty": "Dirty",
    "nr_free_cma": "CmaFree",
    "nr_free_pages": "MemFree",
    "nr_gpu_active": "GPUActive",
    "nr_gpu_reclaim": "GPUReclaim",
    "nr_inactive_anon": "Inactive(anon)",
    "nr_inactive_file": "Inactive(file)",
    "nr_mapped": "Mapped",
    "nr_mlock": "Mlocked",
    "nr_page_table_pages": "PageTables",
    "nr_sec_page_table_pages": "SecPageTables",
    "nr_shmem": "Shmem",
    "nr_slab": "Slab",
    "nr_slab_reclaimable": "SReclaimable",
    "nr_slab_unreclaimable": "SUnreclaim",
    "nr_swapcached": "SwapCached",
    "nr_unaccepted": "Unaccepted",
    "nr_unevictable": "Unevictable",
    "nr_unstable": "NFS_Unstable",
    "nr_vmalloc": "VmallocUsed",
    "nr_writeback": "Writeback",
    "nr_writeback_temp": "WritebackTmp",
    "nr_zone_active_anon": "Active(anon)",
    "nr_zone_active_file": "Active(file)",
    "nr_zone_inactive_anon": "Inactive(anon)",
    "nr_zone_inactive_file": "Inactive(file)",
    "nr_zone_unevictable": "Unevictable",
}
"""Pages, by the field of /proc/meminfo that has them in kB."""
_HUGE_COPIES: Final = {
    "nr_anon_transparent_hugepages": "AnonHugePages",
    "nr_file_hugepages": "FileHugePages",
    "nr_file_pmdmapped": "FilePmdMapped",
    "nr_shmem_hugepages": "ShmemHugePages",
    "nr_shmem_pmdmapped": "ShmemPmdMapped",
}
"""Huge pages, likewise; how large one is, this file does not say."""


_REMEMBERED: Final = frozenset(metric.name for metric in meminfo_fields.METRICS if metric.history)


def _copy(name: str, original: str, unit: str) -> Metric:
    return _level(
        name=f"vmstat.{name}",
        unit=unit,
        alias_of=f"meminfo.{original}",
        history=f"meminfo.{original}" in _REMEMBERED,
        title=f"{original}, from vmstat",
        help=f"The same as {original} of /proc/meminfo{', in huge pages' if unit == 'count' else ''}.",
    )


_past = partial(_level, history=True)
_more = partial(_level, worse=Worse.MORE)

# fmt: off
_OWN: Final = (
    _past(name="vmstat.nr_file_pages", title="Page cache with buffers and swap cache",
          help="Cached and Buffers of /proc/meminfo and the swap cache together."),
    _past(name="vmstat.nr_free_pages_blocks", title="Free memory in whole blocks",
          help="Free memory in blocks large enough for a huge page (since Linux 6.16)."),
    _past(name="vmstat.nr_zone_write_pending", title="Data to be written",
          help="Page cache that is dirty or being written.", moved_by=("sysctl[vm.dirty_*]",)),
    _past(name="vmstat.nr_kernel_file_pages", title="Page cache of the kernel itself",
          help="Cached pages of files that only the kernel reads, such as metadata of btrfs (since Linux 6.18)."),
    _level(name="vmstat.nr_alloc_batch", title="Allocations left in this turn",
           help="Memory that a zone may give before another has its turn, Linux 3.12 to 4.7."),
    _more(name="vmstat.nr_isolated_anon", title="Program memory taken up by reclaim",
          help="Pages that reclaim or compaction works on at this moment."),
    _more(name="vmstat.nr_isolated_file", title="Page cache taken up by reclaim",
          help="Pages that reclaim or compaction works on at this moment."),
    _level(name="vmstat.nr_kernel_misc_reclaimable", title="Other kernel memory that can be dropped",
           help="Memory that is no slab and is given back under pressure (since Linux 4.20)."),
    _level(name="vmstat.nr_hugetlb", title="Huge pages in use",
           help="Memory of huge pages that were taken from their pools (since Linux 6.13)."),
    _level(name="vmstat.nr_zspages", title="Memory of compressed pages",
           help="Memory that zram and zswap hold compressed pages in."),
    _level(name="vmstat.nr_iommu_pages", title="Page tables of the IOMMU",
           help="Memory that translates addresses for devices (since Linux 6.11)."),
    _level(name="vmstat.nr_memmap_pages", title="Descriptors of pages",
           help="Memory that describes pages, allocated while running (since Linux 6.11)."),
    _level(name="vmstat.nr_memmap_boot_pages", title="Descriptors of pages from boot",
           help="Memory that describes pages, allocated at boot (since Linux 6.11)."),
    _level(name="vmstat.nr_dirty_threshold", title="Limit of dirty page cache", moved_by=("sysctl[vm.dirty_*]",),
           help="Dirty page cache beyond which whoever writes is made to wait."),
    _level(name="vmstat.nr_dirty_background_threshold", title="Dirty page cache that starts writeback",
           moved_by=("sysctl[vm.dirty_*]",),
           help="Dirty page cache beyond which the kernel begins to write by itself."),
    _level(name="vmstat.nr_pages_scanned", unit="pages", title="Pages scanned since something was reclaimed",
           help="How far reclaim has looked in vain, Linux 4.11 and before."),
    _past(name="vmstat.workingset_nodes", unit="count", title="Tree nodes that remember evicted pages",
           help="Nodes of the page cache's trees that hold the memory of dropped pages (since Linux 4.20)."),
    _level(name="vmstat.nr_shadow_call_stack", alias_of="meminfo.ShadowCallStack", title="Shadow call stacks",
           help="The same as ShadowCallStack of /proc/meminfo."),
    _level(name="vmstat.nr_kernel_stack", unit="count", alias_of="meminfo.KernelStack", title="Kernel stacks",
           help="KiB of kernel stacks since Linux 4.8, their number before; KernelStack of /proc/meminfo says it in "
                "bytes."),
)
# fmt: on

METRICS: Final[tuple[Metric, ...]] = (
    *(_copy(name, original, "bytes") for name, original in _COPIES.items()),
    *(_copy(name, original, "count") for name, original in _HUGE_COPIES.items()),
    *_OWN,
)
"""Those in bytes are counted in pages by the kernel, save what `IN_KIB` names."""

IN_KIB: Final = frozenset({"vmstat.nr_shadow_call_stack"})
"""Counted in units of 1024 bytes."""
