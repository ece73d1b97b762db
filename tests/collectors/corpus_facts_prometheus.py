"""Facts of the tests of prometheus/procfs and of node_exporter, and where ours is."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from snapper.collectors import all_collectors
from snapper.collectors.programs.pid_stat import identify
from tests.collectors.corpus_facts import Answer, Fact, Kind, Value, lines_of_interrupts, of_process, tree_of
from tests.collectors.corpus_sources import of_tree
from tests.collectors.corpus_trees import parsed
from tests.record.running import run

FDS = "proc.pid.fd"
PROCESS = "26231"
"""The process that procfs's own tests look at."""


def of_network(file: str, metric: str) -> Answer:
    """A process's own view of its network, less the line that the archive it comes from left below."""

    def answer(fact: Fact) -> Value:
        text = (fact.tree / "proc" / PROCESS / "net" / file).read_text().removesuffix("Mode: 644\n")
        return parsed(f"proc.net.{file}", text)[metric]

    return answer


def comm(fact: Fact) -> Value:
    return identify((fact.tree / "proc" / PROCESS / "stat").read_text()).comm


def interrupts(fact: Fact) -> Value:
    return lines_of_interrupts((fact.tree / "proc/interrupts").read_text())


def third_zone(fact: Fact) -> Value:
    zones = [name.rpartition(" ")[2][:-1] for name in of_tree("proc.buddyinfo", fact.tree) if "free_2m" in name]
    return zones[2]


def flag(fact: Fact) -> Value:
    flags = str(of_tree("proc.cpuinfo", fact.tree)["cpuinfo.flags"]).split()
    return fact.expected if fact.expected in flags else None


def governor(fact: Fact) -> Value:
    labels = dict(label.split("=") for label in fact.entity.split(","))
    found = of_tree("sys.cpufreq", fact.tree)[f"cpufreq.scaling_governor[cpu{labels['cpu']}]"]
    return int(found == labels["governor"])


def labelled(source: str, metric: str, instance: str) -> Answer:
    """The series whose instance the fact's labels make: `fc_host={fc_host}`."""

    def answer(fact: Fact) -> Value:
        labels = dict(label.split("=") for label in fact.entity.split(","))
        return of_tree(source, fact.tree).get(f"{metric}[{instance.format(**labels)}]")

    return answer


def descriptors(fact: Fact) -> Value:
    """They are counted by the recorder itself."""
    with TemporaryDirectory() as folder:
        record = run(Path(folder), {FDS: all_collectors()[FDS].read}, root=fact.tree).spool.of(FDS, PROCESS)[0]
    return parsed(FDS, record.content.decode())["proc.fds"]


def not_ours(metric: str, reason: str, *unless: str, entity: str = "*") -> Kind:
    return Kind("", metric, entity=entity, reason=reason, unless=unless)


