"""Files and print-outs recorded alone, against what others expect of them: what no other test here goes over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snapper.collectors.kernel.kernel_log import lines_of
from snapper.collectors.programs.pid_stat import identify
from tests.collectors.corpus_cases import cases, outcome
from tests.collectors.corpus_expected import (
    BELOW_DISK,
    JC_DISK,
    TICK,
    US,
    Expect,
    diskstats,
    of_df,
    of_host_stat,
    of_insights,
    of_jc,
    of_stat,
    of_unit_test,
    quoted,
    worth,
)
from tests.collectors.corpus_expected_insights import BY_INSIGHTS
from tests.collectors.corpus_sources import of_tree
from tests.collectors.corpus_trees import told

BY_JC: dict[str, Expect] = {
    "jc/centos-7.7-df": of_df,
    "jc/linux-proc-cpuinfo2": lambda told: {
        "cpuinfo.processors": str(len(told)),
        "cpuinfo.model_name": told[0]["model name"],
        "cpuinfo.flags": " ".join(sorted(told[0]["flags"])),
    },
    "jc/linux-proc-diskstats": lambda told: diskstats("loop0", told[0], JC_DISK),
    "jc/linux-proc-pid_stat": of_stat,
    "jc/linux-proc-pid_stat_hack": of_stat,
    "jc/linux-proc-stat2": of_host_stat,
}
BY_UNIT_TESTS: dict[str, Expect] = {
    "below/cgroupfs-test_cpu_pressure_full-cpu.pressure-087d": lambda told: {
        f"cgroup.pressure.cpu.{who}[/x.slice]": worth(told[f"val.{who}.total"]) * US for who in ("some", "full")
    },
    "below/cgroupfs-test_io_pressure_success-io.pressure-61af": lambda told: {
        f"cgroup.pressure.io.{who}[/x.slice]": worth(told[f"val.{who}.total"]) * US for who in ("some", "full")
    },
    "below/cgroupfs-test_memory_stat_overflow-memory.stat-eac1": lambda told: {
        "cgroup.memory.slab[/x.slice]": worth(told["val.slab"])
    },
    "below/procfs-test_disk_stat-diskstats-91a9": lambda told: diskstats(
        "vda", {name.removeprefix("vda_stat."): value.replace("_", "") for name, value in told.items()}, BELOW_DISK
    ),
    "below/procfs-test_pid_io-io-d8ea": lambda told: {
        "proc.read_bytes": worth(told["pidio.rbytes"]),
        "proc.write_bytes": worth(told["pidio.wbytes"]),
    },
    "below/procfs-test_pid_stat-stat-cec8": lambda told: {
        "proc.minflt": worth(told["pidstat.minflt"]),
        "proc.majflt": worth(told["pidstat.majflt"]),
        "proc.utime": worth(told["pidstat.user_usecs"]) * US,
        "proc.stime": worth(told["pidstat.system_usecs"]) * US,
        "proc.num_threads": worth(told["pidstat.num_threads"]),
    },
    "below/procfs-test_pid_cmdline-cmdline-c2b7": lambda told: {"proc.cmdline": " ".join(quoted(told["cmdline"]))},
    "below/procfs-test_read_mountinfo-mountinfo-8d10": lambda told: {
        f"mount.root[{quoted(told[f'{mount}.mount_point'])[0]}]": quoted(told[f"{mount}.root"])[0]
        for mount in ("mount_info_vda3", "mount_info_vda1")
    },
    "below/procfs-test_read_all_tid_info_of_pid-stat_tid1-e07f": lambda told: {
        "proc.blocked": float(told["tid1_info.stat.state"] == "PidState::DiskSleep"),
        "proc.zombies": float(told["tid1_info.stat.state"] == "PidState::Zombie"),
    },
    "below/procfs-test_read_all_tid_info_of_pid-io_tid2-0fce": lambda told: {
        "proc.read_bytes": worth(told["tid2_info.io.rbytes"]),
        "proc.write_bytes": worth(told["tid2_info.io.wbytes"]),
    },
    "psutil/test_avail_old_comes_from_kernel": lambda told: {"meminfo.MemAvailable": worth(told["ret.available"])},
    "psutil/test_no_space_after_colon": lambda told: {
        "meminfo.SwapTotal": worth(told["swap.total"]),
        "meminfo.SwapFree": worth(told["swap.free"]),
    },
    "psutil/test_cpu_steal_decrease-2": lambda told: {"stat.cpu.steal": worth(told["cpu_times_percent.steal"]) * TICK},
    "psutil/test_emulate_include_partitions": lambda told: {
        "diskstats.read_ios[nvme0n1]": worth(told["ret['nvme0n1'].read_count"]),
        "diskstats.partition.read_ios[nvme0n1p1]": worth(told["ret['nvme0n1p1'].read_count"]),
        "diskstats.write_ios[nvme0n1]": worth(told["ret['nvme0n1'].write_count"]),
        "diskstats.partition.write_ios[nvme0n1p1]": worth(told["ret['nvme0n1p1'].write_count"]),
    },
    "psutil/test_status_file_parsing": lambda told: {
        "proc.voluntary_ctxt_switches": worth(told["p.num_ctx_switches().voluntary"]),
        "proc.Threads": worth(told["p.num_threads()"]),
    },
}


@pytest.mark.parametrize(
    ("case", "read", "expect"),
    [
        (case, read, expect)
        for read, table in ((of_insights, BY_INSIGHTS), (of_jc, BY_JC), (of_unit_test, BY_UNIT_TESTS))
        for case, expect in table.items()
    ],
)
def test_a_recording_reads_as_others_read_it(
    corpus: Path, case: str, read: Callable[[Path, str], Any], expect: Expect
) -> None:
    said = outcome(cases(corpus)[case]).said
    expected = expect(read(corpus, case))

    assert expected
    assert {name: said.get(name) for name in expected} == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
    }


@pytest.mark.parametrize(
    ("case", "expression"),
    [
        ("below/procfs-test_read_all_pids-stat-e4dd", "pidmap[&1024].stat.comm"),
        ("below/procfs-test_read_all_tid_info_of_pid-stat_tid1-e07f", "tid1_info.stat.comm"),
    ],
)
def test_a_process_has_the_name_that_below_reads(corpus: Path, case: str, expression: str) -> None:
    text = (corpus / case / "input").read_text(encoding="utf-8")

    assert [identify(text).comm] == quoted(of_unit_test(corpus, case)[expression])


def test_a_log_has_the_lines_that_insights_reads(corpus: Path) -> None:
    case = "insights/dmesg_log-DMESG_EXAMPLE"
    lines = lines_of((corpus / case / "input").read_text(encoding="utf-8"))

    assert [f"[{line.seconds:12.6f}] {line.text}" for line in lines] == of_insights(corpus, case)["lines"]


@pytest.mark.parametrize(("case", "host"), [("hwloc/2i386-2c-nohugepage", ["0"]), ("hwloc/40intel64-*", list("0123"))])
def test_nodes_have_the_memory_that_lstopo_finds(corpus: Path, case: str, host: list[str]) -> None:
    [path] = corpus.glob(case)
    expected = told(corpus, path.relative_to(corpus).as_posix())["node_local_memory_bytes"]

    nodes = {f"node.MemTotal[node{node}]": expected[node] for node in host}
    if not (path / "root/sys/devices/system/node").is_dir():  # a kernel without NUMA: all of it is one node's
        assert of_tree("proc.meminfo", path / "root")["meminfo.MemTotal"] == sum(nodes.values())
    else:
        said = of_tree("sys.node", path / "root")
        assert {name: said[name] for name in nodes} == nodes
