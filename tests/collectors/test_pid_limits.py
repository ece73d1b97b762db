"""What fixtures cannot say of limits, oom_score_adj and wchan; and that real processes are told as their tools tell."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from snapper.collectors import Origin, all_collectors

HEADING = "Limit                     Soft Limit           Hard Limit           Units     \n"


def values(source: str, text: str) -> dict[str, float | str]:
    readings = all_collectors()[source].parse(text, Origin(key="7"))
    return {f"{reading.metric}[{reading.instance}]".removesuffix("[]"): reading.value for reading in readings}


def test_the_soft_limit_is_the_one_that_refuses() -> None:
    text = f"{HEADING}Max cpu time  unlimited  unlimited  seconds\nMax open files  1024  524288  files\n"

    assert values("proc.pid.limits", text) == {"proc.limits.open_files": 1024}


def test_no_limit_is_infinite_and_leaves_nothing_used_up() -> None:
    text = f"{HEADING}Max open files  unlimited  unlimited  files\n"
    (fullness,) = all_collectors()["proc.pid.limits"].derived

    allowed = values("proc.pid.limits", text)["proc.limits.open_files"]

    assert allowed == math.inf
    assert fullness.inputs == ("proc.fds", "proc.limits.open_files")
    np.testing.assert_array_equal(fullness.compute(np.array([512.0, 512.0]), np.array([1024.0, allowed])), [0.5, 0.0])


@pytest.mark.parametrize("function", ["do_epoll_wait", "anon_pipe_read", "futex_do_wait", "kthreadd", "worker_thread"])
def test_who_waits_for_work_is_not_stuck(function: str) -> None:
    assert values("proc.pid.wchan", function) == {}


@pytest.mark.parametrize("function", ["rpc_wait_bit_killable", "folio_wait_bit_common", "__mutex_lock.constprop.0"])
def test_who_waits_for_a_disk_a_lock_or_a_server_is(function: str) -> None:
    assert values("proc.pid.wchan", function) == {f"proc.wchan[{function.partition('.')[0]}]": 1}


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.read(1)
        yield child
        child.kill()


def said(*argv: str) -> str:
    if not shutil.which(argv[0]):
        pytest.skip(f"no {argv[0]} on this host")
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    if done.returncode:
        pytest.skip(f"{argv[0]} may not do this here: {done.stderr.strip()}")
    return done.stdout


def of(child: subprocess.Popen[bytes], file: str) -> str:
    return Path(f"/proc/{child.pid}/{file}").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "policy"), [("--batch", "SCHED_BATCH"), ("--idle", "SCHED_IDLE"), ("--fifo", "SCHED_FIFO")]
)
def test_policy_and_priority_are_what_chrt_says(sleeper: subprocess.Popen[bytes], option: str, policy: str) -> None:
    priority = "7" if option == "--fifo" else "0"
    said("chrt", option, "-p", priority, str(sleeper.pid))

    told = said("chrt", "-p", str(sleeper.pid))

    expected = policy if priority == "0" else f"{policy} {priority}"
    assert values("proc.pid.stat", of(sleeper, "stat"))["proc.policy"] == expected
    assert re.search(rf"policy: {policy}\b", told)
    assert re.search(rf"priority: {priority}\b", told)


def test_nice_is_what_ps_says(sleeper: subprocess.Popen[bytes]) -> None:
    said("renice", "-n", "5", "-p", str(sleeper.pid))

    assert values("proc.pid.stat", of(sleeper, "stat"))["proc.nice"] == "5"
    assert said("ps", "-o", "ni=", "-p", str(sleeper.pid)).strip() == "5"


def test_the_cpus_allowed_are_what_taskset_says(sleeper: subprocess.Popen[bytes]) -> None:
    said("taskset", "-cp", "0", str(sleeper.pid))

    told = said("taskset", "-cp", str(sleeper.pid)).rpartition(": ")[2].strip()

    assert values("proc.pid.status", of(sleeper, "status"))["proc.Cpus_allowed_list"] == told == "0"


def test_limits_are_what_prlimit_says(sleeper: subprocess.Popen[bytes]) -> None:
    said("prlimit", "--nofile=512:1024", "--pid", str(sleeper.pid))

    told = said("prlimit", "--nofile", "--pid", str(sleeper.pid), "--output", "SOFT", "--noheadings").strip()

    assert values("proc.pid.limits", of(sleeper, "limits")) == {"proc.limits.open_files": int(told)}


def test_whom_to_kill_first_is_what_was_written(sleeper: subprocess.Popen[bytes]) -> None:
    Path(f"/proc/{sleeper.pid}/oom_score_adj").write_text("500\n", encoding="utf-8")

    assert values("proc.pid.oom_score_adj", of(sleeper, "oom_score_adj")) == {"proc.oom_score_adj": "500"}


def test_somebody_who_has_ended_is_a_zombie_until_asked() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    while ") Z " not in of(child, "stat"):
        pass

    assert values("proc.pid.stat", of(child, "stat"))["proc.zombies"] == 1
    assert child.wait() == 0
