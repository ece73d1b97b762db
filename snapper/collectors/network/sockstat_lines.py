"""The form that /proc/net/sockstat and sockstat6 share: a line for each protocol, names and values by turns.

TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 70
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_COUNT: Final = re.compile("[0-9]{1,20}")


def protocol_values(text: str, path: str) -> Iterator[tuple[str, str, int]]:
    r"""Yield every value as (`TCP`, `inuse`, 1), in the order of the file.

    Args:
        text: The whole file.
        path: What error messages call it.

    Raises:
        ValueError: A line that is not a protocol, a colon, and names and whole numbers by turns; or none at all.

    >>> list(protocol_values("UDP: inuse 4 mem 2\n", "/proc/net/sockstat"))
    [('UDP', 'inuse', 4), ('UDP', 'mem', 2)]
    """
    lines = text.splitlines()
    if not lines:
        raise ValueError(f"{path} is empty; expected a line for each protocol, 'TCP: inuse 1 orphan 0 ...'.")
    for number, line in enumerate(lines, start=1):
        protocol, colon, rest = line.partition(":")
        words = rest.split()
        names, values = words[::2], words[1::2]
        if not colon or not names or len(names) != len(values) or not all(map(_COUNT.fullmatch, values)):
            raise ValueError(f"{path}:{number} expected 'TCP: inuse 1 orphan 0 ...', read {line[:80]!r}.")
        for name, value in zip(names, values, strict=True):
            yield protocol, name, int(value)
