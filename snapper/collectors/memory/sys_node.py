"""How memory divides among the NUMA nodes, and whether programs get it from the node they run on.

Reads of each /sys/devices/system/node/node<N>: meminfo (as /proc/meminfo, with the node before each field), numastat
(pages since boot), distance and cpulist; and which nodes are online, have memory and have CPUs.

    Node 0 MemTotal:       16022140 kB
    numa_hit 326385147
    10 21 21 32

A host without NUMA has one node, or none of these files. `numa_miss` counts at the node that helped out, `numa_foreign`
at the one that was wanted; `other_node` is what CPUs of other nodes got here. The fields are in `node_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.memory.node_fields import (
    COUNTERS,
    CPULIST,
    DISTANCE,
    FACTS,
    LEVELS,
    MISS_SHARE,
    REMOTE_SHARE,
    STATE,
    UTILIZATION,
)
from snapper.collectors.memory.zone_lines import numbers_of
from snapper.collectors.text.refusal import refused
from snapper.collectors.text.setting_files import setting
from snapper.record.plan import KIB, Cadence, Files

_NODES: Final = "sys/devices/system/node"
_STATES: Final = ("online", "has_memory", "has_cpu")
_LINE: Final = re.compile(r"Node [0-9]+ (\S+): +([0-9]+)( kB)?", re.ASCII)
_COUNT: Final = re.compile(r"(\w+) ([0-9]+)", re.ASCII)
_UNIT_OF: Final = {metric.name: metric.unit for metric in LEVELS}
_COUNTED: Final = frozenset(metric.name for metric in COUNTERS)


def _share(part: Any, rest: Any) -> Any:
    return part / (part + rest)


def _used(total: Any, free: Any) -> Any:
    return (total - free) / total


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield what one file says of its node; nothing of a file that is not known.

    Raises:
        ValueError: A line of another form than its file has.
    """
    path = f"/{_NODES}/{origin.key}"
    node, _, file = origin.key.rpartition("/")
    if not node:
        if file in _STATES and (value := setting(text.rstrip("\0"), path)):  # in old kernels a zero byte ends it
            yield Reading(STATE.name, value, file)
    elif file == "meminfo":
        yield from _levels(text, path, node)
    elif file == "numastat":
        yield from _counters(text, path, node)
    elif file == "distance":
        if numbers_of(text) is None:
            raise refused(path, 1, text, "a distance to each node, '10 21'")
        yield Reading(DISTANCE.name, " ".join(text.split()), node)
    elif file == "cpulist":
        yield Reading(CPULIST.name, setting(text, path) or "none", node)


def _levels(text: str, path: str, node: str) -> Iterator[Reading]:
    for number, line in enumerate(text.splitlines() or [""], start=1):
        if not line and number == 1 and text.strip():
            continue  # up to Linux 2.6.39 a line break comes first
        fields = _LINE.fullmatch(line.rstrip())
        if not fields:
            raise refused(path, number, line, "'Node 0 MemTotal: 16022140 kB'")
        name = f"node.{fields[1]}"
        if name in _UNIT_OF:
            in_kib = _UNIT_OF[name] == "bytes"
            if in_kib != bool(fields[3]):
                raise refused(path, number, line, f"a whole number{' of kB' if in_kib else ''}")
            yield Reading(name, int(fields[2]) * (KIB if in_kib else 1), node)


def _counters(text: str, path: str, node: str) -> Iterator[Reading]:
    for number, line in enumerate(text.splitlines() or [""], start=1):
        fields = _COUNT.fullmatch(line.rstrip())
        if not fields:
            raise refused(path, number, line, "'numa_hit 326385147'")
        if f"node.{fields[1]}" in _COUNTED:
            yield Reading(f"node.{fields[1]}", int(fields[2]), node)


COLLECTOR = Collector(
    name="sys.node",
    read=Files(
        patterns=(
            *(f"{_NODES}/node*/{file}" for file in ("meminfo", "numastat", "distance", "cpulist")),
            *(f"{_NODES}/{state}" for state in _STATES),
        ),
        cadence=Cadence.EDGES,
        max_files=4096,
    ),
    metrics=(*LEVELS, *COUNTERS, *FACTS),
    parse=parse,
    derived=(
        Derived(metric=UTILIZATION, inputs=("node.MemTotal", "node.MemFree"), compute=_used),
        Derived(metric=MISS_SHARE, inputs=("node.numa_foreign", "node.numa_hit"), compute=_share),
        Derived(metric=REMOTE_SHARE, inputs=("node.other_node", "node.local_node"), compute=_share),
    ),
    adds="which memory node is full, and whether programs run away from their memory",
    needs="CONFIG_NUMA",
)
