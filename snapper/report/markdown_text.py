"""Text that stands in Markdown as it is, whatever it holds: a program may be named `| [x](y)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from snapper.report.visible import shortened, visible
from snapper.units import UNKNOWN

NAME_LIMIT: Final = 64
PROSE_LIMIT: Final = 500

_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>#~!&$]")
_BULLET: Final = re.compile(r"^(\s*\d*)([-+.)])(?=\s|$)")
_TICKS: Final = re.compile("`+")


def prose(text: str) -> str:
    r"""A sentence, with all that Markdown or HTML would take for its own escaped.

    >>> print(prose("a_b <i>*c*</i>"))
    a\_b \<i\>\*c\*\</i\>
    """
    escaped = _SPECIAL.sub(lambda match: "\\" + match[0], shortened(visible(text), PROSE_LIMIT))
    return _BULLET.sub(r"\1\\\2", escaped)


def code(text: str, limit: int = NAME_LIMIT) -> str:
    """A code span that holds the text whatever it holds.

    >>> code("nginx"), code("a`b"), code("")
    ('`nginx`', '``a`b``', '–')
    """
    shown = shortened(visible(text), limit)
    if not shown.strip():
        return UNKNOWN
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(shown)), default=0))
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int) -> Iterator[str]:
    """The lines of a table, and how many rows are left out of it."""
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        # Of a table's pipes a backslash makes text everywhere, even in a code span, where nothing else escapes.
        cells = [cell.strip().replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""
    if left > 0:
        yield from (f"and {left:,} more, in the full report", "")
