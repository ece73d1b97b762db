"""Facts that were worked out of the kernel's own files: what answers each kind, at a moment and between two."""

from __future__ import annotations

from dataclasses import replace

from snapper.collectors.memory.proc_slabinfo import caches
from snapper.collectors.programs.pid_stat import identify
from tests.collectors.corpus_facts import (
    Fact,
    Kind,
    Value,
    change,
    each,
    fallen,
    lines_of_interrupts,
    of,
    only_in,
    rate,
)
from tests.collectors.corpus_sources import instances

TICKS, KIB, SECTOR = 100, 1 / 1024, 1 / 512
DISKS = ("diskstats.read_ios", "diskstats.partition.read_ios")
MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice")


def modes(fact: Fact) -> Value:
    """Columns of a line of CPU times: of a mode that a kernel lacks there is no reading."""
    return sum(f"stat.cpu.{mode}" in fact.said() for mode in MODES)


def cpus(fact: Fact) -> Value:
    return len(instances(fact.said(), "stat.percpu.busy"))


def interrupts(fact: Fact) -> Value:
    names = {"0": "interrupts.device[timer]", "IPI0": "interrupts.cpu[Rescheduling interrupts]"}
    return fact.said().get(names.get(fact.entity, f"interrupts.cpu[{fact.entity}]"))


def devices(fact: Fact) -> Value:
    """Those that we tell of, and those that never did anything, which we leave out."""
    told = set[str]().union(*(instances(fact.said(), metric) for metric in DISKS))
    lines = [line.split() for line in fact.text().splitlines()]
    return len(told | {words[2] for words in lines if words and set(words[3:]) == {"0"}})


def slab_caches(fact: Fact) -> Value:
    return len(caches(fact.text()))


def slab_objects(fact: Fact) -> Value:
    return dict(caches(fact.text()))[fact.entity].num_objs


def started(fact: Fact, side: str) -> dict[str, int]:
    """Pid and start time of every process of a moment."""
    stats = (fact.folder / side).glob("proc/[0-9]*/stat")
    return {path.parent.name: identify(path.read_text("utf-8", "backslashreplace")).starttime for path in stats}


def alive(fact: Fact) -> Value:
    return len(started(fact, fact.tree.name))


def common(fact: Fact) -> Value:
    return len(started(fact, "before").items() & started(fact, "after").items())


def gone(fact: Fact) -> Value:
    return len(started(fact, "before").items() - started(fact, "after").items())


def new(fact: Fact) -> Value:
    return len(started(fact, "after").items() - started(fact, "before").items())


def reused(fact: Fact) -> Value:
    before, after = started(fact, "before"), started(fact, "after")
    return sum(before[pid] != after[pid] for pid in before.keys() & after.keys())


def comm(fact: Fact) -> Value:
    return identify(fact.text()).comm


def start(fact: Fact) -> Value:
    return identify(fact.text()).starttime


def whole_seconds(fact: Fact) -> Value:
    """Of sar's interval, which it prints cut off."""
    seconds = change(of("uptime.up"))(replace(fact, file="before->after proc/uptime"))
    return None if seconds is None else float(seconds) // 1


SAR = "before->after sadf -j"
ALL_TIME = ("stat.cpu.busy", "stat.cpu.unused")
TRANSFERS = ("read", "write", "discard", "partition.read", "partition.write")
WRITTEN = of("diskstats.write_sectors[{}]", "diskstats.partition.write_sectors[{}]", unit=SECTOR)
UTIME = of("proc.utime", unit=TICKS)

