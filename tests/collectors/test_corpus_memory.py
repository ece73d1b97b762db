"""Memory of other machines: zones, free blocks, kernel caches, nodes, swap, huge pages, shared memory, free."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.collectors.memory.proc_slabinfo import caches
from snapper.collectors.memory.proc_zoneinfo import zones

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


def rows(corpus: Path, name: str) -> Iterator[dict[str, str]]:
    with (corpus / name).open(encoding="utf-8") as table:
        yield from csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "backslashreplace")


def said(source: str, text: str, key: str = "", page_size: int = PAGE) -> dict[str, float | str]:
    origin = Origin(key=key, page_size=page_size)
    return {
        f"{name}[{instance}]" if instance else name: value
        for name, value, instance in all_collectors()[source].parse(text, origin)
    }


def told(case: Path, name: str = "expected.json") -> Any:
    return json.loads((case / name).read_text(encoding="utf-8"))


def paths(corpus: Path, below: str, category: str) -> list[Path]:
    """Every file of one kind: in trees, before and after, and alone."""
    alone = [corpus / row["case"] / "input" for row in rows(corpus, "MANIFEST.tsv") if row["category"] == category]
    return sorted(corpus.glob(f"*/*/*/{below}")) + alone


def case_of(path: Path, corpus: Path) -> str:
    return "/".join(path.relative_to(corpus).parts[:2])


@pytest.mark.parametrize("case", sorted(SETTINGS))
def test_single_settings(corpus: Path, case: str) -> None:
    source, key, name, value = SETTINGS[case]
    text = text_of(corpus / case / "input")

    if not name:
        with pytest.raises(ValueError, match=value):
            said(source, text, key)
    else:
        assert said(source, text, key) == {name: value}


def test_zones_read_as_others_read_them(corpus: Path) -> None:
    ours = {
        case_of(path, corpus): said("proc.zoneinfo", text_of(path))
        for path in paths(corpus, "proc/zoneinfo", "proc/zoneinfo")
    }
    fields = ("free", "min", "low", "high", "managed")

    for case in ("pcp/meminfo-root-001", "pcp/meminfo-root-005"):
        theirs = told(corpus / case, "expected.pcp.json")
        for field in fields:
            for name, kib in theirs[f"mem.zoneinfo.{field}"].items():
                zone, _, node = name.partition("::")
                if theirs["mem.zoneinfo.managed"][name]:
                    assert ours[case][f"zoneinfo.{field}[{node} {zone}]"] == kib * KIB
    node = told(corpus / "jc/linux-proc-zoneinfo")[0]
    for zone in ("DMA", "DMA32", "Normal"):
        for field in fields:
            assert (
                ours["jc/linux-proc-zoneinfo"][f"zoneinfo.{field}[node0 {zone}]"] == node[zone]["pages"][field] * PAGE
            )
        held = sum(cpu["count"] for cpu in node[zone]["pagesets"])
        assert ours["jc/linux-proc-zoneinfo"][f"zoneinfo.pagesets[node0 {zone}]"] == held * PAGE
    for zone in told(corpus / "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["zoneinfo"]:
        for field in ("min", "low", "high", "managed") if zone["Managed"] else ():
            name = f"zoneinfo.{field}[node{zone['Node']} {zone['Zone']}]"
            assert ours["procfs/fixtures-proc"][name] == zone[field.title()] * PAGE
    assert len(ours) == 4


def test_zones_without_memory_are_left_out_and_none_of_these_hosts_is_short(corpus: Path) -> None:
    for path in paths(corpus, "proc/zoneinfo", "proc/zoneinfo"):
        text = text_of(path)
        found = said("proc.zoneinfo", text)
        populated = {zone.instance for zone, pages in zones(text) if pages["managed"]}

        assert {name[14:-1] for name in found if name.startswith("zoneinfo.free[")} == populated
        assert found["zoneinfo.shortfall[node0]"] == found.get("zoneinfo.node_unreclaimable[node0]", 0) == 0
        assert float(found["zoneinfo.margin"]) > 0


def blocks_of(corpus: Path, path: Path) -> list[tuple[str, list[int]]]:
    case = case_of(path, corpus)
    if case.startswith("jc/"):
        return [(f"node{row['node']} {row['zone']}", row["free_chunks"]) for row in told(corpus / case)]
    if case.startswith("insights/"):
        result = next(one["result"] for one in told(corpus / case) if one["parser"] == "buddyinfo.BuddyInfo")
        return [(f"node{row['node']} {row['zone']}", row["counter"]) for row in result]
    side = path.relative_to(corpus).parts[2]
    name = "expected.procfs.json" if side == "root" else f"expected.procfs.{side}.json"
    parsed = told(corpus / case, name)["parsed"]["buddyinfo"]
    return [(f"node{row['Node']} {row['Zone']}", row["Sizes"]) for row in parsed]


def test_free_blocks_read_as_others_read_them(corpus: Path) -> None:
    seen = 0
    for path in paths(corpus, "proc/buddyinfo", "proc/buddyinfo"):
        found = said("proc.buddyinfo", text_of(path))
        for zone, counts in blocks_of(corpus, path):
            pages = [count << order for order, count in enumerate(counts)]
            assert found[f"buddyinfo.free_order3[{zone}]"] == sum(pages[3:]) * PAGE
            assert found[f"buddyinfo.free_2m[{zone}]"] == sum(pages[9:]) * PAGE
            assert found[f"buddyinfo.unusable_order3[{zone}]"] == pytest.approx(sum(pages[:3]) / sum(pages))
        seen += 1
    assert seen == 8


def test_blocks_by_kind_read_as_jc_reads_them(corpus: Path) -> None:
    case = corpus / "jc/linux-proc-pagetypeinfo"
    expected = told(case)
    sums: Counter[str] = Counter()
    for row in expected["num_blocks_type"]:
        sums.update({kind: count for kind, count in row.items() if kind not in {"node", "zone"}})

    found = said("proc.pagetypeinfo", text_of(case / "input"))

    size = expected["pages_per_block"] * PAGE
    assert {name[20:-1].lower(): value for name, value in found.items()} == {
        kind.replace("_", ""): count * size for kind, count in sums.items()
    }


def test_kernel_caches_read_as_pcp_and_procfs_read_them(corpus: Path) -> None:
    for case in ("pcp/meminfo-root-001", "pcp/meminfo-root-005"):
        theirs = told(corpus / case, "expected.pcp.json")
        ours = dict(caches(text_of(corpus / case / "root/proc/slabinfo")))

        assert {name: cache.active_objs for name, cache in ours.items()} == theirs["mem.slabinfo.objects.active"]
        assert {name: cache.num_objs for name, cache in ours.items()} == theirs["mem.slabinfo.objects.total"]
        assert {name: cache.pages for name, cache in ours.items()} == {
            name: slabs * theirs["mem.slabinfo.slabs.pages_per_slab"][name]
            for name, slabs in theirs["mem.slabinfo.slabs.total"].items()
        }
    expected = told(corpus / "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["slabinfo"]["Slabs"]
    assert [
        (name, cache.active_objs, cache.num_objs, cache.pages)
        for name, cache in caches(text_of(corpus / "procfs/fixtures-proc/root/proc/slabinfo"))
    ] == [
        (slab["Name"], slab["ObjActive"], slab["ObjNum"], slab["SlabNum"] * slab["PagesPerSlab"]) for slab in expected
    ]


def test_kernel_caches_that_are_told_are_all_of_them(corpus: Path) -> None:
    for path in paths(corpus, "proc/slabinfo", "proc/slabinfo"):
        text = text_of(path)
        found = said("proc.slabinfo", text)
        sizes = {name: value for name, value in found.items() if name.startswith("slabinfo.bytes[")}

        assert sum(map(float, sizes.values())) == sum(cache.pages for _, cache in caches(text)) * PAGE
        assert len(sizes) < 60
        assert not [name for name in sizes if re.search(r"[0-9a-f]{12}", name)]


def test_swap_devices(corpus: Path) -> None:
    known = said("proc.swaps", text_of(corpus / "procfs/fixtures-proc/root/proc/swaps"))
    none = said("proc.swaps", text_of(corpus / "util-linux/lsblk-multi-devs-bcachefs/root/proc/swaps"))

    (swap,) = told(corpus / "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["swaps"]
    assert known == {
        f"swaps.size[{swap['Filename']}]": swap["Size"] * KIB,
        f"swaps.used[{swap['Filename']}]": swap["Used"] * KIB,
        f"swaps.priority[{swap['Filename']}]": str(swap["Priority"]),
        f"swaps.type[{swap['Filename']}]": swap["Type"],
    }
    assert none == {}


def of_nodes(tree: Path) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    for path in sorted((*tree.glob("node*/*"), *tree.glob("*"))):
        if path.is_file():
            found |= said("sys.node", text_of(path), str(path.relative_to(tree)))
    return found


def test_nodes_read_as_pcp_and_node_exporter_read_them(corpus: Path) -> None:
    fields = {"total": "MemTotal", "free": "MemFree", "used": "MemUsed", "filePages": "FilePages",
              "anonpages": "AnonPages", "shmem": "Shmem", "slab": "Slab", "unevictable": "Unevictable"}  # fmt: skip
    origins = {"hit": "numa_hit", "miss": "numa_miss", "foreign": "numa_foreign", "interleave_hit": "interleave_hit",
               "local_node": "local_node", "other_node": "other_node"}  # fmt: skip
    for case in ("pcp/meminfo-root-001", "pcp/meminfo-root-005"):
        theirs = told(corpus / case, "expected.pcp.json")
        found = of_nodes(corpus / case / "root/sys/devices/system/node")
        for name, ours in fields.items():
            assert found[f"node.{ours}[node0]"] == theirs[f"mem.numa.util.{name}"]["node0"] * KIB
        for name, ours in origins.items():
            assert found[f"node.{ours}[node0]"] == theirs[f"mem.numa.alloc.{name}"]["node0"]
    case = corpus / "node_exporter/fixtures-sys"
    found = of_nodes(case / "root/sys/devices/system/node")
    for name, labels, value in told(case, "expected.prometheus.json"):
        field = name.removeprefix("node_memory_numa_").removesuffix("_total")
        ours = f"node.{field}[node{labels.get('node')}]"
        if name.startswith("node_memory_numa_") and ours in found:
            assert found[ours] == pytest.approx(float(value)), name


def test_huge_pages_read_as_pcp_reads_them(corpus: Path) -> None:
    case = corpus / "pcp/sysfs-hugepages-002"
    tree = case / "root/sys/kernel/mm/hugepages"
    found: dict[str, float | str] = {}
    for path in tree.glob("*/*"):
        found |= said("sys.hugepages", text_of(path), str(path.relative_to(tree)))

    theirs = told(case, "expected.pcp.json")
    for size, kib in theirs["mem.hugepages.pagesize"].items():
        for name, ours in (("free", "free_hugepages"), ("reserved", "resv_hugepages"), ("surplus", "surplus_hugepages"),
                           ("totalsize", "nr_hugepages")):  # fmt: skip
            assert float(found[f"hugepages.{ours}[{size}]"]) * kib == theirs[f"mem.hugepages.{name}"][size]
    assert len(theirs["mem.hugepages.pagesize"]) == 2


def test_huge_pages_of_every_tree_read(corpus: Path) -> None:
    files = [path for path in corpus.glob("*/*/root/sys/kernel/mm/hugepages/*/*") if path.is_file()]

    for path in files:
        found = said("sys.hugepages", text_of(path), f"{path.parent.name}/{path.name}")
        assert len(found) == (path.name not in {"nr_hugepages_mempolicy", "demote", "demote_size"}), path
    assert len(files) > 40


def test_merged_pages_read_as_node_exporter_reads_them(corpus: Path) -> None:
    case = corpus / "node_exporter/fixtures-sys"
    found: dict[str, float | str] = {}
    for path in (case / "root/sys/kernel/mm/ksm").iterdir():
        found |= said("sys.ksm", text_of(path), path.name)

    theirs = {
        name.removeprefix("node_ksmd_"): float(value) for name, _, value in told(case, "expected.prometheus.json")
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
        found |= said("sys.zram", text_of(path), str(path.relative_to(tree)))

    theirs = told(case, "expected.pcp.json")
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
        found = said("proc.pid.smaps_rollup", text_of(path), path.parent.name)
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
            said("proc.pid.smaps_rollup", text_of(corpus / case / "input"), "1")


def test_shared_memory_and_messages(corpus: Path) -> None:
    tree = corpus / "pcp/sysvipc-root-002/root/proc/sysvipc"
    found: dict[str, float | str] = {}
    for path in tree.iterdir():
        found |= said("proc.sysvipc", text_of(path), path.name)

    assert found == {
        "sysvipc.shm.segments": 1, "sysvipc.shm.size": 666, "sysvipc.shm.rss": 0, "sysvipc.shm.swap": 778240,
        "sysvipc.shm.orphans": 0, "sysvipc.sem.sets": 1, "sysvipc.sem.nsems": 999, "sysvipc.msg.queues": 1,
        "sysvipc.msg.qnum": 777, "sysvipc.msg.cbytes": 666,
    }  # fmt: skip


def test_free_of_every_version_says_what_meminfo_says(corpus: Path) -> None:
    refused, compared = Counter[str](), 0
    for row in rows(corpus, "MANIFEST.tsv"):
        if row["category"] != "free":
            continue
        text = text_of(corpus / row["case"] / "input")
        if row["case"].endswith("-h"):
            with pytest.raises(ValueError, match="free -b"):
                said("cmd.free", text)
            refused["people's units"] += 1
            continue
        found = said("cmd.free", text)
        unit = 1 if row["case"].endswith("-b") else KIB
        if row["case"].startswith("jc/"):
            expected = {
                f"free.{field}[{line['type']}]": value
                for line in told(corpus / row["case"])
                for field, value in line.items()
                if field != "type"
            }
            assert found == expected
            continue
        tree = corpus / row["case"].split("__")[0].removeprefix("toolrun/").replace("_", "/", 1)
        side = tree / ("before" if (tree / "before").is_dir() else "root")
        meminfo = said("proc.meminfo", text_of(side / "proc/meminfo"))
        for ours, field in (
            ("total[Mem]", "MemTotal"), ("free[Mem]", "MemFree"), ("buffers[Mem]", "Buffers"),
            ("total[Swap]", "SwapTotal"), ("free[Swap]", "SwapFree"), ("cached[Mem]", "Cached"),
        ):  # fmt: skip
            if f"free.{ours}" in found:
                assert float(found[f"free.{ours}"]) * unit == meminfo[f"meminfo.{field}"], row["case"]
        if "free.available[Mem]" in found and "meminfo.MemAvailable" in meminfo:
            assert float(found["free.available[Mem]"]) * unit == meminfo["meminfo.MemAvailable"]
        compared += 1

    assert refused == {"people's units": 8}
    assert compared == 45


def test_numastat_says_what_the_nodes_say(corpus: Path) -> None:
    compared = Counter[str]()
    for row in rows(corpus, "MANIFEST.tsv"):
        if row["category"] != "numastat":
            continue
        found = said("cmd.numastat", text_of(corpus / row["case"] / "input"))
        tree = corpus / row["case"].split("__")[0].removeprefix("toolrun/").replace("_", "/", 1)
        side = tree / ("before" if (tree / "before").is_dir() else "root")
        nodes = of_nodes(side / "sys/devices/system/node")
        for name, value in found.items():
            field = name.removeprefix("numastat.")
            if f"node.{field}" not in nodes or field.startswith("HugePages"):
                continue
            unit = 1 if field[0].isupper() else PAGE
            assert value == pytest.approx(float(nodes[f"node.{field}"]) * unit, abs=0.006 * 1024 * KIB), row["case"]
            compared[row["case"].rpartition("__")[2]] += 1
        assert found

    assert sum(compared.values()) > 1000
    assert set(compared) == {"noargs", "-m", "-n"}
