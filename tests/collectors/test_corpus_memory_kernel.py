"""Zones, free blocks and kernel caches of other machines, against what procfs, PCP, jc and insights read of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from snapper.collectors.memory.proc_slabinfo import caches
from snapper.collectors.memory.proc_zoneinfo import zones
from tests.collectors.corpus_trees import case_of, parsed, paths, text_of, told

KIB, PAGE = 1024, 4096


def test_zones_read_as_others_read_them(corpus: Path) -> None:
    ours = {
        case_of(path, corpus): parsed("proc.zoneinfo", text_of(path))
        for path in paths(corpus, "proc/zoneinfo", "proc/zoneinfo")
    }
    fields = ("free", "min", "low", "high", "managed")

    for case in ("pcp/meminfo-root-001", "pcp/meminfo-root-005"):
        theirs = told(corpus, case, "expected.pcp.json")
        for field in fields:
            for name, kib in theirs[f"mem.zoneinfo.{field}"].items():
                zone, _, node = name.partition("::")
                if theirs["mem.zoneinfo.managed"][name]:
                    assert ours[case][f"zoneinfo.{field}[{node} {zone}]"] == kib * KIB
    node = told(corpus, "jc/linux-proc-zoneinfo")[0]
    for zone in ("DMA", "DMA32", "Normal"):
        for field in fields:
            assert (
                ours["jc/linux-proc-zoneinfo"][f"zoneinfo.{field}[node0 {zone}]"] == node[zone]["pages"][field] * PAGE
            )
        held = sum(cpu["count"] for cpu in node[zone]["pagesets"])
        assert ours["jc/linux-proc-zoneinfo"][f"zoneinfo.pagesets[node0 {zone}]"] == held * PAGE
    for zone in told(corpus, "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["zoneinfo"]:
        for field in ("min", "low", "high", "managed") if zone["Managed"] else ():
            name = f"zoneinfo.{field}[node{zone['Node']} {zone['Zone']}]"
            assert ours["procfs/fixtures-proc"][name] == zone[field.title()] * PAGE
    assert len(ours) == 4


def test_zones_without_memory_are_left_out_and_none_of_these_hosts_is_short(corpus: Path) -> None:
    for path in paths(corpus, "proc/zoneinfo", "proc/zoneinfo"):
        text = text_of(path)
        found = parsed("proc.zoneinfo", text)
        populated = {zone.instance for zone, pages in zones(text) if pages["managed"]}

        assert {name[14:-1] for name in found if name.startswith("zoneinfo.free[")} == populated
        assert found["zoneinfo.shortfall[node0]"] == found.get("zoneinfo.node_unreclaimable[node0]", 0) == 0
        assert float(found["zoneinfo.margin"]) > 0


def blocks_of(corpus: Path, path: Path) -> list[tuple[str, list[int]]]:
    case = case_of(path, corpus)
    if case.startswith("jc/"):
        return [(f"node{row['node']} {row['zone']}", row["free_chunks"]) for row in told(corpus, case)]
    if case.startswith("insights/"):
        result = next(one["result"] for one in told(corpus, case) if one["parser"] == "buddyinfo.BuddyInfo")
        return [(f"node{row['node']} {row['zone']}", row["counter"]) for row in result]
    side = path.relative_to(corpus).parts[2]
    name = "expected.procfs.json" if side == "root" else f"expected.procfs.{side}.json"
    parsed = told(corpus, case, name)["parsed"]["buddyinfo"]
    return [(f"node{row['Node']} {row['Zone']}", row["Sizes"]) for row in parsed]


def test_free_blocks_read_as_others_read_them(corpus: Path) -> None:
    seen = 0
    for path in paths(corpus, "proc/buddyinfo", "proc/buddyinfo"):
        found = parsed("proc.buddyinfo", text_of(path))
        for zone, counts in blocks_of(corpus, path):
            pages = [count << order for order, count in enumerate(counts)]
            assert found[f"buddyinfo.free_order3[{zone}]"] == sum(pages[3:]) * PAGE
            assert found[f"buddyinfo.free_2m[{zone}]"] == sum(pages[9:]) * PAGE
            assert found[f"buddyinfo.unusable_order3[{zone}]"] == pytest.approx(sum(pages[:3]) / sum(pages))
        seen += 1
    assert seen == 8


def test_blocks_by_kind_read_as_jc_reads_them(corpus: Path) -> None:
    case = corpus / "jc/linux-proc-pagetypeinfo"
    expected = told(corpus, "jc/linux-proc-pagetypeinfo")
    sums: Counter[str] = Counter()
    for row in expected["num_blocks_type"]:
        sums.update({kind: count for kind, count in row.items() if kind not in {"node", "zone"}})

    found = parsed("proc.pagetypeinfo", text_of(case / "input"))

    size = expected["pages_per_block"] * PAGE
    assert {name[20:-1].lower(): value for name, value in found.items()} == {
        kind.replace("_", ""): count * size for kind, count in sums.items()
    }


def test_kernel_caches_read_as_pcp_and_procfs_read_them(corpus: Path) -> None:
    for case in ("pcp/meminfo-root-001", "pcp/meminfo-root-005"):
        theirs = told(corpus, case, "expected.pcp.json")
        ours = dict(caches(text_of(corpus / case / "root/proc/slabinfo")))

        assert {name: cache.active_objs for name, cache in ours.items()} == theirs["mem.slabinfo.objects.active"]
        assert {name: cache.num_objs for name, cache in ours.items()} == theirs["mem.slabinfo.objects.total"]
        assert {name: cache.pages for name, cache in ours.items()} == {
            name: slabs * theirs["mem.slabinfo.slabs.pages_per_slab"][name]
            for name, slabs in theirs["mem.slabinfo.slabs.total"].items()
        }
    expected = told(corpus, "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["slabinfo"]["Slabs"]
    assert [
        (name, cache.active_objs, cache.num_objs, cache.pages)
        for name, cache in caches(text_of(corpus / "procfs/fixtures-proc/root/proc/slabinfo"))
    ] == [
        (slab["Name"], slab["ObjActive"], slab["ObjNum"], slab["SlabNum"] * slab["PagesPerSlab"]) for slab in expected
    ]


def test_kernel_caches_that_are_told_are_all_of_them(corpus: Path) -> None:
    for path in paths(corpus, "proc/slabinfo", "proc/slabinfo"):
        text = text_of(path)
        found = parsed("proc.slabinfo", text)
        sizes = {name: value for name, value in found.items() if name.startswith("slabinfo.bytes[")}

        assert sum(map(float, sizes.values())) == sum(cache.pages for _, cache in caches(text)) * PAGE
        assert len(sizes) < 60
        assert not [name for name in sizes if re.search(r"[0-9a-f]{12}", name)]
