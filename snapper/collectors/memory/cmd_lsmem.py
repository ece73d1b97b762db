"""How much memory is plugged in, and how much of it the kernel has been told not to use.

Runs `lsmem -J -b` of util-linux (since 2.30), where memory can be plugged in at all.

    {"memory": [{"range": "0x0000000000000000-0x00000000bfffffff", "size": 3221225472, "state": "online",
                 "removable": true, "block": "0-23"}]}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.tool_tables import document, number, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_SIZE: Final = Metric(
    name="lsmem.size",
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    labels=("state",),
    title="Memory plugged in",
    help="Physical memory by state: what is offline is there, and not in use. Memory that went offline is missing to "
    "everybody; a balloon or a hypervisor may have taken it.",
    doc="https://man7.org/linux/man-pages/man1/lsmem.1.html",
    next="lsmem -o+ZONES,NODE",
)
_STATES: Final = ("online", "offline", "going-offline")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the bytes in each state that a range is in.

    Raises:
        ValueError: No JSON with "memory", a range without a size, or in a state that the kernel does not have.
    """
    sizes: Counter[str] = Counter()
    for row in rows_of(document(text, "lsmem").get("memory"), "lsmem"):
        state, size = word(row, "state"), number(row.get("size"))
        if size is None or size < 0 or state not in _STATES:
            raise ValueError(f"lsmem expected a size in bytes and a state, read {row!r:.80}.")
        sizes[state] += int(size)
    for state, size in sizes.items():
        yield Reading(_SIZE.name, size, state)


COLLECTOR: Final = Collector(
    name="cmd.lsmem",
    read=Command(
        argv=("lsmem", "-J", "-b"),
        version=("lsblk", "-V"),
        cadence=Cadence.EDGES,
        where=("sys/devices/system/memory",),
    ),
    metrics=(_SIZE,),
    parse=parse,
    adds="memory that is plugged in and offline",
    needs="lsmem of util-linux >= 2.30 (package util-linux), memory that can be plugged in",
)
