"""The pools of huge pages, one for each size: how large, how much in use, how much promised.

Reads /sys/kernel/mm/hugepages/hugepages-<size>kB/* (since Linux 2.6.27), a number each. /proc/meminfo has the same of
the default size alone, so that pools of 1 GiB show here only.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.text.setting_files import number
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_pool = partial(
    Metric,
    resource=Resource.MEMORY,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/hugetlbpage.html",
    labels=("size",),
    next="grep . /sys/kernel/mm/hugepages/hugepages-{instance}/*",
)
_level = partial(
    _pool, unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER,
    moved_by=("sysctl[vm.nr_hugepages*]", "hugepages.nr_overcommit_hugepages"),
)  # fmt: skip

# fmt: off
NR: Final = _level(
    name="hugepages.nr_hugepages", title="Huge pages of one size",
    help="Huge pages of one size in their pool, used or not. Nothing else can use their memory; fewer than were asked "
    "for means that memory was fragmented.",
)
FREE: Final = _level(
    name="hugepages.free_hugepages", title="Free huge pages of one size", worse=Worse.LESS,
    help="Huge pages of one size that hold nothing. With none left, programs that ask for more fail or are killed.",
)
RESERVED: Final = _level(
    name="hugepages.resv_hugepages", title="Promised huge pages of one size",
    help="Free huge pages that are promised to programs that have not touched them yet.",
)
SURPLUS: Final = _level(
    name="hugepages.surplus_hugepages", title="Surplus huge pages of one size", worse=Worse.MORE,
    help="Huge pages beyond the size of the pool, made on demand and given back when freed.",
)
OVERCOMMIT: Final = _pool(
    name="hugepages.nr_overcommit_hugepages", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="Surplus huge pages allowed",
    help="How many huge pages of one size may be made beyond the pool. 0 makes programs fail when it is empty.",
)
# fmt: on


def _in_use(total: Any, free: Any) -> Any:
    return (total - free) / total


_UTILIZATION: Final = Derived(
    metric=_level(
        name="hugepages.size_utilization",
        unit="ratio",
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        title="Huge page pool of one size used",
        help="Share of the pool of one size that holds something. Unused ones are memory lost to everything else; with "
        "none free, programs that ask for them fail.",
    ),
    inputs=(NR.name, FREE.name),
    compute=_in_use,
)
_FILES: Final = {metric.name.removeprefix("hugepages."): metric for metric in (NR, FREE, RESERVED, SURPLUS, OVERCOMMIT)}


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the one number, or nothing for a file that is not known.

    Raises:
        ValueError: The key names no size and file, or no whole number.

    >>> parse("25\n", Origin(key="hugepages-2048kB/free_hugepages"))
    [Reading(metric='hugepages.free_hugepages', value=25, instance='2048kB')]
    """
    folder, _, file = origin.key.partition("/")
    size = folder.removeprefix("hugepages-")
    if size == folder or not file:
        raise ValueError(f"A pool's file should be as 'hugepages-2048kB/nr_hugepages', and is {origin.key[:60]!r}.")
    if file not in _FILES:
        return []
    value = number(text, f"/sys/kernel/mm/hugepages/{origin.key}")
    return [Reading(_FILES[file].name, str(value) if file == "nr_overcommit_hugepages" else value, size)]


COLLECTOR = Collector(
    name="sys.hugepages",
    read=Files(patterns=tuple(f"sys/kernel/mm/hugepages/*/{file}" for file in _FILES), cadence=Cadence.EDGES),
    metrics=(NR, FREE, RESERVED, SURPLUS, OVERCOMMIT),
    parse=parse,
    derived=(_UTILIZATION,),
    adds="the pools of huge pages of every size, those of 1 GiB too",
    needs="CONFIG_HUGETLBFS",
)
