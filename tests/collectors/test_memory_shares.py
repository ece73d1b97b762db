"""What is derived of memory, and that no field of this host's own kernel goes unread."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from snapper.collectors import Derived, Origin, all_collectors, catalogue
from snapper.metric import Kind, Role, Worse

OURS = (
    "cmd.free", "cmd.numastat", "proc.buddyinfo", "proc.meminfo", "proc.pagetypeinfo", "proc.pid.smaps_rollup",
    "proc.slabinfo", "proc.swaps", "proc.sysvipc", "proc.vmstat", "proc.zoneinfo", "sys.hugepages", "sys.ksm",
    "sys.mglru", "sys.mm", "sys.node", "sys.zram", "sys.zswap",
)  # fmt: skip


def derived(name: str) -> Derived:
    found = {one.metric.name: one for source in OURS for one in all_collectors()[source].derived}
    return found[name]


def computed(name: str, **values: float) -> float:
    """The derived metric of these inputs, named without their source; others that are optional are 0."""
    made = derived(name)
    known = {field.rpartition(".")[2]: field for field in made.inputs}
    assert set(values) <= set(known)
    assert set(known) - set(values) <= {field.rpartition(".")[2] for field in made.optional}
    inputs = [np.float64(values.get(field.rpartition(".")[2], 0)) for field in made.inputs]
    with np.errstate(all="ignore"):
        return float(made.compute(*inputs))


@pytest.mark.parametrize(
    ("source", "prefix", "ends", "path"),
    [("proc.vmstat", "vmstat.", " ", "/proc/vmstat"), ("proc.meminfo", "meminfo.", ":", "/proc/meminfo")],
)
def test_no_field_of_this_kernel_goes_unread(source: str, prefix: str, ends: str, path: str) -> None:
    text = Path(path).read_text(encoding="utf-8")

    said = {reading.metric for reading in all_collectors()[source].parse(text, Origin())}

    assert said == {f"{prefix}{line.partition(ends)[0]}" for line in text.splitlines()}


@pytest.mark.parametrize(
    ("name", "values", "share"),
    [
        ("memory.direct_reclaim_share", {"pgscand": 30, "pgscank": 90}, 0.25),
        ("memory.direct_reclaim_share", {"pgscand": 0, "pgscank": 90}, 0),
        ("memory.vmeff", {"pgsteal": 60, "pgscand": 40, "pgscank": 80}, 0.5),
        ("memory.refault_share", {"pgsteal": 200, "workingset_refault_anon": 10, "workingset_refault_file": 40}, 0.25),
        ("memory.refault_share", {"pgsteal": 200, "workingset_refault": 50}, 0.25),
        ("memory.pgsteal", {"pgsteal_kswapd": 5, "pgsteal_direct": 2, "pgsteal_khugepaged": 1}, 8),
        ("memory.pgsteal", {"pgsteal_kswapd_normal": 5, "pgsteal_direct_dma32": 3}, 8),
        ("memory.pgsteal", {"pgsteal_dma": 1, "pgsteal_normal": 7}, 8),
        ("memory.commit", {"Committed_AS": 30, "MemTotal": 16, "SwapTotal": 4}, 1.5),
        ("memory.commit_limit_share", {"Committed_AS": 9, "CommitLimit": 12}, 0.75),
        ("node.utilization", {"MemTotal": 80, "MemFree": 20}, 0.75),
        ("node.miss_share", {"numa_foreign": 1, "numa_hit": 3}, 0.25),
        ("node.remote_share", {"other_node": 1, "local_node": 9}, 0.1),
        ("hugepages.size_utilization", {"nr_hugepages": 8, "free_hugepages": 2}, 0.75),
        ("swaps.utilization", {"used": 1, "size": 4}, 0.25),
        ("zram.compression", {"orig_data_size": 30, "mem_used_total": 10}, 3),
        ("zswap.compression", {"Zswapped": 30, "Zswap": 10}, 3),
    ],
)
def test_shares(name: str, values: dict[str, float], share: float) -> None:
    assert computed(name, **values) == pytest.approx(share)


@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("memory.direct_reclaim_share", ("pgscand", "pgscank")),
        ("memory.vmeff", ("pgsteal", "pgscand", "pgscank")),
        ("memory.refault_share", ("pgsteal",)),
        ("node.miss_share", ("numa_foreign", "numa_hit")),
        ("hugepages.size_utilization", ("nr_hugepages", "free_hugepages")),
        ("zram.compression", ("orig_data_size", "mem_used_total")),
    ],
)
def test_a_share_of_nothing_is_not_known(name: str, nothing: tuple[str, ...]) -> None:
    assert np.isnan(computed(name, **dict.fromkeys(nothing, 0)))


def test_touched_memory_counts_once_what_lies_in_swap_and_in_memory_too() -> None:
    swapped = {"SwapTotal": 100, "SwapFree": 70, "SwapCached": 10}

    assert computed("memory.commit_touched", Committed_AS=200, AnonPages=50, Shmem=30, **swapped) == 0.5
    assert computed("memory.commit_touched", Committed_AS=50, AnonPages=50, Shmem=30, **swapped) == 2.0


def test_promised_memory_is_as_sar_says(corpus: Path) -> None:
    for case in ("sysstat/roots-1-2", "sysstat/roots-2-3"):
        theirs = json.loads((corpus / case / "expected.sadf-j.json").read_text(encoding="utf-8"))["memory"]
        text = (corpus / case / "after/proc/meminfo").read_text(encoding="utf-8")
        said = {
            reading.metric: float(reading.value) for reading in all_collectors()["proc.meminfo"].parse(text, Origin())
        }
        values = {field: said[f"meminfo.{field}"] for field in ("Committed_AS", "MemTotal", "SwapTotal")}

        assert computed("memory.commit", **values) * 100 == pytest.approx(theirs["commit-percent"], abs=0.01)


def test_killed_processes_are_the_one_thing_of_vmstat_that_fills_a_cell_of_errors() -> None:
    primary = [
        metric.name
        for metric in all_collectors()["proc.vmstat"].metrics
        if metric.primary and metric.role is Role.ERRORS
    ]

    assert primary == ["vmstat.oom_kill"]


def test_what_remembers_the_past_is_no_headline() -> None:
    past = {
        "zoneinfo.margin", "zoneinfo.free", "buddyinfo.unusable_2m", "buddyinfo.free_order3", "slabinfo.bytes",
        "pagetypeinfo.blocks", "node.MemFree", "node.FilePages", "node.utilization", "memory.commit", "swaps.used",
        "zram.mem_used_max",
    }  # fmt: skip
    present = {"zoneinfo.shortfall", "zoneinfo.node_unreclaimable", "node.miss_share", "sysvipc.msg.cbytes"}

    assert all(catalogue()[name].history for name in past)
    assert not any(catalogue()[name].history for name in present)
    assert all(catalogue()[name].worse is Worse.MORE for name in present)


def test_the_tools_are_evidence_only() -> None:
    assert not any(all_collectors()[source].judged for source in ("cmd.free", "cmd.numastat"))


@pytest.mark.parametrize(
    ("counters", "levels"),
    [
        (
            {"zram.notify_free", "zram.huge_pages_since", "zram.pages_compacted", "zram.bd_writes"},
            {"zram.huge_pages", "zram.same_pages", "zram.bd_count", "zram.mem_used_max"},
        ),
        (
            {"ksm.full_scans", "ksm.pages_scanned", "ksm.pages_skipped"},
            {"ksm.pages_shared", "ksm.pages_volatile", "ksm.ksm_zero_pages", "ksm.general_profit"},
        ),
        (
            {"zswap.pool_limit_hit", "zswap.written_back_pages", "zswap.reject_compress_poor"},
            {"zswap.stored_pages", "zswap.pool_total_size", "zswap.same_filled_pages"},
        ),
        ({"node.numa_hit", "node.numa_foreign", "node.other_node"}, {"node.MemFree", "node.HugePages_Free"}),
    ],
)
def test_what_counts_since_boot_and_what_is_a_level(counters: set[str], levels: set[str]) -> None:
    assert {catalogue()[name].kind for name in counters} == {Kind.COUNTER}
    assert {catalogue()[name].kind for name in levels} == {Kind.GAUGE}


def test_only_the_largest_processes_are_looked_into_and_it_is_said() -> None:
    collector = all_collectors()["proc.pid.smaps_rollup"]

    assert collector.per_process
    assert all("largest processes only" in metric.help for metric in collector.metrics)
    assert not any(metric.attributes for metric in collector.metrics)
