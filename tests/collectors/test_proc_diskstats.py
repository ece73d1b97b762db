from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors.contract import Origin
from snapper.collectors.disks.proc_diskstats import COLLECTOR, parse

DERIVED = {derived.metric.name: derived for derived in COLLECTOR.derived}


def read(*lines: str) -> dict[str, dict[str, float]]:
    """Readings by disk or partition."""
    said: dict[str, dict[str, float]] = {}
    for metric, value, name in parse("".join(f"   8       0 {line}\n" for line in lines), Origin()):
        said.setdefault(name, {})[metric] = float(value)
    return said


def compute(metric: str, rates: dict[str, float]) -> float:
    derived = DERIVED[metric]
    assert set(derived.inputs) - set(derived.optional) <= set(rates)
    return float(derived.compute(*(np.float64(rates.get(name, 0)) for name in derived.inputs)))


def test_a_hundred_reads_and_fifty_writes_a_second() -> None:
    # 100 reads of 4 KiB take 2 ms each, 50 writes of 16 KiB take 10 ms each, 5 flushes take 20 ms each
    rates = read("sda 100 0 800 200 50 0 1600 500 3 450 700 0 0 0 0 5 100")["sda"]

    found = {metric: compute(metric, rates) for metric in DERIVED if metric != "disk.d_await"}

    assert found == pytest.approx(
        {
            "disk.utilization": 0.45,
            "disk.aqu_sz": 0.7,
            "disk.r_await": 0.002,
            "disk.w_await": 0.010,
            "disk.f_await": 0.020,
            "disk.await": 0.7 / 150,
            "disk.reads": 100,
            "disk.writes": 50,
            "disk.read_bytes": 409_600,
            "disk.write_bytes": 819_200,
            "disk.flushes": 5,
            "disk.discards": 0,
            "disk.areq_sz": 8192,
        }
    )


def test_a_disk_that_did_nothing_has_no_wait() -> None:
    rates = read("sda 0 0 0 0 0 0 0 0 0 0 0")["sda"]

    with np.errstate(invalid="ignore"):
        assert np.isnan([compute(metric, rates) for metric in ("disk.await", "disk.r_await", "disk.areq_sz")]).all()
    assert compute("disk.utilization", rates) == 0


def test_a_kernel_without_discards_and_flushes_yields_none() -> None:
    said = read("sda 1 1 1 1 1 1 1 1 1 1 1")["sda"]

    assert not [metric for metric in said if "discard" in metric or "flush" in metric]
    assert compute("disk.await", said) == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("name", "kept"), [("loop0", False), ("zram0", False), ("sr0", False), ("sdb", True), ("dm-0", True)]
)
def test_what_never_did_anything_is_left_out_where_that_is_the_rule(name: str, kept: bool) -> None:  # noqa: FBT001 - a table
    assert (name in read(f"{name} {'0 ' * 17}")) is kept


def test_a_partition_is_no_disk_and_its_disk_holds_its_requests() -> None:
    said = read("sda 9 1 72 1 4 1 32 1 0 1 1", "sda1 9 1 72 1 4 1 32 1 0 1 1")

    assert {name.rpartition(".")[0] for name in said["sda1"]} == {"diskstats.partition"}
    assert said["sda1"]["diskstats.partition.read_sectors"] == said["sda"]["diskstats.read_sectors"] == 72 * 512


@given(st.integers(4, 30).filter(lambda count: count not in {5, 6, 7, 8, 9, 10}))
def test_only_whole_groups_of_numbers_are_read(count: int) -> None:
    whole = max(group for group in (4, 11, 15, 17) if group <= count) if count >= 11 else count

    assert len(read(f"sdz {'7 ' * count}")["sdz"]) == whole
