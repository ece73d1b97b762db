"""What connection tracking had to drop, turn away or retry, summed over the CPUs.

Reads /proc/net/stat/nf_conntrack (since Linux 2.6.20, with the module loaded): a line of names, then hexadecimal
counts of each CPU of the reader's network namespace.

    entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error ...

`new`, `ignore`, `delete` and `delete_list` are printed as 0 by the kernels of today whatever happens, so they are
left out, and so is `searched`, whose place `clashres` took in Linux 5.10.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.percpu_columns import column_sums
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_LIMITS: Final = ("sysctl[net.netfilter.nf_conntrack_max]", "sysctl[net.netfilter.nf_conntrack_buckets]")

_counter = partial(
    Metric, unit="packets", kind=Kind.COUNTER, resource=Resource.NETWORK, next="conntrack -S",
    doc="https://elixir.bootlin.com/linux/v6.12/source/net/netfilter/nf_conntrack_standalone.c",
)  # fmt: skip
_full = partial(_counter, role=Role.SATURATION, worse=Worse.MORE, moved_by=_LIMITS)
_fault = partial(_counter, role=Role.ERRORS, worse=Worse.MORE)
_detail = partial(_counter, unit="events", role=Role.INTERNAL, worse=Worse.NEITHER)

# fmt: off
_METRICS: Final = (
    _detail(name="nf_conntrack.entries", unit="connections", kind=Kind.GAUGE, alias_of="nf_conntrack.count",
            title="Tracked connections, from the statistics",
            help="Connections that the packet filter keeps track of in this network namespace."),
    _full(name="nf_conntrack.drop", primary=True, title="Packets dropped by connection tracking",
          help="Packets thrown away because no entry could be made for their connection: the table was full and "
               "nothing could be evicted, or memory was short. New connections fail; more is worse."),
    _full(name="nf_conntrack.early_drop", unit="connections", title="Tracked connections evicted early",
          help="Connections not yet confirmed by both sides that were thrown out of the full table to make room. More "
               "means that the table is too small; drops come next."),
    _full(name="nf_conntrack.insert_failed", title="Packets lost to a clash of tracked connections",
          help="Packets dropped because another packet made an entry for the same addresses at the same time, as with "
               "two DNS questions from one socket. More means lookups that stall until they are repeated."),
    _full(name="nf_conntrack.chainlength", title="Packets lost to a long hash chain",
          help="Packets dropped because their place in the hash table was overcrowded (Linux 5.15 and later). More "
               "means too few buckets, or an attack."),
    _fault(name="nf_conntrack.invalid", title="Packets that fit no tracked connection",
           moved_by=("sysctl[net.netfilter.nf_conntrack_tcp_be_liberal]", "sysctl[net.netfilter.nf_conntrack_*]"),
           help="Packets that belong to no connection as the protocol has it: late ones, asymmetric routes, scans. "
                "Firewalls mostly drop them."),
    _fault(name="nf_conntrack.icmp_error", title="ICMP errors that fit no tracked connection",
           help="ICMP messages dropped because they were damaged or spoke of no known connection."),
    _detail(name="nf_conntrack.clashres", title="Clashes of tracked connections resolved",
            help="Times two packets made the same entry at once and both went through. Each would have been an insert "
                 "that failed."),
    _detail(name="nf_conntrack.found", unit="packets", title="Lookups answered by an existing entry",
            help="Searches for a free port or an expected connection that found the entry taken."),
    _detail(name="nf_conntrack.insert", unit="connections", title="Entries inserted by hand",
            help="Entries made by a program through netlink, as a failover daemon does; those that packets make are "
                 "not counted."),
    _detail(name="nf_conntrack.expect_new", title="Expected connections that came",
            help="Connections that a protocol's module (FTP, SIP) had foretold and that came."),
    _detail(name="nf_conntrack.expect_create", title="Expected connections foretold",
            help="Connections that a protocol's module (FTP, SIP) foretold."),
    _detail(name="nf_conntrack.expect_delete", title="Expected connections given up",
            help="Foretold connections that were removed again."),
    _detail(name="nf_conntrack.search_restart", worse=Worse.MORE, title="Lookups begun again", moved_by=_LIMITS,
            help="Searches of the table that had to begin again because it changed underneath. More means long chains "
                 "and much change: too few buckets."),
)
# fmt: on
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known column.

    Raises:
        ValueError: Lines that are not names and as many hexadecimal counts.
    """
    for name, value in column_sums(text, "/proc/net/stat/nf_conntrack").items():
        metric = f"nf_conntrack.{name}"
        if metric in _KNOWN:
            yield Reading(metric, value)


COLLECTOR = Collector(
    name="proc.net.stat.nf_conntrack",
    read=File(path="proc/net/stat/nf_conntrack"),
    metrics=_METRICS,
    parse=parse,
    adds="packets dropped and connections evicted because the connection tracking table was full",
    needs="the module nf_conntrack loaded, with CONFIG_NF_CONNTRACK_PROCFS; root on some kernels",
)
