"""nstat's own reading of all protocol counters, to check ours of /proc/net/snmp, snmp6 and netstat against.

Runs `nstat -a -s -z` of iproute2 at both edges: absolute values, zeros too, and no history read or written (-a and -s
together; it tries to reach a nstat daemon, which hardly anybody runs). Its text, which all versions have, is read and
not its JSON, in which `MPJoinNoTokenFound` looks like a secret that the recorder has to hide.

    #kernel
    IpInReceives                    8012               0.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_metric = partial(
    Metric, unit="events", resource=Resource.NETWORK, role=Role.INTERNAL, worse=Worse.NEITHER, labels=("counter",),
    doc="https://man7.org/linux/man-pages/man8/rtacct.8.html", next="nstat -asz {instance}",
)  # fmt: skip
_COUNTER: Final = _metric(
    name="nstat.counter", kind=Kind.COUNTER, title="Counter as nstat reads it",
    help="A counter of the network protocols under nstat's name, protocol and field in one word. What it means stands "
    "with the metric of the same name.",
)  # fmt: skip
_LEVEL: Final = _metric(
    name="nstat.level", kind=Kind.GAUGE, unit="count", title="Level as nstat reads it",
    help="What stands among the counters and is none: MPTCP connections that are established now.",
)  # fmt: skip
_LEVELS: Final = frozenset({"MPTcpExtMPCurrEstab"})
"""The only one that nstat passes on: it leaves out TcpCurrEstab, limits and timers itself."""
_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)\s+([0-9]{1,20})\s+[0-9]+\.[0-9]+")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield every counter and level.

    Raises:
        ValueError: The output is not that of nstat, or was cut in a line.
    """
    lines = text.splitlines()
    if not lines or lines[0] != "#kernel":
        raise ValueError(f"nstat printed no '#kernel', but {text[:60]!r}; run nstat -a -s -z.")
    for number, line in enumerate(lines[1:], start=2):
        found = _LINE.fullmatch(line.strip())
        if not found:
            raise ValueError(f"nstat:{number} expected a name, a count and a rate, read {line[:80]!r}.")
        yield Reading((_LEVEL if found[1] in _LEVELS else _COUNTER).name, int(found[2]), found[1])


COLLECTOR = Collector(
    name="cmd.nstat",
    read=Command(argv=("nstat", "-a", "-s", "-z"), version=("ip", "-V"), cadence=Cadence.EDGES, timeout=3.0),
    metrics=(_COUNTER, _LEVEL),
    parse=parse,
    adds="nstat's own reading of all protocol counters, to check ours against",
    needs="nstat (package iproute2)",
    judged=False,
)
