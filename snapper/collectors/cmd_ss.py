"""Sockets one by one, summed up by state, by listener and by program: queues, drops, who holds them.

Runs `ss` of iproute2 at the two edges of the window. What tells sums apart must mean the same in another
snapshot, so no peer, no pid and no port that the kernel hands out at random becomes an instance: a listener is
`tcp :8443 nginx`, one on a random port is `tcp :32768-60999 containerd`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.ss_lines import Socket, sockets_of
from snapper.collectors.ss_metrics import METRICS
from snapper.record.plan import MIB, Cadence, Command

_STATES: Final = {
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
_NOBODY: Final = "unknown"
"""Program of sockets that the kernel holds itself, or whose holder ss may not see."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the sums over all sockets of TCP and UDP; other kinds are passed over. No line at all tells nothing.

    Raises:
        ValueError: A line that is no socket.
    """
    sockets = [socket for socket in sockets_of(text) if socket.netid in _STATES]
    if not sockets:
        return
    yield from _by_state(sockets)
    yield from _by_listener(sockets)
    yield from _by_datagram_port(sockets)
    yield from _by_program([socket for socket in sockets if socket.state not in _UNOWNED])
    yield from _round_trips(sockets)


def _by_state(sockets: Sequence[Socket]) -> Iterator[Reading]:
    counts = Counter(f"{socket.netid} {socket.state}" for socket in sockets)
    known = dict.fromkeys(f"{netid} {state}" for netid, states in _STATES.items() for state in states)
    for state in known | counts:
        yield Reading("ss.sockets", counts[state], state)


def _by_listener(sockets: Sequence[Socket]) -> Iterator[Reading]:
    """Sums over the listeners of one port and program, both address families and all that share the port."""
    connected = Counter(socket.port for socket in sockets if (socket.netid, socket.state) == ("tcp", "ESTAB"))
    fullest: list[float] = []
    for name, group in _by_port(socket for socket in sockets if (socket.netid, socket.state) == ("tcp", "LISTEN")):
        yield Reading("ss.accept_queue", sum(socket.receive_queue for socket in group), name)
        yield Reading("ss.backlog", sum(socket.send_queue for socket in group), name)
        yield Reading("ss.connections", sum(connected[port] for port in {socket.port for socket in group}), name)
        if shares := [socket.receive_queue / socket.send_queue for socket in group if socket.send_queue]:
            yield Reading("ss.accept_queue_utilization", max(shares), name)
            fullest += shares
        yield from _drops(name, group)
    if fullest:
        yield Reading("ss.fullest_accept_queue", max(fullest))


def _by_datagram_port(sockets: Sequence[Socket]) -> Iterator[Reading]:
    for name, group in _by_port(socket for socket in sockets if socket.netid == "udp"):
        yield Reading("ss.udp_receive_queue", sum(socket.receive_queue for socket in group), name)
        yield from _drops(name, group)


def _drops(name: str, group: Sequence[Socket]) -> Iterator[Reading]:
    drops = [socket.drops for socket in group if socket.drops is not None]
    if len(drops) == len(group):
        yield Reading("ss.drops", sum(drops), name)


def _by_port(sockets: Iterable[Socket]) -> Iterable[tuple[str, list[Socket]]]:
    groups: dict[str, list[Socket]] = {}
    for socket in sockets:
        groups.setdefault(_port_name(socket), []).append(socket)
    return groups.items()


def _port_name(socket: Socket) -> str:
    """Protocol, port and program, the port folded where the kernel hands it out at random."""
    random = socket.port.isdecimal() and int(socket.port) in _RANDOM_PORTS
    port = f"{_RANDOM_PORTS[0]}-{_RANDOM_PORTS[-1]}" if random else socket.port
    return f"{socket.netid} :{port} {socket.program}".rstrip()


def _by_program(sockets: Sequence[Socket]) -> Iterator[Reading]:
    sums: dict[str, Counter[str]] = {}
    for socket in sockets:
        of = sums.setdefault(socket.program or _NOBODY, Counter())
        of["ss.program_sockets"] += 1
        if socket.netid == "udp" or socket.state == "LISTEN":
            continue
        of["ss.program_established"] += socket.state == "ESTAB"
        of["ss.program_close_wait"] += socket.state == "CLOSE-WAIT"
        of["ss.program_receive_queue"] += socket.receive_queue
        of["ss.program_send_queue"] += socket.send_queue
        of["ss.program_retransmitted"] += socket.retransmitted
    for program, of in sums.items():
        for metric, value in of.items():
            yield Reading(metric, value, program)


def _round_trips(sockets: Sequence[Socket]) -> Iterator[Reading]:
    """Means over the established connections, apart for this host itself and others, which differ a thousandfold."""
    times: dict[str, list[float]] = {}
    for socket in sockets:
        if socket.state == "ESTAB" and (time := socket.round_trip) is not None:
            times.setdefault("loopback" if socket.loopback else "remote", []).append(time)
    for peer, values in times.items():
        yield Reading("ss.rtt", sum(values) / len(values), peer)


_ASKED: Final = ("-n", "-t", "-u", "-a", "-p", "-i", "-m", "-e")

COLLECTOR = Collector(
    name="cmd.ss",
    read=Command(
        argv=("ss", "-H", "-O", *_ASKED),
        version=("ss", "-V"),
        cadence=Cadence.EDGES,
        alternatives=(("ss", *_ASKED),),
        timeout=10.0,
        max_bytes=32 * MIB,
    ),
    metrics=METRICS,
    parse=parse,
    adds="accept queues and drops of every listener, and whose sockets wait, retransmit or leak",
    needs="ss (package iproute2); root, to learn whose sockets they are",
)
