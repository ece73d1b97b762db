"""The form that /proc/net/snmp and /proc/net/netstat share: a line of names, then a line of values.

    Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens
    Tcp: 1 200 120000 -1 14

A protocol may have several such pairs: IcmpMsg begins a new one after each sixteen types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_VALUES: Final = re.compile(r"(?:[ \t]+-?[0-9]{1,20})+[ \t]*")


def mib_fields(text: str, path: str) -> Iterator[tuple[str, int]]:
    r"""Yield every field as (`Tcp.RtoMin`, 200), in the order of the file.

    Args:
        text: The whole file.
        path: What error messages call it.

    Raises:
        ValueError: A line of names without its line of values, a number of values that is
            not the number of names, or a value that is no whole number.

    >>> list(mib_fields("Udp: InDatagrams NoPorts\nUdp: 27 0\n", "/proc/net/snmp"))
    [('Udp.InDatagrams', 27), ('Udp.NoPorts', 0)]
    """
    lines = text.splitlines()
    if not lines or len(lines) % 2:
        raise ValueError(f"{path} has {len(lines)} lines; expected pairs of them, one of names and one of values.")
    for number in range(0, len(lines), 2):
        protocol, colon, names = lines[number].partition(":")
        again, _, values = lines[number + 1].partition(":")
        if not colon or not protocol or protocol != again or not _VALUES.fullmatch(values):
            raise ValueError(
                f"{path}:{number + 2} does not give the values of line {number + 1}; "
                f"expected {protocol + ':'!r} and whole numbers, read {lines[number + 1][:60]!r}."
            )
        fields, found = names.split(), values.split()
        if len(fields) != len(found):
            raise ValueError(f"{path}:{number + 2} has {len(found)} values for the {len(fields)} names of {protocol}.")
        for field, value in zip(fields, found, strict=True):
            yield f"{protocol}.{field}", int(value)
