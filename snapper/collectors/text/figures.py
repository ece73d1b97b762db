"""Numbers with a fraction as tools print them, and nothing else that Python would take for one: no "1e9", no "nan"."""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 2**64 - 1
"""No count of the kernel is larger; one that is would not fit a float either."""
_LONGEST: Final = 20
"""Digits of that."""
_DECIMAL: Final = re.compile(rf"[+-]?[0-9]{{1,{_LONGEST}}}(?:\.[0-9]{{1,{_LONGEST}}})?")


def decimal(text: str, where: str) -> float:
    """Read a number with or without a fraction.

    Args:
        text: The number and at most white space around it.
        where: The file or the field, for the error.

    Raises:
        ValueError: Not a number, or one with an exponent, or infinite.

    >>> decimal("-5.224", "offset")
    -5.224
    """
    if not _DECIMAL.fullmatch(text.strip()):
        raise ValueError(f"{where} expected a number, read {text[:60]!r}.")
    return float(text)
