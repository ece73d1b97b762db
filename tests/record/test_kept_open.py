"""Files of processes that run at every tick stay open between ticks, and no longer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.record.plan import PerProcess, plain_read
from snapper.record.recorder import Journal, Processes, Source, Spool, Tree

FILES = ("schedstat", "stat", "io", "status")
MOST_TICKS = 200  # until a busy process ran before two of them one after the other


@contextmanager
def busy() -> Iterator[str]:
    """The pid of a process that never sleeps."""
    with subprocess.Popen((sys.executable, "-c", "while True: pass")) as child:
        try:
            yield str(child.pid)
        finally:
            child.kill()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    reads = [plain_read(f"proc.pid.{file}", PerProcess(file=file)) for file in FILES]
    tree, spool = Tree("/"), Spool(str(tmp_path / "spool"))
    made = Processes(tree, Journal(spool), [Source(number, read) for number, read in enumerate(reads)], Mock(count=0))
    yield made
    made.release()
    if made.gate:
        made.gate.close()
    os.close(spool.fd)
    if tree.proc is not None:
        os.close(tree.proc)


def tick_until_kept(processes: Processes, pid: str) -> None:
    for _ in range(MOST_TICKS):
        processes.tick(full=False)
        if len(processes.kept.get(pid, ())) > 1:
            return
        time.sleep(0.02)
    pytest.fail("a process that never sleeps was not seen to run")


def open_files(pid: str) -> list[str]:
    """Those of a process that this one has open."""
    paths = list(Path("/proc/self/fd").iterdir())
    return [name for name in map(os.path.realpath, paths) if name.startswith(f"/proc/{pid}/")]


def test_what_is_read_from_an_open_file_is_news(processes: Processes) -> None:
    with busy() as pid:
        tick_until_kept(processes, pid)
        before = processes.known[pid].last[0]
        for _ in range(MOST_TICKS):
            time.sleep(0.02)
            processes.tick(full=False)
            if processes.known[pid].last[0] != before:
                break
        assert processes.known[pid].last[0] != before
        assert f"/proc/{pid}/stat" in open_files(pid)


def test_files_of_a_process_that_is_gone_are_closed(processes: Processes) -> None:
    with busy() as pid:
        tick_until_kept(processes, pid)
    processes.tick(full=False)
    assert pid not in processes.kept
    assert open_files(pid) == []


def test_a_gone_process_says_nothing_more(processes: Processes) -> None:
    with busy() as pid:
        tick_until_kept(processes, pid)
        process, read = processes.known[pid], [source.seen[0] for source in processes.ticked]
    processes._read(pid, process, may_skip=False)  # as where it ended after the pids were listed
    assert [source.seen[0] for source in processes.ticked] == read


def test_all_are_closed_when_the_ticks_are_over(processes: Processes) -> None:
    with busy() as pid:
        tick_until_kept(processes, pid)
        processes.release()
        assert not processes.kept
        assert open_files(pid) == []


def test_no_more_stay_open_than_there_is_room_for(processes: Processes) -> None:
    processes.most_kept = 0
    with busy():
        for _ in range(6):
            time.sleep(0.02)
            processes.tick(full=False)
    assert not processes.kept


@given(st.lists(st.text("ab.*?[]!", min_size=1, max_size=5)), st.text("ab.*?[]!", min_size=1, max_size=5))
def test_a_pattern_finds_what_fnmatch_finds(names: list[str], pattern: str) -> None:
    tree = Tree("/")
    tree.listings = {("/folder", True): [(name, False) for name in names]}
    found = [name for name, _ in tree._entries("/folder", pattern, follow=True)]
    assert found == [name for name in names if fnmatchcase(name, pattern)]
