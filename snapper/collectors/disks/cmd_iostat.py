"""iostat's own view of the window, as evidence beside /proc/diskstats: rates, waits and queue of every disk.

Runs `iostat -x -k -o JSON <interval> <count>` (text before sysstat 11.6) along with the window and gives the means
of its reports. The first report is left out, for it covers the time since boot; -y is not passed, so that this
holds for every version. A run that was stopped before its second report tells nothing.

A wait or a size is a mean over requests, so reports count by their requests; a disk without any has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.disks.iostat_reports import reports_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, MIB, Cadence, Command

_DOC: Final = "https://man7.org/linux/man-pages/man1/iostat.1.html"
_SECTOR: Final = 512
"""Bytes in a sector of the block layer, whatever the disk's own (include/linux/blk_types.h)."""
_ALL: Final = ("r/s", "w/s", "d/s")

_metric = partial(Metric, kind=Kind.GAUGE, resource=Resource.DISK, doc=_DOC, labels=("disk",), next="iostat -x 1")
_rate = partial(_metric, unit="operations/s", role=Role.WORKLOAD, worse=Worse.NEITHER)
_flow = partial(_metric, unit="bytes/s", role=Role.WORKLOAD, worse=Worse.NEITHER)
_wait = partial(_metric, unit="seconds", role=Role.SATURATION, worse=Worse.MORE)
_size = partial(_metric, unit="bytes", role=Role.INTERNAL, worse=Worse.NEITHER)
_cpu = partial(
    _metric, unit="ratio", resource=Resource.CPU, role=Role.INTERNAL, worse=Worse.NEITHER, labels=(), next="mpstat 1"
)


class _Column(NamedTuple):
    """How a column of iostat becomes a metric."""

    metric: str
    """Its name behind "iostat."."""
    factor: float
    """What one of the column's units is in base units."""
    requests: tuple[str, ...] = ()
    """Columns that say over how many requests a second it is a mean; empty for a rate or a level."""


_COLUMNS: Final = {
    "r/s": _Column("reads", 1),
    "w/s": _Column("writes", 1),
    "d/s": _Column("discards", 1),
    "f/s": _Column("flushes", 1),
    "rsec/s": _Column("read_bytes", _SECTOR),
    "rkB/s": _Column("read_bytes", KIB),
    "rMB/s": _Column("read_bytes", MIB),
    "wsec/s": _Column("write_bytes", _SECTOR),
    "wkB/s": _Column("write_bytes", KIB),
    "wMB/s": _Column("write_bytes", MIB),
    "dkB/s": _Column("discard_bytes", KIB),
    "dMB/s": _Column("discard_bytes", MIB),
    "rrqm/s": _Column("rrqm", 1),
    "wrqm/s": _Column("wrqm", 1),
    "drqm/s": _Column("drqm", 1),
    "r_await": _Column("r_await", 1e-3, ("r/s",)),
    "w_await": _Column("w_await", 1e-3, ("w/s",)),
    "d_await": _Column("d_await", 1e-3, ("d/s",)),
    "f_await": _Column("f_await", 1e-3, ("f/s",)),
    "await": _Column("await", 1e-3, _ALL),
    "svctm": _Column("svctm", 1e-3, _ALL),
    "rareq-sz": _Column("rareq_sz", KIB, ("r/s",)),
    "wareq-sz": _Column("wareq_sz", KIB, ("w/s",)),
    "dareq-sz": _Column("dareq_sz", KIB, ("d/s",)),
    "avgrq-sz": _Column("areq_sz", _SECTOR, _ALL),
    "avgqu-sz": _Column("aqu_sz", 1),
    "aqu-sz": _Column("aqu_sz", 1),
    "%util": _Column("util", 0.01),
}
"""Columns of all versions: sysstat 9 to 11 had sectors and avg*-sz, 12 has discards and flushes."""

