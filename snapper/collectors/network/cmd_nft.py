"""Chains of the firewall that nftables holds, how many rules each has, and what they dropped.

Runs `nft -j -t list ruleset` (JSON since nftables 0.9; -t leaves out the elements of sets) at both edges of the window,
only where the kernel has nf_tables loaded as a module: asking would load it. Where there is no nft, `iptables-nft-save
-c` tells what iptables put there, which is the half of IPv4.

    {"nftables": [{"metainfo": {...}},
      {"chain": {"family": "inet", "table": "filter", "name": "input", "type": "filter", "hook": "input", "prio": 0,
                 "policy": "drop"}},
      {"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [
         {"match": {...}}, {"counter": {"packets": 3, "bytes": 252}}, {"reject": {...}}]}},
      {"counter": {"family": "inet", "table": "filter", "name": "dropped", "packets": 0, "bytes": 0}}]}

A rule counts only where it has a counter, and a policy never does. Counters with a name, which rules may share, are
told by that name. What rules match, addresses among it, stays in the recorded text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.firewall_metrics import (
    MOST_CHAINS,
    Chain,
    metrics_of,
    readings_of,
    stable_name,
)
from snapper.collectors.network.iptables_rules import chains_of
from snapper.collectors.text.json_rows import Row, as_told, count, word
from snapper.collectors.text.tool_tables import document, rows_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

_DOC: Final = "https://man7.org/linux/man-pages/man8/nft.8.html"
_COMMAND: Final = ("nft", "-j", "-t", "list", "ruleset")
_METRICS: Final = metrics_of(
    "nft",
    doc=_DOC,
    ask="nft list ruleset",
    drops="Rules without a counter, and the chain's policy, are not among them.",
)
_named = partial(
    Metric, kind=Kind.COUNTER, resource=Resource.NETWORK, role=Role.INTERNAL, worse=Worse.NEITHER, labels=("counter",),
    doc=_DOC, next="nft list counters",
)  # fmt: skip
# fmt: off
_PACKETS: Final = _named(
    name="nft.counter_packets", unit="packets", title="Packets of a counter of the firewall",
    help="Packets that came by the rules that share a counter of this name. Its name should tell what they are.")
_BYTES: Final = _named(
    name="nft.counter_bytes", unit="bytes", title="Bytes of a counter of the firewall",
    help="Bytes of the packets that came by the rules that share a counter of this name.")
# fmt: on
_DROPS: Final = frozenset({"drop", "reject"})


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield policy, rules and drops of every chain, and what counters with a name say.

    Raises:
        ValueError: Neither JSON of nft (which may have been cut) nor what iptables-nft-save prints.
    """
    if not text.lstrip().startswith("{"):
        yield from readings_of(chains_of(text, "ip"), _METRICS)
        return
    chains: dict[str, Chain] = {}
    counters: dict[str, tuple[int, int]] = {}
    for element in rows_of(document(text, "nft").get("nftables"), "nft"):
        for kind, row in element.items():
            if kind == "chain":
                chains.setdefault(_path(_object(row), "name"), Chain()).policy = _policy(row)
            elif kind == "rule":
                _add(chains.setdefault(_path(_object(row), "chain"), Chain()), row)
            elif kind == "counter":
                name = stable_name(_path(_object(row), "name"))
                counters[name] = _sum(counters.get(name, (0, 0)), row)
    yield from readings_of(chains, _METRICS)
    for name, (packets, size) in list(counters.items())[:MOST_CHAINS]:
        yield Reading(_PACKETS.name, packets, name)
        yield Reading(_BYTES.name, size, name)


def _object(row: Any) -> Row:
    if type(row) is not dict:
        raise ValueError(f"nft expected an object, read {row!r:.60}.")
    return row


def _path(row: Row, key: str) -> str:
    """Family, table and name: "inet filter input"."""
    parts = [word(row, part) for part in ("family", "table", key)]
    if not all(parts):
        raise ValueError(f"nft expected family, table and {key}, read {row!r:.80}.")
    return " ".join(parts)


def _policy(row: Row) -> str:
    """Where a chain is hooked in and what it does by itself; empty for one that only rules lead to."""
    hook = word(row, "hook")
    parts = [word(row, "type"), hook, as_told(row.get("dev", "")), f"priority {word(row, 'prio')}", word(row, "policy")]
    return " ".join(part for part in parts if part) if hook else ""


def _add(chain: Chain, row: Row) -> None:
    """Count a rule; where it drops, also what its counter says."""
    chain.rules += 1
    statements = rows_of(row.get("expr", []), "nft")
    if any(map(_drops, statements)):
        for statement in statements:
            if isinstance(counter := statement.get("counter"), dict):
                chain.drop(*_sum((0, 0), counter))


def _drops(statement: Row) -> bool:
    """Whether it drops or rejects; a target of iptables that nft has no word for stands under "xt"."""
    target = statement.get("xt")
    return not _DROPS.isdisjoint(statement) or (isinstance(target, dict) and target.get("name") == "REJECT")


def _sum(before: tuple[int, int], counter: Row) -> tuple[int, int]:
    packets, size = count(counter, "packets"), count(counter, "bytes")
    if packets is None or size is None:
        raise ValueError(f"nft expected packets and bytes of a counter, read {counter!r:.60}.")
    return before[0] + packets, before[1] + size


COLLECTOR: Final = Collector(
    name="cmd.nft",
    read=Command(
        argv=_COMMAND,
        version=("nft", "--version"),
        cadence=Cadence.EDGES,
        alternatives=(("nft", "-j", "list", "ruleset"), ("iptables-nft-save", "-c")),
        where=("sys/module/nf_tables",),
        max_bytes=16 * MIB,  # some 400 bytes a rule
    ),
    metrics=(*_METRICS, _PACKETS, _BYTES),
    parse=parse,
    adds="chains, policies and drops of the firewall",
    needs="nft (package nftables), root, the module nf_tables",
)
