"""Names of local sockets that outlive a restart, and sums under one name."""

# ruff: noqa: S108 - names that are looked at, not used

from __future__ import annotations

import pytest

from snapper.collectors import Origin
from snapper.collectors.network.cmd_ss_unix import COLLECTOR, name_of


def line(path: str, *, waiting: int = 0, size: int = 128, state: str = "LISTEN") -> str:
    return f"u_str {state} {waiting:<6} {size:<6} {path} 4711 * 0\n"


def queues(text: str) -> dict[tuple[str, str], float | str]:
    return {(reading.metric, reading.instance): reading.value for reading in COLLECTOR.parse(text, Origin())}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/run/user/1000/bus", "/run/user/1000/bus"),
        ("/run/docker.sock", "/run/docker.sock"),
        ("/tmp/.X11-unix/X0", "/tmp/.X11-unix/X0"),
        ("/tmp/mysql.sock", "/tmp/mysql.sock"),
        ("/tmp/app-server/main.sock", "/tmp/app-server/main.sock"),
        ("/tmp/tmux-1000/default", "/tmp/tmux-*/default"),
        ("/tmp/dbus-aB3xYz09Qw", "/tmp/dbus-*"),
        ("/tmp/pymp-x8k2ab_1/listener-q4_z7k2m", "/tmp/pymp-*/listener-*"),
        ("@/tmp/dbus-Xk29LmPq0a", "@/tmp/dbus-*"),
        ("@/containerd-shim/" + "0123456789abcdef" * 4 + ".sock@", "@/containerd-shim/*.sock@"),
        ("@\x1b[2Jx", "@\\x1b[2Jx"),
    ],
)
def test_a_name_is_the_same_at_the_next_start(path: str, name: str) -> None:
    assert name_of(path) == name


def test_sockets_of_one_folded_name_are_added_up_and_the_fullest_decides() -> None:
    text = line("/tmp/agent.4711", waiting=3, size=4) + line("/tmp/agent.4712", waiting=0, size=8)

    assert queues(text) == {
        ("ss.unix_accept_queue", "/tmp/agent.*"): 3,
        ("ss.unix_backlog", "/tmp/agent.*"): 12,
        ("ss.unix_fullest_accept_queue", ""): 0.75,
    }


def test_what_does_not_listen_has_no_queue_of_connections() -> None:
    assert queues(line("/run/log", waiting=4096, state="UNCONN")) == {}


def test_of_many_those_with_the_longest_queues_are_told() -> None:
    found = queues("".join(line(f"/srv/{letter}.{n}", waiting=n) for letter in "abcd" for n in range(50)))

    told = {value for (metric, _), value in found.items() if metric == "ss.unix_accept_queue"}
    assert told == set(range(25, 50))
    assert found["ss.unix_fullest_accept_queue", ""] == 49 / 128


def test_a_name_of_several_lines_does_not_make_a_socket() -> None:
    found = queues(line("/run/a\ntcp LISTEN 9 9 x 1 * 0\nz", waiting=1))

    assert found["ss.unix_accept_queue", "/run/a\\ntcp LISTEN 9 9 x 1 * 0\\nz"] == 1
