"""Derived metrics of the smaller sources: shares of what is there, and unknown where there is nothing to share."""

from __future__ import annotations

import numpy as np
import pytest

from tests.collectors.corpus_reads import derived


@pytest.mark.parametrize(
    ("source", "metric", "inputs", "value"),
    [
        ("proc.meminfo", "memory.utilization", (1000, 250), 0.75),
        ("proc.meminfo", "swap.utilization", (200, 150), 0.25),
        ("proc.meminfo", "swap.utilization", (0, 0), np.nan),
        ("proc.meminfo", "hugepages.utilization", (8, 2), 0.75),
        ("proc.meminfo", "hugepages.utilization", (0, 0), np.nan),
        ("proc.sys.fs.file-nr", "files.utilization", (500, 1000, 100), 0.4),
        ("proc.schedstat", "cpu.run_latency", (0.5, 1000), 0.0005),
        ("proc.schedstat", "cpu.run_latency", (0, 0), np.nan),
        ("statvfs", "filesystem.utilization", (264212084, 239859344, 82038172), 24352740 / (24352740 + 82038172)),
        ("statvfs", "filesystem.utilization", (100, 10, 0), 1),
        ("statvfs", "filesystem.inode_utilization", (16777216, 16266560), 510656 / 16777216),
    ],
)
def test_shares(source: str, metric: str, inputs: tuple[float, ...], value: float) -> None:
    with np.errstate(invalid="ignore"):
        found = derived(source, metric).compute(*(np.float64(one) for one in inputs))

    assert found == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("source", "metric"),
    [
        ("proc.stat", "cpu.utilization"),
        ("proc.diskstats", "disk.await"),
        ("proc.meminfo", "memory.utilization"),
        ("proc.vmstat", "memory.allocstall"),
        ("statvfs", "filesystem.utilization"),
    ],
)
def test_a_matrix_of_points_is_computed_point_by_point(source: str, metric: str) -> None:
    made = derived(source, metric)
    points = np.random.default_rng(7).uniform(1, 9, (len(made.inputs), 3, 4))

    found = made.compute(*points)

    assert found.shape == (3, 4)
    assert found[1, 2] == pytest.approx(made.compute(*points[:, 1, 2]))
