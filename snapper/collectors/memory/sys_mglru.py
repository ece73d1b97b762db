"""Which way the kernel picks the pages to reclaim: generations, or the two lists of old.

Reads /sys/kernel/mm/lru_gen/enabled and min_ttl_ms (since Linux 6.1). `enabled` is a set of bits: 0x0001 the thing
itself, 0x0002 and 0x0004 the use of accessed bits in page tables.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.MEMORY,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/multigen_lru.html",
    next="grep . /sys/kernel/mm/lru_gen/*",
)
_METRICS: Final = (
    _fact(
        name="mglru.enabled",
        title="Multi-generational LRU",
        help="Whether reclaim goes by generations of pages (0x0007 all of it, 0x0000 not at all). It takes less CPU "
        "under pressure and picks other pages than the two lists of old do.",
    ),
    _fact(
        name="mglru.min_ttl_ms",
        title="Protection of the working set",
        help="Milliseconds for which pages in use are not reclaimed. If that leaves too little, a process is killed "
        "early instead of everything becoming slow; 0 turns it off.",
    ),
)
_FORMS: Final = {"enabled": re.compile("0x[0-9a-f]{1,8}"), "min_ttl_ms": re.compile("[0-9]{1,20}")}
_FORM_OF: Final = {"enabled": "bits as 0x0007", "min_ttl_ms": "a whole number"}


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the one setting, or nothing for a file that is not known.

    Raises:
        ValueError: Not of the setting's form.
    """
    if origin.key not in _FORMS:
        return []
    value = text.strip()
    if not _FORMS[origin.key].fullmatch(value):
        raise ValueError(
            f"/sys/kernel/mm/lru_gen/{origin.key} should be {_FORM_OF[origin.key]}, and is {value[:60]!r}."
        )
    return [Reading(f"mglru.{origin.key}", value)]


COLLECTOR = Collector(
    name="sys.mglru",
    read=Files(patterns=("sys/kernel/mm/lru_gen/*",), cadence=Cadence.ONCE),
    metrics=_METRICS,
    parse=parse,
    adds="which way the kernel picks the pages to reclaim",
    needs="Linux >= 6.1 with CONFIG_LRU_GEN",
)
