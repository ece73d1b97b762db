"""`snapper show`: what a snapshot holds, down to the bytes that were read."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from snapper.cli.arguments import StoreFolder, selected
from snapper.cli.console import err, out, plain_table, print_table
from snapper.cli.sources import NOT_MISSED, ticks_of, why
from snapper.errors import UsageError
from snapper.report.visible import visible
from snapper.units import UNKNOWN, format_duration, format_value

if TYPE_CHECKING:
    from snapper.archive.archive import Archive

EXAMPLES = (
    "Example: snapper show latest\n\n"
    "Example: snapper show latest proc.meminfo\n\n"
    "Example: snapper show pre-deploy proc.pid.io 4711 --tick 1"
)


def command(
    snapshot: Annotated[str, typer.Argument(help="A path, label, id prefix, latest, latest~1, or an age.")],
    source: Annotated[str, typer.Argument(help="A source, as `snapper show SNAPSHOT` lists them.")] = "",
    key: Annotated[str, typer.Argument(help="Which one, where the source has many: a pid, a device file.")] = "",
    tick: Annotated[int | None, typer.Option(min=1, help="As of this tick, from 1; without it, the last.")] = None,
    store: StoreFolder = None,
) -> None:
    """Show a snapshot, one of its sources, or the raw evidence, byte for byte."""
    from snapper.archive.archive import open_archive  # noqa: PLC0415 - pyarrow is loaded only where snapshots are read

    selection = selected(snapshot, store)
    if selection.said:
        err().print(selection.said)
    archive = open_archive(selection.path)
    if not source:
        _overview(archive)
        return
    if source not in archive.sources():
        raise UsageError(_nothing_from(source, archive, snapshot))
    keys = archive.keys(source)
    if not key and list(keys) != [""]:
        for each in keys:
            sys.stdout.write(f"{visible(each)}\n")
        return
    if key not in keys:
        raise UsageError(f"{source} has no {key!r}; `snapper show {snapshot} {source}` lists its {len(keys)} keys")
    _evidence(archive, source, key, tick)


def _nothing_from(source: str, archive: Archive, snapshot: str) -> str:
    row = archive.manifest.coverage.get(source)
    if row is not None and row.status not in NOT_MISSED:
        return f"{source} could not be read then: {row.status}, {why(source, row)}"
    near = get_close_matches(source, archive.sources(), n=3)
    hint = f"nearest: {', '.join(near)}" if near else f"`snapper show {snapshot}` lists those it has"
    return f"the snapshot has nothing from {source!r}; {hint}"


def _overview(archive: Archive) -> None:
    manifest = archive.manifest
    told = {
        "snapshot": f"{manifest.id} {manifest.label}".rstrip(),
        "host": f"{manifest.host}, {manifest.os or manifest.kernel}, Linux {manifest.kernel}, {manifest.machine}",
        "size": f"{manifest.cpus} CPUs, {format_value(manifest.memory, 'bytes')} memory",
        "window": f"{format_duration(manifest.duration)}, {ticks_of(manifest)} every {manifest.interval:g} s",
        "tags": ", ".join(f"{name}={value}" for name, value in sorted(manifest.tags.items())),
        "ended": "" if manifest.complete else f"{manifest.ended}: recording was cut short",
    }
    for word, text in told.items():
        if text:
            out().print(visible(f"{word:<9}{text}"), soft_wrap=True)
    table = plain_table("SOURCE", "STATUS", "KEYS", "READS", "STORED", "TOOK")
    remarks = plain_table("SOURCE", "WHY, AND WHAT WOULD HELP; OR ITS VERSION")
    for source, row in sorted(manifest.coverage.items()):
        sizes = (format_value(row.bytes, "bytes"), format_value(row.took, "seconds"))
        table.add_row(source, row.status, str(len(archive.keys(source))), str(row.reads), *sizes)
        if remark := why(source, row):
            remarks.add_row(source, remark)
    for source in archive.sources():
        if source not in manifest.coverage:
            reads = archive.reads(source)
            stored = format_value(sum(len(read.content) for read in reads), "bytes")
            table.add_row(source, "ok", str(len(archive.keys(source))), str(len(reads)), stored, UNKNOWN)
            remarks.add_row(source, "the recorder's own")
    for each in (table, remarks):
        out().print()
        print_table(each)


def _evidence(archive: Archive, source: str, key: str, tick: int | None) -> None:
    """Write the bytes that were in force at a tick (unchanged ones are stored once); on a terminal, escaped."""
    reads = archive.read(source, key)
    ticks = archive.ticks()
    if tick and tick > len(ticks):
        raise UsageError(f"--tick {tick}: the snapshot has {len(ticks)} ticks")
    if tick:
        until = ticks[tick] if tick < len(ticks) else None
        reads = [read for read in reads if until is None or read.t < until] or reads[:1]
    read = reads[-1]
    if read.status not in {"ok", "truncated"}:
        row = archive.manifest.coverage.get(source)
        told = f"; {why(source, row)}" if row is not None and not key else ""
        raise UsageError(f"{source} {key}".rstrip() + f" could not be read then: {read.status}{told}")
    if sys.stdout.isatty():  # what a program wrote into its own name must not steer the terminal
        text = read.content.decode("utf-8", "backslashreplace")
        sys.stdout.write("\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n")))
    else:
        sys.stdout.buffer.write(read.content)
