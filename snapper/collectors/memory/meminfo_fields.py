"""What the fields of /proc/meminfo mean, up to Linux 6.18; `proc_meminfo` reads them.

Levels that remember what was before the capture bear `history`: caches fill up and stay full, and what programs were
promised they seldom give back, whatever the load of this minute.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_level = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#meminfo",
)
_more = partial(_level, worse=Worse.MORE)
_less = partial(_level, worse=Worse.LESS)
_past = partial(_level, history=True)
_transparent = partial(
    _level, moved_by=("thp.*",), doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/transhuge.html"
)
_pool = partial(
    _level,
    moved_by=("sysctl[vm.nr_hugepages*]", "sysctl[vm.nr_overcommit_hugepages]"),
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/hugetlbpage.html",
)
_PROGRAMS: Final = "ps -eo rss,pid,comm --sort=-rss | head"

# fmt: off
_HOST: Final = (
    _less(name="meminfo.MemTotal", title="Memory of the host",
          help="Memory that the kernel manages: what is installed, less its own image and what firmware keeps."),
    _past(name="meminfo.MemFree", title="Free memory",
          help="Memory that nobody uses. Caches take it over with time, so that little of it is normal."),
    _less(name="meminfo.MemAvailable", title="Available memory", role=Role.UTILIZATION, next=_PROGRAMS,
          moved_by=("sysctl[vm.nr_hugepages*]", "sysctl[vm.min_free_kbytes]"),
          help="What programs could still get without swapping: free memory and the caches that can be dropped. "
               "Little of it ends in reclaim, swapping and killed processes."),
    _less(name="meminfo.SwapTotal", title="Swap space", help="Size of all swap areas together."),
    _less(name="meminfo.SwapFree", title="Free swap space", help="Swap that holds nothing.", next=_PROGRAMS,
          moved_by=("sysctl[vm.swappiness]",)),
    _past(name="meminfo.SwapCached", title="Memory with a copy in swap",
          help="Pages that came back from swap and are still there too, so that they need not be written again."),
    _more(name="meminfo.HardwareCorrupted", title="Memory lost to hardware errors", role=Role.ERRORS, primary=True,
          next="ras-mc-ctl --summary; dmesg | grep -i 'memory failure'",
          help="Memory that the kernel took out of use because the hardware reported an error in it that could not be "
               "corrected. Any growth means a failing module."),
    _more(name="meminfo.EarlyMemtestBad", title="Memory found bad at boot", role=Role.ERRORS,
          help="Memory that the test at boot (memtest=) found bad and left out. Any means a failing module."),
    _more(name="meminfo.Balloon", title="Memory handed to the hypervisor",
          help="Memory that a balloon driver gave back to the host below (since Linux 6.17)."),
    _level(name="meminfo.Unaccepted", title="Memory not yet accepted",
           help="Memory of a confidential virtual machine that it has not taken over yet (since Linux 6.5)."),
    _level(name="meminfo.HighTotal", title="High memory",
           help="Memory beyond the kernel's own mapping, on 32-bit kernels."),
    _level(name="meminfo.HighFree", title="Free high memory",
           help="Free memory beyond the kernel's own mapping, on 32-bit kernels."),
    _level(name="meminfo.LowTotal", title="Low memory",
           help="Memory within the kernel's own mapping, on 32-bit kernels."),
    _less(name="meminfo.LowFree", title="Free low memory",
          help="Free memory within the kernel's own mapping, on 32-bit kernels; for itself the kernel has no other."),
)
_CACHES: Final = (
    _past(name="meminfo.Buffers", title="Cached blocks of disks",
          help="Cached blocks of raw disks and file system metadata; dropped when memory is wanted."),
    _past(name="meminfo.Cached", title="Page cache",
          help="Cached files, with tmpfs and shared memory, which cannot be dropped."),
    _past(name="meminfo.Active", title="Memory used lately", help="Memory that is reclaimed last."),
    _past(name="meminfo.Inactive", title="Memory not used lately", help="Memory that is reclaimed first."),
    _level(name="meminfo.Active(anon)", title="Program memory used lately", help="Heap, stacks and tmpfs in use."),
    _level(name="meminfo.Inactive(anon)", title="Program memory not used lately",
           help="Heap, stacks and tmpfs that are swapped out first."),
    _past(name="meminfo.Active(file)", title="Page cache used lately", help="Cached files that are dropped last."),
    _past(name="meminfo.Inactive(file)", title="Page cache not used lately",
          help="Cached files that are dropped first."),
    _past(name="meminfo.Dirty", title="Dirty page cache", moved_by=("sysctl[vm.dirty_*]",),
          help="Written data that waits to be sent to disk. Where it stays high, disks take less than is written."),
    _more(name="meminfo.Writeback", title="Page cache under writeback", moved_by=("sysctl[vm.dirty_*]",),
          help="Written data that is on its way to disk at this moment."),
    _level(name="meminfo.WritebackTmp", title="Temporary writeback buffers",
           help="Copies that FUSE makes of the pages that it writes."),
    _more(name="meminfo.NFS_Unstable", title="Uncommitted NFS pages",
          help="Data sent to a server and not yet on its disk; always 0 since Linux 5.8."),
    _more(name="meminfo.Bounce", title="Bounce buffers",
          help="Copies for disks that cannot reach all of memory; always 0 in the latest kernels."),
)
_PROGRAM_MEMORY: Final = (
    _more(name="meminfo.AnonPages", title="Program memory", next=_PROGRAMS,
          help="Heap and stacks that programs have touched. What grows here belongs to a process."),
    _level(name="meminfo.Mapped", title="Mapped files",
           help="Files that are mapped into programs, libraries among them."),
    _more(name="meminfo.Shmem", title="Shared memory and tmpfs", next="ipcs -m; df -t tmpfs",
          help="Shared memory and files in tmpfs. It can be swapped and not dropped, and no process seems to own it."),
    _more(name="meminfo.Unevictable", title="Memory that cannot be reclaimed",
          help="Locked memory, ramfs and the like: it is neither swapped nor dropped, which leaves less for the rest."),
    _more(name="meminfo.Mlocked", title="Locked memory", help="Memory that programs locked with mlock(2)."),
    _level(name="meminfo.MmapCopy", title="Memory of private mappings",
           help="Memory that mappings were copied into, on kernels without an MMU."),
    _more(name="meminfo.PageTables", title="Page tables",
          help="What it takes to map the memory of processes. Many processes that share much memory make it large; "
               "huge pages make it small."),
    _level(name="meminfo.SecPageTables", title="Secondary page tables",
           help="Page tables of virtual machines and of the IOMMU (since Linux 6.1)."),
    _level(name="meminfo.CommitLimit", title="Limit of promised memory", moved_by=("sysctl[vm.overcommit_*]",),
           help="How much memory may be promised to programs; it is held to only with vm.overcommit_memory=2."),
    _past(name="meminfo.Committed_AS", title="Promised memory",
          help="What programs have asked for and may yet touch."),
    _more(name="meminfo.Zswap", title="Memory of the compressed swap cache", moved_by=("sysctl[vm.swappiness]",),
          help="Memory that holds compressed pages in place of swap (since Linux 5.19)."),
    _more(name="meminfo.Zswapped", title="Memory compressed instead of swapped", moved_by=("sysctl[vm.swappiness]",),
          help="How large the pages in the compressed swap cache are when uncompressed (since Linux 5.19)."),
)
_KERNEL_MEMORY: Final = (
    _past(name="meminfo.Slab", title="Kernel objects", next="slabtop -o | head -20",
          help="Memory of the kernel's own objects: inodes, directory entries, sockets."),
    _past(name="meminfo.SReclaimable", title="Kernel objects that can be dropped", next="slabtop -o | head -20",
          help="Caches, of inodes and directory entries for the greater part."),
    _past(name="meminfo.SUnreclaim", title="Kernel objects that cannot be dropped", worse=Worse.MORE,
          next="slabtop -o | head -20",
          help="Memory of objects in use. A level that only ever grows is a leak in the kernel or a driver."),
    _past(name="meminfo.KReclaimable", title="Kernel memory that can be dropped",
          help="All that the kernel gives back under pressure, droppable objects among it (since Linux 4.20)."),
    _more(name="meminfo.KernelStack", title="Kernel stacks",
          help="16 KiB or so for each thread, so that it follows their number."),
    _level(name="meminfo.ShadowCallStack", title="Shadow call stacks",
           help="Second stacks that guard return addresses, where the kernel was built with them."),
    _level(name="meminfo.Quicklists", title="Kept page tables", help="Page tables kept for reuse, up to Linux 5.1."),
    _level(name="meminfo.VmallocTotal", title="Addresses for scattered kernel memory",
           help="Address space for memory that the kernel pieces together."),
    _more(name="meminfo.VmallocUsed", title="Scattered kernel memory",
          help="Memory that the kernel pieced together; printed as 0 by Linux 4.4 to 5.2."),
    _level(name="meminfo.VmallocChunk", title="Largest free range for scattered kernel memory",
           help="Longest run of free addresses; printed as 0 since Linux 4.4."),
    _level(name="meminfo.Percpu", title="Memory kept once for each CPU",
           help="Counters and the like; it grows with CPUs, cgroups and network interfaces (since Linux 4.20)."),
    _level(name="meminfo.CmaTotal", title="Contiguous memory area",
           help="Memory reserved for devices that need it in one piece."),
    _less(name="meminfo.CmaFree", title="Free contiguous memory",
          help="Free memory in the area reserved for devices that need it in one piece."),
    _more(name="meminfo.GPUActive", title="Memory in use by graphics",
          help="System memory that graphics drivers have given out (kernels after 6.18)."),
    _level(name="meminfo.GPUReclaim", title="Memory kept by graphics drivers",
           help="System memory in the pools of graphics drivers, given back under pressure (kernels after 6.18)."),
)
_HUGE_PAGES: Final = (
    _transparent(name="meminfo.AnonHugePages", title="Program memory in huge pages",
                 help="Heap that is mapped by transparent huge pages. Less of it means more misses in the TLB."),
    _transparent(name="meminfo.ShmemHugePages", title="Shared memory in huge pages",
                 help="Shared memory and tmpfs that were allocated as huge pages."),
    _transparent(name="meminfo.ShmemPmdMapped", title="Shared memory mapped by huge pages",
                 help="Shared memory that programs map by huge pages."),
    _transparent(name="meminfo.FileHugePages", history=True, title="Page cache in huge pages",
                 help="Cached files that were allocated as huge pages."),
    _transparent(name="meminfo.FilePmdMapped", title="Page cache mapped by huge pages",
                 help="Cached files that programs map by huge pages."),
    _pool(name="meminfo.HugePages_Total", unit="count", title="Huge pages in the pool",
          help="Huge pages of the default size set aside; nothing else can use their memory."),
    _pool(name="meminfo.HugePages_Free", unit="count", title="Free huge pages in the pool", worse=Worse.LESS,
          help="Huge pages of the pool that hold nothing yet. A program that finds none fails or is killed."),
    _pool(name="meminfo.HugePages_Rsvd", unit="count", title="Reserved huge pages in the pool",
          help="Free huge pages that are promised to programs that have not touched them yet."),
    _pool(name="meminfo.HugePages_Surp", unit="count", title="Surplus huge pages in the pool", worse=Worse.MORE,
          help="Huge pages beyond the size set for the pool, which are given back when freed."),
    _pool(name="meminfo.Hugepagesize", title="Size of a huge page", help="The default size of the pool's pages."),
    _pool(name="meminfo.Hugetlb", title="Memory of the huge page pools",
          help="Memory set aside for the pools of huge pages of all sizes, used or not (since Linux 4.19)."),
)
# fmt: on
_DIRECT_MAP: Final = tuple(
    _level(
        name=f"meminfo.DirectMap{size}",
        title=f"Kernel mapping by pages of {size}",
        help=f"How much memory the kernel maps for itself by pages of {size}. Memory that moves to smaller pages "
        "costs a little speed.",
    )
    for size in ("4k", "64k", "1M", "2M", "4M", "1G", "2G")
)

METRICS: Final[tuple[Metric, ...]] = (*_HOST, *_CACHES, *_PROGRAM_MEMORY, *_KERNEL_MEMORY, *_HUGE_PAGES, *_DIRECT_MAP)
"""In bytes, save the pool of huge pages."""
