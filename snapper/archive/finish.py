"""From a spool to a snapshot: the recorder's frames become one Parquet file with a manifest.

The spool goes only when the file stands under its final name, so that whatever fails
here can be tried again.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from snapper import __version__
from snapper.archive.coverage import coverage_of
from snapper.archive.manifest import FORMAT, Manifest
from snapper.archive.parquet import write
from snapper.archive.read import TICK
from snapper.archive.running import writer_of
from snapper.archive.spool import Spool, read_spool
from snapper.errors import FINISH, CannotWrite, CaptureFailed, UnreadableSnapshot

CUT = "cut"
"""`Manifest.ended` of a recording that has no end: killed, out of disk, damaged."""
_HOST_FACTS = ("boot_id", "kernel", "machine", "os", "utc_offset", "cpus", "memory", "page_size", "clock_ticks", "uid")
_HOST_EXTRAS = ("capabilities", "container")


def finish(spool: Path, target: Path, *, overwrite: bool = False) -> Manifest:
    """Make a snapshot of a spool, and remove the spool.

    Args:
        spool: What the recorder wrote, whole or cut off anywhere.
        target: The snapshot's name.
        overwrite: Replace a file of that name.

    Returns:
        What the snapshot says of itself: `ended` is "cut" where the recording has no end.

    Raises:
        UnreadableSnapshot: The spool is none, or not even its header is whole; NewerFormat among them.
        CaptureFailed: It holds no tick, or is still being written.
        CannotWrite: The target cannot be written, or is taken. The spool is kept, here as above.
    """
    recorded = read_spool(spool)
    writer = writer_of(spool, recorded.header)
    if writer is not None:
        raise CaptureFailed(f"{spool}: still being recorded; wait for it, or end the recording: kill -INT {writer}")
    manifest = manifest_of(recorded, where=str(spool))
    try:
        if not _is_made(target, manifest):
            write(recorded.rows, manifest, target, overwrite=overwrite)
    except CannotWrite as error:
        raise CannotWrite(f"{error}; what was recorded is kept, finish it with: {FINISH} '{spool}'") from error
    with suppress(OSError):  # the snapshot stands: a spool that cannot be removed is no failure
        spool.unlink()
    return manifest


def _is_made(target: Path, manifest: Manifest) -> bool:
    """Whether the snapshot stands already, whole: who made it was killed before the spool went."""
    if not os.path.lexists(target):
        return False
    from snapper.archive.load import load  # noqa: PLC0415 - after a kill only

    with suppress(UnreadableSnapshot):
        return load(target)[0] == manifest
    return False


def manifest_of(spool: Spool, *, where: str) -> Manifest:
    """Put together what a recording says of itself.

    Args:
        spool: As `read_spool` gave it.
        where: What is being read, as the beginning of a message.

    Raises:
        CaptureFailed: It holds no tick.
        UnreadableSnapshot: Its header lacks a fact that every recorder writes, or has a wrong one.
    """
    ticks = [row.t for row in spool.rows if row.source == TICK]
    if not ticks:
        raise CaptureFailed(
            f"{where}: the recording holds no tick: it ended before its first one, or was damaged since; capture again"
        )
    end = spool.end or {}
    ended = str(end.get("ended", CUT))
    facts = {
        **_header_facts(spool.header, first_tick=ticks[0]),
        "duration": (ticks[-1] - ticks[0]) / 1e9,
        "ticks": len(ticks),
        "complete": ended == "done",
        "ended": ended,
        "pids": sorted(_pids(spool.header["host"].get("pids")) | _pids(end.get("pids"))),
        "cost": end.get("cost", {}),
        "coverage": coverage_of(spool),
    }
    return Manifest.from_json(facts, where=f"{where}: its header")


def _header_facts(header: dict[str, Any], *, first_tick: int) -> dict[str, Any]:
    """What the header holds, under the manifest's names; a fact that it lacks is left out."""
    plan, host = header["plan"], header["host"]
    given = plan["meta"] if isinstance(plan.get("meta"), dict) else {}
    facts = {
        "format": FORMAT,
        "snapper": given.get("snapper", __version__),
        "id": given.get("id", secrets.token_hex(6)),
        "label": given.get("label", ""),
        "tags": given.get("tags", {}),
        "host": host.get("hostname"),
        "interval": plan.get("interval"),
        "boottime": first_tick,
        "started": _wall_clock(host, first_tick),
        **{name: host.get(name) for name in _HOST_FACTS},
        **{name: host.get(name, "") for name in _HOST_EXTRAS},
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _wall_clock(host: dict[str, Any], first_tick: int) -> float | None:
    """The wall clock at the first tick: the header was written before what is read ahead of it."""
    started, boottime = host.get("started"), host.get("boottime")
    if not isinstance(started, int | float) or not isinstance(boottime, int):
        return None
    return started + (first_tick - boottime) / 1e9


def _pids(found: object) -> set[int]:
    return {pid for pid in found if isinstance(pid, int)} if isinstance(found, list) else set()
