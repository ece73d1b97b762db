"""What fixtures cannot say of pidstat and ps: means over reports, texts cut off, names of any kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin, all_collectors
from snapper.record.plan import Cadence, Command

PARSE = Path(__file__).resolve().parents[2] / "fixtures/parse"
PIDSTAT, PS = all_collectors()["cmd.pidstat"], all_collectors()["cmd.ps"]
HEADING = "# Time        UID       PID    %usr   CPU  Command\n"


def values(tool: str, text: str) -> dict[str, float | str]:
    return {
        f"{reading.metric}[{reading.instance}]": reading.value
        for reading in all_collectors()[f"cmd.{tool}"].parse(text, Origin())
    }


def row(time: str, pid: int, usr: float, command: str) -> str:
    return f"{time}        0      {pid}    {usr:.2f}     0  {command}\n"


def test_processes_of_a_program_add_up_and_reports_are_averaged() -> None:
    text = (
        HEADING + row("10:00:01", 7, 10, "nginx") + row("10:00:01", 8, 30, "nginx") + "\n"
        + HEADING + row("10:00:02", 7, 20, "nginx") + "\n"
        + HEADING + "\n"
    )  # fmt: skip

    assert values("pidstat", text) == {"pidstat.usr[nginx]": pytest.approx((0.1 + 0.3 + 0.2) / 3)}


def test_a_heading_that_is_printed_once_is_no_single_report() -> None:
    text = HEADING + row("1646857494", 7, 10, "nginx") + row("1646857495", 7, 30, "nginx")

    assert values("pidstat", text) == {"pidstat.usr[nginx]": pytest.approx(0.2)}


def test_averages_and_threads_are_not_counted_twice() -> None:
    heading = "10:00:00      UID      TGID       TID    %usr  Command\n"
    text = (
        heading
        + "10:00:01     1000      7900         -  40.00  gnome-shell\n"
        + "10:00:01     1000         -      7901  40.00  |__gnome-shell\n"
        + heading.replace("10:00:00", "Average:")
        + "Average:     1000      7900         -  40.00  gnome-shell\n"
    )

    assert values("pidstat", text) == {"pidstat.usr[gnome-shell]": pytest.approx(0.4)}


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("Web Content", "Web Content"),
        ("kworker/0:1H-kblockd", "kworker"),
        ("/usr/sbin/nginx -g daemon off;", "nginx"),
        ("python3.11", "python"),
        ("", "unknown"),
        ("a  b", "a  b"),
    ],
)
def test_a_command_becomes_the_program_that_other_sources_know(command: str, program: str) -> None:
    assert list(values("pidstat", HEADING + row("10:00:01", 7, 10, command))) == [f"pidstat.usr[{program}]"]


@pytest.mark.parametrize("tool", ["pidstat", "ps"])
def test_a_text_cut_off_anywhere_is_read_or_refused(tool: str) -> None:
    for path in (PARSE / f"cmd.{tool}").glob("[!b]*.txt"):
        whole = path.read_text(encoding="utf-8")
        for kept in range(0, len(whole), 7):
            try:
                values(tool, whole[:kept])
            except ValueError as error:
                assert str(error).startswith(tool), error  # noqa: PT017 - a part may also be read


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for tool in ("pidstat", "ps"):
        try:
            values(tool, text)
        except ValueError as error:
            assert str(error).startswith(tool)  # noqa: PT017 - a text may also be read


def test_a_start_time_with_blanks_in_it_is_one_column() -> None:
    text = (
        "    PID                  STARTED S WCHAN    RSS COMMAND\n      7 Wed Jun  5 22:57:04 2013 D nfs_wait 100 a b\n"
    )

    assert values("ps", text) == {"ps.processes[D]": 1, "ps.blocked[nfs_wait]": 1, "ps.rss[a b]": 102400}


def test_only_blocked_processes_are_told_by_what_they_wait_in() -> None:
    text = "PID STAT WCHAN COMMAND\n1 Ss ep_poll a\n2 D+ folio_wait_bit b\n3 D - c\n"

    assert values("ps", text) == {"ps.processes[S]": 1, "ps.processes[D]": 2, "ps.blocked[folio_wait_bit]": 1}


def test_the_tools_are_evidence_and_not_judged() -> None:
    assert not PIDSTAT.judged
    assert not PS.judged
    assert isinstance(PIDSTAT.read, Command)
    assert isinstance(PS.read, Command)
    assert PIDSTAT.read.cadence is Cadence.WINDOW
    assert PS.read.cadence is Cadence.ONCE
