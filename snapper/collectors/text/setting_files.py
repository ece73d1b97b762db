"""Files of /sys that hold one setting each: a word, a number, or words of which the chosen one is in brackets."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = r"[^\s\[\]]+"
_CHOICE: Final = re.compile(rf"(?:{_WORD} )*\[({_WORD})\](?: {_WORD})*")
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}")


def setting(text: str, path: str) -> str:
    r"""The setting that a file holds; empty where the file is.

    Args:
        text: The whole file.
        path: What error messages call it.

    Raises:
        ValueError: Several lines, or brackets around none or several words.

    >>> setting("none [scan-time]\n", "/sys/kernel/mm/ksm/advisor_mode"), setting("true\n", "x"), setting("0\n", "x")
    ('scan-time', 'true', '0')
    """
    value = text.strip()
    choice = _CHOICE.fullmatch(value)
    if choice:
        return choice[1]
    if "\n" in value or "[" in value or not value.isprintable():
        raise ValueError(f"{path} should be one setting, or words of which one is in brackets, and is {value[:80]!r}.")
    return value


def number(text: str, path: str) -> int:
    r"""The whole number that a file holds.

    Raises:
        ValueError: Anything else.

    >>> number("-4096\n", "/sys/kernel/mm/ksm/general_profit")
    -4096
    """
    value = text.strip()
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"{path} should be a whole number, and is {value[:80]!r}.")
    return int(value)
