"""How many neighbours are in which state: known, being asked for, not to be found.

Runs `ip -j neigh` of iproute2 (JSON since 4.17) at both edges of the window, for both address families. Which
neighbours there are changes from moment to moment and is not told.

    [{"dst":"192.0.2.1","dev":"eth0","lladdr":"02:00:00:00:00:02","state":["REACHABLE"]},
     {"dst":"192.0.2.77","dev":"eth0","state":["FAILED"]}]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.json_rows import rows_of, words
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_COMMAND: Final = ("ip", "-j", "neigh")
_gauge = partial(
    Metric, unit="count", kind=Kind.GAUGE, resource=Resource.NETWORK, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc="https://man7.org/linux/man-pages/man8/ip-neighbour.8.html", next="ip -s neigh",
)  # fmt: skip
_STATES: Final = ("REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT", "NOARP")

# fmt: off
_KNOWN: Final = {
    state: _gauge(
        name=f"ip.neigh.{state.lower()}", title=f"Neighbours: {state.lower()}",
        help=f"Neighbours in the state {state}; REACHABLE, STALE, DELAY and PROBE take turns by themselves.")
    for state in _STATES
}
_UNRESOLVED: Final = _gauge(
    name="ip.neigh.unresolved", role=Role.ERRORS, worse=Worse.MORE, title="Neighbours that do not answer",
    next="ip neigh show nud failed; ip neigh show nud incomplete",
    moved_by=("ip.addr", "ip.route", "ip.route6"),
    help="Neighbours whose hardware address is asked for (INCOMPLETE) or was not to be had (FAILED). More means that "
         "somebody talks to hosts of this network that are not there.")
_ALL: Final = _gauge(
    name="ip.neigh.count", title="Neighbours",
    help="Neighbours of this network namespace that the kernel remembers, in whatever state.")
# fmt: on
_NOT_ANSWERING: Final = frozenset({"FAILED", "INCOMPLETE"})


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield how many neighbours are in each state; nothing where ip printed nothing.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip neigh.
    """
    if not text.strip():
        return
    states: Counter[str] = Counter()
    rows = rows_of(text, " ".join(_COMMAND))
    for row in rows:
        states.update(words(row, "state"))
    yield Reading(_ALL.name, len(rows))
    yield Reading(_UNRESOLVED.name, sum(states[state] for state in _NOT_ANSWERING))
    for state, metric in _KNOWN.items():
        yield Reading(metric.name, states[state])


COLLECTOR = Collector(
    name="cmd.ip.neigh",
    read=Command(argv=_COMMAND, version=("ip", "-V"), cadence=Cadence.EDGES, max_bytes=16 * MIB),
    metrics=(_ALL, _UNRESOLVED, *_KNOWN.values()),
    parse=parse,
    adds="how many neighbours do not answer",
    needs="ip of iproute2 >= 4.17 (package iproute2)",
)
