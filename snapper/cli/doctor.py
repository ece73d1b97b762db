"""`snapper doctor`: what can be captured on this host, what not, why, and what would make it possible."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from snapper.api import capture
from snapper.cli.console import err, out, plain_table, print_table
from snapper.cli.sources import NOT_MISSED, why
from snapper.collectors import all_collectors
from snapper.errors import CannotWrite, Interrupted
from snapper.record.plan import Cadence
from snapper.units import format_value

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest

EXAMPLES = "Example: sudo snapper doctor"

READ = {"ok": "yes", "partial": "in part"}


def command() -> None:
    """Try every source once, for a second, and say how it went."""
    err().print("trying every source once...")
    manifest = _trial()
    table = plain_table("SOURCE", "READ", "COST", "WHY, AND WHAT WOULD HELP")
    for name, row in sorted(manifest.coverage.items()):
        read = READ.get(row.status, f"no: {row.status}")
        along = row.status in READ and _runs_along(name)
        cost = "runs along" if along else format_value(row.took / max(1, manifest.ticks), "seconds")
        table.add_row(name, read, cost, why(name, row))
    for name, collector in all_collectors().items():
        if name not in manifest.coverage:
            host = "" if collector.opt_in in {"tools", "profile"} else " HOST"
            table.add_row(name, "not asked", "–", f"{collector.adds}: snapper capture --{collector.opt_in}{host}")
    print_table(table)
    in_full = sum(row.status in NOT_MISSED for row in manifest.coverage.values())
    out().print(f"\n{in_full} of {len(manifest.coverage)} sources can be read in full here" + _privilege(manifest.uid))


def _runs_along(source: str) -> bool:
    """Whether it takes as long as the window, which says nothing of its cost."""
    collector = all_collectors().get(source)
    return collector is not None and collector.read.cadence is Cadence.WINDOW


def _trial() -> Manifest:
    """A capture of a second that is thrown away."""
    try:
        with tempfile.TemporaryDirectory(prefix="snapper-doctor-") as folder:
            _, manifest = capture("doctor", duration=1.0, interval=1.0, target=Path(folder) / "doctor.parquet")
    except (OSError, CannotWrite) as error:
        said = error.strerror if isinstance(error, OSError) else str(error).partition(";")[0]
        raise CannotWrite(f"no room for a trial capture: {said}; name another folder in $TMPDIR") from error
    except Interrupted:
        raise KeyboardInterrupt from None  # there is nothing to keep
    if manifest.ended == "interrupted":
        raise KeyboardInterrupt
    return manifest


def _privilege(uid: int) -> str:
    return "." if uid == 0 else "; as root, other users' processes show their I/O, files and memory maps too."
