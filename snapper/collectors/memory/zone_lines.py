"""What /proc/zoneinfo, buddyinfo and pagetypeinfo have in common: lines that name a memory zone of a node.

    Node 0, zone   Normal

A node is the memory next to one group of CPUs, a zone the part of it that suits one use: DMA and DMA32 hold what old
devices can reach, Normal the rest, Movable only what can be moved.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ZONE: Final = re.compile(r"Node +([0-9]{1,5}), zone +(\S+)")


class Zone(NamedTuple):
    """A zone, and what its line says behind it."""

    node: str
    """As sysfs calls it: node0."""
    name: str
    rest: str

    @property
    def instance(self) -> str:
        """The same on every boot of the host: "node0 Normal"."""
        return f"{self.node} {self.name}"


def zone_of(line: str) -> Zone | None:
    """Take a line apart that begins with a zone; None for any other.

    >>> zone_of("Node 0, zone    DMA32     78    114").instance
    'node0 DMA32'
    >>> zone_of("Node    0, zone   Normal, type    Unmovable      0     22").rest
    'type    Unmovable      0     22'
    """
    found = _ZONE.match(line)
    if not found:
        return None
    return Zone(f"node{found[1]}", found[2].removesuffix(","), line[found.end() :].strip())


def numbers_of(text: str) -> list[int] | None:
    """Whole numbers between blanks, and nothing else; None where there is anything else, or nothing.

    >>> numbers_of(" 3 0 12"), numbers_of("3 x"), numbers_of("")
    ([3, 0, 12], None, None)
    """
    words = text.split()
    if not words or not text.isascii() or not all(map(str.isdigit, words)):
        return None
    return [int(word) for word in words]
