"""Chains of the IPv4 firewall that xtables holds (iptables of the kind that is called legacy), and what they dropped.

Runs `iptables-legacy-save -c`, or where that is not known `iptables-save -c`, at both edges of the window, and only
where the kernel has such tables: where iptables writes to nftables, cmd.nft tells of it.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector
from snapper.collectors.network.iptables_rules import collector_of

COLLECTOR: Final[Collector] = collector_of("iptables", family="IPv4", tables="proc/net/ip_tables_names")
