"""What captures that were killed left in a folder: recordings to finish, and files that never got their name."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from snapper.archive.files import reason
from snapper.archive.place import LEFTOVER
from snapper.archive.store import SPOOL_SUFFIX, SUFFIX
from snapper.errors import UnreadableSnapshot

ABANDONED: Final = 600.0
"""Seconds after which nobody writes to a file any more that has no name yet: the longest finishing takes one minute."""


def spools_in(folder: Path) -> list[Path]:
    """Every recording in a folder, by name, those that are still going on among them.

    Raises:
        UnreadableSnapshot: The folder cannot be read.
    """
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SPOOL_SUFFIX)
    except OSError as error:
        raise UnreadableSnapshot(f"{folder}: cannot be searched for recordings: {reason(error)}") from error


def target_of(spool: Path) -> Path:
    """Where the snapshot of a recording goes: the name that the capture was to have.

    >>> str(target_of(Path("store/.host.parquet.spool"))), str(target_of(Path("sent.spool")))
    ('store/host.parquet', 'sent.parquet')
    """
    name = spool.name.removeprefix(".").removesuffix(SPOOL_SUFFIX)
    return spool.with_name(name if name.endswith(SUFFIX) else f"{name}{SUFFIX}")


def sweep(folder: Path) -> int:
    """Remove files that never got their name and that nobody writes to any more; how many there were."""
    swept = 0
    for path in folder.glob(LEFTOVER):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > ABANDONED:
                path.unlink()
                swept += 1
    return swept
