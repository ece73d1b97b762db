"""Files and print-outs recorded alone, against what others expect of them: what no other test here goes over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.corpus_cases import cases, outcome
from tests.collectors.corpus_expected import (
    BELOW_DISK,
    JC_DISK,
    US,
    Expect,
    diskstats,
    of_cgroups,
    of_df,
    of_failed,
    of_host_stat,
    of_insights,
    of_jc,
    of_md,
    of_slabs,
    of_sockstat,
    of_softnet,
    of_stat,
    of_unit_test,
    worth,
)

BY_INSIGHTS: dict[str, Expect] = {
    "insights/cgroups-cgroups_content": of_cgroups,
    "insights/cpu_vulns-INPUT_MELTDOWN": lambda told: {"cpu.vulnerability[meltdown]": told["value"]},
    "insights/cpu_vulns-INPUT_SPECTRE_V2_RHEL_6": lambda told: {"cpu.vulnerability[meltdown]": told["value"]},
    "insights/cpu_vulns-INPUT_SPEC_STORE_BYPASS_3": lambda told: {"cpu.vulnerability[meltdown]": told["value"]},
    "insights/df-DF_AL_BS_2MB": lambda told: {
        f"df.{name}[/]": int(told["data"][0][column]) * told["block_size"]
        for column, name in ((1, "size"), (2, "used"), (3, "avail"))
    },
    "insights/kubepods_cpu_quota-KUBEPODS_CPU_QUOTA_2": lambda told: {
        "cgroup.cpu.cfs_quota_us[/kubepods]": str(told["cpu_quota"])
    },
    "insights/sys_kernel-SYS_KERNEL_RUNTIME_CONTENT_2": lambda told: {
        "sysctl[kernel.sched_rt_runtime_us]": str(told["runtime_us"])
    },
    **{
        f"insights/transparent_hugepage-ENABLED_{option}": lambda told: {"thp.enabled": told["active_option"]}
        for option in ("ALWAYS", "MADVISE", "NEVER")
    },
    "insights/virt_what-VW_OUT3": lambda told: {"virt.what": " ".join([told["generic"], *told["specifics"]])},
    "insights/ksmstate-KSMSTATE0": lambda told: {"ksm.setting[run]": told["value"]},
    "insights/ksmstate-KSMSTATE2": lambda told: {"ksm.setting[run]": told["value"]},
    "insights/lru_gen_enabled-LRU_GEN_DISABLED": lambda told: {"mglru.enabled": f"0x{told['features']:04x}"},
    "insights/lru_gen_enabled-LRU_GEN_ENABLED": lambda told: {"mglru.enabled": f"0x{told['features']:04x}"},
    "insights/mdadm-MDADM_D_CONTENT_MD0": of_md,
    "insights/mdadm-MDADM_D_CONTENT_MD1": of_md,
    "insights/mdadm-MDADM_D_CONTENT_MULTI_DEVICES": of_md,
    "insights/mdstat-MDSTAT_TEST_2": of_failed,
    "insights/numa_cpus-NODE1_CPULIST": lambda told: {"node.cpulist[node0]": ",".join(told["_cpu_ranges"])},
    "insights/scheduler-SDA_SCHEDULER": lambda told: {"block.scheduler[sda]": told["active_scheduler"]},
    "insights/scheduler-SDB_SCHEDULER": lambda told: {"block.scheduler[sda]": told["active_scheduler"]},
    "insights/sendq_recvq_socket_buffer-RECVQ_SOCKET_BUFFER": lambda told: {"sysctl[net.ipv4.tcp_rmem]": told["raw"]},
    "insights/slabinfo-SLABINFO_DOC": of_slabs,
    "insights/sockstat-SOCK_STATS_DOC": of_sockstat,
    **{f"insights/softnet_stat-SOFTNET_STAT_{number}": of_softnet for number in (3, 4, 5)},
}
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
    "below/procfs-test_read_all_tid_info_of_pid-io_tid2-0fce": lambda told: {
        "proc.read_bytes": worth(told["tid2_info.io.rbytes"]),
        "proc.write_bytes": worth(told["tid2_info.io.wbytes"]),
    },
    "psutil/test_avail_old_comes_from_kernel": lambda told: {"meminfo.MemAvailable": worth(told["ret.available"])},
    "psutil/test_no_space_after_colon": lambda told: {
        "meminfo.SwapTotal": worth(told["swap.total"]),
        "meminfo.SwapFree": worth(told["swap.free"]),
    },
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
    ("case", "told", "expect"),
    [
        (case, told, expect)
        for told, table in ((of_insights, BY_INSIGHTS), (of_jc, BY_JC), (of_unit_test, BY_UNIT_TESTS))
        for case, expect in table.items()
    ],
)
def test_a_recording_reads_as_others_read_it(
    corpus: Path, case: str, told: Callable[[Path, str], Any], expect: Expect
) -> None:
    said = outcome(cases(corpus)[case]).said
    expected = expect(told(corpus, case))

    assert expected
    assert {name: said.get(name) for name in expected} == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
    }
