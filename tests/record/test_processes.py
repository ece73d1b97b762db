"""Processes that come, go, run another program or take over a pid; and the host that the tests run on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from snapper.record.plan import Cadence, File, PerProcess, Read
from tests.record.running import RECORDER_COMMAND, run, start, stat_line, write

STAT: dict[str, Read] = {
    "proc.pid.stat": PerProcess(file="stat"),
    "proc.pid.cmdline": PerProcess(file="cmdline", cadence=Cadence.NEW),
}
LIVE: dict[str, Read] = {
    "proc.stat": File(path="proc/stat"),
    "proc.net.dev": File(path="proc/net/dev"),
    "proc.mounts": File(path="proc/mounts", cadence=Cadence.EDGES),
    "proc.pid.stat": PerProcess(file="stat"),
    "proc.pid.status": PerProcess(file="status"),
    "proc.pid.fd": PerProcess(file="fd", count=True),
    "proc.pid.cmdline": PerProcess(file="cmdline", cadence=Cadence.NEW),
    "proc.pid.smaps_rollup": PerProcess(file="smaps_rollup", cadence=Cadence.EDGES),
}


def test_of_a_process_that_is_gone_nothing_is_written_but_the_list(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    for pid in (1, 30):
        write(root, f"proc/{pid}/stat", stat_line(pid))
    recorder = start(tmp_path, STAT, root=root, ticks=3, interval=0.4)
    recorder.wait_for("tick 1 3")
    (root / "proc/30/stat").unlink()
    (root / "proc/30").rmdir()
    spool = recorder.end().spool
    assert spool.contents("proc.pids") == [b"1 30", b"1"]
    assert [read.status for read in spool.of("proc.pid.stat", "30")] == ["ok"]
    assert spool.coverage("proc.pid.stat")["status"] == "ok"


@pytest.mark.parametrize(
    ("after", "reads_of_cmdline", "reads_of_io"),
    [
        (stat_line(30, began=4711), 1, 1),
        (stat_line(30, began=4711, utime=9), 1, 1),
        (stat_line(30, began=4711, comm="sh) S 1"), 2, 1),
        (stat_line(30, began=9999), 2, 2),
    ],
    ids=["unchanged", "it ran", "it runs another program", "another process has the pid"],
)
def test_a_command_line_is_read_once_for_each_program(
    tmp_path: Path, after: str, reads_of_cmdline: int, reads_of_io: int
) -> None:
    root = tmp_path / "tree"
    write(root, "proc/30/io", "rchar: 1\n")
    write(root, "proc/30/stat", stat_line(30))
    write(root, "proc/30/cmdline", b"worker\0")
    recorder = start(tmp_path, {"io": PerProcess(file="io"), **STAT}, root=root, ticks=4, interval=0.4)
    recorder.wait_for("tick 1 4")
    write(root, "proc/30/cmdline", b"another\0")
    write(root, "proc/30/stat", after)
    spool = recorder.end().spool
    assert spool.contents("proc.pid.cmdline") == [b"worker\0", b"another\0"][:reads_of_cmdline]
    assert len(spool.of("io")) == reads_of_io


@pytest.mark.parametrize(
    ("threads", "before", "after", "is_read"),
    [
        (1, "100 5 7\n", "100 5 7\n", False),
        (1, "100 5 7\n", "200 5 8\n", True),
        (2, "100 5 7\n", "100 5 7\n", True),
        (1, "0 0 0\n", "0 0 0\n", True),
    ],
    ids=["did not run", "ran", "another thread may have run", "the kernel keeps no figures"],
)
def test_a_process_whose_only_thread_did_not_run_is_not_read_again(
    tmp_path: Path, threads: int, before: str, after: str, *, is_read: bool
) -> None:
    root = tmp_path / "tree"
    reads: dict[str, Read] = {name: PerProcess(file=name) for name in ("io", "stat", "schedstat")}
    pid = 35  # REFRESH reads it at every tenth tick whose number ends in 5
    write(root, f"proc/{pid}/stat", stat_line(pid, threads=threads))
    write(root, f"proc/{pid}/schedstat", before)
    write(root, f"proc/{pid}/io", "rchar: 1\n")
    recorder = start(tmp_path, reads, root=root, ticks=3, interval=0.4)
    recorder.wait_for("tick 1 3")
    write(root, f"proc/{pid}/schedstat", after)
    write(root, f"proc/{pid}/io", "rchar: 2\n")
    recorder.wait_for("tick 2 3")
    write(root, f"proc/{pid}/io", "rchar: 3\n")
    spool = recorder.end().spool
    assert spool.contents("io") == [b"rchar: 1\n", *([b"rchar: 2\n"] if is_read else []), b"rchar: 3\n"]
    assert spool.end is not None
    assert spool.end["cost"]["gated"] == (0 if is_read else 1)


@pytest.mark.parametrize(
    ("budget", "read", "why"),
    [(5.0, ["32", "31"], ""), (0.0, [], "there was time for 0 of 2 processes")],
    ids=["in time", "no time"],
)
def test_what_is_dear_is_read_of_the_largest_within_a_budget(
    tmp_path: Path, budget: float, read: list[str], why: str
) -> None:
    root = tmp_path / "tree"
    for pid, pages in ((30, 5), (31, 70), (32, 900)):
        write(root, f"proc/{pid}/statm", f"2000 {pages} 1 1 0 1 0\n")
        write(root, f"proc/{pid}/smaps_rollup", f"Pss: {pages} kB\n")
    dear = PerProcess(file="smaps_rollup", cadence=Cadence.EDGES, largest=2, budget=budget)
    spool = run(tmp_path, {"dear": dear}, root=root).spool
    assert [record.key for record in spool.of("dear")] == read
    assert spool.coverage("dear")["why"] == why


def test_the_live_host(tmp_path: Path) -> None:
    recording = run(tmp_path, LIVE, ticks=3, interval=0.1)
    spool = recording.spool
    assert recording.code == 0
    assert recording.said[:2] == ["phase tools before", "tick 1 3"]
    assert recording.said[-2:] == ["tick 3 3", "phase tools after"]
    assert all(before.t < after.t for before, after in pairwise(spool.of("recorder.tick")))
    assert str(os.getpid()) in spool.contents("proc.pids")[0].decode().split()
    (own,) = spool.of("proc.pid.cmdline", str(os.getpid()))
    assert own.content == Path("/proc/self/cmdline").read_bytes()
    assert spool.contents("proc.stat")[0].startswith(b"cpu  ")
    assert b" / " in spool.contents("proc.mounts")[0]
    assert b"Pss:" in spool.contents("proc.pid.smaps_rollup", str(os.getpid()))[0]
    assert all(spool.coverage(name)["status"] in {"ok", "partial"} for name in LIVE)


def test_the_header_of_the_live_host(tmp_path: Path) -> None:
    host = run(tmp_path, {}).spool.head["host"]
    assert host["boot_id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert host["kernel"] == os.uname().release
    assert host["page_size"] == os.sysconf("SC_PAGE_SIZE")
    assert host["memory"] // host["page_size"] == os.sysconf("SC_PHYS_PAGES")
    assert host["cpus"] == os.cpu_count()
    assert host["uid"] == os.getuid()
    assert os.getpid() in host["pids"]
    assert 1 not in host["pids"]
    assert abs(host["started"] - time.time()) < 60
    assert f"CapEff:\t{host['capabilities']}" in Path("/proc/self/status").read_text()


def test_the_number_of_open_files_is_what_a_listing_says(tmp_path: Path) -> None:
    holder = "import os, sys; held = [os.dup(0) for _ in range(40)]; print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen((sys.executable, "-c", holder), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        spool = run(tmp_path, {"fd": PerProcess(file="fd", count=True)}).spool
        listed = len(list(Path(f"/proc/{child.pid}/fd").iterdir()))
    assert spool.contents("fd", str(child.pid)) == [str(listed).encode()]
    assert listed >= 43


def test_a_file_that_is_denied_says_so_for_each_process(tmp_path: Path) -> None:
    weak = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.getuid() == 0 else ()
    spool = start(tmp_path, {"io": PerProcess(file="io")}, command=(*weak, *RECORDER_COMMAND)).end().spool
    (denied,) = spool.of("io", "1")
    assert (denied.status, denied.content) == ("denied", b"")
    assert spool.coverage("io")["status"] == "partial"
    assert spool.coverage("io")["why"] == "read /proc/1/io: Permission denied"
    assert spool.end is not None
    assert spool.end["gate"] == ""
