"""Two recorded moments of another machine, played as one capture: its first tick and its last.

Each moment is read by the recorder itself, out of its tree; what it read is stamped anew, with as much
time between the ticks as there was between the moments, and goes the way of every capture from there on.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from snapper.analyze.snapshot import Snapshot
from snapper.api import load
from snapper.archive.finish import finish
from snapper.archive.read import PIDS, TICK, Read
from snapper.collectors import all_collectors
from snapper.record.local import record
from snapper.record.plan import plan_of
from tests.archive.spools import BOOTTIME, END, SECOND, spool
from tests.record.decode import Record, Spool, decode

PAIRS = {
    "aperf/m6g-5s": 5.0,
    "aperf/m6g-52s": 52.15,
    "collectl/debian-i686-rt-1s": 1.0,
    "collectl/debian-i686-rt-30s": 30.0,
    "collectl/fedora15-10s": 10.0,
    "collectl/fedora15-dynamic-instances": 10.0,
    "sysstat/roots-1-2": 31.17,
    "sysstat/roots-2-3": 31.24,
}
"""Seconds between the two moments, by their /proc/uptime or as the corpus tells them."""


@cache
def pair(corpus: Path, name: str) -> Snapshot:
    """One of the corpus's pairs."""
    with TemporaryDirectory() as folder:
        snapshot = played(corpus / name / "before", corpus / name / "after", PAIRS[name], Path(folder))
        snapshot.table  # noqa: B018 - tabulated while the file is there
    return snapshot


def mean(snapshot: Snapshot, metric: str, instance: str = "") -> float:
    """The one rate or level of a series over the window; NaN where it is not known.

    Raises:
        KeyError: There is no such series.
    """
    table = snapshot.table
    for row, (one, of) in enumerate(zip(table.metrics, table.instances, strict=True)):
        if (one.name, of) == (metric, instance):
            return float(table.mean[row])
    raise KeyError(f"{metric}[{instance}]")


def played(before: Path, after: Path, seconds: float, folder: Path) -> Snapshot:
    """A snapshot of two ticks, `seconds` apart, that holds what the trees hold."""
    sides = [_recorded(tree, folder / f"{number}.spool") for number, tree in enumerate((before, after))]
    begins = [BOOTTIME, BOOTTIME + round(seconds * SECOND)]
    pieces = [_moment(side, begin) for side, begin in zip(sides, begins, strict=True)]
    path = folder / "played.spool"
    path.write_bytes(spool(pieces, about=_about(sides[0], pieces, seconds), end=END | {"ticks": 2, "pids": []}))
    finish(path, folder / "played.parquet")
    return load(folder / "played.parquet")


def _recorded(tree: Path, path: Path) -> Spool:
    reads = [(one.name, one.read) for one in all_collectors().values() if not one.opt_in]
    record(plan_of(reads, interval=0.05, duration=0.05, root=str(tree), meta={"id": "0" * 12}), path)
    told = decode(path.read_bytes())
    assert told is not None
    assert told.end is not None
    return told


def _moment(told: Spool, begin: int) -> list[Read]:
    """Each key's first read, as of that tick; the moment stood still, so that there are no others."""
    first: dict[tuple[str, str], Record] = {}
    for one in told.records:
        first.setdefault((one.source, one.key), one)
    pids = [one for one in first.values() if one.source == PIDS]
    rest = [one for one in first.values() if one.source not in {PIDS, TICK}]
    tick = Read(TICK, "", begin, 1, "ok", b"")
    return [tick, *(_read(one, begin + 1000) for one in (*pids, *rest))]


def _read(one: Record, t: int) -> Read:
    return Read(one.source, one.key, t, one.took, one.status, one.content, one.stderr, one.exit_code)


def _about(told: Spool, pieces: list[list[Read]], seconds: float) -> dict[str, Any]:
    plan = told.head["plan"] | {"ticks": 2, "interval": seconds}
    host = told.head["host"] | {"boottime": BOOTTIME, "pids": [], "clock_ticks": 100, "page_size": 4096}
    sources = sorted({read.source for piece in pieces for read in piece})
    return told.head | {"plan": plan, "host": host, "sources": sources}
