"""What is told of a firewall's chains, alike for nftables and for iptables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from snapper.collectors.contract import Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse

MOST_CHAINS: Final = 200
"""Chains of a source that are told one by one; what the others have is summed up. A cluster's node has thousands."""
REST: Final = "(other chains)"
_MADE_UP: Final = (
    (re.compile(r"(?<=-)[A-Z2-7]{16}\b"), "*"),  # Kubernetes: a hash of the service or its address
    (re.compile(r"\bcali[0-9a-f]{11}\b|\bveth[0-9a-f]{6,12}\b"), "*"),  # Calico, CNI plug-ins: a container's interface
    (re.compile(r"\b(?=\w*[0-9])[0-9a-f]{12,64}\b"), "*"),  # CNI plug-ins: a hash of the container's id
)


class Firewall(NamedTuple):
    """The metrics of one source."""

    policy: Metric
    rules: Metric
    packets: Metric
    bytes: Metric


@dataclass(slots=True)
class Chain:
    """What is known of a chain."""

    policy: str = ""
    """Of one that packets come to by themselves; empty for one that only rules lead to."""
    rules: int = 0
    dropped: tuple[int, int] | None = None
    """Packets and bytes; None where nothing of it drops, or nothing that does counts."""

    def drop(self, packets: int, size: int) -> None:
        """Add what a rule, or the policy, dropped or rejected."""
        before = self.dropped or (0, 0)
        self.dropped = before[0] + packets, before[1] + size

    def add(self, other: Chain) -> None:
        """Add what another chain has that goes by the same name here."""
        self.policy = self.policy or other.policy
        self.rules += other.rules
        if other.dropped:
            self.drop(*other.dropped)


def metrics_of(source: str, *, doc: str, ask: str, drops: str) -> Firewall:
    """The metrics of one source.

    Args:
        source: What their names begin with.
        doc: The manual page.
        ask: The command that lists the rules.
        drops: Which drops are counted, as a sentence.
    """
    base = partial(Metric, resource=Resource.NETWORK, labels=("chain",), doc=doc, next=ask)
    counter = partial(base, kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.MORE, moved_by=(f"{source}.policy",))
    return Firewall(
        policy=base(
            name=f"{source}.policy", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
            title="Policy of a firewall's chain",
            help="Where the chain is hooked in, and what becomes of a packet that none of its rules decides on.",
        ),
        rules=base(
            name=f"{source}.rules", unit="count", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.MORE,
            title="Rules of a firewall's chain",
            help="Rules of the chain, which a packet passes one after the other until one decides. More cost CPU time "
            "for every packet that comes by them.",
        ),
        packets=counter(
            name=f"{source}.dropped_packets", unit="packets", title="Packets dropped by the firewall",
            help=f"Packets that rules of the chain dropped or rejected. {drops} More are more attempts from outside, "
            "or a rule that hits what it should let through.",
        ),
        bytes=counter(
            name=f"{source}.dropped_bytes", unit="bytes", title="Bytes dropped by the firewall",
            help=f"Bytes of the packets that rules of the chain dropped or rejected. {drops}",
        ),
    )  # fmt: skip


def readings_of(chains: dict[str, Chain], firewall: Firewall) -> Iterator[Reading]:
    """Yield what is told of the chains, by their stable names; of the first `MOST_CHAINS` one by one."""
    told: dict[str, Chain] = {}
    for name, chain in chains.items():
        stable = stable_name(name)
        if stable not in told and len(told) >= MOST_CHAINS:
            stable = REST
        told.setdefault(stable, Chain()).add(chain)
    for name, chain in told.items():
        if chain.policy and name != REST:
            yield Reading(firewall.policy.name, chain.policy, name)
        yield Reading(firewall.rules.name, chain.rules, name)
        if chain.dropped:
            packets, size = chain.dropped
            yield Reading(firewall.packets.name, packets, name)
            yield Reading(firewall.bytes.name, size, name)


def stable_name(chain: str) -> str:
    """A chain's name, less what is made up anew for each container or service.

    >>> stable_name("ip nat KUBE-SEP-MNCGNNC5UPWGGXK4"), stable_name("filter cali-tw-cali0b6dd9a2e1f")
    ('ip nat KUBE-SEP-*', 'filter cali-tw-*')
    >>> stable_name("ip filter DOCKER-ISOLATION-STAGE-1")
    'ip filter DOCKER-ISOLATION-STAGE-1'
    """
    for pattern, by in _MADE_UP:
        chain = pattern.sub(by, chain)
    return chain
