"""Which addresses every interface has.

Runs `ip -j addr` of iproute2 (JSON since 4.17). Lifetimes are left out, and so are addresses that say nothing or
change by themselves: link-local ones, and the temporary ones of IPv6's privacy extensions.

    [{"ifindex":2,"ifname":"eth0","addr_info":[
      {"family":"inet","local":"192.0.2.5","prefixlen":24,"scope":"global","valid_life_time":4294967295,...}]}]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.passing_interfaces import is_passing
from snapper.collectors.text.json_rows import Row, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_COMMAND: Final = ("ip", "-j", "addr")
_ADDRESSES: Final = Metric(
    name="ip.addr",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.NETWORK,
    role=Role.CONFIGURATION,
    worse=Worse.NEITHER,
    title="Addresses of the interface",
    help="IPv4 and IPv6 addresses with the length of their network's prefix. One that is missing cannot be reached; "
    "one marked dadfailed is used by another host as well.",
    doc="https://man7.org/linux/man-pages/man8/ip-address.8.html",
    labels=("interface",),
    next="ip addr show dev {instance}",
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the addresses of every interface that has any worth telling, in order.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip addr.
    """
    command = " ".join(_COMMAND)
    for row in rows_of(text, command):
        told = row.get("addr_info", [])
        if type(told) is not list or not all(isinstance(one, dict) for one in told):
            raise ValueError(f"{command} expected a list of addresses, read {told!r:.60}.")
        addresses = sorted(_named(one) for one in told if _lasts(one))
        if addresses and not is_passing(word(row, "ifname")):
            yield Reading(_ADDRESSES.name, " ".join(addresses), word(row, "ifname"))


def _lasts(address: Row) -> bool:
    return bool(address) and address.get("scope") != "link" and not address.get("temporary")


def _named(address: Row) -> str:
    failed = " (dadfailed)" if address.get("dadfailed") else ""
    return f"{word(address, 'local')}/{word(address, 'prefixlen')}{failed}"


COLLECTOR = Collector(
    name="cmd.ip.addr",
    read=Command(argv=_COMMAND, version=("ip", "-V"), cadence=Cadence.ONCE),
    metrics=(_ADDRESSES,),
    parse=parse,
    adds="the addresses of every interface",
    needs="ip of iproute2 >= 4.17 (package iproute2)",
)
