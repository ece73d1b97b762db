"""From what `iptables-save -c` prints to chains, with what their rules dropped.

    *filter
    :INPUT DROP [12:720]
    :block - [0:0]
    [2:196] -A INPUT -i lo -j ACCEPT
    [7:420] -A INPUT -p tcp -m tcp --dport 22 -j REJECT --reject-with tcp-reset
    COMMIT

Numbers in brackets are packets and bytes: of a chain those that its policy decided on, of a rule those that it matched.
A comment may hold anything, in quotes. iptables over nftables says so in its first line, and has no counts of policies.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.firewall_metrics import Chain, metrics_of, readings_of
from snapper.collectors.text.refusal import refused
from snapper.record.plan import Cadence, Command

_COUNTS: Final = r"\[([0-9]{1,20}):([0-9]{1,20})\]"
_CHAIN: Final = re.compile(rf":(\S+) (\S+) {_COUNTS}")
_RULE: Final = re.compile(rf"{_COUNTS} -A (\S+)( .*)?")
_DROPS: Final = frozenset({"DROP", "REJECT"})
_OVER_NFTABLES: Final = "(nf_tables)"


def chains_of(text: str, family: str = "") -> dict[str, Chain]:
    """Read every chain, under `<family> <table> <chain>`; nothing at all is no chain.

    Args:
        text: All of the output.
        family: What stands before the table, as in nft: "ip".

    Raises:
        ValueError: A line that is neither a table, a chain, a rule with its counts nor a remark, a rule of a chain
            that is not there, or no COMMIT at the end.
    """
    chains: dict[str, Chain] = {}
    table = ""
    has_policy_counts = True
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            has_policy_counts = has_policy_counts and _OVER_NFTABLES not in line
        elif line.startswith("*") and not table:
            table = f"{family} {line[1:].strip()}".strip()
        elif line == "COMMIT" and table:
            table = ""
        elif table and (found := _CHAIN.fullmatch(line)):
            chains[f"{table} {found[1]}"] = _chain(found, has_counts=has_policy_counts)
        elif table and (found := _RULE.fullmatch(line)) and f"{table} {found[3]}" in chains:
            _add(chains[f"{table} {found[3]}"], found)
        elif line.strip():
            raise refused("iptables-save -c", number, line, "a table, a chain or a rule with its counts")
    if table:
        raise ValueError(f"iptables-save -c expected COMMIT at the end of table {table[:60]}, and ended before it.")
    return chains


def _chain(found: re.Match[str], *, has_counts: bool) -> Chain:
    """A chain that has no policy is one that only rules lead to."""
    policy = "" if found[2] == "-" else found[2].lower()
    chain = Chain(policy)
    if found[2] in _DROPS and has_counts:
        chain.drop(int(found[3]), int(found[4]))
    return chain


def _add(chain: Chain, found: re.Match[str]) -> None:
    chain.rules += 1
    if _target(found[4] or "") in _DROPS:
        chain.drop(int(found[1]), int(found[2]))


def _target(rule: str) -> str:
    """Where a rule leads; what stands in quotes is no option.

    >>> _target(' -m comment --comment "-j DROP" -j ACCEPT'), _target(" -p tcp")
    ('ACCEPT', '')
    """
    words = rule.split()
    if '"' in rule:
        try:
            words = shlex.split(rule)
        except ValueError:
            raise ValueError(f"iptables-save -c expected a rule, read {rule[:80]!r}.") from None
    return next((target for option, target in pairwise(words) if option in {"-j", "-g"}), "")


def collector_of(tool: str, *, family: str, tables: str) -> Collector:
    """The source that tells of the chains of one family.

    Args:
        tool: `iptables` or `ip6tables`.
        family: What it filters, for people.
        tables: The file that is there where the kernel has such tables.
    """
    metrics = metrics_of(
        tool,
        doc="https://man7.org/linux/man-pages/man8/iptables-save.8.html",
        ask=f"{tool} -vnL",
        drops="What the chain's policy drops is among them.",
    )

    def parse(text: str, _origin: Origin) -> Iterator[Reading]:
        """Yield policy, rules and drops of every chain; ValueError as `chains_of`."""
        yield from readings_of(chains_of(text), metrics)

    return Collector(
        name=f"cmd.{tool}",
        read=Command(
            argv=(f"{tool}-legacy-save", "-c"),
            version=(tool, "-V"),
            cadence=Cadence.EDGES,
            alternatives=((f"{tool}-save", "-c"),),
            where=(tables,),
        ),
        metrics=metrics,
        parse=parse,
        adds=f"chains, policies and drops of the {family} firewall, where it is iptables' own",
        needs=f"{tool}-save (package iptables), root",
    )
