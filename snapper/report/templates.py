"""Where the templates are, and how a page is put together from them: escaped, hashed, self-contained."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from snapper.errors import SnapperError
from snapper.report import words
from snapper.report.flames import TONES
from snapper.report.visible import TEXT_LIMIT, shortened, visible
from snapper.units import format_change, format_ratio, format_value

ASSETS = (
    ("report.css", "tables.css", "media.css", "flames.css"),
    ("dom.js", "report.js", "page.js", "flames.js"),
)
"""Styles and scripts, put inline as one element each."""

COLUMN_LIMIT = 16
"""Characters of a column's head that this version has no word for: five of them fit on a sheet of paper."""

UNIT: Final = re.compile(r"(?<=\d) (?=(?:[%×]|[KMGTPE]?i?B|[nmµ]?s|/s|points)(?!\w))")
"""The space between a figure and its unit."""

PACKAGE = Path(__file__).resolve().parent.parent


def templates_dir(package: Path = PACKAGE) -> Path:
    """The folder of the templates: inside the package in a wheel, beside it in a source checkout.

    Args:
        package: The folder that holds `report/`.

    Raises:
        SnapperError: There is none; the installation is damaged.
    """
    for folder in (package / "report_templates", package.parent / "report_templates"):
        if (folder / "report.html").is_file():
            return folder
    raise SnapperError(
        f"the report's templates are missing: expected report_templates/report.html in {package} or in "
        f"{package.parent}; install snapper again"
    )


def policy(*, style: str, script: str) -> str:
    """The Content-Security-Policy of a page that holds one style and one script, and asks nobody for anything.

    >>> policy(style="", script="").split("; ")[0]
    "default-src 'none'"
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{_digest(style)}'",
            f"script-src 'sha256-{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def page_from_templates(**context: Any) -> str:
    """Fill in `report.html`; its style and script are put inline, and the policy admits nothing else."""
    folder = templates_dir()
    style, script = ("".join((folder / name).read_text(encoding="utf-8") for name in names) for names in ASSETS)
    return (
        _environment(folder)
        .get_template("report.html")
        .render(
            style=Markup(style),  # noqa: S704 - ours, and hashed
            script=Markup(script),  # noqa: S704 - same
            policy=policy(style=style, script=script),
            **context,
        )
    )


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(
        value=format_value,
        change=format_change,
        ratio=format_ratio,
        name=shortened,
        said=lambda text: unbroken(shortened(text)),
        counted=words.counted,
        prose=lambda text: unbroken(shortened(text, TEXT_LIMIT)),
        mark=words.mark,
        moved=lambda moved: TONES.get(moved, "same"),
        word=words.word,
        tone=words.tone,
        resource=lambda name: words.RESOURCES.get(name, name),
        column=lambda figure: words.COLUMNS.get(figure.metric, shortened(figure.title, COLUMN_LIMIT)),
    )
    return environment


def unbroken(text: str) -> str:
    r"""A sentence in which no line ends between a figure and its unit.

    >>> unbroken("rose to 51 %, 3 times as much").split(" ")
    ['rose', 'to', '51\xa0%,', '3', 'times', 'as', 'much']
    """
    return UNIT.sub("\u00a0", text)


def _shown(value: Any) -> Any:
    """What every expression of a template goes through before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
