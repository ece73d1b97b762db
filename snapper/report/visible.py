"""Text from an observed host, made safe to look at: what is invisible or steers a display is written out.

A program may call itself anything. An escape byte would reach the terminal of whoever
reads the report, a right-to-left override would turn a name around, NUL would cut it off;
each is shown as the escape a programmer would type, so that names stay distinct.
"""

from __future__ import annotations

import re
from typing import Final

NAME_LIMIT: Final = 240
"""Characters of a name that are shown. The kernel's own names stay below; a command line may have thousands."""

TEXT_LIMIT: Final = 1200
"""Characters of a sentence, or of a setting's value, that are shown."""

_CONTROLS: Final = r"\x00-\x1f\x7f-\x9f"
# Soft hyphen, joiners, marks and overrides of direction, separators, byte order mark, tags; then what is no
# character at all: half of a surrogate pair.
_FORMATS: Final = "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
UNSEEN: Final = re.compile(f"[{_CONTROLS}{_FORMATS}\ud800-\udfff]")
"""What is not shown as it is."""


def visible(text: str) -> str:
    r"""Write out what cannot be seen: controls, marks of direction, lone surrogates.

    >>> visible("nginx: worker")
    'nginx: worker'
    >>> print(visible("a\x1b[31mb\n\u202ec\x00"))
    a\x1b[31mb\n\u202ec\x00
    """
    return UNSEEN.sub(_escaped, text)


def shortened(text: str, limit: int = NAME_LIMIT) -> str:
    """The text if it fits, else its two ends: what tells long names apart stands often at the end.

    >>> shortened("abcdefghij", limit=7), shortened("abc", limit=7)
    ('abc…hij', 'abc')
    """
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[-tail:]}"


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
