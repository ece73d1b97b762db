"""What other programs make of the same recordings: prometheus/procfs, PCP, jc, below and insights agree with us.

Fields that a program leaves out, or names without a value, are not compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.collectors.corpus_reads import recording, recordings
from tests.collectors.corpus_trees import Said, of_procfs, told

KIB = 1024
SECTOR = 512


def differing(wanted: dict[str, float], said: Said, tolerance: float = 1e-6) -> dict[str, Any]:
    return {
        name: (value, said.get(name))
        for name, value in wanted.items()
        if name not in said or said[name] != pytest.approx(value, abs=tolerance)
    }


MODES = {"User": "user", "Nice": "nice", "System": "system", "Idle": "idle", "Iowait": "iowait", "IRQ": "irq",
         "SoftIRQ": "softirq", "Steal": "steal", "Guest": "guest", "GuestNice": "guest_nice"}  # fmt: skip
MEMINFO = {"ActiveAnon": "Active(anon)", "ActiveFile": "Active(file)", "CommittedAS": "Committed_AS",
           "InactiveAnon": "Inactive(anon)", "InactiveFile": "Inactive(file)", "NFSUnstable": "NFS_Unstable",
           "HugePagesTotal": "HugePages_Total", "HugePagesFree": "HugePages_Free", "HugePagesRsvd": "HugePages_Rsvd",
           "HugePagesSurp": "HugePages_Surp"}  # fmt: skip
DISK = {"ReadIOs": ("read_ios", 1), "ReadMerges": ("read_merges", 1), "ReadSectors": ("read_sectors", SECTOR),
        "ReadTicks": ("read_ticks", 0.001), "WriteIOs": ("write_ios", 1), "WriteSectors": ("write_sectors", SECTOR),
        "WriteTicks": ("write_ticks", 0.001), "IOsInProgress": ("in_flight", 1), "IOsTotalTicks": ("io_ticks", 0.001),
        "WeightedIOTicks": ("time_in_queue", 0.001), "DiscardIOs": ("discard_ios", 1),
        "DiscardSectors": ("discard_sectors", SECTOR), "FlushRequestsCompleted": ("flush_ios", 1)}  # fmt: skip
SOFTIRQS = {"Hi": "HI", "Timer": "TIMER", "NetTx": "NET_TX", "NetRx": "NET_RX", "Block": "BLOCK", "Tasklet": "TASKLET",
            "Sched": "SCHED", "HRTimer": "HRTIMER", "RCU": "RCU"}  # fmt: skip


def of_stat(found: Any, said: Said) -> dict[str, float]:
    counts = {"ctxt": "ContextSwitches", "processes": "ProcessCreated", "procs_running": "ProcessesRunning"}
    times = {f"stat.cpu.{ours}": found["CPUTotal"][theirs] for theirs, ours in MODES.items()}
    return {
        **{name: value for name, value in times.items() if name in said or value},  # older kernels have fewer columns
        **{f"stat.{ours}": found[theirs] for ours, theirs in counts.items() if f"stat.{ours}" in said or found[theirs]},
    }


def of_meminfo(found: Any, _said: Said) -> dict[str, float]:
    scale = {name: 1 if name.startswith("HugePages") else KIB for name in found}
    return {f"meminfo.{MEMINFO.get(name, name)}": value * scale[name] for name, value in found.items()}


def of_diskstats(found: Any, said: Said) -> dict[str, float]:
    return {
        f"diskstats.{ours}[{disk['DeviceName']}]": disk[theirs] * scale
        for disk in found
        for theirs, (ours, scale) in DISK.items()
        if f"diskstats.{ours}[{disk['DeviceName']}]" in said
    }


def of_loadavg(found: Any, _said: Said) -> dict[str, float]:
    return {f"loadavg.{name.lower()}": value for name, value in found.items()}


def of_softirqs(found: Any, _said: Said) -> dict[str, float]:
    return {f"softirqs.{ours}": sum(found[theirs]) for theirs, ours in SOFTIRQS.items()}


def of_schedstat(found: Any, _said: Said) -> dict[str, float]:
    cpus = found["CPUs"]
    return {
        "schedstat.run_delay": sum(cpu["WaitingNanoseconds"] for cpu in cpus) / 1e9,
        "schedstat.rq_cpu_time": sum(cpu["RunningNanoseconds"] for cpu in cpus) / 1e9,
        "schedstat.pcount": sum(cpu["RunTimeslices"] for cpu in cpus),
    }


def of_pressure(found: Any, said: Said) -> dict[str, float]:
    key = next(iter(said)).split(".")[1]
    return {
        f"pressure.{key}.{who.lower()}.{name.lower()}": value / (1e6 if name == "Total" else 100)
        for who, line in found.items()
        for name, value in (line or {}).items()
    }


@pytest.mark.parametrize(
    ("file", "wanted", "least"),
    [
        ("stat", of_stat, 20),
        ("meminfo", of_meminfo, 20),
        ("diskstats", of_diskstats, 15),
        ("loadavg", of_loadavg, 5),
        ("softirqs", of_softirqs, 5),
        ("schedstat", of_schedstat, 1),
        ("pressure/cpu", of_pressure, 5),
        ("pressure/memory", of_pressure, 5),
        ("pressure/io", of_pressure, 5),
        ("pressure/irq", of_pressure, 1),
    ],
)
def test_procfs_reads_the_same(corpus: Path, file: str, wanted: Any, least: int) -> None:
    compared, wrong = 0, {}

    for tree, found in of_procfs(corpus, file):
        case, side = tree.parent.relative_to(corpus).as_posix(), tree.name
        said = recording(corpus, case, f"{side}/proc/{file}").said()
        values = wanted(found, said)
        compared += bool(values)
        if differences := differing(values, said):
            wrong[case, side] = differences

    assert compared >= least
    assert not wrong


def test_pcp_takes_the_same_names_for_disks_and_for_partitions(corpus: Path) -> None:
    numbers = {"read": "read_ios", "write": "write_ios"}
    compared, wrong = 0, {}

    for path in sorted(corpus.glob("*/*/root/proc/diskstats")):
        if not (path.parents[2] / "expected.pcp.json").is_file():
            continue
        case = path.parents[2].relative_to(corpus).as_posix()
        found = told(corpus, case, "expected.pcp.json")
        said = recording(corpus, case, "root/proc/diskstats").said()
        for group, prefix in (("disk.dev", "diskstats"), ("disk.partitions", "diskstats.partition")):
            for theirs, ours in numbers.items():
                values = found.get(f"{group}.{theirs}", {})
                compared += len(values)
                wanted = {f"{prefix}.{ours}[{name}]": value for name, value in values.items()}
                idle = {name for name in wanted if wanted[name] == 0 and name not in said}
                wrong.update(differing({name: wanted[name] for name in wanted if name not in idle}, said))

    assert compared > 100
    assert not wrong


@pytest.mark.parametrize("case", ["pcp/meminfo-root-001", "pcp/meminfo-root-005"])
def test_pcp_reads_the_same_vmstat(corpus: Path, case: str) -> None:
    found = told(corpus, case, "expected.pcp.json")
    said = recording(corpus, case, "root/proc/vmstat").said()
    theirs = {name.removeprefix("mem."): value for name, value in found.items() if name.startswith("mem.vmstat.")}
    scale = {name: KIB if name in {"vmstat.pgpgin", "vmstat.pgpgout"} else 1 for name in theirs}
    levels = {name for name in said if theirs.get(name) and said[name] == theirs[name] * 4096}

    wanted = {name: value * scale[name] for name, value in theirs.items() if name in said and name not in levels}

    assert len(wanted) > 80
    assert not differing(wanted, said)
    assert {"vmstat.nr_free_pages", "vmstat.nr_mapped", "vmstat.nr_dirty_threshold"} <= levels
    assert not {"vmstat.nr_dirtied", "vmstat.nr_written", "vmstat.pgfault", "vmstat.nr_kernel_stack"} & levels


def test_jc_reads_the_same_meminfo_and_vmstat(corpus: Path) -> None:
    meminfo = told(corpus, "jc/linux-proc-meminfo")
    vmstat = told(corpus, "jc/linux-proc-vmstat")
    memory = {
        f"meminfo.{name}": value * (1 if name.startswith("HugePages_") else KIB) for name, value in meminfo.items()
    }
    counters = {
        f"vmstat.{name}": value for name, value in vmstat.items() if name.startswith(("pgs", "pgf", "numa", "thp"))
    }

    assert not differing(memory, alone(corpus, "jc/linux-proc-meminfo", "proc.meminfo"))
    assert not differing(counters, alone(corpus, "jc/linux-proc-vmstat", "proc.vmstat"))


def test_jc_counts_the_same_interrupts(corpus: Path) -> None:
    rows = told(corpus, "jc/linux-proc-interrupts")
    said = alone(corpus, "jc/linux-proc-interrupts", "proc.interrupts")
    devices = sum(sum(row["interrupts"]) for row in rows if row["irq"].isdecimal())
    ours = sum(float(value) for name, value in said.items() if name.startswith("interrupts.device["))

    assert ours == devices
    assert said["interrupts.cpu[LOC]"] == next(sum(row["interrupts"]) for row in rows if row["irq"] == "LOC")


def test_below_and_insights_read_the_same_memory(corpus: Path) -> None:
    below = "below/procfs-test_meminfo_success-meminfo-cce4"
    expressions = told(corpus, below, "expected.values.json")
    total = next(expression for name, expression in expressions if name == "meminfo.total")
    [insights] = told(corpus, "insights/meminfo-MEMINFO")
    said = {name.lower(): value for name, value in alone(corpus, "insights/meminfo-MEMINFO", "proc.meminfo").items()}

    theirs = {
        f"meminfo.{name}": value
        for name, value in insights["result"]["data"].items()
        if isinstance(value, int) and not name.startswith("hugepages_")
    }

    assert alone(corpus, below, "proc.meminfo")["meminfo.MemTotal"] == int(total.split()[0]) * KIB
    assert len(theirs) > 30
    assert not differing(theirs, said)


def alone(corpus: Path, case: str, source: str) -> Said:
    return next(each for each in recordings(corpus, source) if each.case == case).said()
