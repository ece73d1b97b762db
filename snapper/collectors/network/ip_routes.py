"""What `ip -j route` prints of one address family, as facts that an unchanged host keeps: a destination, its way.

    [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","protocol":"dhcp","metric":100,"flags":[]},
     {"dst":"203.0.113.0/24","nexthops":[{"gateway":"192.0.2.2","dev":"eth0","weight":2,"flags":[]},...]}]

Left out is what moves by itself: how long a route lasts, its preference, whether its link is up (which the interface
tells), and routes to single containers and to link-local addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from snapper.collectors.contract import Reading
from snapper.collectors.network.passing_interfaces import is_passing
from snapper.collectors.text.json_rows import Row, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse

_DOC: Final = "https://man7.org/linux/man-pages/man8/ip-route.8.html"
_MOST: Final = 256
"""Destinations told one by one: a router has a million, which are traffic's state and no setting."""
_DEFAULT: Final = "default"
_WAY: Final = {"type": "", "gateway": "via ", "dev": "dev ", "protocol": "proto ", "scope": "scope ", "prefsrc": "src "}
"""Key → what ip writes before its value."""


def route_metrics(name: str, family: str, command: str) -> tuple[Metric, Metric]:
    """The fact of one destination, and the number of routes."""
    return (
        Metric(
            name=name, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION,
            worse=Worse.EITHER, title=f"{family} route", labels=("destination",), doc=_DOC, next=command,
            help="The way that packets to this destination take: next hop, interface, and what is set for it. Another "
            "way may be longer, narrower, or none.",
        ),
        Metric(
            name=f"{name}.count", unit="count", kind=Kind.GAUGE, resource=Resource.NETWORK, role=Role.INTERNAL,
            worse=Worse.NEITHER, title=f"{family} routes", doc=_DOC, next=command,
            help="Routes of the main table. Many cost memory; a steady climb is a leak of whoever adds them.",
        ),
    )  # fmt: skip


def routes(text: str, name: str, command: str) -> Iterator[Reading]:
    """Yield the number of routes, and the way to each destination unless there are too many.

    Args:
        text: All that ip printed.
        name: Of the fact; the number's is that and ".count".
        command: What error messages call it.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip route.
    """
    ways: dict[str, list[str]] = {}
    rows = rows_of(text, command)
    for row in rows:
        destination = word(row, "dst")
        if not destination:
            raise ValueError(f"{command} expected a 'dst' in every route, read {dict(row)!r:.80}.")
        if not (is_passing(word(row, "dev")) or destination.startswith(("fe80::", "ff00::"))):
            ways.setdefault(destination, []).append(_way(row, command))
    if text.strip():
        yield Reading(f"{name}.count", len(rows))
    for destination, told in ways.items():
        if len(ways) <= _MOST or destination == _DEFAULT:
            yield Reading(name, "; ".join(sorted(told)), destination)


def _way(row: Row, command: str) -> str:
    parts = [f"{before}{word(row, key)}" for key, before in _WAY.items() if word(row, key)]
    parts += [f"via {word(via, 'host')}" for via in _objects([row["via"]] if "via" in row else [], command)]
    parts += [f"nexthop {_hop(hop)}" for hop in _objects(row.get("nexthops", []), command)]
    parts += [f"metric {word(row, 'metric')}"] if "metric" in row else []
    for metrics in _objects(row.get("metrics", []), command):
        parts += [f"{key} {word(metrics, key)}" for key in sorted(metrics)]
    return " ".join(parts)


def _hop(hop: Row) -> str:
    return " ".join(f"{before}{word(hop, key)}" for key, before in (*_WAY.items(), ("weight", "weight ")) if key in hop)


def _objects(found: Any, command: str) -> list[Row]:
    if type(found) is not list or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"{command} expected a list of objects, read {found!r:.60}.")
    return found
