"""What the columns of `sar` are: a metric of ours that says the same, the unit, and sar's own words for it."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB


class Column(NamedTuple):
    """How a column becomes a metric."""

    metric: Metric
    factor: float
    """What one of the column's units is in base units."""


_sar = partial(
    Metric,
    kind=Kind.GAUGE,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man1/sar.1.html",
)
_BYTES, _SHARE, _EACH = ("bytes", KIB), ("ratio", 0.01), ("operations/s", 1.0)
_FLOW, _TASKS = ("bytes/s", KIB), ("tasks", 1.0)

Row = tuple[str, tuple[str, float], str, str]
"""A column, its unit and factor, the metric that says the same, and what it is."""


def _columns(resource: Resource, option: str, rows: tuple[Row, ...], label: str = "") -> dict[str, Column]:
    labels, field = ((label,), f"{label}.") if label else ((), "")
    return {
        column: Column(
            _sar(
                name=f"sar.{field}{column.removesuffix('/s').removeprefix('%').replace('-', '_')}",
                title=f"{what[:1].upper()}{what[1:]} (sar)",
                help=f"sar's {column}: {what}, the mean over the window.",
                unit=unit,
                resource=resource,
                labels=labels,
                alias_of=alias,
                next=f"sar {option} 1",
            ),
            factor,
        )
        for column, (unit, factor), alias, what in rows
    }


