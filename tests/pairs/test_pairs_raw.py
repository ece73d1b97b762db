"""Raw counters of two recorded moments: ours are those that were worked out of the files, and that sadf -r prints.

Rates say nothing of what began anew or fell; here each of the two values is compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.collectors.corpus_sources import of_text
from tests.collectors.corpus_trees import Said, told
from tests.pairs.played import PAIRS

TICK, MS, SECTOR, KIB, PAGE = 0.01, 0.001, 512, 1024, 4096
Moments = tuple[float, float]

DISK = {
    "reads": ("read_ios", 1), "reads_merged": ("read_merges", 1), "sectors_read": ("read_sectors", SECTOR),
    "ms_reading": ("read_ticks", MS), "writes": ("write_ios", 1), "writes_merged": ("write_merges", 1),
    "sectors_written": ("write_sectors", SECTOR), "ms_writing": ("write_ticks", MS), "in_flight": ("in_flight", 1),
    "ms_io": ("io_ticks", MS), "ms_weighted": ("time_in_queue", MS), "discards": ("discard_ios", 1),
    "discards_merged": ("discard_merges", 1), "sectors_discarded": ("discard_sectors", SECTOR),
    "ms_discarding": ("discard_ticks", MS),
}  # fmt: skip
STAT = {"ctxt": "ctxt", "intr_total": "intr", "processes": "processes", "procs_running": "procs_running",
        "procs_blocked": "procs_blocked"}  # fmt: skip
IN_PAGES = ("nr_", "nr_dirtied", "nr_written")
"""Levels of /proc/vmstat are told in bytes; of the same beginning, but counters, are the last two."""


def said(corpus: Path, case: str, source: str, file: str) -> tuple[Said, Said]:
    key = file.rpartition("/")[2] if source == "proc.pressure" else ""
    before, after = (of_text(source, key, corpus / case / side / "proc" / file) for side in ("before", "after"))
    return before, after


def changes(told_of: dict[str, dict[str, Any]], ours: dict[str, tuple[str, float]]) -> dict[str, Moments]:
    """Their two values under our names and in our units; what we have no name for is left out."""
    return {
        ours[name][0]: (values["before"] * ours[name][1], values["after"] * ours[name][1])
        for name, values in told_of.items()
        if name in ours
    }


def of_cpu(told_of: Any) -> dict[str, Moments]:
    found = changes(told_of.get("cpu", {}), {mode: (f"stat.cpu.{mode}", TICK) for mode in told_of.get("cpu", {})})
    for cpu, modes in told_of.items():
        unused = [sum(modes[mode][side] * TICK for mode in ("idle", "iowait")) for side in ("before", "after")]
        found |= {f"stat.percpu.unused[{cpu}]": (unused[0], unused[1])} if cpu != "cpu" else {}
    return found


def of_stat(told_of: Any) -> dict[str, Moments]:
    return changes(told_of, {theirs: (f"stat.{ours}", 1) for theirs, ours in STAT.items()})


def of_disks(told_of: Any) -> dict[str, Moments]:
    found: dict[str, Moments] = {}
    for disk, fields in told_of.items():
        found |= changes(fields, {name: (f"diskstats.{ours}[{disk}]", unit) for name, (ours, unit) in DISK.items()})
    return found


def of_memory(told_of: Any) -> dict[str, Moments]:
    counts = {name for name in told_of if name.startswith("HugePages_")}
    return changes(told_of, {name: (f"meminfo.{name}", 1 if name in counts else KIB) for name in told_of})


def of_vmstat(told_of: Any) -> dict[str, Moments]:
    def unit(name: str) -> int:
        if name in {"pgpgin", "pgpgout", "nr_kernel_stack"}:
            return KIB if name.startswith("pg") else 1
        return PAGE if name.startswith(IN_PAGES[0]) and name not in IN_PAGES else 1

    return changes(told_of, {name: (f"vmstat.{name}", unit(name)) for name in told_of})


def of_interfaces(told_of: Any) -> dict[str, Moments]:
    found: dict[str, Moments] = {}
    for interface, fields in told_of.items():
        found |= changes(fields, {name: (f"netdev.{name}[{interface}]", 1) for name in fields})
    return found


def of_protocols(prefix: str) -> Any:
    def of(told_of: Any) -> dict[str, Moments]:
        return changes(told_of, {name: (f"{prefix}.{name.replace(':', '.')}", 1) for name in told_of})

    return of


def of_softirqs(told_of: Any) -> dict[str, Moments]:
    return changes(told_of, {name: (f"softirqs.{name}", 1) for name in told_of})


FILES = {
    "cpu": ("proc.stat", "stat", of_cpu),
    "stat": ("proc.stat", "stat", of_stat),
    "proc/diskstats": ("proc.diskstats", "diskstats", of_disks),
    "proc/meminfo": ("proc.meminfo", "meminfo", of_memory),
    "proc/vmstat": ("proc.vmstat", "vmstat", of_vmstat),
    "proc/net/dev": ("proc.net.dev", "net/dev", of_interfaces),
    "proc/net/snmp": ("proc.net.snmp", "net/snmp", of_protocols("snmp")),
    "proc/net/netstat": ("proc.net.netstat", "net/netstat", of_protocols("netstat")),
    "proc/softirqs": ("proc.softirqs", "softirqs", of_softirqs),
}


def ours_of(name: str, said_of: Said) -> str:
    """Of a partition, requests and bytes are told under a name of its own."""
    return name if name in said_of else name.replace("diskstats.", "diskstats.partition.")


def is_of_a_partition(name: str, said_of: Said) -> bool:
    return name.startswith("diskstats.") and f"diskstats.partition.read_ios[{name.partition('[')[2]}" in said_of


@pytest.mark.parametrize("case", PAIRS)
def test_what_changed_is_what_was_worked_out(corpus: Path, case: str) -> None:
    deltas, compared = told(corpus, case, "expected.deltas.json"), 0
    for part, (source, file, of) in FILES.items():
        expected = of(deltas.get(part, {}))
        if not expected:
            continue
        before, after = said(corpus, case, source, file)
        names = {name: ours_of(name, before) for name in expected}
        found = {name: (before[own], after[own]) for name, own in names.items() if own in before.keys() & after}
        assert found == {name: pytest.approx(expected[name]) for name in found}, part
        assert [name for name in expected.keys() - found if not is_of_a_partition(name, before)] == [], part
        compared += len(found)
    assert compared >= {"collectl/fedora15-dynamic-instances": 12, "collectl/debian-i686-rt-1s": 17}.get(case, 20)


SADF = {
    "A_PCSW": ("proc.stat", "stat", {"proc/s": "stat.processes", "cswch/s": "stat.ctxt"}, 1),
    "A_SWAP": ("proc.vmstat", "vmstat", {name: f"vmstat.{name[:-2]}" for name in ("pswpin/s", "pswpout/s")}, 1),
    "A_NET_DEV": (
        "proc.net.dev", "net/dev",
        {
            "rxpck/s": "netdev.rx_packets[{0}]", "txpck/s": "netdev.tx_packets[{0}]", "rxkB/s": "netdev.rx_bytes[{0}]",
            "txkB/s": "netdev.tx_bytes[{0}]", "rxcmp/s": "netdev.rx_compressed[{0}]",
            "txcmp/s": "netdev.tx_compressed[{0}]", "rxmcst/s": "netdev.rx_multicast[{0}]",
        }, 1,
    ),
    "A_NET_EDEV": (
        "proc.net.dev", "net/dev",
        {
            "rxerr/s": "netdev.rx_errs[{0}]", "txerr/s": "netdev.tx_errs[{0}]", "coll/s": "netdev.tx_colls[{0}]",
            "rxdrop/s": "netdev.rx_drop[{0}]", "txdrop/s": "netdev.tx_drop[{0}]", "txcarr/s": "netdev.tx_carrier[{0}]",
            "rxfram/s": "netdev.rx_frame[{0}]", "rxfifo/s": "netdev.rx_fifo[{0}]", "txfifo/s": "netdev.tx_fifo[{0}]",
        }, 1,
    ),
    "A_NET_IP": (
        "proc.net.snmp", "net/snmp",
        {
            "irec/s": "snmp.Ip.InReceives", "fwddgm/s": "snmp.Ip.ForwDatagrams", "idel/s": "snmp.Ip.InDelivers",
            "orq/s": "snmp.Ip.OutRequests", "asmrq/s": "snmp.Ip.ReasmReqds", "asmok/s": "snmp.Ip.ReasmOKs",
            "fragok/s": "snmp.Ip.FragOKs", "fragcrt/s": "snmp.Ip.FragCreates",
        }, 1,
    ),
    "A_NET_TCP": (
        "proc.net.snmp", "net/snmp",
        {
            "active/s": "snmp.Tcp.ActiveOpens", "passive/s": "snmp.Tcp.PassiveOpens", "iseg/s": "snmp.Tcp.InSegs",
            "oseg/s": "snmp.Tcp.OutSegs",
        }, 1,
    ),
    "A_NET_ETCP": (
        "proc.net.snmp", "net/snmp",
        {
            "atmptf/s": "snmp.Tcp.AttemptFails", "estres/s": "snmp.Tcp.EstabResets",
            "retrseg/s": "snmp.Tcp.RetransSegs", "isegerr/s": "snmp.Tcp.InErrs", "orsts/s": "snmp.Tcp.OutRsts",
        }, 1,
    ),
    "A_NET_UDP": (
        "proc.net.snmp", "net/snmp",
        {
            "idgm/s": "snmp.Udp.InDatagrams", "odgm/s": "snmp.Udp.OutDatagrams", "noport/s": "snmp.Udp.NoPorts",
            "idgmerr/s": "snmp.Udp.InErrors",
        }, 1,
    ),
    "A_PSI_CPU": ("proc.pressure", "pressure/cpu", {"%scpu": "pressure.cpu.some.total"}, 1e-6),
    "A_PSI_IO": (
        "proc.pressure", "pressure/io", {"%sio": "pressure.io.some.total", "%fio": "pressure.io.full.total"}, 1e-6,
    ),
    "A_PSI_MEM": (
        "proc.pressure", "pressure/memory",
        {"%smem": "pressure.memory.some.total", "%fmem": "pressure.memory.full.total"}, 1e-6,
    ),
}  # fmt: skip
"""Activities of sadf -r: source, file, our name of each field (of the row's instance) and its unit."""


BEGAN_ANEW = {"sysstat/roots-2-3": "[enp6s0]"}
"""Of an interface whose counters fell, sadf has 0 before."""


@pytest.mark.parametrize("case", ["sysstat/roots-1-2", "sysstat/roots-2-3"])
def test_sadf_prints_the_same_raw_values(corpus: Path, case: str) -> None:
    compared = 0
    for row in told(corpus, case, "expected.sadf-r.json"):
        if row["activity"] not in SADF:
            continue
        source, file, names, unit = SADF[row["activity"]]
        before, after = said(corpus, case, source, file)
        fields = row["fields"]
        for place, field in enumerate(fields):
            if field in names:
                name = names[field].format(fields[1])
                values = [int(value.split()[0]) * unit for value in fields[place + 1 : place + 3]]
                began = 0 if name.endswith(BEGAN_ANEW.get(case, "?")) else before[name]
                assert [began, after[name]] == pytest.approx(values), (row["activity"], name)
                compared += 1
    assert compared > 120
