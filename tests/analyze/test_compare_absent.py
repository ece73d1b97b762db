"""What one side lacks: nothing where it would have been seen, unknown everywhere else."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from snapper.analyze.compare import compare
from snapper.analyze.table import Program
from snapper.metric import Resource
from tests.analyze.lab import CAPACITY, THRESHOLDS, compared_of, known, metric, table_of


@pytest.mark.parametrize(
    ("name", "gone"), [("proc.cpu", 0.0), ("proc.rss", 0.0), ("proc.fds", 0.0), ("proc.count", 0.0)]
)
def test_what_a_program_took_is_zero_where_it_did_not_run(name: str, gone: float) -> None:
    one = known(name)
    before = table_of({(one, "nginx"): 10.0, (one, "sshd"): 1.0})
    after = table_of({(one, "sshd"): 1.0})

    compared = compared_of(before, after)

    row = compared.row[name, "nginx"]
    assert compared.after[row] == gone
    assert compared.went[row]


def test_what_was_not_read_is_not_zero() -> None:
    cpu, fds = known("proc.cpu"), known("proc.fds")
    before = table_of({(cpu, "nginx"): 0.1, (fds, "nginx"): 10.0, (fds, "sshd"): 3.0})
    unreadable = table_of({(cpu, "nginx"): 0.1})
    cut = table_of({(cpu, "nginx"): 0.1, (fds, "sshd"): 3.0})

    for after in (unreadable, cut):
        compared = compared_of(before, after)

        assert math.isnan(compared.after[compared.row["proc.fds", "nginx"]])


def test_a_kind_of_socket_that_is_not_mentioned_is_none() -> None:
    sockets = known("ss.sockets")
    before = table_of({(sockets, "ESTAB"): 10.0})
    after = table_of({(sockets, "ESTAB"): 10.0, (sockets, "CLOSE-WAIT"): 50.0})

    compared = compared_of(before, after)

    assert compared.change[compared.row["ss.sockets", "CLOSE-WAIT"]] == 50


def test_a_disk_that_came_has_no_change() -> None:
    busy = known("disk.utilization")

    compared = compared_of(table_of({(busy, "vda"): 0.1}), table_of({(busy, "vda"): 0.1, (busy, "vdb"): 0.4}))

    row = compared.row["disk.utilization", "vdb"]
    assert compared.came[row]
    assert math.isnan(compared.change[row])


def test_a_baseline_without_the_series_is_no_baseline_for_it() -> None:
    level, other = metric("test.level"), metric("test.other")
    befores = [table_of({(level, ""): 10.0, (other, ""): 1.0}), table_of({(other, ""): 1.0})]

    compared = compare(befores, table_of({(level, ""): 11.0}), capacity=CAPACITY, thresholds=THRESHOLDS)
    alone = compared_of(befores[0], table_of({(level, ""): 11.0}))

    assert compared.before[compared.row["test.level", ""]] == 10
    assert compared.error[compared.row["test.level", ""]] == alone.error[alone.row["test.level", ""]]


def test_a_program_that_one_baseline_lacks_was_at_zero_there() -> None:
    cpu = known("proc.cpu")
    others = {(cpu, "sshd"): 0.01}
    befores = [table_of({**others, (cpu, "backup"): 0.9}), table_of(others), table_of(others)]

    compared = compared_of(befores[0], table_of({**others, (cpu, "backup"): 0.9}), *befores[1:])

    assert compared.before[compared.row["proc.cpu", "backup"]] == 0


@pytest.mark.parametrize(
    ("was_read", "before"), [(True, 0.0), (False, float("nan"))], ids=["it was read", "it was not chosen"]
)
def test_a_mapping_that_is_new_was_nothing_only_if_the_program_was_read(*, was_read: bool, before: float) -> None:
    rss = metric("pmap.rss", unit="bytes", resource=Resource.PROGRAM, labels=("program", "mapping"))
    size = metric("proc.rss", unit="bytes", resource=Resource.PROGRAM, labels=("program",))
    who = {f"nginx{what}": Program("nginx") for what in ("", " [heap]", " lib.so")}
    old = table_of(
        {(size, "nginx"): 9e6, (rss, "sshd [heap]"): 1e6} | ({(rss, "nginx [heap]"): 5e6} if was_read else {})
    )
    new = table_of({(size, "nginx"): 9e6, (rss, "sshd [heap]"): 1e6, (rss, "nginx lib.so"): 9e6})

    compared = compared_of(replace(old, programs=old.programs | who), replace(new, programs=new.programs | who))

    assert compared.before[compared.row["pmap.rss", "nginx lib.so"]] == pytest.approx(before, nan_ok=True)
