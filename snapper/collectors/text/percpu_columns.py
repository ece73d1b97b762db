"""The form of the files in /proc/net/stat: a line of names, then a line of hexadecimal counts for each possible CPU.

    entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop ...
    00000c21 00000000 0003f2a1 00000000 00000010 00000000 00000000 00000000 00000000 00000002 0000000a 00000001 ...
    00000c21 00000000 0001c3b0 00000000 00000004 00000000 00000000 00000000 00000000 00000000 00000010 00000000 ...

The first column, `entries`, is the same in each line, for the table belongs to all CPUs; the others add up. Their
counters have 32 or 64 bits and wrap, which shows as a counter that fell. Columns came and went with the kernel, so
they are found by name.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.text.refusal import refused

SHARED: Final = "entries"
"""The column that is not a CPU's own."""
_NAMES: Final = re.compile(r"entries(?:[ \t]+[a-z_]+)+")
_COUNTS: Final = re.compile(r"[0-9a-f]{8,16}(?:[ \t]+[0-9a-f]{8,16})+")


def column_sums(text: str, path: str) -> dict[str, int]:
    r"""Add the columns up over the CPUs, but the shared one.

    Args:
        text: The whole file.
        path: What error messages call it.

    Raises:
        ValueError: No line of names, no line of counts, or one that has not as many counts as there are names.

    >>> column_sums("entries drop\n0000000c 00000001\n0000000c 0000000a\n", "/proc/net/stat/nf_conntrack")
    {'entries': 12, 'drop': 11}
    """
    lines = text.splitlines()
    if len(lines) < 2 or not _NAMES.fullmatch(lines[0].strip()):
        raise refused(path, 1, lines[0] if lines else "", "names of columns, 'entries ...', and a line for each CPU")
    names = lines[0].split()
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not _COUNTS.fullmatch(line.strip()) or len(line.split()) != len(names):
            raise refused(path, number, line, f"{len(names)} hexadecimal counts, one for each name")
        rows.append([int(word, 16) for word in line.split()])
    return {
        name: max(column) if name == SHARED else sum(column)
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
