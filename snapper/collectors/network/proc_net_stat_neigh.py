"""How the tables of neighbours fare: lookups that fail, packets dropped while waiting, tables that are full.

Reads /proc/net/stat/arp_cache (IPv4) and ndisc_cache (IPv6), since Linux 2.6: a line of names, then hexadecimal
counts of each CPU. They speak of the whole host, whatever the network namespace: containers share one table.

    entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast ...
    00000003 00000004 00000000 00000000   00000002 00000000 00000000   00000000         00000000         ...
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.percpu_columns import column_sums
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_TABLES: Final = {
    "arp_cache": ("ARP", "ipv4", "ip -4 neigh"),
    "ndisc_cache": ("Neighbour discovery", "ipv6", "ip -6 neigh"),
}
"""File → what the table is called, whose settings it has, what shows it."""


def _table(table: str) -> tuple[Metric, ...]:
    """The metrics of one table; both have the same columns."""
    name, family, command = _TABLES[table]
    limits = (f"sysctl[net.{family}.neigh.default.gc_*]",)
    counter = partial(
        Metric, unit="events", kind=Kind.COUNTER, resource=Resource.NETWORK, next=command, moved_by=limits,
        doc="https://elixir.bootlin.com/linux/v6.12/source/net/core/neighbour.c",
    )  # fmt: skip
    detail = partial(counter, role=Role.INTERNAL, worse=Worse.NEITHER)
    full = partial(counter, role=Role.SATURATION, worse=Worse.MORE)
    # fmt: off
    return (
        detail(name=f"{table}.entries", kind=Kind.GAUGE, unit="count", title=f"{name}: entries",
               help="Neighbours that the table holds, of all network namespaces together. From gc_thresh2 on old ones "
                    "are thrown out, beyond gc_thresh3 none is added."),
        full(name=f"{table}.table_fulls", title=f"{name}: table full",
             help="Times a neighbour could not be added because the table held gc_thresh3 already: packets to it are "
                  "lost, as between containers that cannot reach each other. Any is worse."),
        full(name=f"{table}.forced_gc_runs", title=f"{name}: forced clean-ups",
             help="Times the table was so full that it had to be cleaned before a neighbour was added. More means that "
                  "gc_thresh2 and gc_thresh3 are too low for the network."),
        full(name=f"{table}.unresolved_discards", unit="packets", title=f"{name}: packets dropped while waiting",
             moved_by=(f"sysctl[net.{family}.neigh.*.unres_qlen*]",),
             help="Packets dropped because too many waited for the hardware address of the same neighbour. More means "
                  "that neighbours answer late or not at all."),
        counter(name=f"{table}.res_failed", role=Role.ERRORS, worse=Worse.MORE, title=f"{name}: neighbours not found",
                moved_by=(f"sysctl[net.{family}.neigh.*]",),
                help="Neighbours that answered none of the questions for their hardware address. More means that "
                     "somebody talks to hosts that are not there."),
        detail(name=f"{table}.allocs", title=f"{name}: entries added", help="Neighbours added to the table."),
        detail(name=f"{table}.destroys", title=f"{name}: entries removed", help="Neighbours removed from the table."),
        detail(name=f"{table}.hash_grows", title=f"{name}: table grown", help="Times the hash table was enlarged."),
        detail(name=f"{table}.lookups", title=f"{name}: lookups",
               help="Searches of the table by the slow way; packets of open connections do without."),
        detail(name=f"{table}.hits", title=f"{name}: lookups that found one",
               help="Searches that found the neighbour."),
        detail(name=f"{table}.rcv_probes_mcast", unit="messages", title=f"{name}: questions to all received",
               help="Questions for a hardware address that came by broadcast or multicast (IPv6 only)."),
        detail(name=f"{table}.rcv_probes_ucast", unit="messages", title=f"{name}: questions to this host received",
               help="Questions for a hardware address that came to this host alone (IPv6 only)."),
        detail(name=f"{table}.periodic_gc_runs", title=f"{name}: regular clean-ups",
               help="Times the table was looked through for old entries."),
    )
    # fmt: on


_METRICS: Final = tuple(metric for table in _TABLES for metric in _table(table))
_KNOWN: Final = frozenset(metric.name for metric in _METRICS)


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    """Yield a reading for each known column; the key is the file's name.

    Raises:
        ValueError: Lines that are not names and as many hexadecimal counts.
    """
    for name, value in column_sums(text, f"/proc/net/stat/{origin.key}").items():
        metric = f"{origin.key}.{name}"
        if metric in _KNOWN:
            yield Reading(metric, value)


COLLECTOR = Collector(
    name="proc.net.stat.neigh",
    read=Files(patterns=tuple(f"proc/net/stat/{table}" for table in _TABLES), cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="neighbour tables (ARP, neighbour discovery) that are full, and neighbours that do not answer",
    needs="CONFIG_PROC_FS and CONFIG_INET",
)
