"""Two long values of one setting, cut where they differ, so that the eye need not search a kernel command line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

Segments = tuple[tuple[str, bool], ...]
"""A value in pieces: (text, whether the other side has it otherwise)."""

WORDS_LIMIT: Final = 400
"""Words a value may have to be compared: matching takes the square of them."""

_WORD: Final = re.compile(r"[^\s,:;]+|[\s,:;]+")


def marked(before: str, after: str) -> tuple[Segments, Segments]:
    """Both values in pieces, those that differ marked.

    Values with nothing in common are one piece each, unmarked: all of it differs, and that is plain to see.

    >>> marked("ro quiet mitigations=off", "ro quiet mitigations=auto")[1]
    (('ro quiet ', False), ('mitigations=auto', True))
    >>> marked("10", "3")
    ((('10', False),), (('3', False),))
    """
    left, right = _WORD.findall(before), _WORD.findall(after)
    if max(len(left), len(right)) > WORDS_LIMIT:
        return ((before, False),), ((after, False),)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    if not any(tag == "equal" and any(map(str.strip, left[a:b])) for tag, a, b, _, _ in blocks):
        return ((before, False),), ((after, False),)
    return (
        _merged((left[a:b], tag != "equal") for tag, a, b, _, _ in blocks),
        _merged((right[a:b], tag != "equal") for tag, _, _, a, b in blocks),
    )


def _merged(pieces: Iterable[tuple[list[str], bool]]) -> Segments:
    """The pieces with text in them; blanks behind a marked one are not part of it."""
    merged: list[tuple[str, bool]] = []
    for words, differs in pieces:
        text = "".join(words)
        kept = text.rstrip() if differs else text
        merged += [(kept, differs), (text[len(kept) :], False)]
    return tuple((text, differs) for text, differs in merged if text)
