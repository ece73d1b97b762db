"""What may tell sums over sockets apart: nothing that differs between two snapshots of one unchanged host."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin
from snapper.collectors.cmd_ss import COLLECTOR
from snapper.collectors.ss_lines import sockets_of

RECORDED = Path(__file__).resolve().parents[2] / "fixtures/parse/cmd.ss/iproute2-6.1.txt"


def sums(text: str) -> dict[tuple[str, str], float | str]:
    return {(reading.metric, reading.instance): reading.value for reading in COLLECTOR.parse(text, Origin())}


def listener(port: int, *, backlog: int = 8, waiting: int = 0, users: str = "") -> str:
    return f"tcp LISTEN {waiting} {backlog} 0.0.0.0:{port} 0.0.0.0:* {users} ino:1 sk:1\n"


@given(order=st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(order: random.Random) -> None:
    lines = RECORDED.read_text(encoding="utf-8").splitlines(keepends=True)
    shuffled = list(lines)
    order.shuffle(shuffled)

    assert sums("".join(shuffled)) == pytest.approx(sums("".join(lines)))


def test_other_pids_and_client_ports_give_the_same_instances() -> None:
    text = RECORDED.read_text(encoding="utf-8")
    later = re.sub(r"127\.0\.0\.1:5([0-9]{4})", r"127.0.0.1:4\1", re.sub("pid=([89])", r"pid=10\1", text))

    assert later != text
    assert sums(later) == sums(text)


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (443, "tcp :443"),
        (32767, "tcp :32767"),
        (32768, "tcp :32768-60999"),
        (60999, "tcp :32768-60999"),
        (61000, "tcp :61000"),
    ],
)
def test_ports_that_the_kernel_hands_out_are_one(port: int, name: str) -> None:
    assert ("ss.accept_queue", name) in sums(listener(port))


@pytest.mark.parametrize(
    ("users", "name"),
    [
        ('users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))', "tcp :80 nginx"),
        ('users:(("child",pid=812,fd=6),("parent",pid=811,fd=6))', "tcp :80 parent"),
        ('users:(("rpcbind",pid=1139,fd=5),("systemd",pid=1,fd=41))', "tcp :80 rpcbind"),
        ('users:(("systemd",pid=1,fd=41))', "tcp :80 systemd"),
        ('users:(("tmux: server",pid=77,fd=4))', "tcp :80 tmux: server"),
        ('users:(("sshd",902,4))', "tcp :80 sshd"),
        ("", "tcp :80"),
    ],
)
def test_a_listener_is_named_after_who_opened_it(users: str, name: str) -> None:
    assert ("ss.backlog", name) in sums(listener(80, users=users))


def test_the_fullest_of_several_sockets_decides() -> None:
    found = sums(listener(80, backlog=100, waiting=50) + listener(80, backlog=4, waiting=4) + listener(81, backlog=0))

    assert found["ss.accept_queue", "tcp :80"] == 54
    assert found["ss.backlog", "tcp :80"] == 104
    assert found["ss.accept_queue_utilization", "tcp :80"] == 1
    assert found["ss.fullest_accept_queue", ""] == 1
    assert ("ss.accept_queue_utilization", "tcp :81") not in found


def test_drops_that_not_all_sockets_tell_are_not_known() -> None:
    told = "tcp LISTEN 0 8 [::]:80 [::]:* ino:2 sk:2 skmem:(r0,rb1,t0,tb1,f0,w0,o0,bl0,d7)\n"

    assert sums(told)["ss.drops", "tcp :80"] == 7
    assert ("ss.drops", "tcp :80") not in sums(told + listener(80))


def test_states_without_a_socket_are_zero_and_no_text_is_nothing() -> None:
    assert sums(listener(80))["ss.sockets", "tcp CLOSE-WAIT"] == 0
    assert sums("") == {}


@given(cut=st.integers(0, 4000))
def test_a_text_that_was_cut_gives_no_sums(cut: int) -> None:
    text = RECORDED.read_text(encoding="utf-8")[:cut]
    if text and not text.endswith("\n"):
        with pytest.raises(ValueError, match="ends in the middle of a line"):
            list(sockets_of(text))
    else:
        assert len(list(sockets_of(text))) == text.count("\n")
