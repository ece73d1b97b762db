"""`snapper doctor`: what can be captured on this host, what not, why, and what would make it possible."""

from __future__ import annotations

import tempfile
from pathlib import Path

from snapper.api import capture
from snapper.cli.console import err, out, plain_table
from snapper.collectors import all_collectors
from snapper.units import format_value

EXAMPLES = "Example: sudo snapper doctor"

READ = {"ok": "yes", "partial": "in part"}


def command() -> None:
    """Try every source once, for a second, and say how it went."""
    with tempfile.TemporaryDirectory(prefix="snapper-doctor-") as folder:
        err().print("trying every source once...")
        _, manifest = capture("doctor", duration=1.0, interval=1.0, target=Path(folder) / "doctor.parquet")
    table = plain_table("SOURCE", "READ", "COST", "WHY, AND WHAT WOULD HELP")
    lacking = 0
    for name, collector in all_collectors().items():
        row = manifest.coverage[name]
        advice = ""
        if row.status != "ok":
            lacking += 1
            advice = "; ".join(filter(None, (row.why.rstrip("."), collector.needs)))
        cost = format_value(row.took / max(1, manifest.ticks), "seconds")
        table.add_row(name, READ.get(row.status, f"no: {row.status}"), cost, advice or row.version)
    out().print(table)
    total = len(all_collectors())
    out().print(f"\n{total - lacking} of {total} sources can be read in full here" + _privilege(manifest.uid))


def _privilege(uid: int) -> str:
    return "." if uid == 0 else "; as root, other users' processes show their I/O, files and memory maps too."
