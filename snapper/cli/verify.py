"""`snapper verify`: prove that snapshots are as they were written, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.arguments import StoreFolder, selected
from snapper.cli.console import err, out
from snapper.errors import SnapperError, UnreadableSnapshot
from snapper.report.visible import visible

EXAMPLES = "Example: snapper verify latest"


def command(
    snapshots: Annotated[list[str], typer.Argument(help="Each a path, label, id prefix, latest, latest~1, or an age.")],
    store: StoreFolder = None,
) -> None:
    """Check every byte of a snapshot against its seal; what is damaged is named."""
    broken = 0
    for selector in snapshots:
        try:
            selection = selected(selector, store)
            if selection.said:
                err().print(selection.said)
            out().print(_proved(selection.path), soft_wrap=True)
        except SnapperError as error:
            if len(snapshots) == 1:
                raise
            err().print(str(error))
            broken += 1
    if broken:
        verb = "is" if broken == 1 else "are"
        raise UnreadableSnapshot(f"{broken} of {len(snapshots)} snapshots {verb} not whole; use other copies of them")


def _proved(path: Path) -> str:
    from snapper.archive.archive import open_archive  # noqa: PLC0415 - pyarrow is loaded only where snapshots are read

    archive = open_archive(path)
    return visible(
        f"{path}: whole, {archive.table.num_rows:,} reads of {len(archive.sources())} sources"
        f"{'' if archive.manifest.complete else ', cut short when it was recorded'}; SHA-256 {archive.sha256}"
    )
