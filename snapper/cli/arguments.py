"""What commands share in reading their arguments: durations, tags, selectors."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from snapper.errors import UsageError
from snapper.units import parse_duration

if TYPE_CHECKING:
    from snapper.archive.select import Selection


def duration_option(name: str, text: str) -> float:
    """Seconds of a duration option.

    Raises:
        UsageError: It is no duration, or not above zero.
    """
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


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


def selected(selector: str, store: Path | None) -> Selection:
    """The snapshot that a selector names: a path, a label, an id prefix, latest~1, an age."""
    from snapper.archive.select import select  # noqa: PLC0415 - pyarrow is loaded only where snapshots are read
    from snapper.archive.store import Store  # noqa: PLC0415

    return select(selector, Store.usual() if store is None else Store(store), now=time.time())
