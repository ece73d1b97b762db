"""Whether a recording is still going on: then its spool is no leftover, and must not be taken away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def writer_of(spool: Path, header: dict[str, Any]) -> int | None:
    """The process that holds the spool open, of those that its header names; None if there is none to be seen.

    Of a recorded tree the header names none, for the pids in it are another host's: then any process will do.
    Another user's processes cannot be looked into, and those of another host (a spool on a
    shared disk) are not there: for these it is None, too.
    """
    host = header.get("host")
    pids = host.get("pids") if isinstance(host, dict) else None
    try:
        wanted = spool.stat()
    except OSError:
        return None
    named = pids or [int(each.name) for each in Path("/proc").glob("[0-9]*")]
    return next((pid for pid in named if isinstance(pid, int) and _holds(pid, wanted)), None)


def _holds(pid: int, wanted: os.stat_result) -> bool:
    try:
        descriptors = [*Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:  # it has ended, or is another user's
        return False
    return any(_is_same(descriptor, wanted) for descriptor in descriptors)


def _is_same(descriptor: Path, wanted: os.stat_result) -> bool:
    try:
        found = descriptor.stat()
    except OSError:  # closed in the meantime
        return False
    return os.path.samestat(found, wanted)
