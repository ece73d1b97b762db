"""numastat's own view of the nodes, as evidence beside /sys/devices/system/node.

Runs `numastat -m -n` at the edges: two tables, of memory and of where pages came from, a column a node, in MB of
1024 * 1024 bytes. Where it knows neither option, `numastat` alone prints the second in pages.

    Per-node system memory usage (in MBs):
                              Node 0          Node 1           Total
                     --------------- --------------- ---------------
    MemTotal                16022.14        16022.14        32044.28

Versions that do not know a field of a newer kernel say so on a line of its own ("Token SecPageTables not in hash
table."), and leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_row = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man8/numastat.8.html",
    labels=("node",),
    next="numastat -m -n",
)
_LEVELS: Final = (
    "MemTotal", "MemFree", "MemUsed", "SwapCached", "Active", "Inactive", "Active(anon)", "Inactive(anon)",
    "Active(file)", "Inactive(file)", "Unevictable", "Mlocked", "HighTotal", "HighFree", "LowTotal", "LowFree", "Dirty",
    "Writeback", "FilePages", "Mapped", "AnonPages", "Shmem", "KernelStack", "PageTables", "SecPageTables",
    "NFS_Unstable", "Bounce", "WritebackTmp", "Slab", "SReclaimable", "SUnreclaim", "KReclaimable", "AnonHugePages",
    "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped", "HugePages_Total", "HugePages_Free",
    "HugePages_Surp",
)  # fmt: skip
_COUNTERS: Final = ("numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node")
METRICS: Final = (
    *(
        _row(
            name=f"numastat.{field}",
            title=f"{field} of a node (numastat)",
            help=f"numastat's {field} of one node, as the kernel's own files have it.",
        )
        for field in _LEVELS
    ),
    *(
        _row(
            name=f"numastat.{field}",
            kind=Kind.COUNTER,
            title=f"{field} of a node (numastat)",
            help=f"numastat's {field} of one node, in bytes since boot.",
        )
        for field in _COUNTERS
    ),
)
_KNOWN: Final = {metric.name.removeprefix("numastat.").lower(): metric.name for metric in METRICS}
_IN_MB: Final = re.compile(r" +Node [0-9]+(?: +Node [0-9]+)*(?: +Total)?")
_IN_PAGES: Final = re.compile(r" +node[0-9]+(?: +node[0-9]+)*")
_NODE: Final = re.compile("[0-9]+")
_VALUE: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,4})?")
_PASSED_OVER: Final = re.compile(r"[\s-]*|Per-node .*:|Token \S+ not in hash table\.")


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield each known row of each table, in bytes; the totals are left out.

    Raises:
        ValueError: No table, or a row that does not fit the headings above it.
    """
    nodes: list[str] = []
    worth = columns = 0
    for number, line in enumerate(text.splitlines(), start=1):
        in_mb = _IN_MB.fullmatch(line.rstrip())
        if in_mb or _IN_PAGES.fullmatch(line.rstrip()):
            nodes = [f"node{node}" for node in _NODE.findall(line)]
            columns = len(nodes) + line.rstrip().endswith("Total")
            worth = MIB if in_mb else origin.page_size
        elif not _PASSED_OVER.fullmatch(line):
            name, *values = line.split()
            if not nodes or len(values) != columns or not all(map(_VALUE.fullmatch, values)):
                raise refused("numastat", number, line, f"a name and {columns or 'some'} numbers below 'Node 0 ...'")
            if name.lower() in _KNOWN:
                for node, value in zip(nodes, values, strict=False):
                    yield Reading(_KNOWN[name.lower()], float(value) * worth, node)
    if not nodes:
        raise refused("numastat", 1, text, "a table with a column for each node")


COLLECTOR = Collector(
    name="cmd.numastat",
    read=Command(
        argv=("numastat", "-m", "-n"),
        version=("numastat", "-V"),
        cadence=Cadence.EDGES,
        alternatives=(("numastat",),),
    ),
    metrics=METRICS,
    parse=parse,
    adds="numastat's own figures, to check ours against",
    needs="numastat (package numactl)",
    judged=False,
)
