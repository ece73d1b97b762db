"""What may tell sums over sockets apart: nothing that differs between two snapshots of one unchanged host."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin
from snapper.collectors.network.cmd_ss import COLLECTOR
from snapper.collectors.network.ss_lines import sockets_of

RECORDED = Path(__file__).resolve().parents[2] / "fixtures/parse/cmd.ss/iproute2-6.1.txt"


def sums(text: str, programs: dict[int, str] | None = None) -> dict[tuple[str, str], float | str]:
    origin = Origin(programs=programs or {})
    return {(reading.metric, reading.instance): reading.value for reading in COLLECTOR.parse(text, origin)}


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


def test_the_pid_tells_which_program_of_an_interpreter_it_is() -> None:
    users = 'users:(("python3",pid=32,fd=3))', 'users:(("python3",pid=33,fd=3),("python3",pid=40,fd=3))'
    text = listener(80, users=users[0]) + listener(81, users=users[1]) + listener(82, users=users[0].replace("32", "9"))

    found = sums(text, {32: "shop.service/python shop.py", 33: "python stage.py"})

    ports = {instance for metric, instance in found if metric == "ss.backlog"}
    assert ports == {"tcp :80 shop.service/python shop.py", "tcp :81 python stage.py", "tcp :82 python3"}
    assert found["ss.program_sockets", "shop.service/python shop.py"] == 1


def test_what_waits_to_be_accepted_is_held_against_the_listener() -> None:
    text = listener(80, waiting=2, users='users:(("deaf",pid=7,fd=3))')
    text += connection(80, "192.0.2.9:5000", state="CLOSE-WAIT") + connection(80, "192.0.2.9:5001")
    text += connection(80, "192.0.2.9:5002", state="FIN-WAIT-1") + connection(81, "192.0.2.9:5003")

    found = sums(text)

    assert (found["ss.program_sockets", "deaf"], found["ss.program_sockets", "unknown"]) == (3, 2)
    assert (found["ss.program_close_wait", "deaf"], found["ss.program_established", "deaf"]) == (1, 1)


def test_where_two_programs_listen_at_one_port_what_waits_is_nobodys() -> None:
    text = listener(80, users='users:(("a",pid=7,fd=3))') + listener(80, users='users:(("b",pid=8,fd=3))')

    found = sums(text + connection(80, "192.0.2.9:5000"))

    assert found["ss.program_sockets", "unknown"] == 1


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


def connection(
    local: int, peer: str, *, state: str = "ESTAB", users: str = "", details: str = "", memory: str = ""
) -> str:
    return f"tcp {state} 0 0 192.0.2.1:{local} {peer} {users} {memory} {details}\n"


SMALL = "skmem:(r0,rb131072,t0,tb87040,f0,w0,o0,bl0,d0)"


def test_handshakes_count_for_the_port_they_came_to() -> None:
    half_open = "".join(connection(80, f"192.0.2.9:{port}", state="SYN-RECV") for port in range(5000, 5004))

    found = sums(listener(80) + listener(81) + half_open)

    assert (found["ss.syn_queue", "tcp :80"], found["ss.syn_queue", "tcp :81"]) == (4, 0)


def test_ports_taken_to_one_destination_wait_out_their_time() -> None:
    text = "".join(connection(40000 + n, "192.0.2.7:5432", state="TIME-WAIT") for n in range(9))
    text += connection(40100, "192.0.2.7:5432") + connection(40200, "192.0.2.8:5432")
    text += "".join(connection(443, f"192.0.2.9:{port}") for port in range(50000, 50050)) + listener(443)

    found = sums(text)

    assert found["ss.busiest_destination", ""] == 10
    assert found["ss.peer_connections", "to 192.0.2.7:5432"] == 1
    assert found["ss.peer_connections", "from 192.0.2.9 to :443"] == 50


def test_only_the_peers_with_the_most_connections_are_told() -> None:
    text = "".join(
        connection(40000 + 100 * peer + n, f"192.0.2.{peer}:80") for peer in range(1, 31) for n in range(peer)
    )

    found = {instance: value for (metric, instance), value in sums(text).items() if metric == "ss.peer_connections"}

    assert found == {f"to 192.0.2.{peer}:80": peer for peer in range(11, 31)}


def test_served_by_this_host_itself_a_connection_counts_once() -> None:
    text = (
        listener(8080) + "tcp ESTAB 0 0 127.0.0.1:8080 127.0.0.1:40000\ntcp ESTAB 0 0 127.0.0.1:40000 127.0.0.1:8080\n"
    )

    found = {instance: value for (metric, instance), value in sums(text).items() if metric == "ss.peer_connections"}

    assert found == {"to 127.0.0.1:8080": 1}


def test_memory_that_not_all_sockets_of_a_program_tell_is_not_known() -> None:
    users = 'users:(("a",pid=7,fd=3))'
    told = connection(40000, "192.0.2.7:80", users=users, memory="skmem:(r10,rb1,t0,tb1,f0,w20,o0,bl3,d2)")

    assert sums(told)["ss.program_memory", "a"] == 33
    assert sums(told)["ss.program_drops", "a"] == 2
    assert ("ss.program_memory", "a") not in sums(told + connection(40001, "192.0.2.7:80", users=users))


def test_time_spent_waiting_is_a_share_of_the_time_with_something_to_send() -> None:
    slow = "cubic cwnd:10 busy:3000ms rwnd_limited:1500ms(50.0%) sndbuf_limited:300ms(10.0%)"
    quick = "cubic cwnd:10 busy:1000ms"
    text = connection(40000, "192.0.2.7:80", memory=SMALL, details=slow)
    text += connection(40001, "192.0.2.7:80", memory=SMALL, details=quick)

    found = sums(text)

    assert found["ss.receiver_limited", "remote"] == pytest.approx(1.5 / 4)
    assert found["ss.buffer_limited", "remote"] == pytest.approx(0.3 / 4)
    assert ("ss.receiver_limited", "remote") not in sums(connection(40000, "192.0.2.7:80", details="cubic cwnd:10"))


@pytest.mark.parametrize(
    ("details", "algorithm"),
    [
        ("ts sack cubic wscale:7,7 rto:204 cwnd:10", "cubic"),
        ("ts sack ecn ecnseen dctcp wscale:7,7 cwnd:10", "dctcp"),
        ("bbr rto:1000 cwnd:1", "bbr"),
        ("ts sack wscale:7,7 cwnd:10", None),
        ("", None),
    ],
)
def test_the_algorithm_is_the_last_word_before_the_values(details: str, algorithm: str | None) -> None:
    found = sums(connection(40000, "192.0.2.7:80", memory=SMALL, details=details))

    told = [instance for metric, instance in found if metric == "ss.congestion_control"]
    assert told == ([algorithm] if algorithm else [])


@pytest.mark.parametrize(
    ("details", "waiting", "total"),
    [
        ("cubic cwnd:1 retrans:1/4", 1, 4),
        ("cubic cwnd:1 retrans:0/6 dsack_dups:1", 0, 6),
        ("cubic cwnd:1 bytes_retrans:47616", 0, 0),
        ("cubic cwnd:1", 0, 0),
    ],
)
def test_repetitions_that_are_under_way(details: str, waiting: int, total: int) -> None:
    found = sums(connection(40000, "192.0.2.7:80", users='users:(("a",pid=7,fd=3))', memory=SMALL, details=details))

    assert found["ss.retransmitting", ""] == waiting
    assert found["ss.program_retransmitted", "a"] == total


def test_a_digest_tells_nothing_of_programs_but_who_listens() -> None:
    text = (RECORDED.parent / "sock-diag.txt").read_text(encoding="utf-8")

    found = sums(text, {812: "shop.service/python shop.py"})

    assert not [metric for metric, _ in found if metric.startswith("ss.program_")]
    assert found["ss.accept_queue", "tcp :443 shop.service/python shop.py"] == 3
