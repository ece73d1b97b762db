"""Which series and facts a program has, and what they are called."""

from __future__ import annotations

import pytest

from snapper.analyze.programs import EVERY
from snapper.analyze.series import NO_PROGRAMS, tabulate
from snapper.analyze.table import Program
from snapper.collectors.contract import Derived
from tests.analyze.program_series import NAN, SIZE, SOURCE, STAT, WORK, host, mean, points, same, worked
from tests.analyze.tape import Tape, of_program, process_source, stat


def test_a_program_that_never_has_a_metric_has_no_row() -> None:
    tape = (
        host(2, p7=range(2), p8=range(2)).add("test.pid", 0, "p.size 4", key="7").add(STAT, 1, stat(8, "sh"), key="8")
    )
    tape.add("test.pid", 0, status="denied", key="8")

    table = tabulate(tape, [SOURCE])

    assert [name for name in table.row if name[0] not in {"proc.count", "proc.starts"}] == [("p.size", "nginx")]


def test_a_process_without_the_metric_has_none_of_it() -> None:
    tape = host(2, p7=range(2), p8=range(2)).add("test.pid", 0, "p.size 4", key="7").add("test.pid", 0, "", key="8")

    assert points(tabulate(tape, [SOURCE]), "p.size") == [4, 4]


def test_what_a_reading_tells_apart_comes_behind_the_program() -> None:
    tape = host(1, p7=[0], p8=[0])
    tape.add("test.pid", 0, 'p.size[heap] 3\np.size[lib.so] 1\np.mode[heap] "rw"', key="7")
    tape.add("test.pid", 0, "p.size[heap] 4", key="8")

    table = tabulate(tape, [SOURCE])

    assert points(table, "p.size", "nginx heap") == [7]
    assert points(table, "p.size", "nginx lib.so") == [1]
    assert table.facts == {("p.mode", "nginx heap"): "rw"}
    assert {name: who.name for name, who in table.programs.items()} == dict.fromkeys(
        ("nginx", "nginx heap", "nginx lib.so"), "nginx"
    )
    assert table.long_lived == {"nginx", "nginx heap", "nginx lib.so"}


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        pytest.param(["on", "on"], "on", id="they agree"),
        pytest.param(["on", "off", "on"], "off, on", id="they differ"),
        pytest.param(list("fedcba"), "a, b, c, d and 2 more", id="too many to say"),
    ],
)
def test_a_fact_of_a_program(modes: list[str], expected: str) -> None:
    tape = host(2, **{f"p{pid}": range(2) for pid in range(1, len(modes) + 1)})
    for pid, mode in enumerate(modes, start=1):
        tape.add("test.pid", 0, 'p.mode "old"', key=str(pid)).add("test.pid", 1, f'p.mode "{mode}"', key=str(pid))

    assert tabulate(tape, [SOURCE]).facts == {("p.mode", "nginx"): expected}


def test_programs_in_units_are_apart() -> None:
    tape = host(1, p7=[0], p8=[0]).add("proc.pid.cgroup", 0, "0::/system.slice/nginx.service\n", key="7")
    worked(worked(tape, 7, (0, 1)), 8, (0, 2))

    table = tabulate(tape, [SOURCE])

    assert table.programs == {
        "nginx": Program("nginx"),
        "nginx.service/nginx": Program("nginx", "nginx.service"),
    }
    assert (points(table, "p.size", "nginx.service/nginx"), points(table, "p.size", "nginx")) == ([1], [2])


def test_a_derived_metric_of_programs() -> None:
    per_byte = Derived(
        metric=of_program("p.ratio", unit="ratio"), inputs=("p.work", "p.size"), compute=lambda a, b: a / b
    )
    tape = worked(host(2, p7=range(2)), 7, (0, 10), (1, 20))

    table = tabulate(tape, [process_source(WORK, SIZE, derived=(per_byte,))])

    assert same(points(table, "p.ratio"), [NAN, 0.5])
    assert mean(table, "p.ratio") == 10 / 15
    assert ("p.ratio", EVERY) not in table.row


def test_without_stat_there_are_no_programs_and_it_is_told() -> None:
    table = tabulate(Tape([0], [[7]]).add("test.pid", 0, "p.work 1", key="7"), [SOURCE])

    assert (table.metrics, table.programs, table.warnings) == ((), {}, (NO_PROGRAMS,))
