"""What is derived of file systems, disks and volumes: shares, waits and hit ratios, unknown where nothing is shared."""

from __future__ import annotations

import numpy as np
import pytest

from snapper.collectors import Collector, all_collectors

NAN = float("nan")

TABLE = [
    ("proc.sys.fs", "aio.utilization", [(1024.0, 65536.0), (65536.0, 65536.0)], [1 / 64, 1.0]),
    ("sys.kernel.debug.bdi", "bdi.dirty_share", [(300.0, 200.0, 1000.0), (0.0, 0.0, 0.0)], [0.5, NAN]),
    ("sys.fs.btrfs", "btrfs.utilization", [(30.0, 40.0), (0.0, 0.0)], [0.75, NAN]),
    ("sys.fs.btrfs", "btrfs.global_rsv_used", [(5767168.0, 5767168.0), (10.0, 4.0)], [0.0, 6.0]),
    ("sys.fs.btrfs", "btrfs.commit_time", [(0.5, 2.0), (0.0, 0.0)], [0.25, NAN]),
    ("proc.spl.kstat.zfs", "zfs.arc.hit_ratio", [(900.0, 100.0), (0.0, 0.0)], [0.9, NAN]),
    ("proc.spl.kstat.zfs", "zfs.arc.utilization", [(50.0, 100.0)], [0.5]),
    ("proc.fs.nfsd.pool_stats", "nfsd.pool.queued", [(312.0, 59077.0)], [312 / 59077]),
    ("proc.self.mountstats", "nfs.mount.queue_time", [(0.02, 10.0), (0.0, 0.0)], [0.002, NAN]),
    ("proc.self.mountstats", "nfs.mount.rtt_time", [(1.0, 500.0)], [0.002]),
    ("proc.self.mountstats", "nfs.mount.by_kind.execute_time", [(1.0, 4.0)], [0.25]),
    ("proc.self.mountstats", "nfs.mount.backlog", [(60.0, 20.0)], [3.0]),
    # 16 Gbit carry 1,600 MB/s each way; the busier direction counts
    ("sys.class.fc_host", "fc.utilization", [(800e6, 100e6, 16e9), (100e6, 800e6, 16e9)], [0.5, 0.5]),
    ("cmd.dmsetup", "dm.read_hit_ratio", [(99.0, 1.0)], [0.99]),
    ("cmd.zpool.list", "zpool.utilization", [(25.0, 100.0)], [0.25]),
]


def collector(source: str) -> Collector:
    return all_collectors()[source]


@pytest.mark.parametrize(("source", "metric", "rows", "expected"), TABLE, ids=[row[1] for row in TABLE])
def test_a_share_is_what_it_says(
    source: str, metric: str, rows: list[tuple[float, ...]], expected: list[float]
) -> None:
    derived = next(derived for derived in collector(source).derived if derived.metric.name == metric)

    with np.errstate(all="ignore"):
        found = derived.compute(*np.array(rows).T)

    assert found == pytest.approx(expected, nan_ok=True)
    assert len(derived.inputs) == len(rows[0])


def test_every_derived_metric_of_these_sources_stands_in_the_table() -> None:
    told = {(source, metric) for source, metric, *_ in TABLE}
    declared = {
        (source, derived.metric.name) for source in {row[0] for row in TABLE} for derived in collector(source).derived
    }

    assert {metric for _, metric in declared - told} <= {
        "nfs.mount.execute_time",
        "nfs.mount.by_kind.queue_time",
        "nfs.mount.by_kind.rtt_time",
    }
