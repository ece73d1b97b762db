"""The lines that the recorder itself writes of sockets, where they are too many for ss or there is no ss.

    Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port counted:71283/98000 repeating:12
    tcp LISTEN 9 8 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=811,fd=6)) skmem:(r0,rb131072,...,d7) cubic cwnd:10
    tcp ESTAB 0 0 192.0.2.1:443 192.0.2.9:50123 skmem:(...) cubic rtt:0.2/0.1 cwnd:10 sampled:260.36
    tcp ESTAB 0 0 *:443 192.0.2.9:* sockets:812
    tcp TIME-WAIT 0 0 *:* 192.0.2.7:5432 sockets:4711

Listeners and unconnected sockets of UDP are as ss tells them. A connection of the sample shows what so many measured
and counts for none; the groups count for all, by the port served or the destination. What was not counted when the
time for it was over is taken to be like what was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from snapper.collectors.network.ss_lines import Socket

_HEADING: Final = re.compile(
    r"Netid State .* counted:([0-9]{1,12})/([0-9]{1,12}) repeating:([0-9]{1,12})(?:\n|$)", re.ASCII
)
_ALONE: Final = frozenset({"LISTEN", "UNCONN"})
"""States of which each socket is told."""
_MARKED: Final = re.compile(" (?:sockets|sampled):")
_MARK: Final = re.compile(r" (sockets|sampled):([0-9]{1,12}(?:\.[0-9]{1,2})?)$", re.ASCII)


class Digest(NamedTuple):
    """What the heading says."""

    scale: float
    """All connections by those that were counted, at least 1."""
    repeating: int
    """Connections with data that was sent again and is not acknowledged yet, of all."""


def digest_of(text: str) -> Digest | None:
    r"""Read the heading; None for what ss printed.

    >>> digest_of("Netid State Recv-Q Send-Q counted:50/100 repeating:3\n")
    Digest(scale=2.0, repeating=6)
    """
    found = _HEADING.match(text)
    if not found:
        return None
    counted, expected, repeating = (int(number) for number in found.groups())
    scale = max(1.0, expected / counted) if counted else 1.0
    return Digest(scale, round(repeating * scale))


def weighted(sockets: Iterable[Socket], digest: Digest) -> Iterator[Socket]:
    """The same sockets, each with how many it counts for, and for how many others it shows what they measured.

    Raises:
        ValueError: A connection that does not say what it stands for.
    """
    for socket in sockets:
        mark = _MARK.search(socket.details)
        if not mark and (socket.state not in _ALONE or _MARKED.search(socket.details)):
            raise ValueError(f"expected 'sockets:N' or 'sampled:N' at the end of a connection, read {socket}")
        if not mark:
            yield socket
        elif mark[1] == "sockets":
            yield socket._replace(stands_for=round(float(mark[2]) * digest.scale), measured=0.0)
        else:
            details = socket.details[: mark.start()]
            yield socket._replace(stands_for=0, measured=float(mark[2]) * digest.scale, details=details)
