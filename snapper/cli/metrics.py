"""`snapper metrics`: the catalogue, from the declarations."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Annotated

import typer

from snapper.cli.console import plain_table, print_table
from snapper.collectors import catalogue
from snapper.errors import UsageError
from snapper.metric import Metric

EXAMPLES = "Example: snapper metrics 'snmp.Tcp.*'\n\nExample: snapper metrics --coverage"
SHOWN = 8
"""Metrics named in a cell: those of the matrix come first."""


def command(
    name: Annotated[str, typer.Argument(help="A pattern like 'disk.*', or a name; all without it.")] = "*",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="The USE matrix: which metrics fill each cell, and why some have none.")
    ] = False,
) -> None:
    """List the metrics; `snapper explain` says what one means."""
    metrics = catalogue()
    if coverage:
        _print_coverage(metrics)
        return
    found = [metric for key, metric in sorted(metrics.items()) if fnmatchcase(key, name)]
    if not found:
        raise unknown(name)
    table = plain_table("METRIC", "UNIT", "KIND", "ROLE", "WORSE", "TITLE")
    for metric in found:
        table.add_row(
            metric.name, metric.compared_unit, metric.kind.value, metric.role.value, metric.worse.value, metric.title
        )
    print_table(table)


def unknown(name: str) -> UsageError:
    """What to raise for a name that no metric has."""
    near = get_close_matches(name, catalogue(), n=3)
    hint = f"; nearest: {', '.join(near)}" if near else "; `snapper metrics` lists them all"
    return UsageError(f"no metric is called {name!r}{hint}")


def _print_coverage(metrics: Mapping[str, Metric]) -> None:
    """A row for each cell of the matrix: on a terminal of 80 columns three of them have no room beside each other."""
    from snapper.analyze.cells import EMPTY, cells_of  # noqa: PLC0415 - the analysis is not needed for the catalogue

    table = plain_table("RESOURCE", "ROLE", "METRICS, * IN THE REPORT'S MATRIX")
    for resource, roles in cells_of(metrics.values()).items():
        for role, filling in roles.items():
            names = [f"{'*' if metric.primary else ''}{metric.name}" for metric in filling]
            more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
            filled = f"{', '.join(names[:SHOWN])}{more}" if names else f"– {EMPTY[resource, role]}"
            table.add_row(resource.value, role.value, filled)
    print_table(table)
