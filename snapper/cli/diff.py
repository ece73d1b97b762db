"""`snapper diff`: compare two snapshots, say what changed, write the report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from snapper.cli.account import lines_of
from snapper.cli.arguments import StoreFolder, selected
from snapper.cli.console import err
from snapper.cli.learn import profile_for
from snapper.cli.reporting import Output, ReportFormat, checked, put_out
from snapper.errors import UsageError

if TYPE_CHECKING:
    from snapper.analyze.snapshot import Snapshot

EXAMPLES = (
    "Example: snapper diff pre-deploy latest -o report.html\n\n"
    "Example: snapper diff 7d latest --format json > diff.json\n\n"
    "Example: snapper diff before.parquet after.parquet --exit-code\n\n"
    "Example: snapper diff pre-deploy latest --explain disk.await/sda"
)


def command(
    before: Annotated[str, typer.Argument(help="A path, label, id prefix, latest, latest~1, or an age: 7d.")],
    after: Annotated[str, typer.Argument(help="The snapshot that is judged; the same forms.")],
    output: Output = None,
    format: ReportFormat = None,  # noqa: A002 - the option's name
    baseline: Annotated[list[str] | None, typer.Option(help="A further snapshot of the before side.")] = None,
    explain: Annotated[
        str, typer.Option(metavar="METRIC/INSTANCE", help="Why one series got its verdict, with all numbers.")
    ] = "",
    profile: Annotated[
        Path | None, typer.Option(readable=False, help="A noise profile of `snapper learn`, not the store's own.")
    ] = None,
    no_profile: Annotated[bool, typer.Option("--no-profile", help="Judge without a noise profile.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if something regressed.")] = False,
    store: StoreFolder = None,
) -> int:
    """Compare two snapshots: a summary on the terminal, the report in a file."""
    from snapper.api import diff, load  # noqa: PLC0415 - numpy and pyarrow are loaded by the commands that compare

    if explain and (output or format or exit_code):
        raise UsageError("--explain answers for one series and reports nothing: leave out -o, --format and --exit-code")
    if profile and no_profile:
        raise UsageError("--profile and --no-profile exclude each other; leave one out")
    selections = [selected(selector, store) for selector in (before, after, *(baseline or ()))]
    for selection in selections:
        if selection.said:
            err().print(selection.said)
    target = checked(output, format)
    first, judged, *more = [load(selection.path) for selection in selections]
    _refuse_repeated((first, *more))
    noise = None if no_profile else profile_for(judged.manifest, store, profile)
    if explain:
        from snapper.analyze.account import explain_series  # noqa: PLC0415 - as above

        account = explain_series((first, *more), judged, explain, profile=noise)
        sys.stdout.writelines(f"{line}\n" for line in lines_of(account))
        return 0
    result = diff(first, judged, baselines=more, profile=noise)
    put_out(result, target, format)
    return int(exit_code and result.summary.regressed > 0)


def _refuse_repeated(befores: Sequence[Snapshot]) -> None:
    """Raise for a baseline that is named twice: it would teach that nothing ever differs."""
    ids = [snapshot.manifest.id for snapshot in befores]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise UsageError(f"{', '.join(twice)} is a baseline more than once; name each capture once")
