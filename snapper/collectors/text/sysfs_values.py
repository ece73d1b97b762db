"""Files that hold one value each, as those of sysfs do: the number, or a refusal that says where and what was read."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,20}")
_SIGNED = re.compile(r"-?[0-9]{1,20}")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,16}")


def whole(text: str, path: str) -> int:
    r"""The whole number that is all of a file.

    Raises:
        ValueError: It holds anything else, or nothing.

    >>> whole("1562\n", "/sys/fs/ext4/sda1/errors_count")
    1562
    """
    value = text.strip()
    if not _WHOLE.fullmatch(value):
        raise ValueError(f"{path} expected a whole number, read {text[:60]!r}.")
    return int(value)


def signed(text: str, path: str) -> int:
    """The same, of a number that may be below zero.

    Raises:
        ValueError: It holds anything else, or nothing.
    """
    value = text.strip()
    if not _SIGNED.fullmatch(value):
        raise ValueError(f"{path} expected a whole number, read {text[:60]!r}.")
    return int(value)


def hexadecimal(text: str, path: str) -> int:
    r"""The number that is all of a file, as the kernel writes it with %#x or 0x%llx.

    Raises:
        ValueError: It holds anything else, or nothing.

    >>> hexadecimal("0x1f\n", "/sys/block/sda/device/ioerr_cnt")
    31
    """
    value = text.strip()
    if not _HEXADECIMAL.fullmatch(value):
        raise ValueError(f"{path} expected a number as 0x1f, read {text[:60]!r}.")
    return int(value, base=16)


def words(text: str) -> str:
    r"""A file's words with single blanks between them, for a fact.

    >>> words("ST4000NM0035-1V4 \n")
    'ST4000NM0035-1V4'
    """
    return " ".join(text.split())
