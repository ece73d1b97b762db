"""What `diff` and `render` share: the options of a report, and where it goes."""

from __future__ import annotations

import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from snapper.errors import UsageError

if TYPE_CHECKING:
    from snapper.analyze.diff import Diff

STDOUT: Final = (Path("-"), Path("/dev/stdout"))

PIPED_WIDTH: Final = 100
"""Columns of the summary where no terminal says how wide it is."""


class Format(StrEnum):
    """The faces of a comparison."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"
    TEXT = "text"
    PARQUET = "parquet"


Output = Annotated[Path | None, typer.Option("-o", "--output", readable=False, help="Write the report to this file.")]
ReportFormat = Annotated[
    Format | None, typer.Option("--format", help="Of the file, else by its ending; without -o, to stdout.")
]


def checked(output: Path | None, form: Format | None) -> Path | None:
    """The file to write, None for standard output; refused here, it is before the work is done.

    Raises:
        UsageError: The ending tells no format, the file is a snapshot, or a terminal would get binary data.
        CannotWrite: It could not be written.
    """
    from snapper.archive.place import check_target  # noqa: PLC0415 - what is heavy, only by the commands that report
    from snapper.report.write import format_of, refuse_snapshot  # noqa: PLC0415

    if output in STDOUT and form is not None:
        output = None
    if output is None:
        if form is Format.PARQUET and sys.stdout.isatty():
            raise UsageError("a Parquet file is nothing for a terminal; name a file: -o series.parquet")
        return None
    if form is None:
        format_of(output)
    check_target(output, overwrite=True)
    refuse_snapshot(output)
    return output


def put_out(result: Diff, output: Path | None, form: Format | None) -> None:
    """Write the report to its file and the summary to standard output, or there the report itself."""
    from snapper.report.terminal import render_text  # noqa: PLC0415 - as above
    from snapper.report.write import rendered, write_report  # noqa: PLC0415

    if output is None and form is not None:
        _write(rendered(result, form), form)
        return
    written = None
    if output is not None:
        written = (str(output), write_report(result, output, format=form).stat().st_size)
    sys.stdout.write(render_text(result, width=_width(), colour=_colour(), report=written))


def _write(report: bytes, form: Format) -> None:
    if form is Format.TEXT:
        sys.stdout.write(report.decode())  # for people: in the encoding of their terminal
    else:
        sys.stdout.buffer.write(report)


def _width() -> int:
    return shutil.get_terminal_size((PIPED_WIDTH, 24)).columns if sys.stdout.isatty() else PIPED_WIDTH


def _colour() -> bool:
    """Colour on a terminal that has it, unless the user asked for none (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