# fmt: off
_METRICS: Final = (
    _rate(name="iostat.reads", title="Reads (iostat)", help="iostat's r/s: reads completed, after merging. Demand."),
    _rate(name="iostat.writes", title="Writes (iostat)", help="iostat's w/s: writes completed, after merging. Demand."),
    _rate(name="iostat.discards", title="Discards (iostat)", help="iostat's d/s: discards completed. Demand."),
    _rate(name="iostat.flushes", title="Flushes (iostat)",
          help="iostat's f/s: requests to make data durable. Demand; programs that call fsync cause them."),
    _flow(name="iostat.read_bytes", title="Read throughput (iostat)", help="iostat's rkB/s: data read. Demand."),
    _flow(name="iostat.write_bytes", title="Write throughput (iostat)", help="iostat's wkB/s: data written. Demand."),
    _flow(name="iostat.discard_bytes", title="Discard throughput (iostat)",
          help="iostat's dkB/s: data discarded. Demand."),
    _rate(name="iostat.rrqm", title="Reads merged (iostat)",
          help="iostat's rrqm/s: reads put together with a neighbour. Many mean sequential reading."),
    _rate(name="iostat.wrqm", title="Writes merged (iostat)",
          help="iostat's wrqm/s: writes put together with a neighbour. Many mean sequential writing."),
    _rate(name="iostat.drqm", title="Discards merged (iostat)",
          help="iostat's drqm/s: discards put together with a neighbour."),
    _wait(name="iostat.r_await", title="Read latency (iostat)",
          help="iostat's r_await: mean time of a read, queue and device together. More is worse."),
    _wait(name="iostat.w_await", title="Write latency (iostat)",
          help="iostat's w_await: mean time of a write, queue and device together. More is worse."),
    _wait(name="iostat.d_await", title="Discard latency (iostat)",
          help="iostat's d_await: mean time of a discard. More is worse."),
    _wait(name="iostat.f_await", title="Flush latency (iostat)",
          help="iostat's f_await: mean time of a flush. More is worse: fsync waits for it."),
    _wait(name="iostat.await", title="Latency (iostat)",
          help="await of sysstat before 12: mean time of a request, queue and device together. More is worse."),
    _wait(name="iostat.svctm", role=Role.INTERNAL, title="Service time (iostat)",
          help="svctm of sysstat before 12: an estimate that means nothing for disks that work in parallel."),
    _size(name="iostat.rareq_sz", title="Read size (iostat)", help="iostat's rareq-sz: mean size of a read."),
    _size(name="iostat.wareq_sz", title="Write size (iostat)", help="iostat's wareq-sz: mean size of a write."),
    _size(name="iostat.dareq_sz", title="Discard size (iostat)", help="iostat's dareq-sz: mean size of a discard."),
    _size(name="iostat.areq_sz", title="Request size (iostat)",
          help="avgrq-sz of sysstat before 12: mean size of a request."),
    _metric(name="iostat.aqu_sz", unit="operations", role=Role.SATURATION, worse=Worse.MORE,
            title="Queue length (iostat)",
            help="iostat's aqu-sz: mean number of requests that wait or are served. More is worse."),
    _metric(name="iostat.util", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE, title="Utilization (iostat)",
            help="iostat's %util: share of time with a request under way. At one a disk is saturated, unless it "
                 "works in parallel."),
    *(
        _cpu(name=f"iostat.cpu_{part}", title=f"CPU time: {part} (iostat)",
             help=f"iostat's %{part}: share of all CPUs' time, as /proc/stat has it.")
        for part in ("user", "nice", "system", "iowait", "steal", "idle")
    ),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the means over the reports after the first, of each disk over those that list it.

    Raises:
        ValueError: As `reports_of`.
    """
    in_window = reports_of(text)[1:]
    for heading in dict.fromkeys(heading for report in in_window for heading in report.cpu):
        name = f"iostat.cpu_{heading.removeprefix('%')}"
        values = [report.cpu[heading] for report in in_window if heading in report.cpu]
        if name in _KNOWN:
            yield Reading(name, sum(values) / len(values) * 0.01)
    for disk in dict.fromkeys(disk for report in in_window for disk in report.disks):
        yield from _of_disk(disk, [report.disks[disk] for report in in_window if disk in report.disks])


def _of_disk(disk: str, rows: Sequence[dict[str, float]]) -> Iterator[Reading]:
    for heading, column in _COLUMNS.items():
        seen = [row for row in rows if heading in row]
        if column.requests:
            weights = [sum(row.get(name, 0.0) for name in column.requests) for row in seen]
        else:
            weights = [1.0] * len(seen)
        if total := sum(weights):
            weighted = sum(weight * row[heading] for weight, row in zip(weights, seen, strict=True))
            yield Reading(f"iostat.{column.metric}", weighted / total * column.factor, disk)


_ASKED: Final = ("iostat", "-x", "-k")

COLLECTOR = Collector(
    name="cmd.iostat",
    read=Command(
        argv=(*_ASKED, "-o", "JSON", "{interval}", "{count}"),
        version=("iostat", "-V"),
        cadence=Cadence.WINDOW,
        alternatives=((*_ASKED, "{interval}", "{count}"),),
    ),
    metrics=_METRICS,
    parse=parse,
    adds="iostat's own figures of every disk, to check ours against",
    needs="iostat (package sysstat)",
    judged=False,
)
