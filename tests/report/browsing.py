"""A real Chromium that keeps to itself, and a page of it that is open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: the page is not looked at in a browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: the page is not looked at in a browser")

QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
WATCH = """
window.blocked = [];
addEventListener("securitypolicyviolation", (event) => blocked.push(event.violatedDirective));
"""

PUSH_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : ["the page",
  ...[...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll"))
    .map((each) => each.tagName + "." + each.className)]"""


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser, for as long as the context lasts."""
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield launched
        launched.close()


class Visit:
    """A page that is open, with all that it asked for and complained of."""

    def __init__(self, browser: Any, file: Path, **options: Any) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "offline": True, "reduced_motion": "reduce", **options}
        )
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if options.get("java_script_enabled", True):
            self.page.add_init_script(WATCH)
        self.page.goto(file.as_uri())
        if options.get("java_script_enabled", True):
            self.page.wait_for_selector("html.painted")


class Report(Visit):
    """A whole report."""

    def texts(self, selector: str) -> list[str]:
        return [text.strip() for text in self.page.locator(selector).all_inner_texts()]

    def overflows(self) -> list[str]:
        """Whether the page scrolls sideways, and what sticks out."""
        return list(self.page.evaluate(PUSH_OUT))


@contextmanager
def visits(kind: type[Visit], browser: Any, files: dict[str, Path]) -> Iterator[Callable[..., Any]]:
    """Opens pages by their names, the first of them unless told; they are open for as long as the context lasts."""
    opened: list[Visit] = []

    def open_page(name: str = next(iter(files)), **options: Any) -> Any:
        opened.append(kind(browser, files[name], **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.context.close()
