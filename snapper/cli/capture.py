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
from snapper.cli.sources import NOT_MISSED, remarks, ticks_of
from snapper.units import format_duration, format_value

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest

EXAMPLES = (
    "Example: snapper capture pre-deploy\n\n"
    "Example: snapper capture incident-4711 -d 60s --tag service=api -o /tmp/incident.parquet\n\n"
    "Example: snapper capture quick -d 5s --only 'proc.*' --skip proc.pid.fd\n\n"
    "Example: snapper capture slow-db -d 60s --tools --ping 127.0.0.1"
)


def command(
    label: Annotated[str, typer.Argument(help="What to call it, to find it again: pre-deploy.")] = "",
    duration: Annotated[str, typer.Option("-d", "--duration", help="How long: 30s, 2m.")] = "30s",
    interval: Annotated[str, typer.Option("-i", "--interval", help="Time between ticks.")] = "1s",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", readable=False, help="The file, instead of the store.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    tag: Annotated[list[str] | None, typer.Option(help="Keep a fact with it: --tag git=4f2a91c.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Read this source only; a name or pattern.")] = None,
    skip: Annotated[list[str] | None, typer.Option(help="Leave this source out.")] = None,
    tools: Annotated[
        bool, typer.Option("--tools", help="Run pidstat, ps and others too: dear, and /proc says the same.")
    ] = False,
    ping: Annotated[str, typer.Option(metavar="HOST", help="Measure the round trip to this host along the way.")] = "",
    trace: Annotated[str, typer.Option(metavar="HOST", help="Record the path to this host.")] = "",
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
            asked={
                option: host for option, host in (("tools", "yes" * tools), ("ping", ping), ("trace", trace)) if host
            },
            root=root,
            overwrite=force,
            progress=progress,
        )
    _say(path, manifest, root)


@contextmanager
def _progress_bar(seconds: float, *, shown: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr that follows the recorder's ticks."""
    if not shown:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - only on a terminal

    capturing = f"capturing {format_duration(seconds)}"
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
    with Progress(*columns, TimeRemainingColumn(), console=err(), transient=True) as bar:
        task = bar.add_task(capturing, total=None, count="")

        def follow(what: str, done: int, total: int) -> None:
            if total:
                bar.update(task, description=capturing, completed=done, total=total, count=f"{done}/{total}")
            else:
                bar.update(task, description=what, count="")

        yield follow


def _say(path: Path, manifest: Manifest, root: str) -> None:
    """Where the snapshot is, what could not be read and why."""
    for line in remarks(manifest, root=root, path=path):
        err().print(f"  {line}")
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
