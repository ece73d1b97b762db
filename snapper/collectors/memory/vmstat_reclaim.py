"""The fields of /proc/vmstat that count how memory was allocated, reclaimed and swapped since boot.

Several are counted by zone, or were up to Linux 4.7: `vmstat_totals` adds them up.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.memory.vmstat_family import family, zones
from snapper.metric import Metric, Role, Worse

_RESERVES: Final = ("sysctl[vm.min_free_kbytes]", "sysctl[vm.watermark_*]", "sysctl[vm.swappiness]")

_ALLOCATION: Final = (
    *zones("pgalloc", "Pages allocated", "It follows the turnover of memory."),
    *zones("pgskip", "Pages skipped by reclaim, being of another zone", "Detail of reclaim."),
    *zones(
        "allocstall",
        "Tasks stopped to reclaim memory",
        "memory.allocstall adds the zones up.",
        unit="events",
        alias_of="memory.allocstall",
    ),
    *family(
        {"allocstall": "Tasks stopped to reclaim memory"},
        "In one number, up to Linux 4.7.",
        unit="events",
        alias_of="memory.allocstall",
    ),
)
_SCANNED: Final = "The kernel looks for pages that it can drop or swap because too few are free."
_RECLAIM: Final = (
    *family({"pgscan_kswapd": "Pages scanned in the background"}, _SCANNED, alias_of="memory.pgscank"),
    *zones("pgscan_kswapd", "Pages scanned in the background", _SCANNED, alias_of="memory.pgscank"),
    *family({"pgscan_direct": "Pages scanned by tasks themselves"}, _SCANNED, alias_of="memory.pgscand"),
    *zones("pgscan_direct", "Pages scanned by tasks themselves", _SCANNED, alias_of="memory.pgscand"),
    *zones("pgsteal", "Pages reclaimed", "Up to Linux 3.3."),
    *zones("pgsteal_kswapd", "Pages reclaimed in the background", "Linux 3.4 to 4.7."),
    *zones("pgsteal_direct", "Pages reclaimed by tasks themselves", "Linux 3.4 to 4.7."),
    *zones("pgrefill", "Pages scanned on the list of those in use", "Up to Linux 4.7."),
    *family(
        {
            "pgscan_khugepaged": "Pages scanned by khugepaged",
            "pgscan_proactive": "Pages scanned on request of a program",
            "pgscan_anon": "Pages scanned that hold program memory",
            "pgscan_file": "Pages scanned that hold files",
            "pgsteal_kswapd": "Pages reclaimed in the background",
            "pgsteal_direct": "Pages reclaimed by tasks themselves",
            "pgsteal_khugepaged": "Pages reclaimed by khugepaged",
            "pgsteal_proactive": "Pages reclaimed on request of a program",
            "pgsteal_anon": "Pages of program memory reclaimed",
            "pgsteal_file": "Pages of files reclaimed",
            "pgrefill": "Pages scanned on the list of those in use",
            "pginodesteal": "Pages dropped with their inodes by tasks themselves",
            "kswapd_inodesteal": "Pages dropped with their inodes in the background",
            "kswapd_steal": "Pages reclaimed in the background, up to Linux 3.3",
            "pglazyfreed": "Pages dropped that programs had marked as no longer needed",
            "nr_vmscan_write": "Pages written by reclaim",
            "nr_vmscan_immediate_reclaim": "Pages to be reclaimed as soon as they are written",
            "nr_throttled_written": "Pages written while reclaim waited for it",
        },
        "Part of how memory is reclaimed when too little is free.",
        worse=Worse.MORE,
        moved_by=_RESERVES,
    ),
    *family(
        {
            "pgscan_direct_throttle": "Tasks stopped until kswapd made progress",
        },
        "Times a program that wanted memory was put to sleep because reserves ran out. More is worse.",
        unit="events",
        role=Role.SATURATION,
        worse=Worse.MORE,
        next="vmstat 1 5",
        moved_by=_RESERVES,
    ),
    *family(
        {
            "slabs_scanned": "Objects of the kernel's caches scanned",
            "pageoutrun": "Rounds of background reclaim",
            "kswapd_low_wmark_hit_quickly": "Times kswapd was woken again from a short nap",
            "kswapd_high_wmark_hit_quickly": "Times too little was free again before kswapd slept",
            "kswapd_skip_congestion_wait": "Waits for disks left out, up to Linux 3.8",
            "zone_reclaim_success": "Reclaims within a node that sufficed",
            "zone_reclaim_failed": "Reclaims within a node that did not suffice",
        },
        "Part of how memory is reclaimed when too little is free.",
        unit="events",
        worse=Worse.MORE,
        moved_by=(*_RESERVES, "sysctl[vm.zone_reclaim_mode]"),
    ),
    *family(
        {
            "unevictable_pgs_culled": "Pages found to be unreclaimable",
            "unevictable_pgs_scanned": "Unreclaimable pages looked at again",
            "unevictable_pgs_rescued": "Pages that became reclaimable again",
            "unevictable_pgs_mlocked": "Pages locked",
            "unevictable_pgs_munlocked": "Pages unlocked",
            "unevictable_pgs_cleared": "Locked pages freed",
            "unevictable_pgs_stranded": "Pages that stayed unreclaimable though unlocked",
            "unevictable_pgs_mlockfreed": "Locked pages freed, up to Linux 4.5",
        },
        "Locked memory and the like is kept apart from what reclaim looks at.",
    ),
)
_WORKING_SET: Final = (
    *family(
        {
            "workingset_refault": "Pages read again soon after they were dropped",
            "workingset_refault_anon": "Program pages swapped in again soon after they were swapped out",
            "workingset_refault_file": "Pages of files read again soon after they were dropped",
        },
        "Memory is too small for what is in use at the same time; each costs a read. More is worse.",
        role=Role.SATURATION,
        worse=Worse.MORE,
        next="vmstat 1 5; pidstat -d 1 5",
        moved_by=(*_RESERVES, "sysctl[vm.vfs_cache_pressure]"),
    ),
    *family(
        {
            "workingset_activate": "Pages in use at once after they were read again",
            "workingset_activate_anon": "Program pages in use at once after they were swapped in again",
            "workingset_activate_file": "Pages of files in use at once after they were read again",
            "workingset_restore": "Pages dropped while in use, and read again",
            "workingset_restore_anon": "Program pages swapped out while in use, and swapped in again",
            "workingset_restore_file": "Pages of files dropped while in use, and read again",
            "workingset_nodereclaim": "Records of dropped pages that were forgotten",
        },
        "A sign that memory is too small for what is in use at the same time.",
        worse=Worse.MORE,
        moved_by=_RESERVES,
    ),
)
_SWAP: Final = (
    *family(
        {
            "pswpin": "Pages swapped in",
            "pswpout": "Pages swapped out",
        },
        "Program memory that went to disk and came back. Who needs what was swapped out waits for the disk: more is "
        "worse.",
        role=Role.SATURATION,
        worse=Worse.MORE,
        next="vmstat 1 5; grep VmSwap /proc/[0-9]*/status | sort -k2 -n | tail",
        moved_by=("sysctl[vm.swappiness]", "sysctl[vm.page-cluster]", "sysctl[vm.min_free_kbytes]"),
    ),
    *family(
        {
            "swap_ra": "Pages swapped in ahead of use",
            "swap_ra_hit": "Pages swapped in ahead of use that were used",
            "swpin_zero": "Pages of zeros swapped in without reading",
            "swpout_zero": "Pages of zeros swapped out without writing",
            "zswpin": "Pages got from the compressed swap cache",
            "zswpout": "Pages put into the compressed swap cache",
            "zswpwb": "Pages written from the compressed swap cache to disk",
            "ksm_swpin_copy": "Merged pages copied when swapped in",
            "cow_ksm": "Merged pages copied when written",
        },
        "Part of how program memory is swapped or merged.",
        worse=Worse.MORE,
        moved_by=("sysctl[vm.swappiness]", "sysctl[vm.page-cluster]"),
    ),
)

METRICS: Final[tuple[Metric, ...]] = (*_ALLOCATION, *_RECLAIM, *_WORKING_SET, *_SWAP)
