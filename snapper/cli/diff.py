"""`snapper diff`: compare two snapshots, say what changed, write the report."""

from __future__ import annotations

import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.arguments import StoreFolder, selected
from snapper.cli.console import err
from snapper.errors import UsageError

EXAMPLES = (
    "Example: snapper diff pre-deploy latest -o report.html\n\n"
    "Example: snapper diff 7d latest --format json > diff.json\n\n"
    "Example: snapper diff before.parquet after.parquet --exit-code"
)

STDOUT = (Path("-"), Path("/dev/stdout"))

PIPED_WIDTH = 100
"""Columns of the summary where no terminal says how wide it is."""


class Format(StrEnum):
    """The faces of a comparison."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"
    TEXT = "text"


def command(
    before: Annotated[str, typer.Argument(help="A path, label, id prefix, latest, latest~1, or an age: 7d.")],
    after: Annotated[str, typer.Argument(help="The snapshot that is judged; the same forms.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", readable=False, help="Write the report to this file.")
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None, typer.Option("--format", help="Of the file, else by its ending; without -o, to stdout.")
    ] = None,
    baseline: Annotated[list[str] | None, typer.Option(help="A further snapshot of the before side.")] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if something regressed.")] = False,
    store: StoreFolder = None,
) -> int:
    """Compare two snapshots: a summary on the terminal, the report in a file."""
    from snapper.api import diff, load, render  # noqa: PLC0415 - numpy and pyarrow are loaded by the commands that compare
    from snapper.report.write import text_of  # noqa: PLC0415

    selections = [selected(selector, store) for selector in (before, after, *(baseline or ()))]
    for selection in selections:
        if selection.said:
            err().print(selection.said)
    if output in STDOUT and format is not None:
        output = None
    if output is not None:
        _refuse(output, format)
    snapshots = [load(selection.path) for selection in selections]
    result = diff(snapshots[0], snapshots[1], baselines=snapshots[2:])

    to_stdout = output is None and format is not None
    report = None if output is None else render(result, output, format=format)
    if to_stdout:
        sys.stdout.write(text_of(result, str(format)))
    else:
        sys.stdout.write(text_of(result, "text", width=_width(), colour=_colour(), report=report))
    return int(exit_code and result.summary.regressed > 0)


def _refuse(report: Path, form: Format | None) -> None:
    """Raise for a report that cannot or should not be written, before anything is compared."""
    from snapper.archive.files import is_snapshot  # noqa: PLC0415 - as above
    from snapper.archive.place import check_target  # noqa: PLC0415
    from snapper.report.write import format_of  # noqa: PLC0415

    if form is None:
        format_of(report)
    check_target(report, overwrite=True)
    if report.is_file() and is_snapshot(report):
        raise UsageError(f"{report}: is a snapshot, and was left as it is; name another file for the report")


def _width() -> int:
    return shutil.get_terminal_size((PIPED_WIDTH, 24)).columns if sys.stdout.isatty() else PIPED_WIDTH


def _colour() -> bool:
    """Colour on a terminal that has it, unless the user asked for none (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
