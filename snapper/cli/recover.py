"""`snapper recover`: make a snapshot of what a recording that was cut off left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.console import out
from snapper.cli.sources import ticks_of
from snapper.units import format_duration

EXAMPLES = "Example: snapper recover .host.parquet.spool"

SPOOL_ENDING = ".spool"


def command(
    spool: Annotated[Path, typer.Argument(readable=False, help="The spool, as `snapper list` or the error named it.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", readable=False, help="The snapshot, instead of beside it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Finish a recording that was killed or ran out of disk; at most its last tick is lost."""
    from snapper.archive.finish import finish  # noqa: PLC0415 - pyarrow is loaded only where snapshots are written

    name = spool.name.removeprefix(".").removesuffix(SPOOL_ENDING)
    target = output or spool.with_name(name if name.endswith(".parquet") else f"{name}.parquet")
    manifest = finish(spool, target, overwrite=force)
    out().print(
        f"{manifest.id}  {target}  ({ticks_of(manifest)} in {format_duration(manifest.duration)})", soft_wrap=True
    )
