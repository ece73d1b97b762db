"""What `ip -j rule` prints of one address family: which table of routes is asked for which packets, in order.

[{"priority":0,"src":"all","table":"local"},{"priority":1000,"src":"192.0.2.6","table":"100"}]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Reading
from snapper.collectors.text.json_rows import count, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse

_ORDER: Final = "priority"


def rule_metric(name: str, family: str, command: str) -> Metric:
    """The fact of one priority."""
    return Metric(
        name=name, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION, worse=Worse.EITHER,
        title=f"{family} routing rule", labels=("priority",), next=command,
        doc="https://man7.org/linux/man-pages/man8/ip-rule.8.html",
        help="Which packets are routed by which table, the lowest priority first. Another rule sends them another way.",
    )  # fmt: skip


def rules(text: str, name: str, command: str) -> Iterator[Reading]:
    """Yield the rules of each priority, what they look at and do by name.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip rule.
    """
    told: dict[int, list[str]] = {}
    for row in rows_of(text, command):
        priority = count(row, _ORDER)
        if priority is None:
            raise ValueError(f"{command} expected a priority in every rule, read {dict(row)!r:.80}.")
        # A flag, as "not" and "l3mdev", is null or true.
        parts = [
            key if row[key] is None or row[key] is True else f"{key} {word(row, key)}" for key in row if key != _ORDER
        ]
        told.setdefault(priority, []).append(" ".join(parts))
    for priority, texts in told.items():
        yield Reading(name, "; ".join(sorted(texts)), str(priority))