CPU: Final = _columns(Resource.CPU, "-u", (
    ("%user", _SHARE, "", "share of all CPUs' time in programs and in virtual machines"),
    ("%nice", _SHARE, "", "share of all CPUs' time in programs of lowered priority"),
    ("%system", _SHARE, "", "share of all CPUs' time in the kernel, interrupts included"),
    ("%iowait", _SHARE, "cpu.iowait", "share of all CPUs' time with nothing to run while a disk was waited for"),
    ("%steal", _SHARE, "cpu.steal", "share of all CPUs' time that the hypervisor gave to others"),
    ("%idle", _SHARE, "", "share of all CPUs' time with nothing to run and no disk waited for"),
))  # fmt: skip
TASKS: Final = _columns(Resource.SCHEDULER, "-w", (
    ("proc/s", _EACH, "stat.processes", "tasks created a second"),
    ("cswch/s", ("switches/s", 1.0), "stat.ctxt", "context switches a second"),
))  # fmt: skip
QUEUE: Final = _columns(Resource.SCHEDULER, "-q", (
    ("runq-sz", _TASKS, "stat.procs_running", "tasks that run or are ready to"),
    ("plist-sz", ("threads", 1.0), "loadavg.threads", "threads in existence"),
    ("ldavg-1", _TASKS, "loadavg.load1", "load average of a minute"),
    ("ldavg-5", _TASKS, "loadavg.load5", "load average of five minutes"),
    ("ldavg-15", _TASKS, "loadavg.load15", "load average of fifteen minutes"),
    ("blocked", _TASKS, "stat.procs_blocked", "tasks blocked on disks"),
))  # fmt: skip
SWAPPING: Final = _columns(Resource.MEMORY, "-W", (
    ("pswpin/s", _EACH, "vmstat.pswpin", "pages swapped in a second"),
    ("pswpout/s", _EACH, "vmstat.pswpout", "pages swapped out a second"),
))  # fmt: skip
PAGING: Final = _columns(Resource.MEMORY, "-B", (
    ("pgpgin/s", _FLOW, "vmstat.pgpgin", "data read from disks"),
    ("pgpgout/s", _FLOW, "vmstat.pgpgout", "data written to disks"),
    ("fault/s", _EACH, "vmstat.pgfault", "page faults a second"),
    ("majflt/s", _EACH, "vmstat.pgmajfault", "page faults a second that had to read from a disk"),
    ("pgfree/s", _EACH, "vmstat.pgfree", "pages freed a second"),
    ("pgscank/s", _EACH, "memory.pgscank", "pages scanned in the background a second"),
    ("pgscand/s", _EACH, "memory.pgscand", "pages scanned a second by tasks that wanted memory"),
    ("pgsteal/s", _EACH, "memory.pgsteal", "pages reclaimed a second"),
    ("%vmeff", _SHARE, "memory.vmeff", "share of the scanned pages that could be reclaimed"),
))  # fmt: skip
MEMORY: Final = _columns(Resource.MEMORY, "-r", (
    ("kbmemfree", _BYTES, "meminfo.MemFree", "free memory"),
    ("kbavail", _BYTES, "meminfo.MemAvailable", "memory that programs can have without swapping"),
    ("kbmemused", _BYTES, "", "used memory, without what the kernel keeps as cache"),
    ("kbbuffers", _BYTES, "meminfo.Buffers", "cached blocks of disks"),
    ("kbcached", _BYTES, "meminfo.Cached", "page cache"),
    ("kbcommit", _BYTES, "meminfo.Committed_AS", "promised memory"),
    ("kbactive", _BYTES, "meminfo.Active", "memory used lately"),
    ("kbinact", _BYTES, "meminfo.Inactive", "memory not used lately"),
    ("kbdirty", _BYTES, "meminfo.Dirty", "data waiting to be written to disks"),
))  # fmt: skip
SWAP: Final = _columns(Resource.MEMORY, "-S", (
    ("kbswpfree", _BYTES, "meminfo.SwapFree", "free swap space"),
    ("kbswpused", _BYTES, "", "used swap space"),
    ("kbswpcad", _BYTES, "meminfo.SwapCached", "memory with a copy in swap"),
))  # fmt: skip
DISK: Final = _columns(Resource.DISK, "-d", (
    ("tps", _EACH, "", "requests a second, discards included"),
    ("rkB/s", _FLOW, "disk.read_bytes", "data read"),
    ("wkB/s", _FLOW, "disk.write_bytes", "data written"),
    ("dkB/s", _FLOW, "diskstats.discard_sectors", "data discarded"),
    ("areq-sz", _BYTES, "disk.areq_sz", "size of a request"),
    ("aqu-sz", ("operations", 1.0), "disk.aqu_sz", "requests in flight"),
    ("await", ("seconds", 1e-3), "disk.await", "time of a request, queue and device together"),
    ("%util", _SHARE, "disk.utilization", "share of the time in which a request was in flight"),
), "disk")  # fmt: skip
TRAFFIC: Final = _columns(Resource.NETWORK, "-n DEV", (
    ("rxpck/s", _EACH, "netdev.rx_packets", "packets received a second"),
    ("txpck/s", _EACH, "netdev.tx_packets", "packets sent a second"),
    ("rxkB/s", _FLOW, "netdev.rx_bytes", "bytes received"),
    ("txkB/s", _FLOW, "netdev.tx_bytes", "bytes sent"),
), "interface")  # fmt: skip
FAILURES: Final = _columns(Resource.NETWORK, "-n EDEV", (
    ("rxerr/s", _EACH, "netdev.rx_errs", "receive errors a second"),
    ("txerr/s", _EACH, "netdev.tx_errs", "send errors a second"),
    ("coll/s", _EACH, "netdev.tx_colls", "collisions a second"),
    ("rxdrop/s", _EACH, "netdev.rx_drop", "packets dropped on receipt a second"),
    ("txdrop/s", _EACH, "netdev.tx_drop", "packets dropped before sending a second"),
    ("txcarr/s", _EACH, "netdev.tx_carrier", "carrier errors a second"),
    ("rxfram/s", _EACH, "netdev.rx_frame", "framing errors a second"),
    ("rxfifo/s", _EACH, "netdev.rx_fifo", "receive ring overruns a second"),
    ("txfifo/s", _EACH, "netdev.tx_fifo", "send ring underruns a second"),
), "interface")  # fmt: skip
TCP: Final = _columns(Resource.SOCKETS, "-n TCP", (
    ("active/s", _EACH, "snmp.Tcp.ActiveOpens", "connections opened by this host a second"),
    ("passive/s", _EACH, "snmp.Tcp.PassiveOpens", "connections accepted a second"),
    ("iseg/s", _EACH, "snmp.Tcp.InSegs", "TCP segments received a second"),
    ("oseg/s", _EACH, "snmp.Tcp.OutSegs", "TCP segments sent a second"),
))  # fmt: skip
_RESENT: Final = ("snmp.Tcp.RetransSegs", "TCP segments retransmitted a second")
TCP_FAILURES: Final = _columns(Resource.SOCKETS, "-n ETCP", (
    ("atmptf/s", _EACH, "snmp.Tcp.AttemptFails", "failed connection attempts a second"),
    ("estres/s", _EACH, "snmp.Tcp.EstabResets", "connections reset a second"),
    ("retrans/s", _EACH, *_RESENT),
    ("isegerr/s", _EACH, "snmp.Tcp.InErrs", "TCP segments received in error a second"),
    ("orsts/s", _EACH, "snmp.Tcp.OutRsts", "TCP resets sent a second"),
))  # fmt: skip
OTHER_NAMES: Final = {"retrseg/s": "retrans/s"}
"""What sysstat >= 12.7 calls a column."""
