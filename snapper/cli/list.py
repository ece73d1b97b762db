"""`snapper list`: the snapshots in the store, newest first."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from snapper.cli.arguments import StoreFolder, store_of
from snapper.cli.console import err, plain_table, print_table
from snapper.units import format_duration, format_value

EXAMPLES = "Example: snapper list --host web-7"


def command(
    host: Annotated[str, typer.Option(help="Only snapshots of this host.")] = "",
    store: StoreFolder = None,
) -> None:
    """List the snapshots in the store, newest first."""
    the_store = store_of(store)
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
        print_table(table)
    else:
        of_host = f" of host {host!r}" if host else ""
        err().print(f"no snapshots{of_host} in {the_store.folder}; take one with: snapper capture LABEL")
    for entry in entries:
        if entry.manifest is None:
            err().print(f"{entry.path.name}: {entry.error}")
