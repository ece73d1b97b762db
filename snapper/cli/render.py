"""`snapper render`: a comparison that was kept as JSON, in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from snapper.cli.reporting import Output, ReportFormat, checked, put_out

EXAMPLES = (
    "Example: snapper render diff.json -o report.html\n\n"
    "Example: snapper render diff.json --format md\n\n"
    "Example: snapper render diff.json -o series.parquet"
)


def command(
    comparison: Annotated[
        # What may not be read is said by whoever tries, as it is of all other files.
        Path, typer.Argument(readable=False, help="A file that `snapper diff ... --format json` wrote.")
    ],
    output: Output = None,
    format: ReportFormat = None,  # noqa: A002 - the option's name
) -> None:
    """Tell a comparison again, from its JSON: the same report as `snapper diff` writes."""
    from snapper.report.read import read_diff  # noqa: PLC0415 - jinja2

    target = checked(output, format)
    put_out(read_diff(comparison), target, format)
