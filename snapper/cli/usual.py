"""The usual arguments of `snapper capture`, read without Typer, which takes longer to load than the recorder to start.

Whatever is not plainly one of these (a wrong argument, `-d30s`, `--help`, a value that begins with a dash) is left to
Typer, whose reading is the one that counts; the tests hold both to the same result.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

COMMAND: Final = "capture"
VALUES: Final = {
    "-d": "duration", "--duration": "duration", "-i": "interval", "--interval": "interval", "-o": "output",
    "--output": "output", "--root": "root", "--max-cpu": "max_cpu",
}  # fmt: skip
LISTS: Final = {"--tag": "tag", "--only": "only", "--skip": "skip"}
FLAGS: Final = {"--force": "force", "-q": "quiet", "--quiet": "quiet"}


def usual(argv: Sequence[str]) -> dict[str, Any] | None:
    """The arguments of `snapper.cli.taking.take`; None where Typer has to read them.

    >>> usual(["capture", "pre-deploy", "-d", "60s", "--tag", "a=1", "--tag", "b=2", "-q"])
    {'label': 'pre-deploy', 'duration': '60s', 'tag': ['a=1', 'b=2'], 'quiet': True}
    >>> usual(["capture", "--help"]), usual(["list"]), usual(["capture", "-d30s"]), usual(["capture", "a", "b"])
    (None, None, None, None)
    """
    if list(argv[:1]) != [COMMAND] or any(name.endswith("_COMPLETE") for name in os.environ):
        return None
    found: dict[str, Any] = {}
    words = iter(argv[1:])
    for word in words:
        name, equals, value = word.partition("=")
        if word in FLAGS:
            found[FLAGS[word]] = True
        elif word in VALUES or word in LISTS or (equals and name.startswith("--") and name in {*VALUES, *LISTS}):
            value = value if equals else next(words, "")
            if not value or value.startswith("-"):
                return None
            if name in LISTS:
                found.setdefault(LISTS[name], []).append(value)
            else:
                found[VALUES[name]] = value
        elif word and not word.startswith("-") and "label" not in found:
            found["label"] = word
        else:
            return None
    return found
