"""Which of the kernel's own objects take the memory: the caches of inodes, directory entries, sockets and the like.

Reads /proc/slabinfo, version 2 (since Linux 2.6.10; only root may), a line a cache, objects and slabs of them:

    # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...
    dentry             59311  60186    192   21    1 : tunables    0    0    0 : slabdata   2866   2866      0

A cache takes its slabs' pages, however few of the objects in them are in use. There are some two hundred caches; those
below 1 MiB are told as one. Names with an address or a cgroup in them are told without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, File

_PATH: Final = "/proc/slabinfo"
_LINE: Final = re.compile(
    r"(?P<name>\S(?:.*\S)?) +(?P<active_objs>[0-9]+) +(?P<num_objs>[0-9]+) +(?P<objsize>[0-9]+)"
    r" +[0-9]+ +(?P<pagesperslab>[0-9]+) : tunables .*? : slabdata +[0-9]+ +(?P<num_slabs>[0-9]+) +[0-9]+(?: :.*)?",
    re.ASCII,
)
_PASSING: Final = re.compile(r"\([0-9]+:.*\)$|(?<=_)[0-9a-f]{8,16}$")
"""A cgroup's copy of a cache (up to Linux 5.8), dentry(123:session-4.scope), and a kernel address."""
_LEAST: Final = 1 * MIB
"""What is smaller explains nothing, and there is a lot of it."""
_SMALLER: Final = "caches below 1 MiB"

_cache = partial(
    Metric,
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.MORE,
    history=True,
    doc="https://man7.org/linux/man-pages/man5/slabinfo.5.html",
    labels=("cache",),
    next="slabtop -o -s c | head -20",
    moved_by=("sysctl[vm.vfs_cache_pressure]",),
)
# fmt: off
METRICS: Final = (
    _cache(name="slabinfo.bytes", unit="bytes", title="Memory of a kernel cache",
           help="Memory that one cache of kernel objects occupies. One that only ever grows, and is neither inodes nor "
                "directory entries, is a leak in the kernel or a driver."),
    _cache(name="slabinfo.active_objs", unit="count", title="Objects in use in a kernel cache", worse=Worse.NEITHER,
           help="Objects of one cache that are in use, as near as the kernel keeps count."),
    _cache(name="slabinfo.num_objs", unit="count", title="Objects in a kernel cache", worse=Worse.NEITHER,
           help="Objects of one cache, in use or not."),
    _cache(name="slabinfo.unused", unit="bytes", title="Kernel caches' unused objects", labels=(),
           help="Memory of objects in all caches that are not in use, and cannot be given back while a neighbour in "
                "the same slab is. It is what a burst of objects leaves behind."),
)
# fmt: on


class Cache(NamedTuple):
    """What one or several lines say of a cache."""

    active_objs: int
    num_objs: int
    unused: int
    """Bytes of the objects that are not in use."""
    pages: int


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield bytes and objects of each cache of 1 MiB or more, the bytes of the others together, and what is unused.

    Raises:
        ValueError: As `caches`.
    """
    smaller = unused = 0
    for name, cache in _lasting(caches(text)).items():
        unused += cache.unused
        size = cache.pages * origin.page_size
        if size < _LEAST:
            smaller += size
            continue
        yield Reading("slabinfo.bytes", size, name)
        yield Reading("slabinfo.active_objs", cache.active_objs, name)
        yield Reading("slabinfo.num_objs", cache.num_objs, name)
    yield Reading("slabinfo.bytes", smaller, _SMALLER)
    yield Reading("slabinfo.unused", unused)


def caches(text: str) -> list[tuple[str, Cache]]:
    """Every cache under the kernel's own name for it.

    Raises:
        ValueError: Not version 2, no cache at all, or a line that is none.
    """
    head, *lines = text.splitlines() or [""]
    if not head.startswith("slabinfo - version: 2."):
        raise refused(_PATH, 1, head, "'slabinfo - version: 2.1'")
    found = []
    for number, line in enumerate(lines, start=2):
        if line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line.rstrip())
        if not parts:
            raise refused(_PATH, number, line, "a cache and five numbers, ': tunables', ': slabdata' and three")
        numbers = {name: int(value) for name, value in parts.groupdict().items() if name != "name"}
        active, total = numbers["active_objs"], numbers["num_objs"]
        unused = max(total - active, 0) * numbers["objsize"]
        found.append((parts["name"], Cache(active, total, unused, numbers["num_slabs"] * numbers["pagesperslab"])))
    if not found:
        raise refused(_PATH, 2, "", "a line for each cache")
    return found


def _lasting(found: list[tuple[str, Cache]]) -> dict[str, Cache]:
    """By a name that means the same after the next boot.

    >>> _lasting([("nf_conntrack_ffffffffaf313a40", Cache(1, 1, 0, 2)), ("nf_conntrack", Cache(2, 3, 4, 5))])
    {'nf_conntrack': Cache(active_objs=3, num_objs=4, unused=4, pages=7)}
    """
    sums: dict[str, Counter[str]] = {}
    for name, cache in found:
        sums.setdefault(_PASSING.sub("", name).rstrip("_"), Counter()).update(cache._asdict())
    return {name: Cache(**of) for name, of in sums.items()}


COLLECTOR = Collector(
    name="proc.slabinfo",
    read=File(path="proc/slabinfo", cadence=Cadence.EDGES),
    metrics=METRICS,
    parse=parse,
    adds="which kernel objects take the memory: a leak in a driver, a flood of inodes",
    needs="root",
)
