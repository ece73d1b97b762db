"""Chains of the IPv6 firewall that xtables holds (ip6tables of the kind that is called legacy), and what they dropped.

Runs `ip6tables-legacy-save -c`, or where that is not known `ip6tables-save -c`, at both edges of the window, and only
where the kernel has such tables: where ip6tables writes to nftables, cmd.nft tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.firewall_metrics import metrics_of, readings_of
from snapper.collectors.network.iptables_rules import chains_of
from snapper.record.plan import Cadence, Command

_METRICS: Final = metrics_of(
    "ip6tables",
    doc="https://man7.org/linux/man-pages/man8/iptables-save.8.html",
    ask="ip6tables -vnL",
    drops="What the chain's policy drops is among them.",
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield policy, rules and drops of every chain.

    Raises:
        ValueError: As `chains_of`.
    """
    yield from readings_of(chains_of(text), _METRICS)


COLLECTOR: Final = Collector(
    name="cmd.ip6tables",
    read=Command(
        argv=("ip6tables-legacy-save", "-c"),
        version=("ip6tables", "-V"),
        cadence=Cadence.EDGES,
        alternatives=(("ip6tables-save", "-c"),),
        where=("proc/net/ip6_tables_names",),
    ),
    metrics=_METRICS,
    parse=parse,
    adds="chains, policies and drops of the IPv6 firewall, where it is iptables' own",
    needs="ip6tables-save (package iptables), root",
)
