"""The report's writing end: a format by its name, and a file that is whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from snapper.analyze.diff import Diff
from snapper.archive.files import is_snapshot
from snapper.archive.place import placed
from snapper.errors import UsageError
from snapper.report.html import render_html
from snapper.report.json_ import render_json
from snapper.report.markdown import render_markdown
from snapper.report.settled import settled
from snapper.report.terminal import render_text

ENDINGS: Final[Mapping[str, str]] = {
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".json": "json",
    ".txt": "text",
    ".parquet": "parquet",
}
"""File ending → format."""


def rendered(diff: Diff, format: str) -> bytes:  # noqa: A002 - the option's name
    """The report as the bytes of its file; text is UTF-8 and ends in a newline.

    Args:
        diff: What there is to tell.
        format: "html", "md", "json", "text" or "parquet".

    Raises:
        UsageError: There is no such format.
    """
    render = _RENDERERS.get(format)
    if render is None:
        raise UsageError(f"there is no format {format!r}; choose one of {', '.join(_RENDERERS)}")
    return render(settled(diff))


def write_report(diff: Diff, target: Path, *, format: str | None = None) -> Path:  # noqa: A002 - the option's name
    """Write the report to a file, readable by its owner alone; what had that name is replaced in one step.

    A link of that name is replaced, not followed. Until the report is whole, what was there stays.

    Args:
        diff: What there is to tell.
        target: The file to write or replace.
        format: As in `rendered`; without it, by the file's ending.

    Returns:
        The file.

    Raises:
        UsageError: There is no such format, the ending tells none, or the target is a snapshot.
        CannotWrite: The target cannot be written; what was there is as it was.
    """
    refuse_snapshot(target)
    report = rendered(diff, format or format_of(target))
    with placed(target, overwrite=True) as file:
        file.write(report)
    return target


def format_of(target: Path) -> str:
    """The format that a file's ending tells.

    Raises:
        UsageError: It tells none.

    >>> format_of(Path("report.HTML"))
    'html'
    """
    found = ENDINGS.get(target.suffix.lower())
    if found is None:
        raise UsageError(
            f"{target}: its ending tells no format; end it in .html, .md, .json, .txt or .parquet, "
            "or name one: --format html"
        )
    return found


def refuse_snapshot(target: Path) -> None:
    """Raise where a report would take the place of what it was made from; both may end in .parquet.

    Raises:
        UsageError: The file is a snapshot, or a recording that was not finished.
    """
    if is_snapshot(target) and not _is_table(target):
        raise UsageError(f"{target}: is a snapshot, and was left as it is; name another file for the report")


def _is_table(target: Path) -> bool:
    from snapper.report.parquet import is_table  # noqa: PLC0415 - pyarrow

    return is_table(target)


def _parquet(diff: Diff) -> bytes:
    from snapper.report.parquet import render_parquet  # noqa: PLC0415 - pyarrow, which no other format needs

    return render_parquet(diff)


def _encoded(render: Callable[[Diff], str]) -> Callable[[Diff], bytes]:
    return lambda diff: render(diff).encode()


_RENDERERS: Final[Mapping[str, Callable[[Diff], bytes]]] = {
    "html": _encoded(render_html),
    "md": _encoded(render_markdown),
    "json": _encoded(render_json),
    "text": _encoded(render_text),
    "parquet": _parquet,
}
