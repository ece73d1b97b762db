"""Facts of other programs' own making: what lscpu, lstopo, PCP, procfs and node_exporter have, and where ours is."""

from __future__ import annotations

import re
import subprocess

from tests.collectors.corpus_facts import Answer, Fact, Kind, Value, each, input_of, of_process, tree_of
from tests.collectors.corpus_sources import instances, of_text, of_tree
from tests.collectors.corpus_trees import members, parsed

KIB = 1 / 1024
WHOLE = r"[a-z]+|nbd[0-9]+"
"""Disks, not partitions of them."""


def same_cpus(fact: Fact) -> Value:
    """lscpu writes "0,1" where the kernel writes "0-1"."""
    found = str(of_tree("sys.cpu", fact.tree).get("cpu.online", ""))
    return fact.expected if found and members(found) == members(fact.expected) else found


def hypervisor(fact: Fact) -> Value:
    """The tool itself, run on the tree as `cmd.lscpu` runs it on a host."""
    command = ["env", "LC_ALL=C", "lscpu", "--sysroot", str(fact.tree), "-J"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return parsed("cmd.lscpu", run.stdout).get("lscpu.hypervisor_vendor")


def disks(fact: Fact) -> list[str]:
    """PCP's `disk.dev`: nothing stacked or in memory; those that never did anything, which we leave out, count."""
    said = instances(of_tree("proc.diskstats", fact.tree), "diskstats.read_ios")
    lines = [line.split() for line in (fact.tree / "proc/diskstats").read_text(encoding="utf-8").splitlines()]
    idle = {words[2] for words in lines if set(words[3:]) == {"0"} and re.fullmatch(WHOLE, words[2])}
    return [name for name in said | idle if not re.match("dm-|md|loop|ram|zram|sr", name)]


def count_of_disks(fact: Fact) -> Value:
    return len(disks(fact))


def all_transfers(fact: Fact) -> Value:
    said = of_tree("proc.diskstats", fact.tree)
    return sum(
        float(said.get(f"diskstats.{kind}_ios[{disk}]", 0)) for kind in ("read", "write") for disk in disks(fact)
    )


def kib_written(fact: Fact) -> Value:
    return float(of_tree("proc.diskstats", fact.tree)[f"diskstats.write_sectors[{fact.entity}]"]) // 1024


def mapped(fact: Fact) -> Value:
    """PCP calls a volume by its name, which the kernel has in its uuid."""
    uuids = {str(uuid): name for name, uuid in of_tree("sys.block.stack", fact.tree).items() if "dm_uuid" in name}
    disk = next(name.partition("[")[2][:-1] for uuid, name in uuids.items() if uuid.endswith(fact.entity))
    said = of_tree("proc.diskstats", fact.tree)
    return sum(float(said[f"diskstats.{kind}_ios[{disk}]"]) for kind in ("read", "write"))


def clock(fact: Fact) -> Value:
    """Of one CPU where the kernel's driver tells; else /proc/cpuinfo's, of which the mean is kept."""
    if (fact.folder / "input").is_file():
        return float(of_text("proc.cpuinfo", "", fact.folder / "input")["cpuinfo.MHz"]) / 1e6
    return float(of_tree("sys.cpufreq.current", fact.tree)[f"cpufreq.scaling_cur_freq[{fact.entity}]"]) / 1e6


def clocks(fact: Fact) -> Value:
    if (fact.folder / "input").is_file():
        return of_text("proc.cpuinfo", "", fact.folder / "input")["cpuinfo.processors"]
    return len(instances(of_tree("sys.cpufreq.current", fact.tree), "cpufreq.scaling_cur_freq"))


def online(fact: Fact) -> Value:
    cpus = members(str(of_tree("sys.cpu", fact.tree)["cpu.online"]))
    return int(int(fact.entity.removeprefix("cpu")) in cpus) if fact.entity else len(cpus)


def online_nodes(fact: Fact) -> Value:
    nodes = members(str(of_tree("sys.node", fact.tree)["node.state[online]"]))
    return int(int(fact.entity.removeprefix("node")) in nodes) if fact.entity else len(nodes)


def running(fact: Fact) -> Value:
    """lstopo leaves out CPUs that are offline, which /proc/cpuinfo of ia64 and POWER still has."""
    listed = of_tree("sys.cpu", fact.tree).get("cpu.online")
    return len(members(str(listed))) if listed else CPUS(fact)


def capacity(fact: Fact) -> Value:
    size, _, unit = str(of_tree("sys.zram", fact.tree)[f"zram.disksize[{fact.entity}]"]).partition(" ")
    return int(size) * KIB if unit == "bytes" else None


def zone(fact: Fact) -> Value:
    name, _, node = fact.entity.partition("::")
    return float(of_tree("proc.zoneinfo", fact.tree)[f"zoneinfo.free[{node} {name}]"]) * KIB


def processes(file: str, metric: str) -> Answer:
    def answer(fact: Fact) -> Value:
        paths = (fact.tree / "proc").glob(f"[0-9]*/{file}")
        return sum(metric in of_text(f"proc.pid.{file}", path.parent.name, path) for path in paths)

    return answer


def group(source: str, file: str, metric: str, unit: float, tree: str = "sys/fs/cgroup") -> Answer:
    """Of the entity's group, or how many groups are read. The root's numbers are the host's and not told again: its
    file is read as another group's."""

    def answer(fact: Fact) -> Value:
        folder = fact.tree / tree
        if not fact.entity:
            return sum(
                of_text(source, path.relative_to(folder).as_posix(), path) is not None for path in folder.rglob(file)
            )
        mount = "" if tree.startswith("sys") else f"{tree.rpartition('/')[2]}/"
        name = fact.entity.strip("/") or "x"
        said = of_text(source, f"{mount}{name}/{file}", folder / fact.entity.strip("/") / file)
        return float(said[f"cgroup.{metric}[/{name}]"]) * unit

    return answer


CPUS = tree_of("proc.cpuinfo", "cpuinfo.processors")
TOPOLOGY = "sys.cpu.topology"
NODES = each("sys.node", "node.MemTotal", "node.numa_hit", "node.distance", "node.cpulist")
USER = group("sys.cgroup.cpu", "cpu.stat", "cpu.user", 1e6)
CURRENT = group("sys.cgroup.memory", "memory.current", "memory.current", 1)
STALLED = group("sys.cgroup.pressure", "cpu.pressure", "pressure.cpu.some", 1e6)
USED = group("sys.cgroup.memory", "memory.usage_in_bytes", "memory.current", 1, "cgroup/memory")
USAGE = group("sys.cgroup.cpu", "cpuacct.usage", "cpu.usage", 1e9, "cgroup/cpuacct")

KINDS = [
    Kind("root", "lscpu:CPU(s)", CPUS),
    Kind("root", "lscpu:Model name", tree_of("proc.cpuinfo", "cpuinfo.model_name")),
    Kind("root", "lscpu:On-line CPU(s) list", same_cpus),
    Kind("root", "lscpu:Hypervisor vendor", hypervisor),
    Kind("root", "lscpu:Socket(s)", tree_of(TOPOLOGY, "cpu.sockets")),
    Kind("root", "lscpu:Thread(s) per core", tree_of(TOPOLOGY, "cpu.threads_per_core")),
    Kind("root", "lscpu:NUMA node(s)", NODES),
    Kind("root", "lstopo:packages", tree_of(TOPOLOGY, "cpu.sockets")),
    Kind("root", "lstopo:cores", tree_of(TOPOLOGY, "cpu.cores")),
    Kind("root", "lstopo:pu", running),
    Kind("root", "lstopo:numanodes", NODES),
    Kind("", "pcp:disk.dev.read", tree_of("proc.diskstats", "diskstats.read_ios[{}]")),
    Kind("", "pcp:disk.dev.write_bytes *", kib_written),
    Kind("", "pcp:count(disk.dev.*)", count_of_disks),
    Kind("", "pcp:disk.all.total", all_transfers),
    Kind("", "pcp:disk.dm.total", mapped),
    Kind("", "pcp:count(disk.dm.total)", each("sys.block.stack", "block.dm_uuid")),
    Kind("", "pcp:cgroup.cpu.stat.user *", USER),
    Kind("", "pcp:count(cgroup.cpu.stat.user)", USER),
    Kind("", "pcp:cgroup.memory.current *", CURRENT),
    Kind("", "pcp:count(cgroup.memory.current)", CURRENT),
    Kind("", "pcp:cgroup.pressure.cpu.some.total *", STALLED),
    Kind("", "pcp:count(cgroup.pressure.cpu.some.total)", STALLED),
    Kind("", "pcp:cgroup.memory.usage *", USED),
    Kind("", "pcp:count(cgroup.memory.usage)", USED),
    Kind("", "pcp:cgroup.cpuacct.usage *", USAGE),
    Kind("", "pcp:count(cgroup.cpuacct.usage)", USAGE),
    Kind("", "pcp:hinv.cpu.clock *", clock, within=0.0005),
    Kind("", "pcp:count(hinv.cpu.clock)", clocks),
    Kind("", "pcp:*hinv.cpu.online*", online),
    Kind("", "pcp:*hinv.node.online*", online_nodes),
    Kind("", "pcp:fchost.in.bytes", tree_of("sys.class.fc_host", "fc.tx_frames[{}]")),  # PCP has their names mixed up
    Kind("", "pcp:count(fchost.in.bytes)", each("sys.class.fc_host", "fc.rx_words", "fc.port_state")),
    Kind("", "pcp:kernel.all.cpu.user *", tree_of("proc.stat", "stat.cpu.user", unit=1000)),
    Kind("", "pcp:kernel.all.cpu.idle *", tree_of("proc.stat", "stat.cpu.idle", unit=1000)),
    Kind("", "pcp:mem.physmem *", tree_of("proc.meminfo", "meminfo.MemTotal", unit=KIB)),
    Kind("", "pcp:mem.freemem *", tree_of("proc.meminfo", "meminfo.MemFree", unit=KIB)),
    Kind("", "pcp:mem.numa.util.total *", tree_of("sys.node", "node.MemTotal[{}]", unit=KIB)),
    Kind("", "pcp:count(mem.numa.util.total)", each("sys.node", "node.MemTotal")),
    Kind("", "pcp:mem.numa.alloc.hit", tree_of("sys.node", "node.numa_hit[{}]")),
    Kind("", "pcp:count(mem.numa.alloc.hit)", each("sys.node", "node.numa_hit")),
    Kind("", "pcp:mem.zoneinfo.free *", zone),
    Kind("", "pcp:count(mem.zoneinfo.free)", each("proc.zoneinfo", "zoneinfo.free")),
    Kind("", "pcp:mem.hugepages.free *", tree_of("sys.hugepages", "hugepages.free_hugepages[{}]", unit=1024 * 1024)),
    Kind("", "pcp:count(mem.hugepages.free)", each("sys.hugepages", "hugepages.free_hugepages")),
    Kind("", "pcp:mem.ksm.pages_sharing", tree_of("sys.ksm", "ksm.pages_sharing")),
    Kind("", "pcp:nfs3.client.calls", tree_of("proc.net.rpc.nfs", "nfs.calls[v3]")),
    Kind("", "pcp:rpc.server.rpccnt", tree_of("proc.net.rpc.nfsd", "nfsd.rpc.calls")),
    Kind("", "pcp:network.ip.inreceives", input_of("proc.net.snmp", "snmp.Ip.InReceives")),
    Kind("", "pcp:network.udp.indatagrams", input_of("proc.net.snmp", "snmp.Udp.InDatagrams")),
    Kind("", "pcp:network.icmp.inmsgs", input_of("proc.net.snmp", "snmp.Icmp.InMsgs")),
    Kind("", "pcp:network.ip6.inreceives", input_of("proc.net.snmp6", "snmp6.Ip6InReceives")),
    Kind("", "pcp:proc.psinfo.rss *", of_process("stat", "proc.rss", KIB)),
    Kind("", "pcp:count(proc.psinfo.rss)", processes("stat", "proc.rss")),
    Kind("", "pcp:proc.schedstat.cpu_time *", of_process("schedstat", "proc.run_time", 1e9)),
    Kind("", "pcp:count(proc.schedstat.cpu_time)", processes("schedstat", "proc.run_time")),
    Kind(
        "", "pcp:*proc.memory.datrss*", reason="address space for data, most of which nobody ever touched",
        unless=("proc/PID/statm", "proc.VmData"),
    ),
    Kind("", "pcp:xfs.write", tree_of("proc.fs.xfs.stat", "xfs.write_calls")),
    Kind("", "pcp:zram.capacity *", capacity),
    Kind("", "pcp:count(zram.capacity)", each("sys.zram", "zram.orig_data_size")),
]  # fmt: skip
