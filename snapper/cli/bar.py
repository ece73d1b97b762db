"""The progress bar of a capture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from snapper.cli.console import err
from snapper.record.local import Progress as Follow
from snapper.units import format_duration


@contextmanager
def progress_bar(seconds: float) -> Iterator[Follow]:
    """A bar on stderr that follows the recorder's ticks."""
    capturing = f"capturing {format_duration(seconds)}"
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
    with Progress(*columns, TimeRemainingColumn(), console=err(), transient=True) as bar:
        task = bar.add_task(capturing, total=None, count="")

        def follow(what: str, done: int, total: int) -> None:
            if total:
                bar.update(task, description=capturing, completed=done, total=total, count=f"{done}/{total}")
            else:
                bar.update(task, description=what, count="")

        yield follow
