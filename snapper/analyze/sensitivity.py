"""How large a change would have had to be to be seen: what "nothing changed" is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.analyze.judge import Judged
from snapper.analyze.words import listed
from snapper.units import format_value

SHARES: Final = (
    ("cpu.utilization", "of the CPUs"),
    ("memory.utilization", "of memory"),
    ("disk.utilization", "of a disk's time"),
)
"""Shares of capacity; of several disks, the one on which the most would have gone unseen."""
TRAFFIC: Final = ("netdev.rx_bytes", "netdev.tx_bytes")
"""A link's capacity is seldom known: of the busiest interface, a share of its own traffic."""


def sensitivity(judged: Judged) -> str:
    """Say from which change on CPU, memory, disk and network would have been flagged; empty where none could be.

    Args:
        judged: Verdicts; what each series would have needed is `Judged.least`.
    """
    parts = [*_shares(judged), *_traffic(judged)]
    return f"Changes from {listed(parts, most=len(parts))} on would have been seen." if parts else ""


def _shares(judged: Judged) -> Iterator[str]:
    for name, whole in SHARES:
        needed = [float(judged.least[row]) for row in _rows(judged, name)]
        if needed:
            yield f"{format_value(max(needed), 'ratio')} {whole}"


def _traffic(judged: Judged) -> Iterator[str]:
    rows = [row for name in TRAFFIC for row in _rows(judged, name)]
    if not rows:
        return
    busiest = max(rows, key=lambda row: float(judged.compared.before[row]))
    level, needed = float(judged.compared.before[busiest]), float(judged.least[busiest])
    told = format_value(needed / level, "ratio") if needed < level else format_value(needed, "bytes/s")
    yield f"{told} of network traffic"


def _rows(judged: Judged, name: str) -> list[int]:
    return [row for row, metric in enumerate(judged.compared.metrics) if metric.name == name and judged.known[row]]
