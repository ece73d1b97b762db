"""`snapper capture`: record this host into one snapshot file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from snapper.api import capture
from snapper.cli.arguments import duration_option, tags_of
from snapper.cli.console import err, out
from snapper.units import format_duration, format_value

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest

EXAMPLES = (
    "Example: snapper capture pre-deploy\n\n"
    "Example: snapper capture incident-4711 -d 60s --tag service=api -o /tmp/incident.parquet\n\n"
    "Example: snapper capture quick -d 5s --only 'proc.*' --skip proc.pid.fd"
)


def command(
    label: Annotated[str, typer.Argument(help="What to call it, to find it again: pre-deploy.")] = "",
    duration: Annotated[str, typer.Option("-d", "--duration", help="How long: 30s, 2m.")] = "30s",
    interval: Annotated[str, typer.Option("-i", "--interval", help="Time between ticks.")] = "1s",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file, instead of the store.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    tag: Annotated[list[str] | None, typer.Option(help="Keep a fact with it: --tag git=4f2a91c.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Read this source only; a name or pattern.")] = None,
    skip: Annotated[list[str] | None, typer.Option(help="Leave this source out.")] = None,
    root: Annotated[str, typer.Option(help="Read a recorded tree (proc/, sys/, cmd/) instead of this host.")] = "/",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress bar.")] = False,
) -> None:
    """Record this host for a while. Ctrl-C stops early and keeps what was recorded."""
    seconds = duration_option("--duration", duration)
    tick = duration_option("--interval", interval)
    tags = tags_of(tag or [])
    with _progress_bar(seconds, shown=err().is_terminal and not quiet) as progress:
        path, manifest = capture(
            label,
            duration=seconds,
            interval=tick,
            target=output,
            tags=tags,
            only=only or (),
            skip=skip or (),
            root=root,
            overwrite=force,
            progress=progress,
        )
    _say(path, manifest)


@contextmanager
def _progress_bar(seconds: float, *, shown: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr that follows the recorder's ticks."""
    if not shown:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - only on a terminal

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeRemainingColumn(), console=err(), transient=True) as bar:
        task = bar.add_task(f"capturing {format_duration(seconds)}", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total or None)


def _say(path: Path, manifest: Manifest) -> None:
    """Where the snapshot is, what could not be read and why."""
    missed = {source: row for source, row in manifest.coverage.items() if row.status not in {"ok", "skipped"}}
    width = max((len(source) for source in missed), default=0)
    for source, row in sorted(missed.items()):
        err().print(f"  {source:<{width}}  {row.status}: {row.why or 'no reason was given'}")
    masked = sum(row.masked for row in manifest.coverage.values())
    remarks = [
        f"{manifest.ticks} ticks in {format_duration(manifest.duration)}",
        format_value(path.stat().st_size, "bytes"),
        f"{len(manifest.coverage) - len(missed)} of {len(manifest.coverage)} sources read"
        + ("" if not missed else f" ({', '.join(sorted(missed))} not)"),
    ]
    if masked:
        remarks.append(f"{masked} secrets masked")
    if not manifest.complete:
        remarks.append("stopped early, what was recorded is kept")
    out().print(f"{manifest.id}  {path}  ({'; '.join(remarks)})", soft_wrap=True)
