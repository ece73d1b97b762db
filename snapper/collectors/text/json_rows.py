"""The JSON that tools of iproute2 print with -j: a list of objects, of which all that is taken is checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

_MOST = 2**64
"""No counter or number of the kernel is larger."""


def rows_of(text: str, command: str) -> list[Row]:
    """The objects that a tool printed; empty ones, which some versions print for what they leave out, are passed over.

    Args:
        text: All of its output. Nothing but white space is no object: `ip -j -6 rule` without IPv6.
        command: What error messages call it.

    Raises:
        ValueError: It is not JSON, as where it was cut, or no list of objects.
    """
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{command} printed what is no JSON ({error}): {text[:60]!r}.") from None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError(f"{command} expected a list of objects, read {text[:60]!r}.")
    return [row for row in found if row]


def word(row: Row, key: str) -> str:
    """A string, or a number as one; empty where it is missing.

    Raises:
        ValueError: It is neither.
    """
    value = row.get(key, "")
    if type(value) not in {str, int, float}:
        raise ValueError(f"expected text in {key!r}, read {value!r:.60}.")
    return str(value)


def count(row: Row, key: str) -> int | None:
    """A whole number that the kernel counted; None where it is missing.

    Raises:
        ValueError: It is no whole number from 0 on.
    """
    value = row.get(key)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < _MOST:
        raise ValueError(f"expected a count in {key!r}, read {value!r:.60}.")
    return value


def words(row: Row, key: str) -> list[str]:
    """A list of strings, as of flags; empty where it is missing.

    Raises:
        ValueError: It is no list of strings.
    """
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"expected a list of words in {key!r}, read {value!r:.60}.")
    return value


def as_told(value: Any) -> str:
    """A value as it is written in JSON, without quotes; a list has commas between its items.

    >>> as_told(True), as_told("802.1Q"), as_told([1, 2])
    ('true', '802.1Q', '1,2')
    """
    if isinstance(value, list):
        return ",".join(map(as_told, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
