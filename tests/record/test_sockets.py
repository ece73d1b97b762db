"""What the recorder makes of the kernel's word on sockets: the same numbers as ss, bounded, and no harm from any."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.record.recorder import SocketTable, Tree

ASK = SocketTable.ASK
TCP4 = (2, 6)


def message(
    state: int = 1, *, port: int = 80, peer: str = "192.0.2.9", peer_port: int = 5000, family: int = 2, **told: Any
) -> bytes:
    """What the kernel sends of one socket: nlmsghdr, inet_diag_msg, attributes."""
    packed = socket.inet_pton(socket.AF_INET if family == 2 else socket.AF_INET6, peer)
    body = struct.pack("=BBBB", family, state, told.get("timer", 0), told.get("repeated", 0))
    body += struct.pack(">HH", port, peer_port) + bytes(16) + packed.ljust(16, b"\0") + struct.pack("=3I", 0, 7, 7)
    body += struct.pack("=5I", 0, told.get("received", 0), told.get("sent", 0), 0, told.get("inode", 0))
    for kind, value in told.get("attributes", {}).items():
        body += struct.pack("=HH", len(value) + 4, kind) + value + bytes(-len(value) % 4)
    return struct.pack("=IHHII", len(body) + 16, ASK, 2, 1, 0) + body


def done(code: int = 0, kind: int = SocketTable.DONE) -> bytes:
    return struct.pack("=IHHIIi", 20, kind, 2, 1, 0, code)


class Kernel:
    """Answers each question for all sockets of a family and protocol, and each for one, with what it is given."""

    def __init__(self, dumps: dict[tuple[int, int], list[bytes]], one: bytes = b"") -> None:
        self.dumps, self.one = dumps, one or done(-errno.ENOENT, SocketTable.ERROR)
        self.waiting: list[bytes] = []

    def send(self, query: bytes) -> None:
        _, _, how, _, _, family, protocol, _, _, states, _ = SocketTable.QUERY.unpack(query)
        if how == SocketTable.ONE:
            self.waiting = [self.one]
            return
        told = self.dumps.get((family, protocol), [done()])
        self.waiting = [part for part in told if part[4] != ASK or states >> part[17] & 1]

    def recv_into(self, buffer: bytearray) -> int:
        if not self.waiting:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        said = self.waiting.pop(0)
        buffer[: len(said)] = said
        return len(said)

    def recv(self, size: int) -> bytes:
        return self.waiting.pop(0)[:size]


def table(dumps: dict[tuple[int, int], list[bytes]], one: bytes = b"", *, cpu: float = 60.0) -> SocketTable:
    class Asked(SocketTable):
        CPU = cpu

        @contextmanager
        def _asking(self) -> Iterator[Any]:
            yield Kernel(dumps, one)

    return Asked(Tree("/"))


def lines(text: str) -> list[str]:
    return text.splitlines()[1:]


def test_connections_are_counted_by_the_port_that_is_served_or_the_destination() -> None:
    served = [message(port=80, peer=f"192.0.2.{host}", peer_port=5000 + host) for host in (9, 9, 8)]
    asked = [message(port=40000 + n, peer="192.0.2.7", peer_port=5432) for n in range(3)]
    waits = message(6, port=40009, peer="192.0.2.7", peer_port=5432)
    listener = message(10, port=80, peer="0.0.0.0", peer_port=0)  # noqa: S104 - as the kernel has it

    text, lack = table({TCP4: [listener, *served, *asked, waits, done()]}).read(8)

    assert text.startswith("Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port counted:7/7 repeating:0\n")
    assert lack == ""
    assert lines(text) == [
        "tcp LISTEN 0 0 0.0.0.0:80 0.0.0.0:*",
        "tcp ESTAB 0 0 *:80 192.0.2.9:* sockets:2",
        "tcp ESTAB 0 0 *:80 192.0.2.8:* sockets:1",
        "tcp ESTAB 0 0 *:* 192.0.2.7:5432 sockets:3",
        "tcp TIME-WAIT 0 0 *:* 192.0.2.7:5432 sockets:1",
    ]


def test_those_that_repeat_what_was_lost_are_counted() -> None:
    repeating = (
        message(timer=1, repeated=3),
        message(timer=1),
        message(timer=2, repeated=1),
        message(2, timer=1, repeated=1),
    )

    text, _ = table({TCP4: [*repeating, done()]}).read(4)

    assert "counted:4/4 repeating:1\n" in text


def test_what_a_connection_measured_is_told_as_ss_does() -> None:
    info = bytearray(232)
    struct.pack_into("=I", info, 36, 1)  # tcpi_retrans
    struct.pack_into("=II", info, 68, 20_000, 5_000)  # tcpi_rtt, tcpi_rttvar
    struct.pack_into("=I", info, 80, 10)  # tcpi_snd_cwnd
    struct.pack_into("=I", info, 100, 6)  # tcpi_total_retrans
    struct.pack_into("=QQQ", info, 168, 3_000_000, 1_500_000, 0)  # tcpi_busy_time, ..rwnd_limited, ..sndbuf_limited
    memory = struct.pack("=9I", 932, 131072, 0, 87040, 0, 68, 0, 0, 2)
    one = message(received=1, sent=2, attributes={2: bytes(info), 4: b"cubic\0", 7: memory})

    text, _ = table({TCP4: [message(), message(), done()]}, one).read(2)

    assert lines(text)[0] == (
        "tcp ESTAB 1 2 0.0.0.0:80 192.0.2.9:5000 skmem:(r932,rb131072,t0,tb87040,f0,w68,o0,bl0,d2) cubic rtt:20/5 "
        "cwnd:10 retrans:1/6 busy:3000ms rwnd_limited:1500ms sampled:1.00"
    )


@pytest.mark.parametrize("size", [104, 191])
def test_an_older_kernel_tells_less(size: int) -> None:
    one = message(attributes={2: bytes(size)})

    text, _ = table({TCP4: [message(), done()]}, one).read(1)

    assert lines(text)[0] == "tcp ESTAB 0 0 0.0.0.0:80 192.0.2.9:5000 cwnd:0 sampled:1.00"


def test_when_the_time_is_over_it_says_how_many_were_counted() -> None:
    text, lack = table({TCP4: [message(10, peer_port=0), message(), done()]}, cpu=-1.0).read(100_000)

    assert "counted:0/99999 " in text
    assert len(lines(text)) == 1
    assert "; 0 of them were counted" in lack


def test_peers_without_number_are_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SocketTable, "GROUPS", 40)
    monkeypatch.setattr(SocketTable, "LINES", 10)
    peers = [message(peer=f"198.51.100.{n}") for n in range(100)]
    asked = [message(port=40000 + n, peer="192.0.2.7", peer_port=5432) for n in range(50)]

    text, _ = table({TCP4: [message(10, peer_port=0), *asked, *peers, done()]}).read(151)

    told = lines(text)
    assert "tcp ESTAB 0 0 *:* 192.0.2.7:5432 sockets:50" in told
    assert sum(int(line.partition("sockets:")[2] or 0) for line in told) == 150
    assert len(told) < 15


def test_of_many_unconnected_sockets_the_first_are_told_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SocketTable, "LINES", 2)
    resolver = [message(7, port=40000 + n, peer="0.0.0.0", peer_port=0) for n in range(5)]  # noqa: S104 - nobody

    text, _ = table({(2, 17): [*resolver, message(port=53), done()]}).read(6)

    assert "counted:6/6 " in text
    assert lines(text) == [
        "udp UNCONN 0 0 0.0.0.0:40000 0.0.0.0:*",
        "udp UNCONN 0 0 0.0.0.0:40001 0.0.0.0:*",
        "udp UNCONN 0 0 *:* *:* sockets:3",
        "udp ESTAB 0 0 *:* 192.0.2.9:5000 sockets:1",
    ]


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ({(10, 6): [done(-errno.ENOENT, SocketTable.ERROR)]}, ""),
        ({(10, 6): [done(-errno.EAFNOSUPPORT)], (2, 17): [done(-errno.ENOENT)], (10, 17): [done(-errno.ENOENT)]}, ""),
        ({TCP4: [done(-errno.ENOENT, SocketTable.ERROR)]}, "No such file"),
        ({TCP4: [done(-errno.EPERM, SocketTable.ERROR)]}, "not permitted"),
        ({(10, 6): [done(-errno.EPERM, SocketTable.ERROR)]}, "not permitted"),
        ({TCP4: []}, "unavailable"),
    ],
    ids=["no IPv6", "neither IPv6 nor udp_diag", "no sock_diag", "not allowed", "not allowed in part", "no answer"],
)
def test_a_refusal_is_told_and_a_protocol_that_is_not_there_is_none(
    answers: dict[tuple[int, int], list[bytes]], refused: str
) -> None:
    asked = table(answers)

    if refused:
        with pytest.raises(OSError, match=refused):
            asked.read(0)
    else:
        assert asked.read(0)[0].endswith("counted:0/0 repeating:0\n")


@given(parts=st.lists(st.binary(max_size=200)), flips=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255))))
def test_whatever_the_kernel_says_is_told_or_refused(parts: list[bytes], flips: list[tuple[int, int]]) -> None:
    one = bytearray(message(attributes={2: bytes(120), 4: b"cubic\0", 7: bytes(36)}))
    for place, value in flips:
        one[place] = value
    said = [bytes(one), message(10), *(part for part in parts if len(part) > 17)]

    try:
        text, _ = table({TCP4: [*said, done()], (10, 17): [*said, done()]}, bytes(one)).read(9)
    except (OSError, struct.error):
        return
    assert text.startswith("Netid State")
    assert text.endswith("\n")
