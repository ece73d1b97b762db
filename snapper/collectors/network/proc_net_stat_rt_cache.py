"""Routes looked up the slow way for IPv4 packets, and packets from or to addresses that cannot be.

Reads /proc/net/stat/rt_cache (since Linux 2.6): a line of names, then hexadecimal counts of each CPU, of the whole
host. The cache itself is gone since Linux 3.6; columns that speak of it (in_hit, out_hit, gc_*, *_hlist_search) are
printed as 0 and left out.

    entries  in_hit   in_slow_tot in_slow_mc in_no_route in_brd   in_martian_dst in_martian_src out_hit ...
    00000006 00000000 00000001    00000000   00000000    00000000 00000000       00000000       00000000 ...
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.percpu_columns import column_sums
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_FILTER: Final = ("sysctl[net.ipv4.conf.*.rp_filter]", "sysctl[net.ipv4.conf.*.log_martians]")

_detail = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, role=Role.INTERNAL, worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/net/ipv4/route.c", next="lnstat -f rt_cache -c 1",
)  # fmt: skip
_odd = partial(_detail, role=Role.ERRORS, worse=Worse.MORE, moved_by=_FILTER, next="dmesg --ctime | grep martian")

# fmt: off
_METRICS: Final = (
    _detail(name="rt_cache.entries", kind=Kind.GAUGE, unit="count", title="Destinations held in memory",
            help="Destination entries in use by sockets and packets, of all network namespaces together."),
    _odd(name="rt_cache.in_martian_src", title="Packets from an impossible address",
         help="Packets dropped because their sender's address cannot come in there: forged, or a wrong route or "
              "address of a neighbour."),
    _odd(name="rt_cache.in_martian_dst", title="Packets to an impossible address",
         help="Packets dropped because their destination is no address for the wire, as 127.0.0.1 from outside."),
    _detail(name="rt_cache.in_no_route", alias_of="netstat.IpExt.InNoRoutes", title="Received packets without a route",
            help="Packets received for which no route was found, of all network namespaces together."),
    _detail(name="rt_cache.in_slow_tot", title="Routes looked up on receipt",
            help="Packets received whose route had to be looked up; packets of open connections mostly do without. "
                 "More costs CPU for each packet."),
    _detail(name="rt_cache.in_slow_mc", title="Routes looked up on receipt, multicast",
            help="Multicast packets received whose route had to be looked up."),
    _detail(name="rt_cache.in_brd", title="Broadcast packets routed", help="Broadcast packets received and routed."),
    _detail(name="rt_cache.out_slow_tot", title="Routes looked up for sending",
            help="Lookups of a route for packets of this host: about one for each new connection or unconnected "
                 "datagram."),
    _detail(name="rt_cache.out_slow_mc", title="Routes looked up for sending, multicast",
            help="Lookups of a route for multicast packets of this host."),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known column.

    Raises:
        ValueError: Lines that are not names and as many hexadecimal counts.
    """
    for name, value in column_sums(text, "/proc/net/stat/rt_cache").items():
        metric = f"rt_cache.{name}"
        if metric in _KNOWN:
            yield Reading(metric, value)


COLLECTOR = Collector(
    name="proc.net.stat.rt_cache",
    read=File(path="proc/net/stat/rt_cache", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="route lookups, and packets from or to impossible addresses",
    needs="CONFIG_PROC_FS and CONFIG_INET",
)
