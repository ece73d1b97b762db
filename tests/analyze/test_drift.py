"""Which facts of two snapshots differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from snapper.analyze.drift import drift
from snapper.analyze.table import SeriesTable
from snapper.metric import Kind, Resource
from tests.analyze.tape import metric

METRICS = {
    one.name: one
    for one in (
        metric("sysctl", Kind.FACT, labels=("key",)),
        metric("os.kernel", Kind.FACT),
        metric("module", Kind.FACT, labels=("module",)),
        metric("block.scheduler", Kind.FACT, labels=("disk",)),
        metric("block.wwid", Kind.FACT, labels=("disk",)),
        metric("proc.nice", Kind.FACT, resource=Resource.PROGRAM, labels=("program",)),
    )
}
Facts = dict[tuple[str, str], str]


def table(facts: Mapping[tuple[str, str], str]) -> SeriesTable:
    return SeriesTable(
        metrics=(), instances=(), points=np.zeros((0, 1)), mean=np.zeros(0), seen=np.zeros(0, np.int64), t=np.zeros(1),
        facts=facts, programs={}, long_lived=frozenset(),
    )  # fmt: skip


def rows(before: Facts, after: Facts) -> list[tuple[str, str, str | None, str | None]]:
    return [(row.source, row.key, row.before, row.after) for row in drift(table(before), table(after), METRICS)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({("sysctl", "vm.swappiness"): "60"}, {("sysctl", "vm.swappiness"): "60"}, [], id="the same"),
        pytest.param(
            {("sysctl", "vm.swappiness"): "60"}, {("sysctl", "vm.swappiness"): "10"},
            [("sysctl", "vm.swappiness", "60", "10")],
            id="changed",
        ),
        pytest.param(
            {("module", "xfs"): "loaded", ("module", "kvm"): "loaded"},
            {("module", "nbd"): "loaded", ("module", "kvm"): "loaded"},
            [("module", "nbd", None, "loaded"), ("module", "xfs", "loaded", None)],
            id="came and went",
        ),
        pytest.param(
            {("os.kernel", ""): "6.1"}, {("os.kernel", ""): "6.12"},
            [("os.kernel", "kernel", "6.1", "6.12")],
            id="of the host, under its own name",
        ),
        pytest.param(
            {("sysctl", "vm.swappiness"): "60", ("module", "xfs"): "loaded"}, {("module", "xfs"): "loaded"},
            [],
            id="what a side could not read at all has not vanished",
        ),
        pytest.param(
            {("proc.nice", "nginx"): "0", ("proc.nice", "redis"): "0"},
            {("proc.nice", "nginx"): "10", ("proc.nice", "sh"): "5"},
            [("proc.nice", "nginx", "0", "10")],
            id="of programs only what both sides run",
        ),
        pytest.param(
            {("plugin.mode", "a"): "x"}, {("plugin.mode", "a"): "y"},
            [("plugin.mode", "a", "x", "y")],
            id="of a source that is not installed here",
        ),
        pytest.param(
            {("block.wwid", "sda"): "X", ("block.scheduler", "sda"): "none"},
            {("block.wwid", "sdb"): "X", ("block.scheduler", "sdb"): "bfq"},
            [("block.scheduler", "sdb", "none", "bfq")],
            id="of a renamed disk",
        ),
        pytest.param(
            {("block.wwid", "sda"): "X", ("block.wwid", "sdb"): "Y"},
            {("block.wwid", "sda"): "Y"},
            [("block.wwid", "sda (as before)", "X", None)],
            id="of a disk whose name another one bears now",
        ),
    ],
)  # fmt: skip
def test_facts_that_differ(
    before: Facts, after: Facts, expected: list[tuple[str, str, str | None, str | None]]
) -> None:
    assert rows(before, after) == expected


def test_without_declarations_the_catalogue_tells_what_is_of_programs() -> None:
    before, after = {("proc.nice", "sh"): "0", ("proc.nice", "nginx"): "0"}, {("proc.nice", "nginx"): "5"}

    found = drift(table(before), table(after))

    assert [(row.key, row.before, row.after) for row in found] == [("nginx", "0", "5")]
