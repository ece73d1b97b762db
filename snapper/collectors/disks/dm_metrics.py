"""What `cmd_dmsetup` reads of volumes of the device mapper."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_GUIDE: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/device-mapper"

_metric = partial(
    Metric, resource=Resource.DISK, labels=("volume",), next="dmsetup status; lvs -a -o +lv_health_status",
    doc=f"{_GUIDE}/index.html",
)  # fmt: skip
_full = partial(_metric, unit="ratio", kind=Kind.GAUGE, role=Role.UTILIZATION, worse=Worse.MORE)
_fault = partial(_metric, unit="count", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE)
_count = partial(
    _metric, unit="operations", kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.NEITHER, doc=f"{_GUIDE}/cache.html"
)
# fmt: off
_CACHE: Final = (
    _count(name="dm.read_hits", title="Reads that a cache volume had", help="Reads answered by the fast disk."),
    _count(name="dm.read_misses", worse=Worse.MORE, title="Reads that a cache volume had not",
           help="Reads that went to the slow disk."),
    _count(name="dm.write_hits", title="Writes to blocks in a cache volume", help="Writes to blocks on the fast disk."),
    _count(name="dm.write_misses", worse=Worse.MORE, title="Writes to blocks not in a cache volume",
           help="Writes that went to the slow disk."),
    _count(name="dm.demotions", worse=Worse.MORE, title="Blocks dropped from a cache volume",
           help="Blocks that left the fast disk for others. Many with many promotions mean a cache that is too small."),
    _count(name="dm.promotions", title="Blocks taken into a cache volume", help="Blocks copied to the fast disk."),
    _count(name="dm.dirty", unit="count", kind=Kind.GAUGE, worse=Worse.MORE, title="Blocks only in a cache volume",
           help="Blocks on the fast disk that have yet to be written to the slow one, and are lost with it."),
)
METRICS: Final = (
    _full(name="dm.thin_pool_data", alias_of="lvs.data_percent", doc=f"{_GUIDE}/thin-provisioning.html",
          title="Thin pool full (dmsetup)",
          help="Share in use of a thin pool's data. At 100 % its writers stop, whatever its file systems show."),
    _full(name="dm.thin_pool_metadata", alias_of="lvs.metadata_percent", doc=f"{_GUIDE}/thin-provisioning.html",
          title="Thin pool's metadata full (dmsetup)",
          help="Share in use of a thin pool's metadata. At 100 % the pool turns read-only and has to be repaired."),
    _full(name="dm.snapshot", alias_of="lvs.data_percent", doc=f"{_GUIDE}/snapshot.html",
          title="Snapshot full (dmsetup)",
          help="Share in use of a snapshot's space for changes. At 100 % the snapshot is lost."),
    _full(name="dm.cache_metadata", doc=f"{_GUIDE}/cache.html", title="Cache volume's metadata full",
          help="Share in use of a cache's metadata. At 100 % the cache stops."),
    _fault(name="dm.failed_legs", title="Failed legs of a volume",
           help="Disks of a mirror, RAID or striped volume, or paths of a multipath one, that have failed. More is "
                "worse: the next failure may stop the volume."),
    _fault(name="dm.lost", title="Volume lost or stopped",
           help="1 for a snapshot that overflowed, or a pool or cache that failed, is read-only or out of space."),
    *_CACHE,
)
HIT_RATIO: Final = _count(
    name="dm.read_hit_ratio", unit="ratio", kind=Kind.GAUGE, worse=Worse.LESS, title="Hit ratio of a cache volume",
    help="Share of the reads that the fast disk answered. Less means more reads from the slow one.")
# fmt: on
CACHE: Final = tuple(metric.name.removeprefix("dm.") for metric in _CACHE)
"""In the order of dm-cache's status."""


def hit_ratio(hits: Any, misses: Any) -> Any:
    """Share of hits, elementwise."""
    return hits / (hits + misses)
