"""What the numbers of /proc/diskstats mean, and what iostat makes of them; `proc_diskstats` reads them.

The raw ones bear the names of the kernel's documentation and are context only, for each stands in one that is derived
from it under the name that iostat has made familiar. Requests are counted when they complete.
"""

from __future__ import annotations

from functools import partial
from operator import truediv
from typing import Any, Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/iostats.html"
_IOSTAT: Final = "https://man7.org/linux/man-pages/man1/iostat.1.html"

_QUEUE: Final = ("block.*", "md.*", "nvme.*")
_WRITES: Final = (*_QUEUE, "bdi.*", "sysctl[vm.dirty_*]", "mount.options")

_raw = partial(
    Metric,
    unit="operations",
    kind=Kind.COUNTER,
    resource=Resource.DISK,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    labels=("disk",),
    doc=_DOC,
)
_bytes = partial(_raw, unit="bytes")
_ticks = partial(_raw, unit="seconds")

# fmt: off
FIELDS: Final[tuple[Metric, ...]] = (
    _raw(name="diskstats.read_ios", alias_of="disk.reads", title="Reads completed", help="Reads that completed."),
    _raw(name="diskstats.read_merges", title="Reads merged", moved_by=_QUEUE,
         help="Reads that were joined to one already queued, since they were next to each other."),
    _bytes(name="diskstats.read_sectors", alias_of="disk.read_bytes", title="Data read", help="Data read, in bytes."),
    _ticks(name="diskstats.read_ticks", alias_of="disk.aqu_sz", title="Reads in flight",
           help="Time that reads took, all added up: how many were in flight on average."),
    _raw(name="diskstats.write_ios", alias_of="disk.writes", title="Writes completed", help="Writes that completed."),
    _raw(name="diskstats.write_merges", title="Writes merged", moved_by=_QUEUE,
         help="Writes that were joined to one already queued, since they were next to each other."),
    _bytes(name="diskstats.write_sectors", alias_of="disk.write_bytes", title="Data written",
           help="Data written, in bytes."),
    _ticks(name="diskstats.write_ticks", alias_of="disk.aqu_sz", title="Writes in flight",
           help="Time that writes took, all added up: how many were in flight on average."),
    _raw(name="diskstats.in_flight", kind=Kind.GAUGE, alias_of="disk.aqu_sz", title="Requests in flight now",
         help="Requests handed to the disk and not complete at the moment of reading."),
    _ticks(name="diskstats.io_ticks", alias_of="disk.utilization", title="Time in use",
           help="Share of time for which at least one request was in flight."),
    _ticks(name="diskstats.time_in_queue", alias_of="disk.aqu_sz", title="Requests in flight on average",
           help="Time that all requests took, added up: how many were in flight on average."),
    _raw(name="diskstats.discard_ios", alias_of="disk.discards", title="Discards completed",
         help="Ranges that the file system gave back to the disk."),
    _raw(name="diskstats.discard_merges", title="Discards merged",
         help="Discards that were joined to one already queued."),
    _bytes(name="diskstats.discard_sectors", title="Data discarded", help="Space given back to the disk, in bytes."),
    _ticks(name="diskstats.discard_ticks", alias_of="disk.d_await", title="Discards in flight",
           help="Time that discards took, all added up."),
    _raw(name="diskstats.flush_ios", alias_of="disk.flushes", title="Flushes completed",
         help="Flushes of the disk's own write cache that completed."),
    _ticks(name="diskstats.flush_ticks", alias_of="disk.f_await", title="Flushes in flight",
           help="Time that flushes took, all added up."),
)
"""In the order of the columns; sectors are bytes and ticks are seconds already."""

PARTITION: Final[tuple[Metric, ...]] = (
    _raw(name="diskstats.partition.read_ios", labels=("partition",), alias_of="disk.reads",
         title="Reads of a partition",
         help="Reads of this partition that completed; counted for its disk as well."),
    _bytes(name="diskstats.partition.read_sectors", labels=("partition",), alias_of="disk.read_bytes",
           title="Data read from a partition",
           help="Data read from this partition, in bytes; counted for its disk as well."),
    _raw(name="diskstats.partition.write_ios", labels=("partition",), alias_of="disk.writes",
         title="Writes to a partition",
         help="Writes to this partition that completed; counted for its disk as well."),
    _bytes(name="diskstats.partition.write_sectors", labels=("partition",), alias_of="disk.write_bytes",
           title="Data written to a partition",
           help="Data written to this partition, in bytes; counted for its disk as well."),
)
"""What every kernel counts for a partition; it says no more than its disk's, save where."""
# fmt: on

