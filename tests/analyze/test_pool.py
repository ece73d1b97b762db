"""Pools of baselines: which are taken where there are more than are of use."""

from __future__ import annotations

from snapper.analyze.difference import diff_snapshots
from snapper.analyze.pool import nearest
from snapper.analyze.snapshot import Snapshot
from tests.analyze.lab import CAPACITY, THRESHOLDS, Host, snapshot_of


def under(load: float, seed: int) -> Snapshot:
    """A host with so many connections a second, and CPU time in proportion."""
    host = Host(seed)
    host.rate("snmp.Tcp.PassiveOpens", load, scatter=load / 20)
    host.rate("cpu.utilization", load / 1000, scatter=0.01)
    return snapshot_of(host.table(), id=f"{load:g}-{seed}")


def chosen(befores: list[Snapshot], after: Snapshot) -> list[str]:
    return [one.manifest.id for one in nearest(befores, after, capacity=CAPACITY, thresholds=THRESHOLDS)]


def test_as_many_as_are_of_use_are_all_taken() -> None:
    befores = [under(100 * number + 10, number) for number in range(THRESHOLDS.pool)]

    assert chosen(befores, under(100, 99)) == [one.manifest.id for one in befores]


def test_of_more_those_nearest_in_load_are_taken_in_the_order_given() -> None:
    far = [under(900, number) for number in range(4)]
    near = [under(90 + number, 10 + number) for number in range(THRESHOLDS.pool - 1)]
    first = under(500, 77)

    taken = chosen([first, far[0], *near[:2], *far[1:], *near[2:]], under(95, 99))

    assert taken == [one.manifest.id for one in (first, *near)]


def test_the_one_that_was_named_first_stays_though_it_is_far() -> None:
    befores = [under(5000, 1), *(under(90, seed) for seed in range(2, 12))]

    assert chosen(befores, under(90, 99))[0] == "5000-1"


def test_the_order_in_which_they_are_named_does_not_choose() -> None:
    first, *more = [under(60.0 + 9 * number, number) for number in range(12)]

    forward, backward = (set(chosen([first, *some], under(95, 99))) for some in (more, more[::-1]))

    assert forward == backward


def test_the_summary_says_how_many_were_taken_of_how_many() -> None:
    befores = [under(90, seed) for seed in range(9)]

    many, few = (diff_snapshots(some, under(90, 99)) for some in (befores, befores[:3]))

    assert many.summary.caveat.endswith("; of 9 baselines the 6 nearest in load.")
    assert many.before.baselines == 6
    assert "nearest in load" not in few.summary.caveat
