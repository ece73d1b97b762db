"""The report as one HTML file: opens offline, asks nobody for anything, readable without its script."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from snapper import __version__
from snapper.analyze.diff import Diff
from snapper.collectors import catalogue, declared_sources
from snapper.report.page import page_of
from snapper.report.templates import page_from_templates


def render_html(diff: Diff, *, sources: Mapping[str, str] | None = None) -> str:
    """Render the page.

    Args:
        diff: What there is to tell.
        sources: Metric → source that it is read from; without it, as the collectors declare.
    """
    page = page_of(diff, declared_sources() if sources is None else sources, catalogue())
    data = Markup(page.data)  # noqa: S704 - JSON without <, > and &
    return page_from_templates(diff=diff, page=page, data=data, version=__version__)
