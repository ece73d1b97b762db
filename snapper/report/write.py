"""The report's writing end: a format by its name, and a file that is whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from snapper.analyze.diff import Diff
from snapper.archive.place import placed
from snapper.errors import UsageError
from snapper.report.html import render_html
from snapper.report.json_ import render_json
from snapper.report.markdown import render_markdown
from snapper.report.terminal import render_text

ENDINGS: Final[Mapping[str, str]] = {
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".json": "json",
    ".txt": "text",
}
"""File ending → format."""

_RENDERERS: Final[Mapping[str, Callable[[Diff], str]]] = {
    "html": render_html,
    "md": render_markdown,
    "json": render_json,
    "text": render_text,
}


def write_report(diff: Diff, target: Path, *, format: str | None = None) -> Path:  # noqa: A002 - the option's name
    """Write the report to a file, readable by its owner alone; what had that name is replaced in one step.

    A link of that name is replaced, not followed. Until the report is whole, what was there stays.

    Args:
        diff: What there is to tell.
        target: The file to write or replace.
        format: "html", "md", "json" or "text"; without it, by the file's ending.

    Returns:
        The file.

    Raises:
        UsageError: There is no such format, or the ending tells none.
        CannotWrite: The target cannot be written; what was there is as it was.
    """
    text = text_of(diff, format or format_of(target))
    with placed(target, overwrite=True) as file:
        file.write(text.encode())
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
            f"{target}: its ending tells no format; end it in .html, .md, .json or .txt, or name one: --format html"
        )
    return found


def text_of(
    diff: Diff,
    format: str,  # noqa: A002 - the option's name
    *,
    width: int | None = None,
    colour: bool = False,
    report: Path | None = None,
) -> str:
    """Render to text, ending in a newline.

    Args:
        diff: What there is to tell.
        format: "html", "md", "json" or "text".
        width: Columns of the terminal, for "text".
        colour: Whether "text" is coloured.
        report: A report that was written, to be named at the end of "text" with its size.

    Raises:
        UsageError: There is no such format.
    """
    render = _RENDERERS.get(format)
    if render is None:
        raise UsageError(f"there is no format {format!r}; choose one of {', '.join(_RENDERERS)}")
    if format != "text":
        return render(diff)
    written = None if report is None else (str(report), report.stat().st_size)
    return render_text(diff, width=width, colour=colour, report=written)
