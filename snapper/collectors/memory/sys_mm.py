"""Settings of the memory management that are neither sysctls nor have a source of their own.

Reads files of /sys/kernel/mm/numa (since Linux 5.17), swap (since 4.14) and mempolicy/weighted_interleave (since 6.9),
and which nodes make up each tier of memory, /sys/devices/virtual/memory_tiering (since 6.1).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.setting_files import setting
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_MM: Final = "sys/kernel/mm"
_ABI: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing"

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.MEMORY, role=Role.CONFIGURATION, worse=Worse.EITHER
)

# fmt: off
DEMOTION: Final = _fact(
    name="mm.demotion_enabled", title="Demotion to slower memory", doc=f"{_ABI}/sysfs-kernel-mm-numa",
    next="cat /sys/kernel/mm/numa/demotion_enabled",
    help="Whether reclaim moves pages to a slower tier of memory, as CXL, before it drops or swaps them.",
)
READ_AHEAD: Final = _fact(
    name="mm.vma_ra_enabled", title="Swap read-ahead by mapping", doc=f"{_ABI}/sysfs-kernel-mm-swap",
    next="cat /sys/kernel/mm/swap/vma_ra_enabled",
    help="Whether what is read ahead from swap is what lies next to it in the program (true), or next to it on the "
    "device (false), which suits disks with a head.",
)
WEIGHT: Final = _fact(
    name="mm.weighted_interleave", title="Share of a node in weighted interleaving", labels=("node",),
    doc=f"{_ABI}/sysfs-kernel-mm-mempolicy-weighted-interleave",
    next="grep . /sys/kernel/mm/mempolicy/weighted_interleave/*",
    help="How many pages in a row a node gets of programs that ask for weighted interleaving; it should follow the "
    "bandwidth of the node's memory.",
)
TIER: Final = _fact(
    name="mm.memory_tier", title="Nodes of a memory tier", labels=("tier",), doc=f"{_ABI}/sysfs-kernel-mm-memory-tiers",
    next="grep . /sys/devices/virtual/memory_tiering/*/nodelist",
    help="The nodes whose memory is about as fast; a lower number is a faster tier. A node that changes its tier makes "
    "all that lies there slower or faster.",
)
# fmt: on
_SINGLE: Final = {"demotion_enabled": DEMOTION, "vma_ra_enabled": READ_AHEAD}
_PATTERNS: Final = (
    f"{_MM}/numa/*",
    f"{_MM}/swap/*",
    f"{_MM}/mempolicy/weighted_interleave/node*",
    "sys/devices/virtual/memory_tiering/memory_tier*/nodelist",
)


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the one setting, or nothing for a file that is not known or is empty.

    Raises:
        ValueError: More than one setting.

    >>> parse("0-1\n", Origin(key="memory_tier4/nodelist"))
    [Reading(metric='mm.memory_tier', value='0-1', instance='memory_tier4')]
    """
    folder, _, file = origin.key.rpartition("/")
    value = setting(text, f"/sys/.../{origin.key}")
    if not value:
        return []
    if folder.startswith("memory_tier") and file == "nodelist":
        return [Reading(TIER.name, value, folder)]
    if origin.key in _SINGLE:
        return [Reading(_SINGLE[origin.key].name, value)]
    if origin.key.startswith("node") and not folder:
        return [Reading(WEIGHT.name, value, origin.key)]
    return []


COLLECTOR = Collector(
    name="sys.mm",
    read=Files(patterns=_PATTERNS, cadence=Cadence.ONCE),
    metrics=(DEMOTION, READ_AHEAD, WEIGHT, TIER),
    parse=parse,
    adds="tiers of memory, demotion to slower ones, and read-ahead from swap",
    needs="Linux >= 4.14",
)
