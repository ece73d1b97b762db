"""CPU time that no program took, as far as programs are known."""

from __future__ import annotations

import pytest

from snapper.analyze.series import tabulate
from snapper.collectors.cpu import proc_stat
from snapper.collectors.programs import pid_stat
from tests.analyze.program_series import NAN, STAT, mean, points, same
from tests.analyze.tape import Tape, stat


def test_time_of_no_process_that_was_seen_counts_those_left_out_as_seen() -> None:
    tape = Tape(range(3), [[7, 9], [7, 9], [7, 9]], pids=(9,))
    cpu = "cpu  {} 0 100 1000 0 0 0 0 0 0\ncpu0 {} 0 100 1000 0 0 0 0 0 0\n"
    for tick, (user, mine, recorder) in enumerate([(1000, 500, 10), (1100, 550, 20), (1150, 550, 30)]):
        tape.add("proc.stat", tick, cpu.format(user, user))
        tape.add(STAT, tick, stat(7, utime=mine), key="7").add(STAT, tick, stat(9, "python3", utime=recorder), key="9")

    table = tabulate(tape, [proc_stat.COLLECTOR, pid_stat.COLLECTOR])

    assert same(points(table, "cpu.unattributed", ""), [NAN, 0.4, 0.4])
    assert mean(table, "cpu.unattributed", "") == pytest.approx(0.4)
    assert {instance for name, instance in table.row if name.startswith("proc.")} == {"nginx"}


def test_where_programs_are_not_known_neither_is_what_is_left() -> None:
    tape = Tape(range(2)).add("proc.stat", 0, "cpu  1 0 1 1 0 0 0 0 0 0\n")

    assert ("cpu.unattributed", "") not in tabulate(tape, [proc_stat.COLLECTOR, pid_stat.COLLECTOR]).row
