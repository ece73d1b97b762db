"""What a fixture cannot say of /proc/PID/stat: names of any kind, cut-off lines, priorities, derived CPU."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.analyze.derive import derive
from snapper.analyze.part import Part
from snapper.collectors.contract import Origin
from snapper.collectors.programs.pid_stat import COLLECTOR, Stat, identify, parse

NAMES = [
    "nginx",
    "<script>alert(1)</script>",
    "a) R 1 (b",
    ") S 1 2 3",
    "two words",
    "line\nbreak",
    "\\xff\\xfe",
    "",
    "(sd-pam)",
    "kworker/0:0H-kblockd",
]


def line(name: str = "nginx", **changed: object) -> str:
    """A line as Linux 6.1 writes it, its fields numbered from 4 as proc(5) does: field 20 is 120."""
    fields = ["S"] + [str(number * 10 - 80) for number in range(4, 53)]
    for place, value in {"f7": 0, "f9": 4194304, "f40": 0, "f41": 0, **changed}.items():
        fields[int(place[1:]) - 3] = str(value)
    return f"4711 ({name}) {' '.join(fields)}\n"


def values(text: str, origin: Origin | None = None) -> dict[str, float | str]:
    return {reading.metric: reading.value for reading in parse(text, origin or Origin(key="4711"))}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_kind_ends_at_the_last_bracket(name: str) -> None:
    assert identify(line(name)) == Stat(name, ppid=-40, starttime=140, session=-20, kernel_thread=False)
    assert values(line(name)) == values(line("nginx"))


def test_a_kernel_thread_is_known_by_its_flag() -> None:
    assert identify(line("kswapd0", f9=2129984)).kernel_thread
    assert not identify(line("kswapd0", f9=4194304)).kernel_thread


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({"f41": 0}, "SCHED_OTHER"),
        ({"f41": 3}, "SCHED_BATCH"),
        ({"f41": 5}, "SCHED_IDLE"),
        ({"f40": 50, "f41": 1}, "SCHED_FIFO 50"),
        ({"f40": 1, "f41": 2}, "SCHED_RR 1"),
        ({"f41": 6}, "SCHED_DEADLINE"),
        ({"f41": 42}, "policy 42"),
    ],
)
def test_a_policy_has_its_name_and_priority(fields: dict[str, int], policy: str) -> None:
    assert values(line(**fields))["proc.policy"] == policy


@pytest.mark.parametrize(("state", "blocked"), [("D", 1), ("S", 0), ("R", 0), ("Z", 0), ("I", 0)])
def test_only_state_d_is_blocked(state: str, blocked: float) -> None:
    assert values(line(f3=state))["proc.blocked"] == blocked


def test_only_state_z_has_ended() -> None:
    assert [values(line(f3=state))["proc.zombies"] for state in "SRDZXI"] == [0, 0, 0, 1, 0, 0]


@pytest.mark.parametrize("place", ["f10", "f12", "f14", "f15", "f16", "f17", "f19", "f20", "f23", "f24", "f41", "f42"])
def test_a_field_that_is_no_number_is_refused_by_name_of_the_process(place: str) -> None:
    with pytest.raises(ValueError, match="/proc/4711/stat should be"):
        values(line(**{place: "x"}))


@given(st.integers(0, 400))
def test_a_line_cut_off_anywhere_gives_the_whole_lines_values_or_none(kept: int) -> None:
    whole = line("a (b) c", f14=1234567, f42=7654321)
    try:
        readings = parse(whole[:kept], Origin())
    except ValueError:
        return
    assert set(readings) <= set(parse(whole, Origin()))


@given(st.text())
def test_any_text_gives_readings_or_a_value_error(text: str) -> None:
    for read in (lambda: identify(text), lambda: parse(text, Origin())):
        try:
            read()
        except ValueError as error:
            assert "/stat should be" in str(error)  # noqa: PT017 - any text may also be read


def test_cpu_is_the_sum_of_user_and_kernel_time() -> None:
    derived = {each.metric.name: each for each in COLLECTOR.derived}
    user, system = np.array([[0.5, np.nan, 0.0]]), np.array([[0.25, 1.0, 0.0]])

    cpu = derived["proc.cpu"].compute(user, system)

    assert derived["proc.cpu"].inputs == ("proc.utime", "proc.stime")
    np.testing.assert_array_equal(cpu, [[0.75, np.nan, 0.0]])
    assert derived["proc.children_cpu"].inputs == ("proc.cutime", "proc.cstime")


@pytest.mark.parametrize(("name", "of"), [("tasks.blocked", "proc.blocked"), ("tasks.zombies", "proc.zombies")])
def test_states_of_the_whole_host_are_sums_over_all_programs(name: str, of: str) -> None:
    here = {of: {"": 3.0, "nginx": 2.0, "cron": 1.0}, "stat.procs_running": {"": 7.0}}
    points = np.array([[value] for told in here.values() for value in told.values()])
    part = Part(
        names=tuple((metric, instance) for metric, told in here.items() for instance in told),
        points=points,
        mean=points[:, 0],
        seen=np.ones(len(points), np.int64),
    )

    whole = derive(part, COLLECTOR.derived)

    assert {row: whole.mean[at] for at, row in enumerate(whole.names) if row[0] == name} == {(name, ""): 3.0}
