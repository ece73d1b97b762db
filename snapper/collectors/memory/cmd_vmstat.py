"""vmstat's own view of the window, as evidence beside /proc: run queue, memory, paging, CPU.

Runs `vmstat -n -w <interval> <count>` along with the window and gives the means of its reports. The first report
is left out, for it covers the time since boot. A run that was stopped before its second report tells nothing.

    procs -----------memory---------- ---swap-- -----io---- -system-- -------cpu-------
     r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st gu
     1  0      0 23939564   4184 592492    0    0   766   356  102  222  3  2 95  0  0  0

Columns are found by their headings: old versions have no st, most no gu, and -a shows inact and active.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_DOC: Final = "https://man7.org/linux/man-pages/man8/vmstat.8.html"

_column = partial(Metric, kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER, doc=_DOC, next="vmstat -w 1")
_queue = partial(_column, unit="tasks", resource=Resource.SCHEDULER, role=Role.SATURATION, worse=Worse.MORE)
_memory = partial(_column, unit="bytes", resource=Resource.MEMORY)
_swap = partial(_column, unit="bytes/s", resource=Resource.MEMORY, role=Role.SATURATION, worse=Worse.MORE)
_blocks = partial(_column, unit="bytes/s", resource=Resource.DISK, role=Role.WORKLOAD)
_cpu = partial(_column, unit="ratio", resource=Resource.CPU)

# fmt: off
_METRICS: Final = (
    _queue(name="vmstat_tool.r", title="Tasks ready to run (vmstat)",
           help="vmstat's r: tasks that run or wait for a CPU. More than there are CPUs means waiting."),
    _queue(name="vmstat_tool.b", title="Tasks blocked (vmstat)", resource=Resource.DISK,
           help="vmstat's b: tasks in uninterruptible sleep, mostly waiting for a disk. More is worse."),
    _memory(name="vmstat_tool.swpd", title="Swap used (vmstat)", worse=Worse.MORE,
            help="vmstat's swpd: memory that has been moved to swap space."),
    _memory(name="vmstat_tool.free", title="Free memory (vmstat)",
            help="vmstat's free: memory that nothing uses. Little is normal, for caches fill it."),
    _memory(name="vmstat_tool.buff", title="Buffers (vmstat)",
            help="vmstat's buff: memory used for file system metadata."),
    _memory(name="vmstat_tool.cache", title="Page cache (vmstat)",
            help="vmstat's cache: memory used for file contents and reclaimable kernel objects."),
    _memory(name="vmstat_tool.inact", title="Inactive memory (vmstat -a)",
            help="vmstat's inact: memory not used lately, the first to be reclaimed."),
    _memory(name="vmstat_tool.active", title="Active memory (vmstat -a)",
            help="vmstat's active: memory used lately."),
    _swap(name="vmstat_tool.si", title="Swapped in (vmstat)",
          help="vmstat's si: memory read back from swap. Any steady rate means too little memory."),
    _swap(name="vmstat_tool.so", title="Swapped out (vmstat)",
          help="vmstat's so: memory written to swap. Any steady rate means too little memory."),
    _blocks(name="vmstat_tool.bi", title="Read from block devices (vmstat)",
            help="vmstat's bi: data read from block devices. Demand."),
    _blocks(name="vmstat_tool.bo", title="Written to block devices (vmstat)",
            help="vmstat's bo: data written to block devices. Demand."),
    _column(name="vmstat_tool.in", unit="interrupts/s", resource=Resource.INTERRUPTS, role=Role.WORKLOAD,
            title="Interrupts (vmstat)", help="vmstat's in: interrupts, the clock's included. Demand."),
    _column(name="vmstat_tool.cs", unit="switches/s", resource=Resource.SCHEDULER, role=Role.WORKLOAD,
            title="Context switches (vmstat)", help="vmstat's cs: context switches. Demand."),
    _cpu(name="vmstat_tool.us", title="User CPU time (vmstat)",
         help="vmstat's us: share of all CPUs' time spent in programs."),
    _cpu(name="vmstat_tool.sy", title="Kernel CPU time (vmstat)",
         help="vmstat's sy: share of all CPUs' time spent in the kernel."),
    _cpu(name="vmstat_tool.id", title="Idle CPU time (vmstat)",
         help="vmstat's id: share of all CPUs' time spent idle."),
    _cpu(name="vmstat_tool.wa", title="CPU time waiting for disks (vmstat)",
         help="vmstat's wa: share of all CPUs' time idle while a task waited for a disk."),
    _cpu(name="vmstat_tool.st", title="Stolen CPU time (vmstat)", worse=Worse.MORE,
         help="vmstat's st: share of all CPUs' time that the hypervisor gave to others. More is worse."),
    _cpu(name="vmstat_tool.gu", title="Guest CPU time (vmstat)",
         help="vmstat's gu: share of all CPUs' time spent in virtual machines of this host."),
)
# fmt: on
_COLUMN_OF: Final = {metric.name: metric.name.rpartition(".")[2] for metric in _METRICS}
_SCALE: Final = {metric.name: {"bytes": KIB, "bytes/s": KIB, "ratio": 0.01}.get(metric.unit, 1) for metric in _METRICS}
"""vmstat's sizes and blocks are KiB, its shares percent."""

_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def reports(text: str) -> list[dict[str, float]]:
    """Read all reports, the one since boot included, in vmstat's own units.

    Raises:
        ValueError: The headings are not those of vmstat's default view (-d, -s, -m and so on are others), or a
            line does not fit them.
    """
    whole = text[: text.rfind("\n") + 1]  # a tool that is stopped may leave half a line
    names: list[str] = []
    stamped = False
    found: list[dict[str, float]] = []
    for number, line in enumerate(whole.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if "memory" in line and "swap" in line:
            stamped = line.rstrip(" -").endswith("timestamp")
        elif words[:2] == ["r", "b"]:
            names = words[:-1] if stamped else words
        else:
            values = words[:-2] if stamped else words
            if not names or len(values) != len(names) or not all(map(_NUMBER.fullmatch, values)):
                raise ValueError(
                    f"vmstat:{number} expected headings 'r b swpd free ...' and {len(names) or 'their'} numbers below, "
                    f"read {line[:80]!r}; run vmstat -n -w <interval> <count>."
                )
            found.append(dict(zip(names, map(float, values), strict=True)))
    if not names:
        raise ValueError(f"vmstat expected headings 'r b swpd free ...', read {text[:60]!r}.")
    return found


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the mean of each known column over the reports after the first; none where there is only that.

    Raises:
        ValueError: As `reports`.
    """
    in_window = reports(text)[1:]
    for metric, column in _COLUMN_OF.items():
        values = [report[column] for report in in_window if column in report]
        if values:
            yield Reading(metric, sum(values) / len(values) * _SCALE[metric])


COLLECTOR = Collector(
    name="cmd.vmstat",
    read=Command(
        argv=("vmstat", "-n", "-w", "{interval}", "{count}"),
        version=("free", "-V"),
        cadence=Cadence.WINDOW,
        alternatives=(("vmstat", "-n", "{interval}", "{count}"),),
    ),
    metrics=_METRICS,
    parse=parse,
    adds="vmstat's own figures, to check ours against",
    needs="vmstat (package procps)",
    judged=False,
)
