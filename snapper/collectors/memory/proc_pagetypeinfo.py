"""How much memory is in blocks for data that cannot be moved: fragmentation that no compaction can undo.

Reads the lower half of /proc/pagetypeinfo (since Linux 2.6.24), the number of page blocks by the kind of data that they
are for. A block is as large as a huge page; one that holds a single unmovable page never becomes one.

    Page block order: 9
    Pages per block:  512
    ...
    Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic      Isolate
    Node 0, zone      DMA            1            7            0            0            0

With page_owner=on at boot a third table tells how many blocks hold data of another kind than their own. The upper half,
free pages by kind, is passed over: /proc/buddyinfo has their sum. Each node begins with the headings anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.memory.zone_lines import numbers_of, zone_of
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/pagetypeinfo"
_HEADING: Final = re.compile(r"Number of (blocks type|mixed blocks) +(\S.*)")
_SIZE: Final = re.compile(r"Pages per block: +([0-9]+)")

_memory = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    history=True,
    doc="https://elixir.bootlin.com/linux/v6.12/source/mm/vmstat.c",
    labels=("kind",),
    next="grep -A9 'Number of blocks' /proc/pagetypeinfo; slabtop -o | head -20",
    moved_by=("sysctl[vm.min_free_kbytes]", "sysctl[vm.watermark_boost_factor]"),
)
_BLOCKS: Final = _memory(
    name="pagetypeinfo.blocks",
    title="Memory in blocks of one kind",
    help="Memory in blocks set aside for one kind of data. As those for unmovable data grow, the rest that can become "
    "huge pages shrinks for good.",
)
_MIXED: Final = _memory(
    name="pagetypeinfo.mixed_blocks",
    worse=Worse.MORE,
    title="Memory in blocks of mixed kinds",
    help="Memory in blocks that hold data of another kind than their own; known only with page_owner=on at boot. More "
    "means that the kernel could not keep unmovable data together.",
)
_TABLES: Final = {"blocks type": _BLOCKS.name, "mixed blocks": _MIXED.name}


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the sums over all zones and nodes, in bytes.

    Raises:
        ValueError: The size of a block is not told, or a line of a table does not fit its headings.
    """
    size = _SIZE.search(text)
    if not size:
        raise refused(_PATH, 1, text, "the size of a block, 'Pages per block:  512'")
    for (metric, kind), blocks in _sums(text).items():
        yield Reading(metric, blocks * int(size[1]) * origin.page_size, kind)


def _sums(text: str) -> Counter[tuple[str, str]]:
    """Blocks by metric and kind."""
    sums: Counter[tuple[str, str]] = Counter()
    metric, kinds = "", [""]
    for number, line in enumerate(text.splitlines(), start=1):
        zone = zone_of(line)
        if heading := _HEADING.match(line):
            metric, kinds = _TABLES[heading[1]], heading[2].split()
        elif not zone:
            metric = ""
        elif metric:
            blocks = numbers_of(zone.rest)
            if blocks is None or len(blocks) != len(kinds):
                raise refused(_PATH, number, line, f"a zone and {len(kinds)} whole numbers")
            sums.update({(metric, kind): count for kind, count in zip(kinds, blocks, strict=True)})
    return sums


COLLECTOR = Collector(
    name="proc.pagetypeinfo",
    read=File(path="proc/pagetypeinfo", cadence=Cadence.EDGES),
    metrics=(_BLOCKS, _MIXED),
    parse=parse,
    adds="how much memory is fragmented for good by data that cannot be moved",
    needs="root",
)