KINDS = [
    Kind("*proc/stat", "cpu_count", cpus),
    Kind("*proc/stat", "fields", modes),
    Kind("*proc/stat", "user_jiffies", of("stat.cpu.user", unit=TICKS), entity="cpu"),
    Kind("*proc/stat", "idle_jiffies", of("stat.cpu.idle", unit=TICKS), entity="cpu"),
    Kind(
        "*proc/stat", "system_jiffies", entity="cpu?*",
        reason="of a single CPU the times in use and unused are told, not each mode",
        unless=("stat.percpu.system",),
    ),
    Kind("*proc/stat", "ctxt", of("stat.ctxt")),
    Kind("*proc/stat", "processes", of("stat.processes")),
    Kind("*proc/stat", "procs_running", of("stat.procs_running")),
    Kind(
        "*proc/stat", "btime", reason="when the host started is for the recorder to tell, with its boot id",
        unless=("stat.btime", "*boot_time*"),
    ),
    Kind("before->after proc/stat", "cpus_gone", only_in("before", "after", "stat.percpu.busy")),
    Kind("before->after proc/stat", "cpus_new", only_in("after", "before", "stat.percpu.busy")),
    *(
        Kind("before->after proc/stat", f"delta_{mode}", change(of(f"stat.cpu.{mode}", unit=TICKS)), entity="cpu")
        for mode in ("user", "system", "idle", "iowait")
    ),
    Kind("before->after proc/stat", "delta_ctxt", change(of("stat.ctxt"))),
    Kind("before->after proc/stat", "delta_processes", change(of("stat.processes"))),
    *(
        Kind("*/proc/meminfo", f"{field}_kB", of(f"meminfo.{field}", unit=KIB))
        for field in ("MemTotal", "MemFree", "MemAvailable", "SwapTotal", "Slab")
    ),
    Kind("before->after proc/meminfo", "delta_MemFree_kB", change(of("meminfo.MemFree", unit=KIB))),
    Kind("*/proc/vmstat", "pgfault", of("vmstat.pgfault")),
    Kind("*/proc/vmstat", "pgpgin", of("vmstat.pgpgin", unit=KIB)),
    Kind("before->after proc/vmstat", "delta_pgfault", change(of("vmstat.pgfault"))),
    Kind("*/proc/diskstats", "device_count", devices),
    Kind("*/proc/diskstats", "reads", of(*(f"{metric}[{{}}]" for metric in DISKS))),
    Kind("*/proc/diskstats", "sectors_written", WRITTEN),
    Kind("before->after proc/diskstats", "delta_sectors_written", change(WRITTEN)),
    Kind("before->after proc/diskstats", "gone", only_in("before", "after", *DISKS)),
    Kind("before->after proc/diskstats", "new", only_in("after", "before", *DISKS)),
    Kind("before->after proc/diskstats", "devices_with_decreasing_counters", fallen("diskstats.")),
    Kind("*/proc/net/dev", "interface_count", each("proc.net.dev", "netdev.rx_bytes")),
    Kind("*/proc/net/dev", "rx_bytes", of("netdev.rx_bytes[{}]")),
    Kind("*/proc/net/dev", "tx_packets", of("netdev.tx_packets[{}]")),
    Kind("before->after proc/net/dev", "delta_rx_bytes", change(of("netdev.rx_bytes[{}]"))),
    Kind("before->after proc/net/dev", "devices_with_decreasing_counters", fallen("netdev.")),
    Kind("*/proc/net/snmp", "Tcp:RetransSegs", of("snmp.Tcp.RetransSegs")),
    Kind("*/proc/net/snmp", "Udp:InDatagrams", of("snmp.Udp.InDatagrams")),
    Kind("*/proc/interrupts", "row_count", lambda fact: lines_of_interrupts(fact.text())),
    Kind("*/proc/interrupts", "total_all_cpus", interrupts),
    Kind("*/proc/loadavg", "load1", of("loadavg.load1")),
    Kind("*/proc/pressure/cpu", "total_us", of("pressure.cpu.{}.total", unit=1e6)),
    Kind("*/proc/slabinfo", "cache_count", slab_caches),
    Kind("*/proc/slabinfo", "num_objs", slab_objects),
    Kind("before->after proc/uptime", "delta_uptime_s", change(of("uptime.up"))),
    Kind("*/proc/*/stat", "process_count", alive),
    Kind("*/proc/[0-9]*/stat", "comm", comm),
    Kind("*/proc/[0-9]*/stat", "starttime", start),
    Kind("*/proc/[0-9]*/stat", "utime", UTIME),
    Kind("before->after proc/[0-9]*/stat", "delta_utime", change(UTIME)),
    Kind("before->after proc/*/stat", "processes_common", common),
    Kind("before->after proc/*/stat", "processes_gone", gone),
    Kind("before->after proc/*/stat", "processes_new", new),
    Kind("before->after proc/*/stat", "pids_reused", reused),
    Kind(
        "*/sys/devices/system/node", "node_count",
        each("sys.node", "node.MemTotal", "node.numa_hit", "node.distance", "node.cpulist"),
    ),
    Kind("*/sys/devices/system/node/node*/meminfo", "MemTotal_kB", of("node.MemTotal[{}]", unit=KIB)),
    Kind("*/sys/devices/system/node/node*/numastat", "numa_hit", of("node.numa_hit[{}]")),
    Kind(SAR, "interval_s", whole_seconds),
    Kind(SAR, "%usr", rate("stat.cpu.user", unit=100, per=ALL_TIME), within=0.005),
    Kind(SAR, "%idle", rate("stat.cpu.idle", unit=100, per=ALL_TIME), within=0.01),  # sar adds up the CPUs' lines
    Kind(SAR, "cswch/s", rate("stat.ctxt"), within=0.005),
    Kind(SAR, "tps", rate(*(f"diskstats.{kind}_ios[{{}}]" for kind in TRANSFERS)), within=0.005),
    Kind(SAR, "rxkB/s", rate("netdev.rx_bytes[{}]", unit=KIB), within=0.005),
]  # fmt: skip
