"""Figures of sar's JSON, and the series of ours that are the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Same(NamedTuple):
    """A figure of sar's and ours: the sum of the series that there are, in its unit."""

    table: str
    """Where it is in sar's JSON: `network.net-dev`."""
    field: str
    metrics: tuple[str, ...]
    unit: float
    tells: str
    """What tells the rows of the table apart, whose value is the instance of our series: `iface`."""


def of(table: str, fields: dict[str, tuple[str, float]], tells: str = "") -> list[Same]:
    return [Same(table, field, tuple(metrics.split()), unit, tells) for field, (metrics, unit) in fields.items()]


KIB, MILLI, PERCENT = 1 / 1024, 1000, 100
_IOS = " ".join(f"diskstats.{part}{kind}_ios" for part in ("", "partition.") for kind in ("read", "write", "discard"))
_RECLAIMERS = ("kswapd", "direct", "khugepaged")


def _partly(metric: str) -> str:
    return f"diskstats.{metric} diskstats.partition.{metric}"


RATES = [
    *of(
        "disk",
        {
            "tps": (_IOS, 1), "rkB": (_partly("read_sectors"), KIB), "wkB": (_partly("write_sectors"), KIB),
            "dkB": ("diskstats.discard_sectors", KIB), "await": ("disk.await", MILLI), "aqu-sz": ("disk.aqu_sz", 1),
            "areq-sz": ("disk.areq_sz", KIB), "util-percent": ("disk.utilization", PERCENT),
        },
        "disk-device",
    ),
    *of(
        "network.net-dev",
        {
            "rxpck": ("netdev.rx_packets", 1), "txpck": ("netdev.tx_packets", 1), "rxkB": ("netdev.rx_bytes", KIB),
            "txkB": ("netdev.tx_bytes", KIB), "rxcmp": ("netdev.rx_compressed", 1),
            "txcmp": ("netdev.tx_compressed", 1), "rxmcst": ("netdev.rx_multicast", 1),
        },
        "iface",
    ),
    *of(
        "network.net-edev",
        {
            "rxerr": ("netdev.rx_errs", 1), "txerr": ("netdev.tx_errs", 1), "rxdrop": ("netdev.rx_drop", 1),
            "txdrop": ("netdev.tx_drop", 1), "rxfifo": ("netdev.rx_fifo", 1), "txfifo": ("netdev.tx_fifo", 1),
            "rxfram": ("netdev.rx_frame", 1), "coll": ("netdev.tx_colls", 1), "txcarr": ("netdev.tx_carrier", 1),
        },
        "iface",
    ),
    *of(
        "network.net-ip",
        {"irec": ("snmp.Ip.InReceives", 1), "orq": ("snmp.Ip.OutRequests", 1), "idel": ("snmp.Ip.InDelivers", 1)},
    ),
    *of(
        "network.net-tcp",
        {"active": ("snmp.Tcp.ActiveOpens", 1), "iseg": ("snmp.Tcp.InSegs", 1), "oseg": ("snmp.Tcp.OutSegs", 1)},
    ),
    *of("network.net-etcp", {"retrseg": ("snmp.Tcp.RetransSegs", 1), "orsts": ("snmp.Tcp.OutRsts", 1)}),
    *of("network.net-udp", {"idgm": ("snmp.Udp.InDatagrams", 1), "odgm": ("snmp.Udp.OutDatagrams", 1)}),
    *of(
        "paging",
        {
            "pgpgin": ("vmstat.pgpgin", KIB), "pgpgout": ("vmstat.pgpgout", KIB), "fault": ("vmstat.pgfault", 1),
            "majflt": ("vmstat.pgmajfault", 1), "pgfree": ("vmstat.pgfree", 1),
            "pgprom": ("vmstat.pgpromote_success", 1), "pgscank": ("vmstat.pgscan_kswapd", 1),
            "pgscand": ("vmstat.pgscan_direct", 1),
            "pgdem": (" ".join(f"vmstat.pgdemote_{by}" for by in _RECLAIMERS), 1),
        },
    ),
    *of("swap-pages", {"pswpin": ("vmstat.pswpin", 1), "pswpout": ("vmstat.pswpout", 1)}),
    *of("psi.psi-cpu", {"some_avg": ("pressure.cpu.some.total", PERCENT)}),
    *(
        same
        for table, file in (("psi.psi-io", "io"), ("psi.psi-mem", "memory"))
        for same in of(table, {f"{who}_avg": (f"pressure.{file}.{who}.total", PERCENT) for who in ("some", "full")})
    ),
    *of("process-and-context-switch", {"cswch": ("stat.ctxt", 1), "proc": ("stat.processes", 1)}),
]  # fmt: skip
"""Counters, of which both make rates over the window."""

LEVELS = [
    *of(
        "memory",
        {
            "memfree": ("meminfo.MemFree", KIB), "avail": ("meminfo.MemAvailable", KIB),
            "buffers": ("meminfo.Buffers", KIB), "cached": ("meminfo.Cached", KIB),
            "commit": ("meminfo.Committed_AS", KIB), "slab": ("meminfo.Slab", KIB), "dirty": ("meminfo.Dirty", KIB),
            "swpfree": ("meminfo.SwapFree", KIB), "kstack": ("meminfo.KernelStack", KIB),
        },
    ),
    *of(
        "queue",
        {
            "ldavg-1": ("loadavg.load1", 1), "ldavg-5": ("loadavg.load5", 1), "ldavg-15": ("loadavg.load15", 1),
            "plist-sz": ("loadavg.threads", 1), "blocked": ("stat.procs_blocked", 1),
        },
    ),
    *of("kernel", {"file-nr": ("files.allocated", 1), "dentunusd": ("dentry.nr_unused", 1)}),
    *of(
        "network.net-sock",
        {
            "totsck": ("sockstat.sockets.used", 1), "tcpsck": ("sockstat.TCP.inuse", 1),
            "tcp-tw": ("sockstat.TCP.tw", 1), "udpsck": ("sockstat.UDP.inuse", 1),
            "rawsck": ("sockstat.RAW.inuse", 1), "ip-frag": ("sockstat.FRAG.inuse", 1),
        },
    ),
]  # fmt: skip
"""Gauges, which sar tells as of the second moment."""


def figures(told: Any, same: Same) -> Iterator[tuple[str, float]]:
    """Instance and value of every row of a table."""
    for part in same.table.split("."):
        told = told[part]
    for row in told if isinstance(told, list) else [told]:
        yield row.get(same.tells, ""), row[same.field]
