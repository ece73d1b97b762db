"""The form that /proc/net/snmp6, /proc/net/sctp/snmp and /proc/net/xfrm_stat share: a name and a count in each line.

Ip6InReceives                   	92166
Ip6InHdrErrors                  	0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from snapper.collectors.text.refusal import refused

_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)[ \t]+([0-9]{1,20})")


def name_values(text: str, path: str) -> Iterator[tuple[str, int]]:
    r"""Yield every line as (`Ip6InReceives`, 92166), in the order of the file.

    Args:
        text: The whole file.
        path: What error messages call it.

    Raises:
        ValueError: A line that is not a name and a whole number, or none at all.

    >>> list(name_values("Udp6InDatagrams \t27\nUdp6NoPorts \t0\n", "/proc/net/snmp6"))
    [('Udp6InDatagrams', 27), ('Udp6NoPorts', 0)]
    """
    lines = text.splitlines()
    if not lines:
        raise refused(path, 1, text, "a name and a count")
    for number, line in enumerate(lines, start=1):
        found = _LINE.fullmatch(line.rstrip())
        if not found:
            raise refused(path, number, line, "a name and a count")
        yield found[1], int(found[2])
