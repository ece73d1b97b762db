"""Sums over sockets, by what means the same in another snapshot: state, port, program, peer, algorithm.

No pid and no port that the kernel hands out at random becomes an instance: a listener is `tcp :8443 nginx`, one on a
random port is `tcp :32768-60999 containerd`. Peers are told where this host is the client, `to 192.0.2.7:5432`, or
where a port of its own is served, `from 192.0.2.9 to :443`; of them only those with the most connections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from snapper.collectors.contract import Reading
from snapper.collectors.network.ss_details import Details, details_of, memory_of
from snapper.collectors.network.ss_digest import Digest
from snapper.collectors.network.ss_lines import Socket

STATES: Final = {
    "tcp": (
        "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LAST-ACK",
        "LISTEN", "CLOSING", "UNCONN",
    ),
    "udp": ("UNCONN", "ESTAB"),
}  # fmt: skip
"""All states of what -t -u -a asks for: the list is complete, so a state without a line holds no socket."""
_RANDOM_PORTS: Final = range(32768, 61000)
"""Default of net.ipv4.ip_local_port_range."""
_UNOWNED: Final = frozenset({"TIME-WAIT", "SYN-RECV"})
"""States in which no program holds the socket any more, or yet."""
_ACCEPTABLE: Final = frozenset({"ESTAB", "CLOSE-WAIT"})
"""States in which a connection without a holder waits to be accepted."""
NOBODY: Final = "unknown"
"""Program of sockets that the kernel holds itself, or whose holder ss may not see."""
_LOOPBACK: Final = ("127.", "[::1]", "[::ffff:127.", "::1:", "::ffff:127.")
_MOST_PEERS: Final = 20
"""A server has thousands; those with the most connections are whom it works for, or leans on."""

_ANY: Final = "*:*"
"""Peers too many to be told apart."""

_is_random = frozenset([*map(str, _RANDOM_PORTS), "*"]).__contains__


def sums(sockets: Sequence[Socket], digest: Digest | None = None) -> Iterator[Reading]:
    """Yield all sums over the sockets of TCP and UDP; with a digest none by program, for it tells the listeners' alone.

    Args:
        sockets: Of any kind and state, listeners first or not.
        digest: What their heading says where they were asked for by the recorder, and have their weights.
    """
    sockets = _with_those_to_accept(sockets)
    counts: Counter[tuple[str, str]] = Counter()
    for socket in sockets:
        counts[socket.netid, socket.state] += socket.stands_for
    known = dict.fromkeys((netid, state) for netid, states in STATES.items() for state in states)
    for netid, state in known | counts:
        yield Reading("ss.sockets", counts[netid, state], f"{netid} {state}")
    connected = [socket for socket in sockets if socket.netid == "tcp" and socket.state != "LISTEN"]
    listening = [socket for socket in sockets if socket.netid == "tcp" and socket.state == "LISTEN"]
    yield from _by_listener(listening, connected)
    yield from _by_datagram_port([socket for socket in sockets if socket.netid == "udp" and socket.measured])
    told = [(socket, _details(socket)) for socket in sockets if socket.state not in _UNOWNED and socket.measured]
    established = [(socket, details) for socket, details in told if details and socket.state == "ESTAB"]
    repeating = sum(details.outstanding > 0 for _, details in established) if digest is None else digest.repeating
    yield Reading("ss.retransmitting", repeating)
    yield from _of_established(established)
    if digest is None:
        yield from _by_program(told)
    yield from _by_peer(connected, {socket.port for socket in listening})


def _details(socket: Socket) -> Details | None:
    return details_of(socket.details) if socket.netid == "tcp" and socket.state != "LISTEN" else None


def _with_those_to_accept(sockets: Sequence[Socket]) -> list[Socket]:
    """The same, what waits to be accepted and is held by nobody yet given to the program that listens there.

    Where several programs listen at one port, at different addresses, it stays nobody's.
    """
    listening: dict[str, set[str]] = {}
    for socket in sockets:
        if socket.state == "LISTEN":
            listening.setdefault(socket.port, set()).add(socket.program)
    programs = {port: its.copy().pop() for port, its in listening.items() if len(its) == 1}
    return [
        socket._replace(program=programs.get(socket.port, ""))
        if not socket.program and socket.state in _ACCEPTABLE and socket.netid == "tcp"
        else socket
        for socket in sockets
    ]


def _by_listener(listening: Sequence[Socket], connected: Sequence[Socket]) -> Iterator[Reading]:
    """Sums over the listeners of one port and program, both address families and all that share the port."""
    states: Counter[tuple[str, str]] = Counter()
    for socket in connected:
        states[socket.state, socket.port] += socket.stands_for
    fullest: list[float] = []
    for name, group in _by_port(listening):
        ports = {socket.port for socket in group}
        yield Reading("ss.accept_queue", sum(socket.receive_queue for socket in group), name)
        yield Reading("ss.backlog", sum(socket.send_queue for socket in group), name)
        yield Reading("ss.connections", sum(states["ESTAB", port] for port in ports), name)
        yield Reading("ss.syn_queue", sum(states["SYN-RECV", port] for port in ports), name)
        if shares := [socket.receive_queue / socket.send_queue for socket in group if socket.send_queue]:
            yield Reading("ss.accept_queue_utilization", max(shares), name)
            fullest += shares
        yield from _drops(name, group)
    if fullest:
        yield Reading("ss.fullest_accept_queue", max(fullest))


def _by_datagram_port(sockets: Sequence[Socket]) -> Iterator[Reading]:
    for name, group in _by_port(sockets):
        yield Reading("ss.udp_receive_queue", sum(socket.receive_queue for socket in group), name)
        yield from _drops(name, group)


def _drops(name: str, group: Sequence[Socket]) -> Iterator[Reading]:
    told = [memory for socket in group if (memory := memory_of(socket.details))]
    if len(told) == len(group):
        yield Reading("ss.drops", sum(memory.drops for memory in told), name)


def _by_port(sockets: Iterable[Socket]) -> Iterable[tuple[str, list[Socket]]]:
    groups: dict[str, list[Socket]] = {}
    for socket in sockets:
        groups.setdefault(_port_name(socket), []).append(socket)
    return groups.items()


def _port_name(socket: Socket) -> str:
    """Protocol, port and program, the port folded where the kernel hands it out at random."""
    port = f"{_RANDOM_PORTS[0]}-{_RANDOM_PORTS[-1]}" if _is_random(socket.port) else socket.port
    return f"{socket.netid} :{port} {socket.program}".rstrip()


class _Program:
    """What the sockets of one program come to."""

    def __init__(self) -> None:
        self.sockets = self.connections = self.established = self.close_wait = 0
        self.receive_queue = self.send_queue = self.retransmitted = 0
        self.memory = self.drops = self.unknown = 0

    def add(self, socket: Socket, details: Details | None) -> None:
        self.sockets += 1
        if memory := memory_of(socket.details):
            self.memory += memory.held
            self.drops += memory.drops
        else:
            self.unknown += 1
        if details:
            self.connections += 1
            self.established += socket.state == "ESTAB"
            self.close_wait += socket.state == "CLOSE-WAIT"
            self.receive_queue += socket.receive_queue
            self.send_queue += socket.send_queue
            self.retransmitted += details.retransmitted

    def readings(self, name: str) -> Iterator[Reading]:
        yield Reading("ss.program_sockets", self.sockets, name)
        if self.connections:
            yield Reading("ss.program_established", self.established, name)
            yield Reading("ss.program_close_wait", self.close_wait, name)
            yield Reading("ss.program_receive_queue", self.receive_queue, name)
            yield Reading("ss.program_send_queue", self.send_queue, name)
            yield Reading("ss.program_retransmitted", self.retransmitted, name)
        if not self.unknown:
            yield Reading("ss.program_memory", self.memory, name)
            yield Reading("ss.program_drops", self.drops, name)


def _by_program(told: Iterable[tuple[Socket, Details | None]]) -> Iterator[Reading]:
    """Sums by program, of the sockets that one may hold."""
    programs: dict[str, _Program] = {}
    for socket, details in told:
        name = socket.program or NOBODY
        if name not in programs:
            programs[name] = _Program()
        programs[name].add(socket, details)
    for name, program in programs.items():
        yield from program.readings(name)


def _of_established(established: Sequence[tuple[Socket, Details]]) -> Iterator[Reading]:
    """What the connections themselves measured, apart for this host itself and others, which differ a thousandfold."""
    algorithms: Counter[str] = Counter()
    of_peer: dict[str, list[tuple[float, Details]]] = {}
    for socket, details in established:
        algorithms[details.algorithm] += round(socket.measured) if details.algorithm else 0
        which = "loopback" if socket.peer.startswith(_LOOPBACK) else "remote"
        of_peer.setdefault(which, []).append((socket.measured, details))
    for algorithm, connections in sorted(algorithms.items()):
        if algorithm:
            yield Reading("ss.congestion_control", connections, algorithm)
    for peer, told in of_peer.items():
        if trips := [(weight, details.round_trip) for weight, details in told if details.round_trip is not None]:
            mean = sum(weight * trip for weight, trip in trips) / sum(weight for weight, _ in trips)
            yield Reading("ss.rtt", mean, peer)
        if busy := sum(weight * details.busy for weight, details in told):
            yield Reading("ss.receiver_limited", sum(w * details.receiver_limited for w, details in told) / busy, peer)
            yield Reading("ss.buffer_limited", sum(w * details.buffer_limited for w, details in told) / busy, peer)


def _by_peer(connected: Sequence[Socket], served: set[str]) -> Iterator[Reading]:
    """Connections by the other end, and how many local ports the one end that has the most of them takes."""
    peers: Counter[str] = Counter()
    destinations: Counter[str] = Counter()
    for socket in connected:
        if not socket.stands_for or socket.peer == _ANY:
            continue
        if socket.port in served:
            if socket.state == "ESTAB" and not socket.peer.startswith(_LOOPBACK):
                peers[f"from {socket.peer.rpartition(':')[0]} to :{socket.port}"] += socket.stands_for
        elif _is_random(socket.port):
            destinations[socket.peer] += socket.stands_for
            if socket.state == "ESTAB":
                peers[f"to {socket.peer}"] += socket.stands_for
    yield Reading("ss.busiest_destination", max(destinations.values(), default=0))
    for peer, connections in sorted(peers.items(), key=lambda found: (-found[1], found[0]))[:_MOST_PEERS]:
        yield Reading("ss.peer_connections", connections, peer)
