"""Files that say something only together, read as one text (`Files(joined=True)`), each line with its path before it.

A parser sees one text. Where a figure needs several files (an idle state's name and its time, a sensor and its
label, a sum over all CPUs), the recorder joins them:

    /sys/devices/system/cpu/cpu0/cpuidle/state1/name:C1
    /sys/devices/system/cpu/cpu0/cpuidle/state1/time:868353733

Paths read so have no colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def lines_of(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    r"""Yield the match and the line of every path that ends in the pattern, and pass over the others.

    Raises:
        ValueError: A line that is not a path, a colon and what the file says, or a last one that was cut off.

    >>> text = "/sys/class/hwmon/hwmon0/name:k10temp\n/sys/class/hwmon/hwmon0/temp1_input:36875\n"
    >>> [(match[1], line) for match, line in lines_of(text, re.compile("/(temp[0-9]+)_input"))]
    [('temp1', '36875')]
    """
    ending = re.compile(rf"(?:{pattern.pattern})\Z")
    if text and not text.endswith("\n"):
        raise ValueError(f"the last of joined lines should be whole, and is {text.rpartition(chr(10))[2][:80]!r}.")
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        path, colon, said = line.partition(":")
        if not colon or not path.startswith("/"):
            raise ValueError(f"joined:{number} expected a path, a colon and a file's line, read {line[:80]!r}.")
        if match := ending.search(path):
            yield match, said