_disk = partial(_raw, doc=_IOSTAT, next="iostat -x {instance} 1 5; pidstat -d 1 5", moved_by=_QUEUE)
_load = partial(_disk, role=Role.WORKLOAD)
_wait = partial(_disk, unit="seconds", kind=Kind.GAUGE, role=Role.SATURATION, worse=Worse.MORE)


def _same(rate: Any) -> Any:
    return rate


def _for_each(*inputs: Any) -> Any:
    """Time or bytes of all kinds of requests by their number: the first half of the inputs by the second."""
    half = len(inputs) // 2
    return sum(inputs[:half]) / sum(inputs[half:])


def _derived(metric: Metric, compute: Any, *fields: str, optional: tuple[str, ...] = ()) -> Derived:
    return Derived(
        metric=metric,
        inputs=tuple(f"diskstats.{field}" for field in fields),
        optional=tuple(f"diskstats.{field}" for field in optional),
        compute=compute,
    )


# fmt: off
DERIVED: Final = (
    _derived(_disk(
        name="disk.utilization", unit="ratio", kind=Kind.GAUGE, role=Role.UTILIZATION, worse=Worse.MORE, primary=True,
        title="Disk busy",
        help="Share of time for which the disk had something to do. At 100 % a single spindle is full; an SSD or an "
             "array, which work on many requests at once, may still have room: look at the queue and the waits."),
        _same, "io_ticks"),
    _derived(_disk(
        name="disk.aqu_sz", kind=Kind.GAUGE, role=Role.SATURATION, worse=Worse.MORE, primary=True,
        title="Disk queue", moved_by=_WRITES,
        help="Requests that were in flight or queued, on average. More of them at the same throughput means that each "
             "waits longer."),
        _same, "time_in_queue"),
    _derived(_wait(
        name="disk.r_await", title="Wait of a read",
        help="How long a read took on average, waiting in the queue included. Whoever reads waits that long: more is "
             "worse."),
        truediv, "read_ticks", "read_ios"),
    _derived(_wait(
        name="disk.w_await", title="Wait of a write", moved_by=_WRITES,
        help="How long a write took on average, waiting in the queue included. Programs feel it when they sync, or "
             "when they write faster than the disk: more is worse."),
        truediv, "write_ticks", "write_ios"),
    _derived(_wait(
        name="disk.f_await", title="Wait of a flush", moved_by=_WRITES,
        help="How long a flush of the disk's write cache took on average. Each fsync of a database waits that long: "
             "more is worse (Linux 5.5 and later)."),
        truediv, "flush_ticks", "flush_ios"),
    _derived(_wait(
        name="disk.d_await", role=Role.INTERNAL, title="Wait of a discard",
        help="How long a discard took on average (Linux 4.18 and later)."),
        truediv, "discard_ticks", "discard_ios"),
    _derived(_wait(
        name="disk.await", role=Role.INTERNAL, title="Wait of a request",
        help="How long reads, writes and discards took on average, all taken together. It also moves when their mix "
             "does; the waits of reads and of writes say which it was."),
        _for_each, "read_ticks", "write_ticks", "discard_ticks", "read_ios", "write_ios", "discard_ios",
        optional=("discard_ticks", "discard_ios")),
    _derived(_load(name="disk.reads", title="Reads", help="Reads that the disk completed. Demand."),
             _same, "read_ios"),
    _derived(_load(name="disk.writes", title="Writes", moved_by=_WRITES,
                   help="Writes that the disk completed. Demand, put off and gathered by the page cache."),
             _same, "write_ios"),
    _derived(_load(name="disk.read_bytes", unit="bytes", title="Read throughput",
                   help="Data read from the disk. Demand; what the page cache holds is not read again."),
             _same, "read_sectors"),
    _derived(_load(name="disk.write_bytes", unit="bytes", title="Write throughput", moved_by=_WRITES,
                   help="Data written to the disk. Demand, put off and gathered by the page cache."),
             _same, "write_sectors"),
    _derived(_load(name="disk.flushes", title="Flushes", moved_by=("block.*", "mount.options"),
                   help="Flushes of the disk's write cache, which fsync and journals ask for. Demand, and a dear one."),
             _same, "flush_ios"),
    _derived(_load(name="disk.discards", role=Role.INTERNAL, title="Discards", moved_by=("block.*", "mount.options"),
                   help="Ranges given back to the disk, by fstrim or by the mount option discard."),
             _same, "discard_ios"),
    _derived(_load(
        name="disk.areq_sz", unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, title="Size of a request",
        help="Bytes of a request on average. Small ones are random access, which costs more for each byte."),
        _for_each, "read_sectors", "write_sectors", "discard_sectors", "read_ios", "write_ios", "discard_ios",
        optional=("discard_sectors", "discard_ios")),
)
"""As iostat -x names them."""
# fmt: on
