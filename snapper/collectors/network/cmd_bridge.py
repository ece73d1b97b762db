"""Which interfaces are ports of a bridge, and whether each lets traffic through.

Runs `bridge -j link show` of iproute2. A port that the spanning tree blocks sends everything another way round.

    [{"ifindex":5,"ifname":"eth1","flags":["BROADCAST","UP","LOWER_UP"],"mtu":1500,"master":"br0","state":"forwarding",
      "priority":32,"cost":2}]

Ends of containers and guests come and go, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.passing_interfaces import is_passing
from snapper.collectors.text.json_rows import count, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION, worse=Worse.EITHER,
    labels=("interface",), doc="https://man7.org/linux/man-pages/man8/bridge.8.html", next="bridge -d link show",
)  # fmt: skip
# fmt: off
_MASTER: Final = _fact(name="bridge.master", title="Bridge of an interface",
                       help="The bridge that the interface is a port of.")
_STATE: Final = _fact(name="bridge.state", title="State of a bridge's port",
                      help="forwarding, or what keeps the port from it: blocking and disabled ports pass no traffic.")
_COST: Final = _fact(name="bridge.cost", title="Path cost of a bridge's port",
                     help="What the spanning tree reckons this port at; the way of least cost is taken. It follows "
                          "from the link's speed, unless somebody set it.")
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield bridge, state and cost of every port.

    Raises:
        ValueError: As `rows_of`, or a port without a name.
    """
    for row in rows_of(text, "bridge -j link"):
        name = word(row, "ifname")
        if not name:
            raise ValueError(f"bridge -j link expected a port's name, read {row!r:.80}.")
        if is_passing(name):
            continue
        cost = count(row, "cost")
        for metric, value in ((_MASTER, word(row, "master")), (_STATE, word(row, "state"))):
            if value:
                yield Reading(metric.name, value, name)
        if cost is not None:
            yield Reading(_COST.name, str(cost), name)


COLLECTOR: Final = Collector(
    name="cmd.bridge",
    read=Command(
        argv=("bridge", "-j", "link", "show"),
        version=("ip", "-V"),
        cadence=Cadence.ONCE,
    ),
    metrics=(_MASTER, _STATE, _COST),
    parse=parse,
    adds="ports of bridges, and whether they forward",
    needs="bridge of iproute2 >= 4.19 (package iproute2)",
)
