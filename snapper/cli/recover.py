"""`snapper recover`: make snapshots of what recordings that were cut off left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.arguments import store_of
from snapper.cli.console import err, out
from snapper.cli.sources import ticks_of
from snapper.errors import CaptureFailed, SnapperError, UsageError
from snapper.units import format_duration

EXAMPLES = "Example: snapper recover\n\nExample: snapper recover .host.parquet.spool -o host.parquet"


def command(
    where: Annotated[
        Path | None,
        typer.Argument(readable=False, help="A spool, or a folder, in which all are finished; the store without it."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", readable=False, help="The snapshot, instead of beside its spool.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Finish recordings that were killed or ran out of disk; at most the last tick of each is lost."""
    from snapper.archive.leftovers import spools_in, sweep, target_of  # noqa: PLC0415 - only here

    folder = store_of(None).folder if where is None else where
    if where is not None and not where.is_dir():
        _finish(where, output or target_of(where), force=force)
        return
    if output is not None:
        raise UsageError(f"-o {output}: {folder} is a folder and may hold several recordings; name one of them")
    spools = spools_in(folder) if folder.is_dir() else []
    failed = 0
    for spool in spools:
        try:
            _finish(spool, target_of(spool), force=force)
        except SnapperError as error:
            err().print(str(error))
            failed += 1
    swept = sweep(folder)
    if swept:
        err().print(f"{swept} file{'s' * (swept > 1)} that a killed capture left without a name removed")
    if not spools:
        err().print(f"nothing to finish in {folder}")
    if failed:
        raise CaptureFailed(f"{failed} of {len(spools)} recordings could not be finished, as said above")


def _finish(spool: Path, target: Path, *, force: bool) -> None:
    from snapper.archive.finish import finish  # noqa: PLC0415 - pyarrow is loaded only where snapshots are written

    manifest = finish(spool, target, overwrite=force)
    cut = "" if manifest.complete else ", cut short"
    told = f"{ticks_of(manifest)} in {format_duration(manifest.duration)}{cut}"
    out().print(f"{manifest.id}  {target}  ({told})", soft_wrap=True)
