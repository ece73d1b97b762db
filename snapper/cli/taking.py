"""What `snapper capture` does once its arguments are known.

The observed host pays for all that is imported here until the recorder runs: no Typer, no Rich, no collectors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from snapper.api import capture
from snapper.cli.values import duration_option, share_option, tags_of

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest
    from snapper.record.local import Progress


def take(
    label: str = "",
    *,
    duration: str = "30s",
    interval: str = "1s",
    output: str | Path | None = None,
    force: bool = False,
    tag: Sequence[str] = (),
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    asked: Mapping[str, str] | None = None,
    root: str = "/",
    max_cpu: str = "",
    quiet: bool = False,
) -> None:
    """Capture, with everything as the user typed it, and say how it went."""
    seconds = duration_option("--duration", duration)
    tick = duration_option("--interval", interval)
    share = share_option("--max-cpu", max_cpu) if max_cpu else None
    tags = tags_of(tag)
    with _progress(seconds, shown=sys.stderr.isatty() and not quiet) as progress:
        path, manifest = capture(
            label,
            duration=seconds,
            interval=tick,
            target=None if output is None else Path(output),
            tags=tags,
            only=only,
            skip=skip,
            asked=asked,
            root=root,
            max_cpu=share,
            overwrite=force,
            progress=progress,
            nice=True,
        )
    _say(path, manifest, root)


@contextmanager
def _progress(seconds: float, *, shown: bool) -> Iterator[Progress | None]:
    """A progress bar that is imported when there is progress, for by then the recorder is at work."""
    if not shown:
        yield None
        return
    with ExitStack() as stack:
        bars: list[Progress] = []

        def follow(what: str, done: int, total: int) -> None:
            if not bars:
                from snapper.cli.bar import progress_bar  # noqa: PLC0415 - see above

                bars.append(stack.enter_context(progress_bar(seconds)))
            bars[0](what, done, total)

        yield follow


def _say(path: Path, manifest: Manifest, root: str) -> None:
    """Where the snapshot is, what could not be read and why."""
    from snapper.cli.console import err, out  # noqa: PLC0415 - after the last sample
    from snapper.cli.sources import NOT_MISSED, remarks, ticks_of  # noqa: PLC0415 - same
    from snapper.units import format_duration, format_value  # noqa: PLC0415 - same

    for line in remarks(manifest, root=root, path=path):
        err().print(f"  {line}")
    stretched = manifest.cost.get("stretched", 1)
    if stretched > 1:
        err().print(
            f"  up to {format_duration(stretched * manifest.interval)} lie between two ticks, "
            "to keep within the budget of CPU time; --max-cpu sets it"
        )
    in_full = sum(row.status in NOT_MISSED for row in manifest.coverage.values())
    masked = sum(row.masked for row in manifest.coverage.values())
    told = [
        f"{ticks_of(manifest)} in {format_duration(manifest.duration)}",
        format_value(path.stat().st_size, "bytes"),
        f"{in_full} of {len(manifest.coverage)} sources read in full",
    ]
    if masked:
        told.append(f"{masked} secrets masked")
    if not manifest.complete:
        told.append("stopped early, what was recorded is kept")
    out().print(f"{manifest.id}  {path}  ({'; '.join(told)})", soft_wrap=True)
