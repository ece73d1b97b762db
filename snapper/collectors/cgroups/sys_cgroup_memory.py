"""Memory of every control group: what it holds, what it had to give up, and what happened at its limits.

Reads of cgroup v2 (since Linux 4.5) memory.stat, memory.events and single numbers such as memory.current and
memory.max; of v1 (since 2.6.34) memory.stat, memory.usage_in_bytes, memory.limit_in_bytes, memory.failcnt ...

    anon 270336                   cache 0
    file 397312                   rss 57032704
    ...                           ...
    workingset_refault 297        total_rss 57032704

Sizes in memory.stat are levels in bytes, pg* and workingset_* count pages since the group was made. v1's bare lines
are of the group alone and those with `total_` of all below it as well, which is what v2 tells.

Of a group that holds less than 4 MiB, as most do, only events and swap are told. Of the root's memory.stat only what
its use is set against is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from snapper.collectors.cgroups.cgroup_files import (
    MOST_FILES,
    Place,
    flat,
    is_told,
    limit,
    limited,
    place_of,
    whole,
    written,
)
from snapper.collectors.cgroups.cgroup_memory_metrics import DERIVED, METRICS
from snapper.collectors.contract import Collector, Origin, Reading
from snapper.record.plan import MIB, Cadence, Files

_LIMITS: Final = {
    "memory.max": "cgroup.memory.max",
    "memory.high": "cgroup.memory.high",
    "memory.low": "cgroup.memory.low",
    "memory.min": "cgroup.memory.min",
    "memory.swap.max": "cgroup.memory.swap.max",
    "memory.limit_in_bytes": "cgroup.memory.max",
    "memory.soft_limit_in_bytes": "cgroup.memory.soft_limit_in_bytes",
    "memory.memsw.limit_in_bytes": "cgroup.memory.memsw.limit_in_bytes",
    "memory.swappiness": "cgroup.memory.swappiness",
}
"""Files that hold a setting."""
_NUMBERS: Final = {
    "memory.current": "cgroup.memory.current",
    "memory.usage_in_bytes": "cgroup.memory.current",
    "memory.peak": "cgroup.memory.peak",
    "memory.max_usage_in_bytes": "cgroup.memory.peak",
    "memory.swap.current": "cgroup.memory.swap.current",
    "memory.kmem.usage_in_bytes": "cgroup.memory.kernel",
    "memory.failcnt": "cgroup.memory.events.max",
}
"""Files that hold a number, of v2 and v1."""
_STAT: Final = {
    **{
        name: f"cgroup.memory.{name}"
        for name in ("anon", "file", "inactive_file", "kernel", "slab", "sock", "pgscan", "pgmajfault")
    },
    "workingset_refault": "cgroup.memory.workingset_refault",
    "workingset_refault_anon": "cgroup.memory.workingset_refault",
    "workingset_refault_file": "cgroup.memory.workingset_refault",
}
"""Lines of v2's memory.stat; refaults of anonymous and of file pages are told apart since Linux 5.9, and added up."""
_STAT_V1: Final = {
    "total_rss": "cgroup.memory.anon",
    "total_cache": "cgroup.memory.file",
    "total_inactive_file": "cgroup.memory.inactive_file",
    "total_swap": "cgroup.memory.swap.current",
    "total_pgmajfault": "cgroup.memory.pgmajfault",
    "total_workingset_refault": "cgroup.memory.workingset_refault",
    "total_workingset_refault_anon": "cgroup.memory.workingset_refault",
    "total_workingset_refault_file": "cgroup.memory.workingset_refault",
}
_EVENTS: Final = ("high", "max", "oom_kill")
"""`low` is by design, and `oom` ends in a kill or had reached `max` before."""
_LEVELS: Final = frozenset({"cgroup.memory.current", "cgroup.memory.peak"})
_SMALL: Final = 4 * MIB
"""Less than this no change of a program's memory is taken notice of (the floor of its class of noise)."""


def parse(text: str, origin: Origin) -> Iterable[Reading]:
    """Give the readings of one file, or none of a group or file that is not told of.

    Raises:
        ValueError: Not what the file should hold.
    """
    place = place_of(origin.key)
    if not is_told(place):
        return []
    if place.file in _LIMITS:
        return _limit(text, place)
    if place.file in _NUMBERS:
        number = whole(text, place)
        small = number < _SMALL and _NUMBERS[place.file] in _LEVELS
        return [] if small else [Reading(_NUMBERS[place.file], number, place.group)]
    if place.file == "memory.stat":
        return _stat(flat(text, place), place)
    if place.file in {"memory.events", "memory.oom_control"}:
        fields = flat(text, place)
        return [
            Reading(f"cgroup.memory.events.{name}", fields[name], place.group) for name in _EVENTS if name in fields
        ]
    return []


def _limit(text: str, place: Place) -> Iterator[Reading]:
    value = limit(text, place)
    if place.root and not math.isfinite(value):
        return
    yield Reading(_LIMITS[place.file], written(value), place.group)
    if _LIMITS[place.file] == "cgroup.memory.max":
        yield from limited("cgroup.memory.limit", value, place)


def _stat(fields: Mapping[str, int], place: Place) -> Iterator[Reading]:
    names = _STAT_V1 if "total_cache" in fields else _STAT
    sums: dict[str, int] = {}
    for field, metric in names.items():
        if field in fields and not (place.root and metric != "cgroup.memory.inactive_file"):
            sums[metric] = sums.get(metric, 0) + fields[field]
    if not place.root and sum(sums.get(f"cgroup.memory.{part}", 0) for part in ("anon", "file", "slab")) < _SMALL:
        sums = {name: value for name, value in sums.items() if name == "cgroup.memory.swap.current"}
    for metric, value in sums.items():
        yield Reading(metric, value, place.group)


COLLECTOR: Final = Collector(
    name="sys.cgroup.memory",
    read=Files(
        patterns=(
            "sys/fs/cgroup/**/memory.[cehlmsu]*",
            "sys/fs/cgroup/**/memory.peak",
            "sys/fs/cgroup/**/memory.failcnt",
            "sys/fs/cgroup/**/memory.oom_control",
            "sys/fs/cgroup/**/memory.kmem.usage_in_bytes",
        ),
        cadence=Cadence.EDGES,
        max_files=2 * MOST_FILES,
    ),
    metrics=METRICS,
    parse=parse,
    derived=DERIVED,
    adds="memory of every unit and container against its limit, and who was killed there",
    needs="cgroup v1 or v2 at /sys/fs/cgroup with the memory controller enabled",
)
