"""Who lived when, who runs what, and who only observes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.processes import Lives, lives_of
from snapper.analyze.timeline import Recording, grid_of
from snapper.record.plan import Cadence
from tests.analyze.tape import Tape, ns, stat

STAT, CMDLINE, CGROUP = "proc.pid.stat", "proc.pid.cmdline", "proc.pid.cgroup"
KERNEL_THREAD = 0x00200000


def lives(tape: Tape, observers: Collection[int] = ()) -> Lives:
    recording = Recording(ticks=np.array(tape.ticks()), page_size=4096, clock_ticks=100)
    return lives_of(
        stats=tape.rows(STAT),
        cmdlines=tape.rows(CMDLINE),
        cgroups=tape.rows(CGROUP),
        alive=tape.pids(),
        observers=observers,
        grid=grid_of(recording, Cadence.TICK),
    )


def spans(found: Lives) -> list[tuple[int, int, int]]:
    return list(zip(found.pid.tolist(), found.start.tolist(), found.end.tolist(), strict=True))


def programs(found: Lives) -> dict[int, str]:
    names = [*(program.instance for program in found.programs), "(left out)"]
    return {pid: names[group] for pid, group in zip(found.pid.tolist(), found.group.tolist(), strict=True)}


def alive(*ticks: Iterable[int]) -> Tape:
    return Tape(range(len(ticks)), ticks)


@pytest.mark.parametrize(
    ("pids", "reads", "expected"),
    [
        pytest.param([[7], [7], [7]], [(0, 50)], [(7, 0, 3)], id="there all the time, read once"),
        pytest.param([[], [7], [7]], [(1, 50)], [(7, 1, 3)], id="born"),
        pytest.param([[7], [7], []], [(0, 50), (1, 50)], [(7, 0, 2)], id="ended"),
        pytest.param([[7], [7], [7]], [(1, 50)], [(7, 0, 3)], id="there before it could be read"),
        pytest.param([[7], [7], [7]], [(0, 50), (2, 90)], [(7, 0, 2), (7, 2, 3)], id="reused between two ticks"),
        pytest.param([[7], [], [7]], [(0, 50), (2, 90)], [(7, 0, 1), (7, 2, 3)], id="reused after a gap"),
        pytest.param([[7], [], [7]], [(0, 50), (2, 50)], [(7, 0, 3)], id="overlooked for a tick"),
        pytest.param([[7], [7], [7]], [(0.1, 50), (0.2, 90)], [(7, 0, 3)], id="reused within the first tick"),
        pytest.param([[7], [7], [7]], [], [], id="never read"),
        pytest.param([[], [], []], [(1, 50)], [], id="read, but not there"),
    ],
)
def test_a_process_is_a_pid_and_a_start_time(
    pids: list[list[int]], reads: list[tuple[float, int]], expected: list[tuple[int, int, int]]
) -> None:
    tape = alive(*pids)
    for t, start in reads:
        tape.add(STAT, t, stat(7, start=start), key="7")

    assert spans(lives(tape)) == expected


def test_processes_are_in_the_order_of_their_pids_as_numbers() -> None:
    tape = alive([9, 10, 100])
    for pid in (100, 9, 10):
        tape.add(STAT, 0, stat(pid), key=str(pid))

    assert [pid for pid, _, _ in spans(lives(tape))] == [9, 10, 100]


def test_a_read_belongs_to_the_process_that_had_the_pid_then() -> None:
    tape = alive([7, 8], [7], [7], []).add(STAT, 0, stat(7), key="7").add(STAT, 1, stat(7, start=900), key="7")
    tape.add(STAT, 0, stat(8), key="8")

    found = lives(tape).whose(["7", "7", "7", "7", "8", "8", "6", "self"], np.array([0, 1, 2, 3, 0, 1, 0, 0]))

    assert found.tolist() == [0, 1, 1, -1, 2, -1, -1, -1]


def test_nobody_has_reads_where_nobody_lived() -> None:
    assert lives(alive([])).whose(["7"], np.array([0])).tolist() == [-1]


def test_a_stat_that_does_not_parse_makes_no_process() -> None:
    tape = alive([7, 8]).add(STAT, 0, "7 (nginx", key="7").add(STAT, 0, stat(8), key="8")
    tape.add(STAT, 0, stat(8), key="self")

    assert spans(lives(tape)) == [(8, 0, 1)]


@pytest.mark.parametrize(
    ("comm", "flags", "cmdline", "cgroup", "expected"),
    [
        pytest.param("nginx", 0, "nginx: worker process", "0::/\n", "nginx", id="a name"),
        pytest.param("python3", 0, "python3\0/srv/app.py\0", "0::/\n", "python app.py", id="an interpreter"),
        pytest.param("nginx", 0, None, None, "nginx", id="nothing but the name could be read"),
        pytest.param("nginx", 0, None, "0::/system.slice/nginx.service\n", "nginx.service/nginx", id="a unit"),
        pytest.param("nginx", 0, None, "no cgroup at all", "nginx", id="a cgroup that does not parse"),
        pytest.param("kworker/3:1H", KERNEL_THREAD, "", "0::/\n", "kworker", id="a thread of the kernel"),
    ],
)
def test_a_program_is_what_outlives_the_pid(
    comm: str, flags: int, cmdline: str | None, cgroup: str | None, expected: str
) -> None:
    tape = alive([7]).add(STAT, 0, stat(7, comm, flags=flags), key="7")
    if cmdline is not None:
        tape.add(CMDLINE, 0, cmdline, key="7")
    if cgroup is not None:
        tape.add(CGROUP, 0, cgroup, key="7")

    assert programs(lives(tape)) == {7: expected}


def test_a_process_is_what_it_became_by_exec() -> None:
    tape = alive([7], [7]).add(STAT, 0, stat(7, "sh"), key="7").add(CMDLINE, 0, "sh\0-c\0x\0", key="7")
    tape.add(STAT, 1, stat(7, "python3"), key="7").add(CMDLINE, 1, "python3\0app.py\0", key="7")

    assert programs(lives(tape)) == {7: "python app.py"}


def test_who_reuses_a_pid_does_not_inherit_its_arguments() -> None:
    tape = (
        alive([7], [7]).add(STAT, 0, stat(7, "python3", start=1), key="7").add(STAT, 1, stat(7, "sh", start=2), key="7")
    )
    tape.add(CMDLINE, 0, "python3\0app.py\0", key="7").add(CMDLINE, 1, status="denied", key="7")

    found = lives(tape)

    assert [found.programs[group].name for group in found.group] == ["python app.py", "sh"]


SHELL, CALLER, RECORDER, TOOL, OF_TOOL, LOAD, OF_LOAD = 10, 20, 30, 40, 41, 50, 51
PARENTS = {SHELL: 1, CALLER: SHELL, RECORDER: CALLER, TOOL: RECORDER, OF_TOOL: TOOL, LOAD: CALLER, OF_LOAD: LOAD, 60: 1}


@pytest.mark.parametrize(
    ("observers", "there", "judged"),
    [
        pytest.param([], PARENTS, set(PARENTS), id="nobody observes"),
        pytest.param([SHELL, CALLER, RECORDER, TOOL], PARENTS, {LOAD, OF_LOAD, 60}, id="with a tool that runs along"),
        pytest.param(
            [SHELL, CALLER, RECORDER], PARENTS, {LOAD, OF_LOAD, 60}, id="killed, so that the tools are not told"
        ),
        pytest.param([CALLER, RECORDER], [SHELL, CALLER, RECORDER, LOAD], {SHELL, LOAD}, id="what the caller started"),
    ],
)
def test_what_observes_is_left_out(observers: list[int], there: Collection[int], judged: set[int]) -> None:
    tape = alive(there)
    for pid in there:
        tape.add(STAT, 0, stat(pid, ppid=PARENTS[pid]), key=str(pid))

    found = programs(lives(tape, observers))

    assert {pid for pid, program in found.items() if program == "nginx"} == judged


def test_who_was_adopted_by_init_is_still_the_recorders_child() -> None:
    tape = alive([RECORDER, 99], [RECORDER, 99]).add(STAT, 0, stat(RECORDER), key=str(RECORDER))
    tape.add(STAT, 0, stat(99, ppid=RECORDER), key="99").add(STAT, 1, stat(99, ppid=1), key="99")

    assert lives(tape, [RECORDER]).programs == ()


def test_processes_that_are_each_others_parents_are_no_endless_chain() -> None:
    tape = alive([7, 8]).add(STAT, 0, stat(7, ppid=8), key="7").add(STAT, 0, stat(8, ppid=7), key="8")

    assert lives(tape, [9]).count().tolist() == [[2]]


@given(st.lists(st.frozensets(st.integers(1, 6)), min_size=1, max_size=8))
def test_the_count_of_processes_is_how_many_are_alive(ticks: list[frozenset[int]]) -> None:
    tape = alive(*ticks)
    for tick, pids in enumerate(ticks):
        for pid in pids:
            tape.add(STAT, tick, stat(pid), key=str(pid))

    found = lives(tape)

    overlooked = [
        {
            pid
            for pid in range(1, 7)
            if any(pid in one for one in ticks[:tick]) and any(pid in one for one in ticks[tick:])
        }
        for tick in range(len(ticks))
    ]
    expected = [len(now | seen) for now, seen in zip(ticks, overlooked, strict=True)]
    assert found.count().sum(axis=0).tolist() == expected


def test_times_of_a_tape_are_whole_nanoseconds() -> None:
    assert ns(0.5) - ns(0) == 500_000_000


def test_pids_are_named_by_the_program_that_they_ran_and_by_none_if_they_ran_two() -> None:
    tape = alive([7, 8, 9], [7, 8, 9], [7, 8, 9])
    for pid, comm, start, t in ((7, "python3", 50, 0), (8, "old", 50, 0), (8, "other", 90, 2), (9, "seen", 50, 0)):
        tape.add(STAT, t, stat(pid, comm=comm, start=start), key=str(pid))
    tape.add(CMDLINE, 0, "python3\0/srv/shop.py\0", key="7")

    assert lives(tape, observers=[9]).names() == {7: "python shop.py"}
