"""The kernel's log line by line, as `dmesg -r` prints it, and what of it is new between two print-outs.

A line begins with its priority, facility × 8 + level, and the seconds since boot; a kernel with CONFIG_PRINTK_CALLER
adds the thread or CPU, one without printk.time leaves the seconds out, and plain dmesg the priority. A message of
several lines goes on in lines without any of that.

    <6>[    1.339858] EXT4-fs (vda): mounted filesystem r/w without journal
    <4>[  111.915052] [    T412] a message, first line
    and its second
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_LINE: Final = re.compile(r"(?:<([0-9]{1,4})>)?(?:\[ *([0-9]{1,10}\.[0-9]{6})\])?(?: ?\[ *[TC][0-9]+\])? ?(.*)")
_LEVELS: Final = 8
"""Levels in a priority; what is left is the facility, 0 for the kernel (sys/syslog.h)."""


class Line(NamedTuple):
    """One line of the log."""

    seconds: float | None
    """Since boot, by the clock of the scheduler, which stands still while the host sleeps; None if it is not told."""
    priority: int | None
    text: str

    @property
    def level(self) -> int | None:
        """0 emergency to 7 debug; None if it is not told."""
        return None if self.priority is None else self.priority % _LEVELS

    @property
    def is_of_kernel(self) -> bool:
        """False for what programs wrote into the log: it may quote the kernel."""
        return self.priority is None or self.priority < _LEVELS


def lines_of(text: str) -> list[Line]:
    r"""Take the log apart, a Line a line; one that only goes on has the time and priority of the one before.

    Raises:
        ValueError: There is text, and no line of it has a priority or a time.

    >>> lines_of("<3>[   12.500000] md: oh\n")
    [Line(seconds=12.5, priority=3, text='md: oh')]
    """
    lines: list[Line] = []
    last = Line(None, None, "")
    found = False
    for row in text.splitlines():
        match = _LINE.fullmatch(row)
        priority, seconds, rest = match.groups() if match else (None, None, row)
        if priority is None and seconds is None:
            last = last._replace(text=row)
        else:
            found = True
            last = Line(float(seconds) if seconds else None, int(priority) if priority else None, rest)
        lines.append(last)
    if text.strip() and not found:
        raise ValueError(f"dmesg expected lines as '<6>[    1.500000] text', read {text[:80]!r}.")
    return lines


def new_lines(before: str, after: str) -> list[Line]:
    r"""Give the lines of the later print-out that the earlier one has not.

    The log is a ring: its beginning may be lost meanwhile, so what the two share is the end of one and the beginning
    of the other. Where they share nothing, what bears a later time is new.

    Raises:
        ValueError: As `lines_of`.

    >>> before, after = "<6>[ 1.000000] a\n<6>[ 2.000000] b\n", "<6>[ 2.000000] b\n<6>[ 3.000000] c\n"
    >>> [line.text for line in new_lines(before, after)]
    ['c']
    """
    olds, news = before.splitlines(), after.splitlines()
    lines = lines_of(after)
    if shared := _shared(olds, news):
        return lines[shared:]
    stamps = [line.seconds for line in lines_of(before) if line.seconds is not None]
    if not stamps:
        return lines
    return [line for line in lines if line.seconds is not None and line.seconds > stamps[-1]]


def _shared(olds: Sequence[str], news: Sequence[str]) -> int:
    """How many lines the end of one list and the beginning of the other have in common, at most."""
    if not news:
        return 0
    for place, old in enumerate(olds):
        rest = len(olds) - place
        if old == news[0] and olds[place:] == news[:rest]:
            return rest
    return 0
