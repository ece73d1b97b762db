"""What the memory management did: faults, allocation, reclaim, swapping, huge pages, compaction, NUMA balancing.

Reads /proc/vmstat (since Linux 2.6.0), a name and a number a line. Counters since boot and present levels stand side by
side and their names do not say which is which; `vmstat_levels` and `vmstat_events` do, for all that kernels up
to 6.18 have or had. Levels in pages become bytes by the host's page size.

    nr_free_pages 1316785
    nr_dirtied 670631
    pgpgin 2204013
    allocstall_normal 0
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.memory.vmstat_events import METRICS as EVENTS
from snapper.collectors.memory.vmstat_levels import IN_KIB
from snapper.collectors.memory.vmstat_levels import METRICS as LEVELS
from snapper.collectors.memory.vmstat_totals import DERIVED
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric
from snapper.record.plan import File

_PATH: Final = "/proc/vmstat"
_KIB: Final = 1024
_METRICS: Final[tuple[Metric, ...]] = (*LEVELS, *EVENTS)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield every known field in the unit of its metric.

    Raises:
        ValueError: A line that is not a name and a whole number, or none at all.
    """
    fields = _fields(origin.page_size)
    lines = text.splitlines()
    if not lines:
        raise refused(_PATH, 1, text, "a name and a whole number")
    for number, line in enumerate(lines, start=1):
        name, _, value = line.partition(" ")
        if not value.isdecimal():
            raise refused(_PATH, number, line, "a name and a whole number")
        if name in fields:
            metric, scale = fields[name]
            yield Reading(metric, int(value) * scale)


@cache
def _fields(page_size: int) -> dict[str, tuple[str, int]]:
    """Metric of each field, and what one of what it counts is worth in the metric's unit."""
    return {metric.name.removeprefix("vmstat."): (metric.name, _worth(metric, page_size)) for metric in _METRICS}


def _worth(metric: Metric, page_size: int) -> int:
    if metric.unit != "bytes":
        return 1
    return _KIB if metric.kind is Kind.COUNTER or metric.name in IN_KIB else page_size


COLLECTOR = Collector(
    name="proc.vmstat",
    read=File(path="proc/vmstat"),
    metrics=_METRICS,
    parse=parse,
    derived=DERIVED,
    adds="page faults, reclaim, swapping, huge pages, compaction, OOM kills",
    needs="CONFIG_VM_EVENT_COUNTERS",
)
