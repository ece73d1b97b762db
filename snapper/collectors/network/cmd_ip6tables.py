"""Chains of the IPv6 firewall that xtables holds (ip6tables of the kind that is called legacy), and what they dropped.

Runs `ip6tables-legacy-save -c`, or where that is not known `ip6tables-save -c`, at both edges of the window, and only
where the kernel has such tables: where ip6tables writes to nftables, cmd.nft tells of it.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector
from snapper.collectors.network.iptables_rules import collector_of

COLLECTOR: Final[Collector] = collector_of("ip6tables", family="IPv6", tables="proc/net/ip6_tables_names")
