from __future__ import annotations

import numpy as np
import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.memory.proc_vmstat import COLLECTOR, parse
from snapper.metric import Kind, Role

METRICS = {metric.name.removeprefix("vmstat."): metric for metric in COLLECTOR.metrics}
DERIVED = {derived.metric.name: derived for derived in COLLECTOR.derived}


def read(text: str, page_size: int = 4096) -> dict[str, float]:
    return {reading.metric: float(reading.value) for reading in parse(text, Origin(page_size=page_size))}


@pytest.mark.parametrize(
    "field",
    [
        "nr_dirtied", "nr_written", "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_throttled_written",
        "nr_foll_pin_acquired", "nr_foll_pin_released", "workingset_refault_file", "workingset_activate_anon",
        "workingset_restore_file", "workingset_nodereclaim", "pgpromote_success", "pgdemote_kswapd", "numa_hit",
        "nr_tlb_remote_flush", "kstack_8k", "balloon_inflate",
    ],
)  # fmt: skip
def test_counters_that_are_named_like_levels(field: str) -> None:
    assert METRICS[field].kind is Kind.COUNTER


@pytest.mark.parametrize(
    "field",
    [
        "nr_dirty", "nr_writeback", "nr_free_pages", "workingset_nodes", "nr_dirty_threshold", "nr_memmap_pages",
        "nr_kernel_misc_reclaimable", "nr_zspages", "nr_iommu_pages", "nr_balloon_pages", "nr_kernel_file_pages",
    ],
)  # fmt: skip
def test_levels(field: str) -> None:
    assert METRICS[field].kind is Kind.GAUGE


@pytest.mark.parametrize(
    ("line", "page_size", "value"),
    [
        ("nr_dirty 3", 4096, 12_288),
        ("nr_dirty 3", 65_536, 196_608),
        ("nr_dirtied 3", 65_536, 3),
        ("pgpgin 3", 65_536, 3072),
        ("nr_shadow_call_stack 3", 65_536, 3072),
        ("nr_anon_transparent_hugepages 3", 65_536, 3),
        ("nr_kernel_stack 3", 65_536, 3),
    ],
)
def test_levels_in_pages_are_bytes_by_the_page_size_of_the_host(line: str, page_size: int, value: float) -> None:
    assert list(read(f"{line}\n", page_size).values()) == [value]


def test_what_meminfo_says_as_well_is_context_only() -> None:
    copies = {name: metric.alias_of for name, metric in METRICS.items() if metric.alias_of.startswith("meminfo.")}

    assert copies["nr_zone_inactive_file"] == copies["nr_inactive_file"] == "meminfo.Inactive(file)"
    assert {"nr_free_pages", "nr_dirty", "nr_slab_unreclaimable", "nr_anon_transparent_hugepages"} <= set(copies)


@pytest.mark.parametrize(
    ("metric", "old", "new"),
    [
        ("memory.pgscand", "pgscan_direct_dma 1\npgscan_direct_normal 4\n", "pgscan_direct 5\n"),
        ("memory.pgscank", "pgscan_kswapd_dma32 2\npgscan_kswapd_movable 3\n", "pgscan_kswapd 5\n"),
        ("memory.allocstall", "allocstall 5\n", "allocstall_normal 2\nallocstall_movable 3\n"),
    ],
)
def test_old_and_new_kernels_come_to_the_same_total(metric: str, old: str, new: str) -> None:
    totals = [
        float(DERIVED[metric].compute(*(np.float64(said.get(name, 0)) for name in DERIVED[metric].inputs)))
        for said in (read(old), read(new))
    ]

    assert totals == [5, 5]


def test_what_makes_programs_wait_is_saturation_and_kills_are_errors() -> None:
    waits = {name for name, metric in METRICS.items() if metric.role is Role.SATURATION}

    assert {"pswpin", "pswpout", "pgmajfault", "workingset_refault_file", "compact_stall"} <= waits
    assert DERIVED["memory.pgscand"].metric.role is DERIVED["memory.allocstall"].metric.role is Role.SATURATION
    assert [name for name, metric in METRICS.items() if metric.role is Role.ERRORS] == ["oom_kill"]
