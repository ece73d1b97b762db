"""What `proc_spl_kstat_zfs` reads: the cache, writers held back, pools and datasets."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

LOADED: Final = ("proc/spl/kstat/zfs/arcstats",)
"""What is there once ZFS is: a tool that is run without loads its module."""

_ARC_DOC: Final = "https://github.com/openzfs/zfs/blob/zfs-2.2.6/include/sys/arc_impl.h"
_DMU_DOC: Final = "https://github.com/openzfs/zfs/blob/zfs-2.2.6/module/zfs/dmu_tx.c"
_DATASET_DOC: Final = "https://github.com/openzfs/zfs/blob/zfs-2.2.6/module/zfs/dataset_kstats.c"
_POOL_DOC: Final = "https://openzfs.github.io/openzfs-docs/man/v2.2/7/zpoolconcepts.7.html"

_metric = partial(
    Metric, unit="operations", kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc=_ARC_DOC, next="arc_summary -s arc",
)  # fmt: skip
_bytes = partial(_metric, unit="bytes", kind=Kind.GAUGE)
_wait = partial(
    _metric, unit="events", role=Role.SATURATION, worse=Worse.MORE, doc=_DMU_DOC, next="cat /proc/spl/kstat/zfs/dmu_tx"
)
_fault = partial(_metric, unit="errors", role=Role.ERRORS, worse=Worse.MORE, next="zpool status")
_load = partial(
    _metric, role=Role.WORKLOAD, doc=_DATASET_DOC, labels=("dataset",), next="zpool iostat -v 1 5"
)  # fmt: skip

# fmt: off
_ARC: Final = (
    _metric(name="zfs.arc.hits", title="Hits of ZFS's cache", help="Blocks asked for that the cache (ARC) had."),
    _metric(name="zfs.arc.misses", worse=Worse.MORE, title="Misses of ZFS's cache",
            help="Blocks asked for that the cache (ARC) did not have, so that they came from a disk."),
    _metric(name="zfs.arc.demand_data_misses", worse=Worse.MORE, title="Misses for data that a program waits for",
            help="Blocks of data that a program waited for until they came from a disk."),
    _metric(name="zfs.arc.demand_metadata_misses", worse=Worse.MORE, title="Misses for metadata",
            help="Blocks of metadata that somebody waited for until they came from a disk."),
    _bytes(name="zfs.arc.size", title="Size of ZFS's cache", help="Memory that the cache (ARC) takes."),
    _bytes(name="zfs.arc.c", title="Size that ZFS's cache aims at",
           help="Memory that the cache (ARC) would like to take; it falls when others need memory."),
    _bytes(name="zfs.arc.c_max", worse=Worse.LESS, title="Limit of ZFS's cache",
           help="Memory that the cache (ARC) may take at most (zfs_arc_max)."),
    _bytes(name="zfs.arc.c_min", title="Least size of ZFS's cache",
           help="Memory that the cache (ARC) keeps however much others need (zfs_arc_min)."),
    _wait(name="zfs.arc.memory_throttle_count", doc=_ARC_DOC, next="arc_summary -s arc",
          title="Writers held back for want of memory",
          help="Times ZFS held back writers because memory was short. More is worse."),
    _metric(name="zfs.arc.evict_skip", worse=Worse.MORE, title="Cache blocks that could not be dropped",
            help="Blocks passed over when the cache had to shrink, because they were in use."),
    _metric(name="zfs.arc.l2_hits", title="Hits of ZFS's second cache",
            help="Blocks that the cache on a fast disk (L2ARC) had."),
    _metric(name="zfs.arc.l2_misses", title="Misses of ZFS's second cache",
            help="Blocks that neither memory nor the cache on a fast disk (L2ARC) had."),
    _bytes(name="zfs.arc.l2_size", title="Size of ZFS's second cache",
           help="Data that the cache on a fast disk (L2ARC) holds, before compression."),
    _fault(name="zfs.arc.l2_io_error", title="I/O errors of ZFS's second cache",
           help="Reads that the cache's disk (L2ARC) failed. The data came from the pool, later."),
    _fault(name="zfs.arc.l2_cksum_bad", title="Checksum errors of ZFS's second cache",
           help="Blocks of the cache's disk (L2ARC) that had changed. The data came from the pool, later."),
)
_DMU: Final = (
    _wait(name="zfs.dmu_tx_dirty_throttle", title="Writers slowed down by ZFS",
          help="Changes that had to try again because too much of the cache is data that waits to be written."),
    _wait(name="zfs.dmu_tx_dirty_delay", title="Writers delayed by ZFS",
          help="Changes delayed because the data that waits to be written nears its limit."),
    _wait(name="zfs.dmu_tx_dirty_over_max", title="Writers stopped by ZFS",
          help="Changes that had to wait because the data that waits to be written had reached its limit."),
    _wait(name="zfs.dmu_tx_memory_reserve", title="Changes refused for want of cache",
          help="Changes that had to try again because the cache could not set memory aside for them."),
    _wait(name="zfs.dmu_tx_quota", title="Changes refused by a quota",
          help="Changes that had to try again because a quota or the pool is nearly full."),
)
_DATASET: Final = (
    _load(name="zfs.dataset.reads", role=Role.INTERNAL, title="Reads of a dataset",
          help="Calls that read files of this dataset."),
    _load(name="zfs.dataset.nread", unit="bytes", title="Data read of a dataset",
          help="Data that programs read from this dataset, from memory or from the disks. Demand."),
    _load(name="zfs.dataset.writes", role=Role.INTERNAL, title="Writes to a dataset",
          help="Calls that wrote to this dataset."),
    _load(name="zfs.dataset.nwritten", unit="bytes", title="Data written to a dataset",
          help="Data that programs wrote to this dataset. Demand."),
)
STATE: Final = Metric(
    name="zfs.state", unit="text", kind=Kind.FACT, resource=Resource.FILESYSTEM, role=Role.CONFIGURATION,
    worse=Worse.EITHER, title="State of a ZFS pool", doc=_POOL_DOC, labels=("pool",), next="zpool status -v {instance}",
    help="ONLINE for a pool that is well, DEGRADED for one that lacks a device, FAULTED, UNAVAIL or SUSPENDED for one "
         "that does not serve.")
UNWELL: Final = _fault(
    name="zfs.unwell", unit="count", kind=Kind.GAUGE, title="ZFS pool not well", doc=_POOL_DOC, labels=("pool",),
    next="zpool status -v {instance}",
    help="1 for a pool in any other state than ONLINE: it lacks a device, or does not serve at all.")
HIT_RATIO: Final = _metric(
    name="zfs.arc.hit_ratio", unit="ratio", kind=Kind.GAUGE, worse=Worse.LESS, title="Hit ratio of ZFS's cache",
    help="Share of the blocks asked for that the cache (ARC) had. Less means more reads from the disks.")
UTILIZATION: Final = _metric(
    name="zfs.arc.utilization", unit="ratio", kind=Kind.GAUGE, history=True, title="Fill of ZFS's cache",
    help="Size of the cache (ARC) as a share of its limit. Full is normal: it holds what was read before.")
# fmt: on

METRICS: Final = (*_ARC, *_DMU, *_DATASET, STATE, UNWELL)
ARC: Final = tuple(metric.name.removeprefix("zfs.arc.") for metric in _ARC)
DMU: Final = tuple(metric.name.removeprefix("zfs.") for metric in _DMU)
DATASET: Final = tuple(metric.name.removeprefix("zfs.dataset.") for metric in _DATASET)
