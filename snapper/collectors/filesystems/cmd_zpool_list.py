"""How full and how scattered ZFS pools are.

Runs `zpool list -Hp -o ...`: a pool a line, values apart by tabs, exact numbers, "-" for what is not known.

    tank	5634022608896	3177581068288	2456441540608	12	56	1.00	ONLINE
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.filesystems.zfs_metrics import LOADED
from snapper.collectors.text.refusal import refused
from snapper.collectors.text.tool_tables import share, size
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_FIELDS: Final = ("name", "size", "allocated", "free", "fragmentation", "dedupratio", "health")

_gauge = partial(
    Metric, unit="bytes", kind=Kind.GAUGE, resource=Resource.FILESYSTEM, role=Role.INTERNAL, worse=Worse.NEITHER,
    labels=("pool",), doc="https://openzfs.github.io/openzfs-docs/man/v2.2/8/zpool-list.8.html",
    next="zpool list -v {instance}",
)  # fmt: skip
# fmt: off
_METRICS: Final = (
    _gauge(name="zpool.size", title="Size of a ZFS pool", help="Bytes of all devices of the pool, parity included."),
    _gauge(name="zpool.allocated", worse=Worse.MORE, title="Space used of a ZFS pool",
           help="Bytes of the pool that are in use, parity included."),
    _gauge(name="zpool.free", worse=Worse.LESS, title="Free space of a ZFS pool", help="Bytes that nothing uses."),
    _gauge(name="zpool.fragmentation", unit="ratio", worse=Worse.MORE, title="Fragmentation of a ZFS pool's free space",
           help="How scattered the free space is. Much of it makes writes slow, the more the fuller the pool."),
    _gauge(name="zpool.dedupratio", unit="ratio", title="Deduplication of a ZFS pool",
           help="How many times less space data takes for being stored once. Above one, tables in memory are needed."),
)
# fmt: on
_UTILIZATION: Final = Derived(
    metric=_gauge(
        name="zpool.utilization",
        unit="ratio",
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="ZFS pool full",
        help="Share of the pool that is used. Beyond about 80 % free space is hard to find and writes get slow.",
    ),
    inputs=("zpool.allocated", "zpool.size"),
    compute=truediv,
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield what is told of each pool.

    Raises:
        ValueError: A line of other than the fields asked for.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        values = line.split("\t")
        if len(values) != len(_FIELDS) or not values[0]:
            raise refused("zpool list", number, line, f"{len(_FIELDS)} fields apart by tabs: {', '.join(_FIELDS)}")
        told = dict(zip(_FIELDS, values, strict=True))
        for field in ("size", "allocated", "free"):
            if (many := size(told[field])) is not None:
                yield Reading(f"zpool.{field}", many, values[0])
        if (scattered := share(told["fragmentation"])) is not None:
            yield Reading("zpool.fragmentation", scattered, values[0])
        if (ratio := size(told["dedupratio"].removesuffix("x"))) is not None:
            yield Reading("zpool.dedupratio", ratio, values[0])


COLLECTOR: Final = Collector(
    name="cmd.zpool.list",
    read=Command(
        argv=("zpool", "list", "-Hp", "-o", ",".join(_FIELDS)),
        version=("zpool", "version"),
        cadence=Cadence.EDGES,
        where=LOADED,
    ),
    metrics=_METRICS,
    parse=parse,
    derived=(_UTILIZATION,),
    adds="how full and how scattered ZFS pools are",
    needs="zpool (package zfsutils-linux or zfs)",
)
