"""Values of options as people type them: durations, shares of a CPU, tags. Nothing heavy is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from snapper.errors import UsageError
from snapper.units import parse_duration


def duration_option(name: str, text: str) -> float:
    """Seconds of a duration option.

    Raises:
        UsageError: It is no duration, or not above zero.
    """
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


def share_option(name: str, text: str) -> float:
    """The share that a percentage means, 0 to 1; 100 % is no limit, which is 0.

    Raises:
        UsageError: It is no percentage above 0 and up to 100.

    >>> share_option("--max-cpu", "2%"), share_option("--max-cpu", "0.5 %"), share_option("--max-cpu", "100%")
    (0.02, 0.005, 0.0)
    """
    figure = re.fullmatch(r"(\d{1,3}(?:\.\d{1,9})?) ?%?", text.strip())
    share = float(figure[1]) / 100 if figure else 0.0
    if not 0 < share <= 1:
        raise UsageError(f"{name}: {text!r} is no share of a CPU; write it like 2%, above 0 and up to 100%")
    return share if share < 1 else 0.0


def tags_of(texts: Iterable[str]) -> dict[str, str]:
    """Tags as given with --tag.

    Raises:
        UsageError: One is not of the form name=value.

    >>> tags_of(["git=4f2a91c", "note=a=b"])
    {'git': '4f2a91c', 'note': 'a=b'}
    """
    tags: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UsageError(f"--tag {text!r}: write it as name=value, e.g. --tag git=4f2a91c")
        tags[name] = value
    return tags
