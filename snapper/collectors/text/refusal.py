"""The sentence with which a parser refuses a line that is not its source's own."""

from __future__ import annotations


def refused(path: str, line: int, read: str, expected: str) -> ValueError:
    """Say where, what was expected and what stood there; to be raised.

    Args:
        path: Of the file, as its reader knows it.
        line: From 1.
        read: What stands there; its first 80 characters are quoted.
        expected: A noun phrase.

    >>> str(refused("/proc/vmstat", 3, "nr_dirty -", "a name and a whole number"))
    "/proc/vmstat:3 expected a name and a whole number, read 'nr_dirty -'."
    """
    return ValueError(f"{path}:{line} expected {expected}, read {read[:80]!r}.")
