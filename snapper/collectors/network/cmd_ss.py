"""Sockets one by one, summed up by state, by listener, by program and by peer: queues, drops, who holds them.

Runs `ss` of iproute2 at the two edges of the window, without -e, which takes as long again for nothing that is used.
`ss_sums` tells what the sums are of. A socket takes some 600 bytes of output, for ss pads its columns. Where there are
more than `MOST` it is not run, for it would take too much of the host, nor where it is missing: there the recorder
asks the kernel itself, which `ss_digest` reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.ss_digest import digest_of, weighted
from snapper.collectors.network.ss_lines import sockets_of
from snapper.collectors.network.ss_metrics import METRICS
from snapper.collectors.network.ss_sums import STATES, sums
from snapper.record.plan import MIB, Cadence, Command


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield the sums over all sockets of TCP and UDP; other kinds are passed over. No line at all tells nothing.

    Raises:
        ValueError: A line that is no socket, or an output that was cut.
    """
    sockets = [socket for socket in sockets_of(text, origin.programs) if socket.netid in STATES]
    if sockets:
        digest = digest_of(text)
        yield from sums(list(weighted(sockets, digest)) if digest else sockets, digest)


MOST: Final = 3_000
"""Sockets. To tell of one takes ss and the recorder some 40 µs of CPU: beyond, a read would take the host more than
the 150 ms that it is worth."""

_ASKED: Final = ("-n", "-t", "-u", "-a", "-p", "-i", "-m")

COLLECTOR = Collector(
    name="cmd.ss",
    read=Command(
        argv=("ss", "-H", "-O", *_ASKED),
        version=("ip", "-V"),
        cadence=Cadence.EDGES,
        alternatives=(("ss", *_ASKED),),
        sockets=MOST,
        timeout=10.0,
        max_bytes=64 * MIB,
    ),
    metrics=METRICS,
    parse=parse,
    adds="accept queues and drops of every listener, and whose sockets wait, retransmit or leak",
    needs="ss (package iproute2); root, to learn whose sockets they are; --tools, to have each told however many",
)
