"""`snapper list`: the snapshots in the store, newest first."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.console import err, out, plain_table
from snapper.units import format_duration, format_value

EXAMPLES = "Example: snapper list --host web-7"


def command(
    host: Annotated[str, typer.Option(help="Only snapshots of this host.")] = "",
    store: Annotated[Path | None, typer.Option(help="The folder to look in, instead of the usual one.")] = None,
) -> None:
    """List the snapshots in the store, newest first."""
    from snapper.archive.store import Store  # noqa: PLC0415 - pyarrow is loaded only where snapshots are read

    the_store = Store.usual() if store is None else Store(store)
    entries = the_store.entries()
    table = plain_table("ID", "LABEL", "HOST", "STARTED", "AGE", "LASTS", "SIZE")
    for entry in entries:
        manifest = entry.manifest
        if manifest is None or (host and manifest.host != host):
            continue
        table.add_row(
            manifest.id,
            manifest.label or "–",
            manifest.host,
            time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(manifest.started + manifest.utc_offset)),
            format_duration(time.time() - manifest.started),
            format_duration(manifest.duration) + ("" if manifest.complete else ", cut short"),
            format_value(entry.size, "bytes"),
        )
    if table.row_count:
        out().print(table)
    else:
        err().print(f"no snapshots in {the_store.folder}; take one with: snapper capture LABEL")
    for entry in entries:
        if entry.manifest is None:
            err().print(f"{entry.path.name}: {entry.error}")
