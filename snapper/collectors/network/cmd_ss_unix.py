"""Listeners on this host's own sockets (AF_UNIX): how many connections wait for each, and how many may.

Runs `ss -x -l` of iproute2 at the two edges of the window; the kernel leaves out all that do not listen. Databases,
container runtimes, proxies and the system bus are reached that way, and a client of a full queue waits or fails.

    u_str LISTEN 3 128 /run/postgresql/.s.PGSQL.5432 4283342 * 0
    u_seq LISTEN 0 5   @seq 4283350 * 0

A name that begins with @ lies in no directory (unix(7), abstract). A name may hold blanks and line breaks. What
differs between two starts is folded to *: /tmp/ssh-XyZ12abQ/agent.4711 is /tmp/ssh-*/agent.*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.programs.pid_cgroup import folded
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_LINE: Final = re.compile(
    r"u_[a-z]+ +([A-Z-]+) +([0-9]{1,10}) +([0-9]{1,10}) +(.+) [0-9]+ +\* 0?[0-9]*(?: .*)?", re.DOTALL | re.ASCII
)
_HEADINGS: Final = ("Netid", "State")
_MOST: Final = 100
"""Names, those with the longest queues first: a host has some dozens."""
_TEMPORARY: Final = ("/tmp/", "/var/tmp/", "@")  # noqa: S108 - whose names are looked at, not used
_SUFFIX: Final = re.compile(r"(?<=[-_.])(?=\w*(?:[0-9]|[a-z][A-Z]|[A-Z][a-z]))\w{6,16}(?=$|[./])", re.ASCII)
"""What mkstemp(3) and its like put behind a name: six letters or more, of both cases or with digits among them."""
_NUMBER: Final = re.compile(r"(?<=^@)[0-9a-f]{5}$|[0-9]{3,}")
"""A pid, or the name that the kernel itself gives (autobind)."""

_metric = partial(
    Metric,
    kind=Kind.GAUGE,
    resource=Resource.SOCKETS,
    labels=("path",),
    next="ss -xlp",
    doc="https://man7.org/linux/man-pages/man2/listen.2.html",
    moved_by=("sysctl[net.core.somaxconn]",),
)

METRICS: Final = (
    _metric(
        name="ss.unix_accept_queue",
        unit="connections",
        role=Role.SATURATION,
        worse=Worse.MORE,
        title="Connections waiting at a local socket",
        help="Connections to a socket of this host itself that the program listening there has not accepted yet. More "
        "is worse: clients wait, and when the queue is full they block or fail.",
    ),
    _metric(
        name="ss.unix_backlog",
        unit="connections",
        role=Role.INTERNAL,
        worse=Worse.LESS,
        title="Size of the queue of a local socket",
        help="Connections that may wait to be accepted: what the program asked for, cut to net.core.somaxconn.",
    ),
    _metric(
        name="ss.unix_fullest_accept_queue",
        unit="ratio",
        role=Role.UTILIZATION,
        worse=Worse.MORE,
        labels=(),
        title="Fullest queue of a local socket",
        help="Share taken of the fullest accept queue of all local sockets. At one, clients block or fail.",
    ),
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the queues of the listeners, those of one folded name added up.

    Raises:
        ValueError: A line that is no socket, or an output that was cut.
    """
    queues: dict[str, tuple[int, int]] = {}
    fullest: list[float] = []
    for line in _records(text):
        found = _LINE.fullmatch(line)
        if not found:
            raise ValueError(
                f"ss expected 'u_str LISTEN Recv-Q Send-Q name inode * 0', read {line[:80]!r}; run ss -xln."
            )
        if found[1] != "LISTEN":
            continue
        waiting, size, name = int(found[2]), int(found[3]), name_of(found[4])
        before = queues.get(name, (0, 0))
        queues[name] = before[0] + waiting, before[1] + size
        if size:
            fullest.append(waiting / size)
    for name, (waiting, size) in sorted(queues.items(), key=lambda queue: (-queue[1][0], queue[0]))[:_MOST]:
        yield Reading("ss.unix_accept_queue", waiting, name)
        yield Reading("ss.unix_backlog", size, name)
    if fullest:
        yield Reading("ss.unix_fullest_accept_queue", max(fullest))


def name_of(path: str) -> str:
    r"""The name of a socket as it is at the next start, too; what cannot be printed is escaped.

    >>> name_of("/run/postgresql/.s.PGSQL.5432"), name_of("/tmp/ssh-XyZ12abQ/agent.4711"), name_of("@0001f")
    ('/run/postgresql/.s.PGSQL.5432', '/tmp/ssh-*/agent.*', '@*')
    >>> name_of("@/tmp/.X11-unix/X0"), name_of("/run/containerd/s/" + "0123456789abcdef" * 4), name_of("@a\nb")
    ('@/tmp/.X11-unix/X0', '/run/containerd/s/*', '@a\\nb')
    """
    name = "/".join(folded(part) for part in path.strip().split("/"))
    if path.startswith(_TEMPORARY):
        name = _NUMBER.sub("*", _SUFFIX.sub("*", name))
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


def _records(text: str) -> Iterator[str]:
    """The sockets, each with the line breaks of its name."""
    if text and not text.endswith("\n"):
        raise ValueError("The output of ss ends in the middle of a line, so sockets are missing from it.")
    record = ""
    for line in text[:-1].split("\n") if text else ():
        if line.startswith("u_"):
            if record:
                yield record
            record = line.rstrip()
        elif record:
            record += "\n" + line.rstrip()
        elif not line.startswith(_HEADINGS):
            raise ValueError(f"ss expected a line that begins with u_str, u_seq or u_dgr, read {line[:80]!r}.")
    if record:
        yield record


COLLECTOR: Final = Collector(
    name="cmd.ss.unix",
    read=Command(
        argv=("ss", "-H", "-x", "-l", "-n"),
        version=("ip", "-V"),
        cadence=Cadence.EDGES,
        alternatives=(("ss", "-x", "-l", "-n"),),
        max_bytes=MIB,
    ),
    metrics=METRICS,
    parse=parse,
    adds="queues of the local sockets by which databases, container runtimes and proxies are reached",
    needs="ss (package iproute2)",
)
