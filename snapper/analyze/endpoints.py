"""Which listening port or peer is behind what the kernel counts for all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

import numpy as np

from snapper.analyze.judge import Judged
from snapper.analyze.thresholds import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Counts of a whole host, and what tells them apart."""

    of: tuple[str, ...]
    """Globs over metric names."""
    by: str
    """A metric with an instance for each endpoint, in whose sum the shares are taken."""
    what: str
    """What to call an instance."""
    to_blame: bool = False
    """Whether whoever has the endpoint did it, or the other side."""


_REFUSED: Final = (
    "netstat.TcpExt.Listen*",
    "netstat.TcpExt.TCPReqQFull*",
    "snmp.Udp.RcvbufErrors",
    "snmp.Udp.InErrors",
    "snmp6.Udp6RcvbufErrors",
    "snmp6.Udp6InErrors",
    "ss.fullest_accept_queue",
)
_HELD: Final = ("snmp.Tcp.CurrEstab", "sockstat.TCP.inuse", "sockstat.TCP.alloc", "sockstat.sockets.used")
ENDPOINTS: Final = (
    Endpoint(of=_REFUSED, by="ss.drops", what="port", to_blame=True),
    Endpoint(of=_REFUSED, by="ss.accept_queue", what="port", to_blame=True),
    Endpoint(of=_HELD, by="ss.connections", what="port"),
    Endpoint(of=_HELD, by="ss.peer_connections", what="peer"),
)
"""In the order of what they prove: drops of a listener before a queue that was long when it was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The endpoint behind a change."""

    endpoint: Endpoint
    row: int
    """Of its own account in the comparison."""
    share: float
    """0 to 1, of the change of all endpoints' accounts."""


def is_refusal(name: str) -> bool:
    """Whether a metric counts what listeners turned away or kept waiting, of one or of all: nobody else did it.

    >>> is_refusal("netstat.TcpExt.ListenOverflows"), is_refusal("ss.drops"), is_refusal("sockstat.TCP.inuse")
    (True, True, False)
    """
    return any(endpoint.to_blame and (name == endpoint.by or _is_of(endpoint, name)) for endpoint in ENDPOINTS)


def endpoint_of(judged: Judged, row: int, thresholds: Thresholds) -> Found | None:
    """Find the endpoint whose own account moved the same way as a series, and most; None without such evidence.

    Args:
        judged: Verdicts on all series.
        row: The series, of the whole host.
        thresholds: From which share on an endpoint is named.
    """
    name = judged.compared.metrics[row].name
    way = float(np.sign(judged.compared.change[row]))
    for endpoint in ENDPOINTS:
        if _is_of(endpoint, name):
            found = _foremost(judged, endpoint, way, thresholds)
            if found is not None:
                return found
    return None


def _is_of(endpoint: Endpoint, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in endpoint.of)


def _foremost(judged: Judged, endpoint: Endpoint, way: float, thresholds: Thresholds) -> Found | None:
    compared = judged.compared
    rows = [row for row, metric in enumerate(compared.metrics) if metric.name == endpoint.by and judged.known[row]]
    moved = float(np.abs(compared.change[rows]).sum()) if rows else 0.0
    shares = {
        row: abs(float(compared.change[row])) / moved
        for row in rows
        if compared.change[row] * way > 0 and abs(compared.change[row]) >= compared.floor[row]
    }
    most = max(shares, key=lambda row: (shares[row], compared.instances[row]), default=-1)
    if most < 0 or shares[most] < thresholds.share:
        return None
    return Found(endpoint=endpoint, row=most, share=shares[most])
