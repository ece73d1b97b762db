"""free's own view of memory, as evidence beside /proc/meminfo.

Runs `free -b -w` at the edges; versions before procps-ng 3.3.10 do not know -w, and are run without.

                   total        used        free      shared     buffers       cache   available
    Mem:     25276502016   584425472 23741104128     9084928    49369088  1216335872 24692076544
    Swap:              0           0           0

Columns are found by their headings. What `used` means has changed: all but free up to procps 3.2, without caches and
buffers from 3.3.10, and from 4.0 all but what is available.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.memory.zone_lines import numbers_of
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_column = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man1/free.1.html",
    labels=("row",),
    next="free -h -w",
)
# fmt: off
METRICS: Final = (
    _column(name="free.total", title="Memory in all (free)", help="free's total, of memory and of swap."),
    _column(name="free.used", title="Memory used (free)",
            help="free's used, of memory and of swap; what it counts as used depends on its version."),
    _column(name="free.free", title="Free memory (free)", help="free's free, of memory and of swap."),
    _column(name="free.shared", title="Shared memory (free)", help="free's shared: tmpfs and shared memory."),
    _column(name="free.buffers", title="Buffers (free)", help="free's buffers: cached blocks of disks."),
    _column(name="free.cache", title="Page cache (free)",
            help="free's cache: cached files and kernel objects that can be dropped."),
    _column(name="free.cached", title="Page cache (old free)", help="cached of procps before 3.3.10: cached files."),
    _column(name="free.buff_cache", title="Buffers and page cache (free)",
            help="free's buff/cache, which it prints without -w: buffers and cache together."),
    _column(name="free.available", title="Available memory (free)", worse=Worse.LESS,
            help="free's available: what programs could still get without swapping."),
)
# fmt: on
_HEADINGS: Final = {metric.name.removeprefix("free."): metric.name for metric in METRICS} | {
    "buff/cache": "free.buff_cache"
}
_ROWS: Final = frozenset({"Mem", "Swap"})


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the numbers of memory and swap as they are: bytes, for so the arguments ask.

    Raises:
        ValueError: No headings, or a row of memory or swap that is not whole numbers under them (free -h).
    """
    head, *lines = text.splitlines() or [""]
    names = head.split()
    if names[:3] != ["total", "used", "free"]:
        raise refused("free", 1, head, "the headings 'total used free ...'")
    for number, line in enumerate(lines, start=2):
        row, colon, rest = line.partition(":")
        if not colon:
            raise refused("free", number, line, "'Mem:' and numbers")
        if row not in _ROWS:
            continue
        values = numbers_of(rest)
        if values is None or len(values) > len(names):
            raise refused("free", number, line, "whole numbers under the headings, of free -b")
        for name, value in zip(names, values, strict=False):
            if name in _HEADINGS:
                yield Reading(_HEADINGS[name], value, row)


COLLECTOR = Collector(
    name="cmd.free",
    read=Command(
        argv=("free", "-b", "-w"),
        version=("free", "-V"),
        cadence=Cadence.EDGES,
        alternatives=(("free", "-b"),),
    ),
    metrics=METRICS,
    parse=parse,
    adds="free's own figures, to check ours against",
    needs="free (package procps)",
    judged=False,
)
