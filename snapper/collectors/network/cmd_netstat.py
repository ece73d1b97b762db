"""What `netstat -s` of net-tools says of the protocols in words, to check ours of /proc/net/snmp and netstat against.

Runs it at both edges. A section for each protocol, a sentence for each counter with its number somewhere within; the
instance is the sentence without it. Counters for which net-tools has no sentence are told by the kernel's name.

    Tcp:
        28 active connection openings
    TcpExt:
        Quick ack mode was activated 12 times
        TCPTimeouts: 2
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_COUNTER: Final = Metric(
    name="netstat-s.counter",
    unit="events",
    kind=Kind.COUNTER,
    resource=Resource.NETWORK,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    title="Counter as netstat -s words it",
    help="A counter of the network protocols, as net-tools puts it into words, behind the name of its protocol.",
    doc="https://man7.org/linux/man-pages/man8/netstat.8.html",
    labels=("counter",),
    next="netstat -s",
)
_SECTION: Final = re.compile(r"([A-Z][A-Za-z0-9]*):")
_NUMBER: Final = re.compile(r"(?<![\w.-])[0-9]{1,20}(?![\w.])")
_DEEPER: Final = " " * 8
"""Sentences that belong to a heading within their section: "ICMP input histogram:"."""
_LEVELS: Final = frozenset({"Ip Forwarding", "Tcp connections established", "MPTcpExt MPCurrEstab"})
"""What stands among the counters and is none."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield every counter, `Tcp active connection openings`.

    Raises:
        ValueError: The output is not that of -s.
    """
    section = group = ""
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _SECTION.fullmatch(line.rstrip())
        if heading:
            section, group = heading[1], ""
        elif not section or (line.strip() and not line.startswith(" ")):
            raise refused("netstat", number, line, "'Ip:' and indented sentences, as netstat -s prints them")
        elif found := _NUMBER.search(line):
            words = (line[: found.start()] + line[found.end() :]).replace(":", " ").split()
            within = group if line.startswith(_DEEPER) else ""
            name = " ".join([section, *within.split(), *words])
            if name not in _LEVELS:
                yield Reading(_COUNTER.name, int(found[0]), name)
        else:
            group = line.strip().rstrip(":")
    if not section:
        raise ValueError("netstat -s printed nothing; expected a section for each protocol, 'Ip:'.")


COLLECTOR = Collector(
    name="cmd.netstat",
    read=Command(argv=("netstat", "-s"), version=("netstat", "-V"), cadence=Cadence.EDGES, timeout=3.0),
    metrics=(_COUNTER,),
    parse=parse,
    adds="what netstat -s says, to check our protocol counters against",
    needs="netstat (package net-tools)",
    judged=False,
)
