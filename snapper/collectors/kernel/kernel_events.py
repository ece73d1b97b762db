"""Kinds of messages in the kernel's log that tell of trouble, as data: by what a line is known, and what it means.

Each kind knows one line of a message that may have fifty, so that what is counted is what happened. The wording is
that of Linux 3.10 to 6.12; where it changed, both stand there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

PREFIX: Final = "kernel.log."
SOURCE: Final = "https://elixir.bootlin.com/linux/v6.12/source/"


@dataclass(frozen=True, slots=True)
class KernelEvent:
    """One kind of message."""

    metric: Metric
    word: str
    """Occurs in every line of this kind: looked for first, since that costs a fiftieth of the pattern."""
    pattern: str
    """Compiled when it is first looked for, since most kinds never are: fifty of them take long."""

    @property
    def name(self) -> str:
        """What the kind is called, without the metric's prefix: "oom"."""
        return self.metric.name.removeprefix(PREFIX)

    def is_in(self, text: str) -> bool:
        """Whether a line of the log, less priority and time, is of this kind."""
        return re.search(self.pattern, text) is not None


def event(  # noqa: PLR0913 - a row of a table
    name: str,
    resource: Resource,
    title: str,
    meaning: str,
    *,
    word: str,
    pattern: str,
    doc: str,
    command: str = "",
    role: Role = Role.ERRORS,
    primary: bool = False,
) -> KernelEvent:
    """Declare a kind.

    Args:
        name: Of the metric, behind "kernel.log.".
        resource: What is in trouble.
        title: A few words without a verb.
        meaning: What it is and why more of it is worse.
        word: Part of every such line, as it is written there.
        pattern: Regular expression that finds it.
        doc: Path in the kernel's source where the line is printed.
        command: What to run next.
        role: INTERNAL for what explains others and is no fault by itself.
        primary: Fills a cell of the USE matrix.
    """
    metric = Metric(
        name=f"{PREFIX}{name}",
        unit="events",
        kind=Kind.COUNTER,
        resource=resource,
        role=role,
        worse=Worse.MORE,
        title=title,
        help=meaning,
        doc=f"{SOURCE}{doc}",
        next=command or f"dmesg --ctime | grep -i '{word}'",
        primary=primary,
    )
    return KernelEvent(metric, word, pattern)
