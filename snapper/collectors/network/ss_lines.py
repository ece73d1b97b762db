"""From what `ss` prints to sockets: one line each, its details found by keyword.

    tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=7,fd=3)) skmem:(r0,rb131072,...,bl0,d0) cubic cwnd:10

Columns vary in width; Netid stands first only where more than one kind of socket is asked for. Before
iproute2 5.1 the details are on a line of their own that begins with a blank, and there may be headings.

`ss_details` reads the rest of a line. A busy host has 100,000 of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_LINE: Final = re.compile(
    r"""
    (\S+)\s+ ([A-Z][A-Z0-9-]*)\s+ ([0-9]{1,20})\s+ ([0-9]{1,20})\s+   # Netid State Recv-Q Send-Q
    (?:\S*:)? ([^\s:]*)\s+ (\S+)                                       # Local Address:Port Peer Address:Port
    (?:\s+ users:\(\("([^"\\]*)",pid=([0-9]{1,10}),fd=[0-9]+\)\))?    # the usual case of one holder
    ((?:\s.*)?)
    """,
    re.VERBOSE,
)
_USERS: Final = re.compile(r"users:\(\((.*?)\)\)(?= |$)")
_USER: Final = re.compile(r'"(.{0,64}?)",(?:pid=)?([0-9]{1,10})')  # a program's name has 15 bytes
_INIT: Final = 1
"""systemd, which shares the sockets that it opened for others."""


class Socket(NamedTuple):
    """One line of ss."""

    netid: str
    """tcp, udp, ..."""
    state: str
    """ESTAB, LISTEN, UNCONN, ... as ss calls them."""
    receive_queue: int
    """Bytes not yet read; for a listener the connections not yet accepted."""
    send_queue: int
    """Bytes not yet acknowledged; for a listener the size of its accept queue."""
    port: str
    """Local port."""
    peer: str
    """Address and port of the other end: `192.0.2.7:443`, `[2001:db8::7]:443`, `0.0.0.0:*`."""
    program: str
    """Whoever opened it: the instance of the program's series where the pid tells it, else comm; empty where ss may
    not see that, or nobody holds it any more, or yet."""
    details: str
    """The rest of the line, without the names of programs."""
    stands_for: int = 1
    """Sockets that it stands for."""
    measured: float = 1.0
    """Connections for which it tells what they measured."""


def sockets_of(text: str, programs: Mapping[int, str] = MappingProxyType({})) -> Iterator[Socket]:
    """Yield the sockets that ss printed, of whatever kind.

    Args:
        text: What ss printed.
        programs: What else is known of pids, as in `Origin.programs`.

    Raises:
        ValueError: A line without the six columns, or a text that was cut in a line, whose sums would be wrong.
    """
    if text and not text.endswith("\n"):
        raise ValueError("The output of ss ends in the middle of a line, so sockets are missing from it.")
    record = ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.startswith((" ", "\t")) and line.strip():
            record += " " + line.strip()
            continue
        if record and not record.startswith(("Netid", "State")):
            yield _socket(record, number - 1, programs)
        record = line.rstrip()


def _socket(line: str, number: int, programs: Mapping[int, str]) -> Socket:
    """Read one socket; `number` is the line that it ends at, for the message of a ValueError."""
    found = _LINE.fullmatch(line)
    if not found:
        raise ValueError(
            f"ss:{number} expected 'Netid State Recv-Q Send-Q Local:Port Peer:Port', read {line[:80]!r}; "
            "run ss -H -O -n -t -u -a -p -i -m."
        )
    netid, state, receive_queue, send_queue, port, peer, name, pid, details = found.groups()
    opener = int(pid or 0), name or ""
    if name is None and "users:((" in details and (users := _USERS.search(details)):
        opener = _opener(users[1])
        details = details[: users.start()] + details[users.end() :]
    program = programs.get(*opener)
    return Socket(netid, state, int(receive_queue), int(send_queue), port, peer, program, details)


def _opener(users: str) -> tuple[int, str]:
    """The one of several holders that is most likely to have opened the socket: the lowest pid, but not init.

    >>> _opener('"nginx",pid=812,fd=6),("nginx",pid=811,fd=6),("systemd",pid=1,fd=41')
    (811, 'nginx')
    """
    holders: list[tuple[int, str]] = [(int(pid), name) for name, pid in _USER.findall(users)]
    return min([holder for holder in holders if holder[0] != _INIT] or holders or [(0, "")])
