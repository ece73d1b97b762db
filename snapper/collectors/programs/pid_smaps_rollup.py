"""What the largest processes really cost in memory: their share of what they share, and what is theirs alone.

Reads /proc/PID/smaps_rollup (since Linux 4.14) at the edges, of the thirty largest processes only, as far as half a
second allows: the kernel walks the page tables for it, some 37 µs for each MiB. Sizes are in KiB:

    55a31e6c3000-7ffc6bf21000 ---p 00000000 00:00 0                          [rollup]
    Rss:              171348 kB
    Pss:              144478 kB
    Private_Clean:      8312 kB
    Private_Dirty:    120172 kB
    SwapPss:             717 kB

Pss counts a page that n processes share as one n-th for each, so that sums over processes are true, as those of
resident memory are not. Pss_Anon and its kin came with Linux 5.3.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, PerProcess

_HEAD: Final = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ [0-9a-f]+ \S+ [0-9]+ +\[rollup\]")
_LINE: Final = re.compile(r"(\w+): +([0-9]+) kB", re.ASCII)
_ONLY: Final = (
    "Of the largest processes only: a small program is not in it, and of one with many processes some are not."
)

_memory = partial(
    Metric,
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#process-specific-subdirectories",
    labels=("program",),
    next="smem -tk -s pss 2>/dev/null || grep -H ^Pss: /proc/[0-9]*/smaps_rollup | sort -k2 -n | tail",
)


def _of(name: str, title: str, meaning: str, worse: Worse = Worse.NEITHER) -> Metric:
    return _memory(name=f"proc.{name}", title=title, worse=worse, help=f"{meaning} {_ONLY}")


# fmt: off
_FIELDS: Final = {
    ("Pss",): _of("pss", "Proportional share of memory",
                  "RAM of a program where a page that n processes share counts as one n-th.", Worse.MORE),
    ("Private_Clean", "Private_Dirty"): _of(
        "uss", "Memory of a program alone",
        "RAM that no other process shares, and that is free again when the program ends.", Worse.MORE),
    ("Pss_Anon",): _of("pss_anon", "Share of anonymous memory", "Share of heap, stacks and the like.", Worse.MORE),
    ("Pss_File",): _of("pss_file", "Share of file pages", "Share of mapped files and libraries."),
    ("Pss_Shmem",): _of("pss_shmem", "Share of shared memory", "Share of shared memory and tmpfs."),
    ("AnonHugePages",): _of("anon_huge_pages", "Memory in huge pages",
                            "Heap mapped by transparent huge pages; less of it means more misses in the TLB."),
    ("Shared_Hugetlb", "Private_Hugetlb"): _of(
        "hugetlb", "Memory from the pool of huge pages",
        "Memory from the pool of huge pages, which is in no other figure of a program."),
    ("Swap",): _of("swap", "Swapped out, shared memory too",
                   "Memory of the program on swap; unlike VmSwap with what it shares.", Worse.MORE),
    ("SwapPss",): _of("swap_pss", "Share of swapped memory",
                      "Memory of the program on swap where what n processes share counts as one n-th.", Worse.MORE),
}
# fmt: on


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give each field that this kernel has; one that is a sum of two, where both are there.

    A last line without its line break is cut off, and left out.

    Raises:
        ValueError: Not the sum over all mappings but single ones, or a line that is no size in kB.
    """
    path = f"/proc/{origin.key}/smaps_rollup"
    head, *lines = text[: text.rfind("\n") + 1].splitlines() or [""]
    if not _HEAD.fullmatch(head):
        raise refused(path, 1, head or text, "a line that ends in '[rollup]'")
    sizes: dict[str, int] = {}
    for number, line in enumerate(lines, start=2):
        found = _LINE.fullmatch(line)
        if not found:
            raise refused(path, number, line, "a size, 'Pss: 144478 kB'")
        sizes[found[1]] = int(found[2]) * KIB
    return [
        Reading(metric.name, sum(sizes[field] for field in fields))
        for fields, metric in _FIELDS.items()
        if all(field in sizes for field in fields)
    ]


COLLECTOR = Collector(
    name="proc.pid.smaps_rollup",
    read=PerProcess(file="smaps_rollup", cadence=Cadence.EDGES, largest=30, budget=0.5),
    metrics=tuple(_FIELDS.values()),
    parse=parse,
    adds="what the largest programs really cost in memory, shared pages counted once",
    needs="Linux >= 4.14; root for other users' processes",
)
