"""What insights makes of files and print-outs that no other test here goes over, in our readings' names and units."""

from __future__ import annotations

import re
from typing import Any

from tests.collectors.corpus_expected import (
    Expect,
    of_cgroups,
    of_failed,
    of_md,
    of_slabs,
    of_sockstat,
    of_softnet,
)


def of_docker(told: Any) -> dict[str, Any]:
    """Containers by the image that they run; an image's digest names nothing."""
    found: dict[str, Any] = {"docker.containers[running]": 0, "docker.containers[exited]": 0}
    for row in told["rows"]:
        state = "running" if row["STATUS"].startswith("Up") else "exited"
        image = "unnamed" if re.fullmatch("[0-9a-f]{64}", row["IMAGE"]) else row["IMAGE"]
        code = re.search(r"\(([0-9]+)\)", row["STATUS"])
        found[f"docker.containers[{state}]"] += 1
        found |= {
            f"docker.image[{image}]": row["IMAGE"],
            f"docker.state[{image}]": f"{state} {code[1]}" if code else state,
        }
    return found


def of_queues(told: Any) -> dict[str, Any]:
    """A counter that every queue of a card has is told of the card."""
    lost = [value for name, value in told["data"].items() if name.endswith("rx_drops_no_frags")]
    return {"ethtool.lost[eth0 rxq_rx_drops_no_frags]": sum(lost)}


def of_rings(told: Any) -> dict[str, Any]:
    """Of what is no number insights says -2, and we the word itself."""
    names = ("rx", "rx-mini", "rx-jumbo", "tx")
    return {
        f"{metric}[eth0 {name}]": str(value) if value != -2 else "some-unexpected-value"
        for metric, values in (("ethtool.ring", told["current"]), ("ethtool.ring_maximum", told["max"]))
        for name, value in zip(names, values, strict=True)
    }


def of_card(told: Any) -> dict[str, Any]:
    faults = ("fragments", "fcs_errors", "align_errors", "frame_too_long_errors", "jabbers")
    lost = ("xoff_pause_rcvd", "xoff_entered")
    return {
        f"ethtool.{metric}[eth0 rx_{name}]": told["data"][f"rx_{name}"]
        for metric, names in (("faults", faults), ("lost", lost))
        for name in names
    }


def of_pool(told: Any) -> dict[str, Any]:
    """Metadata and data of a thin pool, as used/all blocks."""
    [(name, parameters)] = [(row[0], row[4]) for row in told if row[3] == "thin-pool"]
    used = [int(part.split("/")[0]) / int(part.split("/")[1]) for part in parameters.split()[1:3]]
    return {f"dm.thin_pool_metadata[{name}]": used[0], f"dm.thin_pool_data[{name}]": used[1]}


def of_scsi(told: Any) -> dict[str, Any]:
    return {
        "scsi.device[{}]".format(
            ":".join(
                str(int(part)) for part in (row["host"].removeprefix("scsi"), row["channel"], row["id"], row["lun"])
            )
        ): f"{row['vendor']} {row['model']} {row['rev']} {row['type']}"
        for row in told["data"]
    }


def of_init(told: Any) -> dict[str, Any]:
    """systemd's own hierarchy, the container's id folded."""
    return {"proc.cgroup": re.sub("[0-9a-f]{64}", "*", told["data"]["name=systemd"][1])}


def of_examined(told: Any) -> dict[str, Any]:
    names = {"level": "Raid Level", "raid_devices": "Raid Devices", "state": "State"}
    return {f"mdadm.{ours}[loop0]": told[theirs] for ours, theirs in names.items()}


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
    "insights/dmsetup-DMSETUP_STATUS_2": of_pool,
    "insights/docker_list-DOCKER_LIST_CONTAINERS": of_docker,
    "insights/ethtool-ETHTOOL_S_eth0_1": of_queues,
    "insights/ethtool-TEST_ETHTOOL_G_4": of_rings,
    "insights/ethtool-TEST_ETHTOOL_I_MISSING_KEYS": lambda told: {
        "ethtool.driver[eth0]": told["driver"],
        "ethtool.bus_info[eth0]": told["bus_info"],
    },
    "insights/ethtool-TEST_ETHTOOL_S_DOCS": of_card,
    "insights/init_process_cgroup-CGROUP_CONTAINER": of_init,
    "insights/lsblk-LSBLK_EXT_DATA_FAILED_PATH": lambda told: {
        f"lsblk.type[{name}]": row["TYPE"] for name, row in told["device_data"].items()
    },
    "insights/mdadm-MDADM_CONTENT": of_examined,
    "insights/mdstat-MDSTAT_TEST_4": of_failed,
    "insights/scsi-SCSI_OUTPUT_SINGLE_SPACED_ANSI_SCSI": of_scsi,
    "insights/smartctl-NETAPP_DRIVE": lambda told: {
        "smart.failing[eth0]": int(told["information"]["SMART Health Status"] != "OK")
    },
    "insights/vma_ra_enabled_s390x-INPUT_VMA_1": lambda told: {"mm.vma_ra_enabled": str(told["ra_enabled"])},
}
