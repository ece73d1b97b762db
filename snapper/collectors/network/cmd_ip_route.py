"""The way that packets take to every IPv4 destination, of the main table.

Runs `ip -j route` of iproute2 (JSON since 4.17); `ip_routes` tells what is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.ip_routes import route_metrics, routes
from snapper.record.plan import Cadence, Command

_COMMAND: Final = ("ip", "-j", "route")
_NAME: Final = "ip.route"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the number of routes, and the way to each destination; see `ip_routes.routes`.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip route.
    """
    return routes(text, _NAME, " ".join(_COMMAND))


COLLECTOR = Collector(
    name="cmd.ip.route",
    read=Command(argv=_COMMAND, version=("ip", "-V"), cadence=Cadence.ONCE),
    metrics=route_metrics(_NAME, "IPv4", "ip route"),
    parse=parse,
    adds="the way that packets take to every IPv4 destination",
    needs="ip of iproute2 >= 4.17 (package iproute2)",
)
