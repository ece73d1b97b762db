"""Which series of two snapshots are of the same thing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.align import align
from snapper.analyze.table import SeriesTable
from snapper.metric import Metric
from tests.analyze.tape import metric

DISK = metric("disk.await", labels=("disk",))
PART = metric("diskstats.partition.read_ios", labels=("partition",))
NIC = metric("netdev.rx_bytes", labels=("interface",))
LOAD = metric("loadavg.1")
METRICS = {one.name: one for one in (DISK, PART, NIC, LOAD)}


def table(rows: Iterable[tuple[Metric, str]], facts: dict[tuple[str, str], str] | None = None) -> SeriesTable:
    pairs = sorted(rows, key=lambda row: (row[0].name, row[1]))
    return SeriesTable(
        metrics=tuple(one for one, _ in pairs), instances=tuple(name for _, name in pairs),
        points=np.zeros((len(pairs), 1)), mean=np.zeros(len(pairs)), seen=np.ones(len(pairs), np.int64), t=np.zeros(1),
        facts=facts or {}, programs={}, long_lived=frozenset(),
    )  # fmt: skip


def pairs(before: SeriesTable, after: SeriesTable) -> dict[str, str]:
    found = align(before, after)
    return {
        before.instances[old]: after.instances[new]
        for old, new in zip(found.before.tolist(), found.after.tolist(), strict=True)
    }


def disks(**serials: str) -> SeriesTable:
    return table(
        [(DISK, name) for name in serials], {("block.wwid", name): text for name, text in serials.items() if text}
    )


def test_series_of_one_name_are_one() -> None:
    before = table([(LOAD, ""), (DISK, "sda"), (NIC, "eth0")])
    after = table([(NIC, "eth1"), (DISK, "sda"), (LOAD, ""), (DISK, "sdb")])

    found = align(before, after)

    assert [(before.metrics[row].name, before.instances[row]) for row in found.before] == [
        ("disk.await", "sda"),
        ("loadavg.1", ""),
    ]
    assert [(after.metrics[row].name, after.instances[row]) for row in found.after] == [
        ("disk.await", "sda"),
        ("loadavg.1", ""),
    ]
    assert [before.instances[row] for row in found.only_before] == ["eth0"]
    assert [after.instances[row] for row in found.only_after] == ["sdb", "eth1"]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(disks(sda="X"), disks(sdb="X"), {"sda": "sdb"}, id="renamed"),
        pytest.param(disks(sda="X", sdb="Y"), disks(sda="Y", sdb="X"), {"sda": "sdb", "sdb": "sda"}, id="swapped"),
        pytest.param(disks(sda="X", sdb="Y"), disks(sda="Y", sdb="Z"), {"sdb": "sda"}, id="one pulled, one added"),
        pytest.param(disks(sda="X"), disks(sda="Y"), {"sda": "sda"}, id="another host: the name is all there is"),
        pytest.param(disks(vda=""), disks(vda=""), {"vda": "vda"}, id="no identity"),
        pytest.param(disks(vda="X"), disks(vda=""), {"vda": "vda"}, id="identity of one side"),
        pytest.param(disks(sda="X", sdb="X"), disks(sda="X", sdc="X"), {"sda": "sda"}, id="an identity that two share"),
        pytest.param(disks(sda="0000"), disks(sdb="0000"), {}, id="an identity of zeros"),
    ],
)
def test_a_disk_is_known_by_its_world_wide_name(
    before: SeriesTable, after: SeriesTable, expected: dict[str, str]
) -> None:
    assert pairs(before, after) == expected


def test_a_renamed_device_is_told() -> None:
    assert align(disks(sda="X"), disks(sdb="X")).notes == (
        "disk sda of before is called sdb in after: it is the same device",
    )


def test_a_serial_tells_where_there_is_no_world_wide_name() -> None:
    before = table([(DISK, "vda"), (DISK, "vdb")], {("block.serial", "vda"): "S1", ("block.wwid", "vdb"): "W"})
    after = table([(DISK, "vda"), (DISK, "vdb")], {("block.serial", "vdb"): "S1", ("block.wwid", "vda"): "W"})

    assert pairs(before, after) == {"vda": "vdb", "vdb": "vda"}


def test_the_more_reliable_identity_decides() -> None:
    before = table([(DISK, "sda")], {("block.wwid", "sda"): "W", ("block.serial", "sda"): "S"})
    after = table([(DISK, "sdb"), (DISK, "sdc")], {("block.wwid", "sdb"): "W", ("block.serial", "sdc"): "S"})

    assert pairs(before, after) == {"sda": "sdb"}


@pytest.mark.parametrize(
    ("one", "before", "after", "paired"),
    [
        pytest.param(PART, "sda1", "sdb1", True, id="a partition goes with its disk"),
        pytest.param(PART, "sda12", "sdb12", True, id="two digits"),
        pytest.param(PART, "sdaa1", "sdba1", False, id="of another disk"),
        pytest.param(DISK, "sda read_expire", "sdb read_expire", True, id="what a disk has several of"),
        pytest.param(DISK, "sda1", "sdb1", False, id="a disk that is called like a partition"),
        pytest.param(NIC, "sda", "sdb", False, id="an interface that is called like a disk"),
    ],
)
def test_what_is_renamed_with_a_disk(one: Metric, before: str, after: str, *, paired: bool) -> None:
    found = pairs(
        table([(one, before)], {("block.wwid", "sda"): "X"}), table([(one, after)], {("block.wwid", "sdb"): "X"})
    )

    assert found == ({before: after} if paired else {})


def test_an_interface_is_known_by_its_address() -> None:
    before = table(
        [(NIC, "eth0"), (NIC, "lo")],
        {("net.address", "eth0"): "52:54:00:12:34:56", ("net.address", "lo"): "00:00:00:00:00:00"},
    )
    after = table(
        [(NIC, "ens3"), (NIC, "lo")],
        {("net.address", "ens3"): "52:54:00:12:34:56", ("net.address", "lo"): "00:00:00:00:00:00"},
    )

    assert pairs(before, after) == {"eth0": "ens3", "lo": "lo"}


NAMES = st.lists(st.tuples(st.sampled_from(sorted(METRICS)), st.sampled_from("abc")), unique=True)


@given(NAMES, NAMES)
def test_every_row_is_paired_once_or_alone(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    one, other = (table((METRICS[name], instance) for name, instance in side) for side in (before, after))

    found = align(one, other)

    assert sorted([*found.before.tolist(), *found.only_before.tolist()]) == list(range(len(before)))
    assert sorted([*found.after.tolist(), *found.only_after.tolist()]) == list(range(len(after)))
    assert len(found.before) == len(set(before) & set(after))
