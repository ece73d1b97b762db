"""`snapper capture`: record this host into one snapshot file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.taking import take

EXAMPLES = (
    "Example: snapper capture pre-deploy\n\n"
    "Example: snapper capture incident-4711 -d 60s --tag service=api -o /tmp/incident.parquet\n\n"
    "Example: snapper capture quick -d 5s --only 'proc.*' --skip proc.pid.fd\n\n"
    "Example: snapper capture slow-db -d 60s --tools --ping 127.0.0.1\n\n"
    "Example: snapper capture after-deploy -d 60s --profile"
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
    profile: Annotated[
        bool, typer.Option("--profile", help="Sample with perf, 49 times a second, which functions run.")
    ] = False,
    ping: Annotated[str, typer.Option(metavar="HOST", help="Measure the round trip to this host along the way.")] = "",
    trace: Annotated[str, typer.Option(metavar="HOST", help="Record the path to this host.")] = "",
    root: Annotated[str, typer.Option(help="Read a recorded tree (proc/, sys/, cmd/) instead of this host.")] = "/",
    max_cpu: Annotated[
        str, typer.Option(metavar="SHARE", help="Leave ticks out where they take more of one CPU: 2%. Default: 10%.")
    ] = "",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress bar.")] = False,
) -> None:
    """Record this host for a while. Ctrl-C stops early and keeps what was recorded."""
    take(
        label,
        duration=duration,
        interval=interval,
        output=output,
        force=force,
        tag=tag or (),
        only=only or (),
        skip=skip or (),
        asked={
            option: host
            for option, host in (
                ("tools", "yes" * tools),
                ("profile", "yes" * profile),
                ("ping", ping),
                ("trace", trace),
            )
            if host
        },
        root=root,
        max_cpu=max_cpu,
        quiet=quiet,
    )
