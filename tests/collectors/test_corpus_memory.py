"""Memory of other machines: settings, nodes, swap, huge, merged and compressed pages, mappings, shared memory."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.collectors.corpus_trees import of_nodes, parsed, text_of, told

KIB, PAGE = 1024, 4096

SETTINGS = {
    "insights/ksmstate-KSMSTATE0": ("sys.ksm", "run", "ksm.setting[run]", "0"),
    "insights/ksmstate-KSMSTATE2": ("sys.ksm", "run", "ksm.setting[run]", "2"),
    "insights/ksmstate-KSMSTATE_ab2": ("sys.ksm", "run", "", "a whole number"),
    "insights/lru_gen_enabled-LRU_GEN_DISABLED": ("sys.mglru", "enabled", "mglru.enabled", "0x0000"),
    "insights/lru_gen_enabled-LRU_GEN_ENABLED": ("sys.mglru", "enabled", "mglru.enabled", "0x0004"),
    "insights/transparent_hugepage-ENABLED_ALWAYS": ("sys.thp", "enabled", "thp.enabled", "always"),
    "insights/transparent_hugepage-ENABLED_MADVISE": ("sys.thp", "enabled", "thp.enabled", "madvise"),
    "insights/transparent_hugepage-ENABLED_NEVER": ("sys.thp", "enabled", "thp.enabled", "never"),
    "insights/transparent_hugepage-THP_SHMEM_ENABLED_ENABLE_EMPTY": ("sys.thp", "shmem_enabled", "", "brackets"),
    "insights/vma_ra_enabled_s390x-INPUT_VMA_1": ("sys.mm", "vma_ra_enabled", "mm.vma_ra_enabled", "True"),
    "insights/numa_cpus-NODE0_CPULIST": (
        "sys.node", "node0/cpulist", "node.cpulist[node0]", ",".join(map(str, range(0, 48, 2))),
    ),
    "insights/numa_cpus-NODE1_CPULIST": (
        "sys.node", "node1/cpulist", "node.cpulist[node1]", ",".join(map(str, range(1, 48, 2))),
    ),
}  # fmt: skip
"""Source, key, the reading and its value; no reading where it is to be refused, for want of that."""


@pytest.mark.parametrize("case", sorted(SETTINGS))
def test_single_settings(corpus: Path, case: str) -> None:
    source, key, name, value = SETTINGS[case]
    text = text_of(corpus / case / "input")

    if not name:
        with pytest.raises(ValueError, match=value):
            parsed(source, text, key)
    else:
        assert parsed(source, text, key) == {name: value}


def test_swap_devices(corpus: Path) -> None:
    known = parsed("proc.swaps", text_of(corpus / "procfs/fixtures-proc/root/proc/swaps"))
    none = parsed("proc.swaps", text_of(corpus / "util-linux/lsblk-multi-devs-bcachefs/root/proc/swaps"))

    (swap,) = told(corpus, "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["swaps"]
    assert known == {
        f"swaps.size[{swap['Filename']}]": swap["Size"] * KIB,
        f"swaps.used[{swap['Filename']}]": swap["Used"] * KIB,
        f"swaps.priority[{swap['Filename']}]": str(swap["Priority"]),
        f"swaps.type[{swap['Filename']}]": swap["Type"],
    }
    assert none == {}


def test_nodes_read_as_pcp_and_node_exporter_read_them(corpus: Path) -> None:
    fields = {"total": "MemTotal", "free": "MemFree", "used": "MemUsed", "filePages": "FilePages",
              "anonpages": "AnonPages", "shmem": "Shmem", "slab": "Slab", "unevictable": "Unevictable"}  # fmt: skip
    origins = {"hit": "numa_hit", "miss": "numa_miss", "foreign": "numa_foreign", "interleave_hit": "interleave_hit",
               "local_node": "local_node", "other_node": "other_node"}  # fmt: skip
    for case in ("pcp/meminfo-root-001", "pcp/meminfo-root-005"):
        theirs = told(corpus, case, "expected.pcp.json")
        found = of_nodes(corpus / case / "root/sys/devices/system/node")
        for name, ours in fields.items():
            assert found[f"node.{ours}[node0]"] == theirs[f"mem.numa.util.{name}"]["node0"] * KIB
        for name, ours in origins.items():
            assert found[f"node.{ours}[node0]"] == theirs[f"mem.numa.alloc.{name}"]["node0"]
    case = corpus / "node_exporter/fixtures-sys"
    found = of_nodes(case / "root/sys/devices/system/node")
    for name, labels, value in told(corpus, "node_exporter/fixtures-sys", "expected.prometheus.json"):
        field = name.removeprefix("node_memory_numa_").removesuffix("_total")
        ours = f"node.{field}[node{labels.get('node')}]"
        if name.startswith("node_memory_numa_") and ours in found:
            assert found[ours] == pytest.approx(float(value)), name


def test_huge_pages_read_as_pcp_reads_them(corpus: Path) -> None:
    case = corpus / "pcp/sysfs-hugepages-002"
    tree = case / "root/sys/kernel/mm/hugepages"
    found: dict[str, float | str] = {}
    for path in tree.glob("*/*"):
        found |= parsed("sys.hugepages", text_of(path), str(path.relative_to(tree)))

    theirs = told(corpus, "pcp/sysfs-hugepages-002", "expected.pcp.json")
    for size, kib in theirs["mem.hugepages.pagesize"].items():
        for name, ours in (("free", "free_hugepages"), ("reserved", "resv_hugepages"), ("surplus", "surplus_hugepages"),
                           ("totalsize", "nr_hugepages")):  # fmt: skip
            assert float(found[f"hugepages.{ours}[{size}]"]) * kib == theirs[f"mem.hugepages.{name}"][size]
    assert len(theirs["mem.hugepages.pagesize"]) == 2


def test_huge_pages_of_every_tree_read(corpus: Path) -> None:
    files = [path for path in corpus.glob("*/*/root/sys/kernel/mm/hugepages/*/*") if path.is_file()]

    for path in files:
        found = parsed("sys.hugepages", text_of(path), f"{path.parent.name}/{path.name}")
        assert len(found) == (path.name not in {"nr_hugepages_mempolicy", "demote", "demote_size"}), path
    assert len(files) > 40


def test_merged_pages_read_as_node_exporter_reads_them(corpus: Path) -> None:
    case = corpus / "node_exporter/fixtures-sys"
    found: dict[str, float | str] = {}
    for path in (case / "root/sys/kernel/mm/ksm").iterdir():
        found |= parsed("sys.ksm", text_of(path), path.name)

    theirs = {
        name.removeprefix("node_ksmd_"): float(value)
        for name, _, value in told(corpus, "node_exporter/fixtures-sys", "expected.prometheus.json")
    }
    for field in ("pages_shared", "pages_sharing", "pages_unshared", "pages_volatile"):
        assert found[f"ksm.{field}"] == theirs[field] * PAGE
    assert found["ksm.full_scans"] == theirs["full_scans_total"]
    assert found["ksm.general_profit"] == theirs["general_profit_bytes"]
    assert found["ksm.setting[pages_to_scan]"] == str(int(theirs["pages_to_scan"]))
    assert len(found) == len(list((case / "root/sys/kernel/mm/ksm").iterdir()))


def test_compressed_disks_read_as_pcp_reads_them(corpus: Path) -> None:
    case = corpus / "pcp/zram-root-001"
    tree = case / "root/sys/block"
    found: dict[str, float | str] = {}
    for path in tree.glob("zram*/*"):
        found |= parsed("sys.zram", text_of(path), str(path.relative_to(tree)))

    theirs = told(corpus, "pcp/zram-root-001", "expected.pcp.json")
    for disk, kib in theirs["zram.capacity"].items():
        assert found.get(f"zram.disksize[{disk}]", "0 bytes") == f"{kib * KIB} bytes"
        for name, ours, unit in (
            ("mm_stat.data_size.original", "orig_data_size", KIB),
            ("mm_stat.data_size.compressed", "compr_data_size", KIB),
            ("mm_stat.mem.used_total", "mem_used_total", KIB), ("mm_stat.mem.max_used", "mem_used_max", KIB),
            ("mm_stat.pages.same", "same_pages", KIB), ("mm_stat.pages.huge", "huge_pages", PAGE),
            ("io_stat.failed.writes", "failed_writes", 1), ("io_stat.notify_free", "notify_free", 1),
        ):  # fmt: skip
            value = float(found[f"zram.{ours}[{disk}]"]) / unit
            assert int(value) == theirs[f"zram.{name}"][disk], name
    assert len(theirs["zram.capacity"]) == 2


def test_the_sum_over_mappings_is_the_sum_over_mappings(corpus: Path) -> None:
    seen = 0
    for path in sorted(corpus.glob("*/*/root/proc/*/smaps_rollup")):
        found = parsed("proc.pid.smaps_rollup", text_of(path), path.parent.name)
        if path.parent.name == "self":
            continue  # a link to one of the others, kept as a copy
        sums: Counter[str] = Counter()
        mappings = text_of(path.with_name("smaps"))
        for field, size in re.findall(r"^(\w+): +([0-9]+) kB$", mappings, re.MULTILINE):
            sums[field] += int(size) * KIB
        if sums["Rss"] and path.parts[-4] != "procfs":
            assert found["proc.uss"] == pytest.approx(sums["Private_Clean"] + sums["Private_Dirty"], rel=0.02)
            assert found["proc.pss"] == pytest.approx(sums["Pss"], rel=0.05)
            assert found["proc.swap"] == sums["Swap"]
        assert len(found) == (9 if "Pss_Anon" in text_of(path) else 6)
        seen += 1
    assert seen == 5


def test_single_mappings_are_not_taken_for_their_sum(corpus: Path) -> None:
    for case in ("jc/linux-proc-pid_smaps", "psutil/test_parse_smaps_mocked"):
        with pytest.raises(ValueError, match="rollup"):
            parsed("proc.pid.smaps_rollup", text_of(corpus / case / "input"), "1")


def test_shared_memory_and_messages(corpus: Path) -> None:
    tree = corpus / "pcp/sysvipc-root-002/root/proc/sysvipc"
    found: dict[str, float | str] = {}
    for path in tree.iterdir():
        found |= parsed("proc.sysvipc", text_of(path), path.name)

    assert found == {
        "sysvipc.shm.segments": 1, "sysvipc.shm.size": 666, "sysvipc.shm.rss": 0, "sysvipc.shm.swap": 778240,
        "sysvipc.shm.orphans": 0, "sysvipc.sem.sets": 1, "sysvipc.sem.nsems": 999, "sysvipc.msg.queues": 1,
        "sysvipc.msg.qnum": 777, "sysvipc.msg.cbytes": 666,
    }  # fmt: skip
