"""The fields of /proc/vmstat that count where pages were put and moved since boot: huge pages, NUMA, compaction."""

from __future__ import annotations

from typing import Final

from snapper.collectors.memory.vmstat_family import family
from snapper.metric import Metric, Role, Worse

_THP_DOC: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/mm/transhuge.html"
_NUMA_DOC: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/numastat.html"

_HUGE_PAGES: Final = (
    *family(
        {
            "thp_fault_alloc": "Huge pages given on a page fault",
            "thp_collapse_alloc": "Huge pages made by khugepaged out of small ones",
            "thp_file_alloc": "Huge pages given for files and shared memory",
            "thp_file_mapped": "Huge pages of files mapped",
            "thp_swpout": "Huge pages swapped out whole",
            "thp_zero_page_alloc": "Huge pages of zeros made",
            "thp_migration_success": "Huge pages moved whole",
            "thp_split": "Huge pages split up",
            "thp_split_page": "Huge pages split up",
            "thp_split_page_failed": "Huge pages that could not be split up",
            "thp_split_pmd": "Mappings of huge pages split up",
            "thp_split_pud": "Mappings of 1 GiB pages split up",
            "thp_deferred_split_page": "Huge pages left to be split up when memory is wanted",
            "thp_underused_split_page": "Huge pages split up because most of them was zeros",
            "thp_migration_split": "Huge pages split up to be moved",
            "thp_scan_exceed_none_pte": "Places with too many holes for a huge page",
            "thp_scan_exceed_swap_pte": "Places with too many swapped pages for a huge page",
            "thp_scan_exceed_share_pte": "Places with too many shared pages for a huge page",
        },
        "Transparent huge pages save misses in the TLB and cost work when made and split.",
        unit="events",
        doc=_THP_DOC,
        moved_by=("thp.*",),
    ),
    *family(
        {
            "thp_fault_fallback": "Huge pages not to be had on a page fault",
            "thp_fault_fallback_charge": "Huge pages not given for want of room in the cgroup",
            "thp_file_fallback": "Huge pages not to be had for files",
            "thp_file_fallback_charge": "Huge pages not given to files for want of room in the cgroup",
            "thp_collapse_alloc_failed": "Huge pages that khugepaged could not get",
            "thp_zero_page_alloc_failed": "Huge pages of zeros not to be had",
            "thp_swpout_fallback": "Huge pages split up to be swapped out",
            "thp_migration_fail": "Huge pages that could not be moved whole",
        },
        "Small pages were used instead. More points at fragmented memory or a full cgroup.",
        unit="events",
        doc=_THP_DOC,
        moved_by=("thp.*", "sysctl[vm.compact*]", "sysctl[vm.extfrag_threshold]"),
        worse=Worse.MORE,
    ),
    *family(
        {
            "htlb_buddy_alloc_success": "Huge pages added to their pool",
            "htlb_buddy_alloc_fail": "Huge pages not to be had for their pool",
            "cma_alloc_success": "Pieces got from the contiguous area",
            "cma_alloc_fail": "Pieces not to be had from the contiguous area",
        },
        "Failures point at fragmented memory.",
        unit="events",
        moved_by=("sysctl[vm.nr_hugepages*]",),
    ),
)

_NUMA: Final = (
    *family(
        {
            "numa_hit": "Pages from the node that was wanted",
            "numa_local": "Pages from the node of the CPU that asked",
            "numa_interleave": "Pages spread over the nodes as asked",
        },
        "On a host of several memory nodes, where pages come from.",
        doc=_NUMA_DOC,
    ),
    *family(
        {
            "numa_miss": "Pages from another node than was wanted",
            "numa_foreign": "Pages wanted here and taken elsewhere",
            "numa_other": "Pages from another node than the CPU's that asked",
        },
        "Memory of another node is slower. More means that a node is full or that programs run away from their memory.",
        doc=_NUMA_DOC,
        next="numastat -m; numastat -p PROGRAM",
        moved_by=("sysctl[kernel.numa_balancing]", "sysctl[vm.zone_reclaim_mode]"),
        worse=Worse.MORE,
    ),
    *family(
        {
            "numa_pte_updates": "Pages unmapped to see who uses them",
            "numa_huge_pte_updates": "Huge pages unmapped to see who uses them",
            "numa_pages_migrated": "Pages moved to the node that uses them",
            "pgpromote_success": "Pages moved to faster memory",
            "pgpromote_candidate": "Pages used enough to be moved to faster memory",
            "pgpromote_candidate_nrl": "Pages moved to faster memory without asking how much they are used",
            "pgdemote_kswapd": "Pages moved to slower memory by kswapd",
            "pgdemote_direct": "Pages moved to slower memory by tasks that wanted memory",
            "pgdemote_khugepaged": "Pages moved to slower memory by khugepaged",
            "pgdemote_proactive": "Pages moved to slower memory on request",
        },
        "Automatic balancing moves pages to where they are used.",
        moved_by=("sysctl[kernel.numa_balancing*]",),
    ),
    *family(
        {
            "numa_hint_faults": "Page faults that tell who uses a page",
            "numa_hint_faults_local": "Page faults that tell that a page is used on its own node",
        },
        "What it costs to find out where pages are used; remote ones are candidates to be moved.",
        unit="faults",
        moved_by=("sysctl[kernel.numa_balancing*]",),
    ),
)

_COMPACTION: Final = (
    *family(
        {
            "compact_stall": "Tasks stopped to compact memory",
        },
        "Times a program that wanted memory in one piece had to make it itself first. More is worse: it waits.",
        unit="events",
        role=Role.SATURATION,
        worse=Worse.MORE,
        next="cat /proc/buddyinfo; grep compact /proc/vmstat",
        moved_by=("thp.*", "sysctl[vm.compact*]", "sysctl[vm.extfrag_threshold]", "sysctl[vm.min_free_kbytes]"),
    ),
    *family(
        {
            "compact_success": "Compactions that helped",
            "compact_fail": "Compactions in vain",
            "compact_daemon_wake": "Compactions in the background",
            "compact_blocks_moved": "Blocks looked at, up to Linux 3.7",
        },
        "The kernel moves pages together to get free memory in one piece, mostly for huge pages; it costs CPU.",
        unit="events",
        moved_by=("thp.*", "sysctl[vm.compact*]"),
        worse=Worse.MORE,
    ),
    *family(
        {
            "compact_migrate_scanned": "Pages looked at to be moved",
            "compact_free_scanned": "Pages looked at for room",
            "compact_isolated": "Pages taken up to be moved",
            "compact_daemon_migrate_scanned": "Pages looked at to be moved in the background",
            "compact_daemon_free_scanned": "Pages looked at for room in the background",
            "compact_pages_moved": "Pages moved to compact memory, up to Linux 3.7",
            "compact_pagemigrate_failed": "Pages that could not be moved to compact memory, up to Linux 3.7",
            "pgmigrate_success": "Pages moved for compaction or balancing",
            "pgmigrate_fail": "Pages that could not be moved for compaction or balancing",
        },
        "The kernel moves pages together to get free memory in one piece, mostly for huge pages; it costs CPU.",
        moved_by=("thp.*", "sysctl[vm.compact*]"),
        worse=Worse.MORE,
    ),
)

METRICS: Final[tuple[Metric, ...]] = (*_HUGE_PAGES, *_NUMA, *_COMPACTION)
