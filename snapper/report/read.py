"""A comparison read back from a file, so that it can be told again in another format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from snapper.analyze.diff import Diff
from snapper.archive.files import describe, head_of, open_regular, reason
from snapper.errors import UnreadableSnapshot
from snapper.report.json_ import diff_from_json

MOST_BYTES: Final = 2**30
"""Of a document: 100,000 series with their charts are some 120 MB; what is larger would be held in memory in vain."""

_WANTED: Final = "a comparison as `snapper diff BEFORE AFTER --format json` writes it"


def read_diff(path: Path) -> Diff:
    """Read the document `snapper.diff/1` from a file.

    Raises:
        UnreadableSnapshot: There is no such file, it is no comparison, or it is cut off or damaged.
        NewerFormat: It is of a later format.
    """
    with open_regular(path, wanted=_WANTED) as file:
        head = head_of(file)
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableSnapshot(f"{path}: is larger than 1 GiB, which no comparison is; expected {_WANTED}")
    try:
        document = json.loads(content, parse_constant=_refuse)
    except RecursionError:
        raise UnreadableSnapshot(f"{path}: is nested deeper than any comparison; expected {_WANTED}") from None
    except ValueError as error:  # of the parser, of the decoder, of a number with thousands of digits
        if (found := describe(head)) != "looks like JSON":
            raise UnreadableSnapshot(f"{path}: {found}; expected {_WANTED}") from None
        raise UnreadableSnapshot(f"{path}: cut off or damaged: {reason(error)}; use another copy of the file") from None
    try:
        return diff_from_json(document)
    except UnreadableSnapshot as error:
        raise type(error)(f"{path}: {error}") from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