KINDS = [
    not_ours("procfs:arpFile*", "neighbours are asked of `ip neigh`, in both families", "proc/net/arp"),
    Kind("", "procfs:buddyInfo*Zone", third_zone),
    Kind("", "procfs:len(cpuinfo)", tree_of("proc.cpuinfo", "cpuinfo.processors")),
    Kind("", "procfs:cpuinfo*Flags*", flag),
    Kind("", "procfs:cpuinfo*ModelName", tree_of("proc.cpuinfo", "cpuinfo.model_name")),
    not_ours("procfs:cpuinfo*.Model", "a processor is told by its name", "cpuinfo.model"),
    not_ours("procfs:cpuinfo*PhysicalID", "sockets are counted out of sysfs", "cpuinfo.physical_id"),
    Kind("", "procfs:len(interrupts)", interrupts),
    Kind("", "procfs:SyscR", of_process("io", "proc.syscr", pid=PROCESS)),
    Kind("", "procfs:WriteBytes", of_process("io", "proc.write_bytes", pid=PROCESS)),
    Kind("", "procfs:open files", of_process("limits", "proc.limits.open_files", pid=PROCESS)),
    *(
        not_ours(f"procfs:{limit}", "of its limits a program runs into open files", f"proc.limits.{limit[:4]}*")
        for limit in ("file size", "core file size", "file locks", "nice priority")
    ),
    not_ours("procfs:pid", "the process that was asked for"),
    Kind("", "procfs:TcpExt:TW", of_network("netstat", "netstat.TcpExt.TW")),
    Kind("", "procfs:IpExt:InMcastPkts", of_network("netstat", "netstat.IpExt.InMcastPkts")),
    *(
        Kind("", f"procfs:{field}", of_network("snmp6", f"snmp6.{field}"))
        for field in ("Ip6InReceives", "Ip6InOctets", "UdpLite6InDatagrams")
    ),
    Kind("", "procfs:IP:DefaultTTL", of_network("snmp", "snmp.Ip.DefaultTTL")),
    Kind("", "procfs:IcmpMsg:OutType3", of_network("snmp", "snmp.IcmpMsg.OutType[3]")),
    Kind("", "procfs:Udp:InDatagrams", of_network("snmp", "snmp.Udp.InDatagrams")),
    Kind("", "procfs:UdpLite:NoPorts", of_network("snmp", "snmp.UdpLite.NoPorts")),
    Kind("", "procfs:system time", of_process("stat", "proc.stime", 100, pid=PROCESS)),
    Kind("", "procfs:resident set size", of_process("stat", "proc.rss", 1 / 4096, pid=PROCESS)),
    Kind("", "procfs:s1.Comm", comm),
    not_ours("procfs:End Code", "an address", "proc.endcode"),
    not_ours("procfs:processor", "the CPU that it ran on last, of many", "proc.processor"),
    not_ours("procfs:time", "procfs's sum of two files; a process is told by its start in ticks", "stat.btime"),
    *(
        not_ours(f"procfs:{field}", "in pages what stat and smaps_rollup say in bytes", "proc/PID/statm")
        for field in ("Size", "Text", "Dt")
    ),
    not_ours("procfs:Tgid", "the process that was asked for", "proc.Tgid"),
    Kind(
        "", "procfs:NonVoluntaryCtxtSwitches",
        of_process("status", "proc.nonvoluntary_ctxt_switches", pid=PROCESS),
    ),
    Kind("", "procfs:l", descriptors),
    *(
        not_ours(f"node_exporter:node_{name}_*", reason, f"{name}*", f"*[/.]{name}*")
        for name, reason in (
            ("bcache", "disks that stand before other disks, of which each has its own numbers in diskstats"),
            ("bcachefs", "a file system that Linux 6.18 took out again"),
            ("watchdog", "a timer that starts the host anew, and no load of it"),
            ("hwmon_pwm", "how fast a fan is told to turn: how fast it turns is told"),
        )
    ),
    not_ours("node_exporter:node_pcidevice_power_state", "the sleep of idle devices", "*power_state*"),
    Kind("", "node_exporter:node_btrfs_last_*", labelled("sys.fs.btrfs", "btrfs.last_commit_ms", "{uuid}")),
    Kind("", "node_exporter:node_cpu_scaling_governor", governor),
    Kind(
        "", "node_exporter:node_fibrechannel_loss_of_sync_total",
        labelled("sys.class.fc_host", "fc.loss_of_sync_count", "{fc_host}"),
    ),
    Kind("", "node_exporter:node_hwmon_temp_crit_alarm_*", tree_of("sys.hwmon", "hwmon.alarm[coretemp.0 Core 3]")),
    Kind(
        "", "node_exporter:node_infiniband_port_constraint_errors_transmitted_total",
        labelled("sys.infiniband", "infiniband.port_xmit_constraint_errors", "{device}/{port}"),
    ),
    *(
        Kind("", f"node_exporter:node_md_{name}", reason="of a /proc/mdstat that this tree lacks", lacks="root/proc")
        for name in ("blocks_synced", "disks", "state")
    ),
    *(
        not_ours(f"node_exporter:node_memory_numa_{field}", "of the host, not of each node", f"node.{field}")
        for field in ("AnonHugePages", "SUnreclaim")
    ),
    Kind("", "node_exporter:node_network_mtu_bytes", labelled("sys.class.net", "net.mtu", "{device}")),
]  # fmt: skip
