"""What the recorder spares the host: ticks past its budget, tools where there is too much to tell."""

from __future__ import annotations

import json
import socket
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from snapper.record.plan import Cadence, Command, File, PerProcess, plan_of
from snapper.record.recorder import sockets_in
from tests.record.running import RECORDER_COMMAND, Recording, Running, run, stat_line, write

INTERVAL = 0.02
SOCKSTAT = "sockets: used 9000\nTCP: inuse 3000 orphan 0 tw 1500 alloc 9 mem 9\nUDP: inuse 600 mem 0\nFRAG: inuse 0\n"
SOCKSTAT6 = "TCP6: inuse 40\nUDP6: inuse 2\n"


def recorded(tmp_path: Path, *, max_cpu: float, ticks: int = 41) -> Recording:
    """A recorded tree with so many processes that a tick takes some CPU time."""
    for pid in range(2, 102):
        write(tmp_path / "tree", f"proc/{pid}/stat", stat_line(pid))
    reads = [("proc.pid.stat", PerProcess(file="stat"))]
    root = str(tmp_path / "tree")
    plan = plan_of(reads, interval=INTERVAL, duration=INTERVAL * (ticks - 1), root=root, max_cpu=max_cpu)
    return Running(json.dumps(plan).encode(), tmp_path / "spool", RECORDER_COMMAND).end()


def test_past_its_budget_it_leaves_ticks_out_and_says_so(tmp_path: Path) -> None:
    spool = recorded(tmp_path, max_cpu=0.0001).spool

    assert spool.end is not None
    assert spool.end["ended"] == "done"
    assert spool.end["cost"]["stretched"] > 10
    begins = [record.t / 1e9 for record in spool.of("recorder.tick")]
    assert len(begins) == spool.end["ticks"] == 3  # the first, one to learn from, and the last, where the window ends
    assert begins[-1] - begins[0] == pytest.approx(spool.end["duration"])
    assert begins[-1] - begins[0] > 39 * INTERVAL
    assert all(after > before for before, after in pairwise(begins))


def test_without_a_budget_no_tick_is_left_out_for_what_it_costs(tmp_path: Path) -> None:
    spool = recorded(tmp_path, max_cpu=0.0).spool

    assert spool.end is not None
    assert spool.end["cost"]["stretched"] == 1


def test_a_budget_that_is_kept_changes_nothing(tmp_path: Path) -> None:
    spool = recorded(tmp_path, max_cpu=1.0, ticks=3).spool

    assert spool.end is not None
    assert spool.end["cost"]["stretched"] == 1


@pytest.mark.parametrize(
    ("text", "sockets"), [(SOCKSTAT, 5100), (SOCKSTAT + SOCKSTAT6, 5142), ("", 0), ("TCP: inuse many\n\n", 0)]
)
def test_sockets_are_counted_from_the_sums_of_the_kernel(text: str, sockets: int) -> None:
    assert sockets_in(text) == sockets


@pytest.mark.parametrize(("most", "status"), [(0, "ok"), (10**9, "ok"), (1, "truncated")])
def test_where_there_are_too_many_sockets_the_kernel_is_asked_in_place_of_the_tool(
    tmp_path: Path, most: int, status: str
) -> None:
    tool = Command(argv=("uname",), version=(), sockets=most)
    with socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0)):
        spool = run(tmp_path, {"cmd.ss": tool}).spool

    told = spool.coverage("cmd.ss")
    assert told["status"] == status
    assert spool.of("cmd.ss")[0].content.startswith(b"Linux" if status == "ok" else b"Netid State")
    assert status == "ok" or "sockets, more than 1: only listeners and a sample" in told["why"]


def test_the_host_is_sampled_before_anything_dear(tmp_path: Path) -> None:
    reads = {
        "proc.stat": File(path="proc/stat"),
        "proc.uptime": File(path="proc/uptime"),
        "etc": File(path="etc/passwd", cadence=Cadence.EDGES),
    }

    spool = run(tmp_path, reads).spool

    first, again = (spool.of("proc.uptime")[place].t for place in (0, 1))
    assert first < spool.of("etc")[0].t < spool.of("recorder.tick")[0].t <= again


def test_a_tool_that_told_nothing_is_not_asked_for_its_version(tmp_path: Path) -> None:
    mark = tmp_path / "asked"
    version = (sys.executable, "-c", f"open({str(mark)!r}, 'w')")
    failing = Command(argv=("false",), version=version)

    assert run(tmp_path, {"cmd.false": failing}).spool.coverage("cmd.false")["version"] == ""
    assert not mark.exists()
