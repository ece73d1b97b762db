"""Whether and how the kernel makes huge pages of ordinary memory.

Reads files of /sys/kernel/mm/transparent_hugepage (since Linux 2.6.38), the choices with the
chosen one in brackets, "always [madvise] never", or a number. Since Linux 6.8 each size of page
has a folder of its own, hugepages-64kB; khugepaged has its settings, and two counters that are left out.
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
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/transhuge.html",
    next="grep . /sys/kernel/mm/transparent_hugepage/*",
)

# fmt: off
_METRICS: Final = (
    _fact(
        name="thp.enabled", title="Transparent huge pages",
        help="Who gets huge pages: every program (always), those that ask (madvise), or none (never). They spare "
        "translation work and can cost memory and, while they are put together, waits.",
    ),
    _fact(
        name="thp.defrag", title="Effort for huge pages",
        help="What a program's page fault does where no huge page is free: always stops to move memory about, which "
        "can stall for milliseconds; defer leaves it to a thread of the kernel; never does without.",
    ),
    _fact(
        name="thp.shmem_enabled", title="Huge pages for shared memory",
        help="Who gets huge pages in shared memory and tmpfs.",
    ),
    _fact(
        name="thp.use_zero_page", title="Huge zero page",
        help="Whether reading untouched memory maps one shared huge page of zeros (1) or small ones (0).",
    ),
    _fact(
        name="thp.shrink_underused", title="Splitting of unused huge pages",
        help="Whether huge pages that are mostly zeros are split when memory is short.",
    ),
    _fact(
        name="thp.size_enabled", title="Huge pages of one size", labels=("size",),
        help="Who gets huge pages of this size; inherit follows thp.enabled.",
        next="grep . /sys/kernel/mm/transparent_hugepage/hugepages-*/enabled",
    ),
    _fact(
        name="thp.size_shmem_enabled", title="Huge pages of one size for shared memory", labels=("size",),
        help="Who gets huge pages of this size in shared memory; inherit follows thp.shmem_enabled.",
        next="grep . /sys/kernel/mm/transparent_hugepage/hugepages-*/shmem_enabled",
    ),
    _fact(
        name="thp.khugepaged", title="Setting of khugepaged", labels=("setting",),
        help="How eagerly the kernel's thread khugepaged looks for small pages to join: more pages in a scan and "
        "shorter sleeps take more CPU.",
        next="grep . /sys/kernel/mm/transparent_hugepage/khugepaged/*",
    ),
)
# fmt: on

_NAMES: Final = frozenset(metric.name for metric in _METRICS)
_CHOICE: Final = re.compile(r"(?:\S+ )*\[(\S+)\](?: \S+)*")
_COUNTERS: Final = frozenset({"full_scans", "pages_collapsed"})


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the setting that one file holds, or nothing for a counter or a file not known.

    Raises:
        ValueError: Neither a number nor words of which one is in brackets.

    >>> parse("always [madvise] never\n", Origin(key="enabled"))
    [Reading(metric='thp.enabled', value='madvise', instance='')]
    """
    folder, _, file = origin.key.rpartition("/")
    if folder == "khugepaged":
        name, instance = "thp.khugepaged", file
    elif folder.startswith("hugepages-"):
        name, instance = f"thp.size_{file}", folder.removeprefix("hugepages-")
    else:
        name, instance = f"thp.{origin.key}", ""
    if name not in _NAMES or file in _COUNTERS:
        return []
    value = text.strip()
    choice = _CHOICE.fullmatch(value)
    if choice is None and not value.isdecimal():
        raise ValueError(
            f"/sys/kernel/mm/transparent_hugepage/{origin.key} should be a number, or words with the chosen "
            f"one in brackets, and is {value[:80]!r}."
        )
    return [Reading(name, choice[1] if choice else value, instance)]


COLLECTOR: Final = Collector(
    name="sys.thp",
    read=Files(
        patterns=("sys/kernel/mm/transparent_hugepage/*", "sys/kernel/mm/transparent_hugepage/*/*"),
        cadence=Cadence.ONCE,
    ),
    metrics=_METRICS,
    parse=parse,
    adds="how huge pages are made",
    needs="CONFIG_TRANSPARENT_HUGEPAGE",
)
