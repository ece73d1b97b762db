"""How many errors programs have written into systemd's journal since boot, and which ones.

Runs `journalctl -b` for the last 5,000 entries of level error or worse, times counted from boot. The entry with which
a journal begins is asked for too: without it an empty answer could mean no journal as well as no error.

    [ 1565.475907] db-1 systemd-journald[24]: Journal started
    [ 1642.314020] db-1 systemd[1]: Failed to start broken.service - A one-shot that fails.
    [ 1642.318532] db-1 ledger[118]: cannot reach the bank
                                     for the third time

Counted is by who says it, the kernel included. Where there are 5,000 entries there are more that are not shown, and
as new ones come, old ones go: counts would stand still or fall, so none is given. `journal_events` looks at the
entries themselves and still tells which are new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB, Cadence, Command

MOST: Final = 5000
"""Entries asked for: about half a megabyte."""
_LOUDEST: Final = 50
"""Programs that are told apart; an error of any other is in the sum only."""

_DOC: Final = "https://man7.org/linux/man-pages/man1/journalctl.1.html"
_ERRORS: Final = Metric(
    name="journal.errors",
    unit="messages",
    kind=Kind.COUNTER,
    resource=Resource.HOST,
    role=Role.ERRORS,
    worse=Worse.MORE,
    title="Errors in the journal",
    help="Entries of level error or worse that programs and the kernel have written into the journal. More is worse: "
    "somebody could not do what was asked.",
    doc=_DOC,
    next="journalctl -b -p err -n 50",
)
_OF_PROGRAM: Final = Metric(
    name="journal.program_errors",
    unit="messages",
    kind=Kind.COUNTER,
    resource=Resource.HOST,
    role=Role.ERRORS,
    worse=Worse.MORE,
    title="Errors in the journal, of one program",
    help="Entries of level error or worse that one program has written into the journal, or systemd and the kernel "
    "about others. More is worse.",
    doc=_DOC,
    labels=("identifier",),
    next="journalctl -b -p err -t {instance} -n 50",
)
_ENTRY: Final = re.compile(r"\[ *([0-9]{1,10}\.[0-9]{6})\] \S+ ([^\[:]{1,200}?)(?:\[[0-9]+\])?: (.*)")
_REMARK: Final = re.compile(r"-- (?:No entries|Logs begin at|Journal begins at|Boot |Reboot).*")
_BEGIN: Final = re.compile(r"Journal (?:\(re\))?started")
_UNNAMED: Final = re.compile(r"\[ *[0-9]{1,10}\.[0-9]{6}\] .*")


class JournalEvent(NamedTuple):
    """An entry of the journal."""

    seconds: float
    """Since boot, CLOCK_MONOTONIC."""
    identifier: str
    """Who wrote it: a program's own name for itself; "" for one that did not say."""
    text: str
    """Its first line."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    r"""Yield how many errors there are, in all and of each program, unless there are more than were asked for.

    A text without any entry tells nothing: there may be no journal.

    Raises:
        ValueError: A line that is neither an entry, nor goes on with one, nor a remark of journalctl's.

    >>> log = "[    5.250000] host cron[12]: no such user\n[    6.000000] host cron[12]: no such user\n"
    >>> [tuple(reading) for reading in parse(log, Origin())]
    [('journal.errors', 2, ''), ('journal.program_errors', 2, 'cron')]
    """
    written = _entries(text)
    if not written or len(written) >= MOST:
        return
    entries = [entry for entry in written if not _is_begin(entry)]
    yield Reading(_ERRORS.name, len(entries))
    programs = Counter(entry.identifier for entry in entries if entry.identifier)
    for identifier, count in programs.most_common(_LOUDEST):
        yield Reading(_OF_PROGRAM.name, count, identifier)


def journal_events(before: str, after: str) -> list[JournalEvent]:
    """Tell which errors were written into the journal between two print-outs.

    Args:
        before: What journalctl printed at the beginning.
        after: And at the end, in the same boot.

    Returns:
        Entries of the later one that the earlier one has not, in their order. Of more than 5,000 in between the
        first are lost.

    Raises:
        ValueError: As `parse`.
    """
    olds = Counter(_entries(before))
    last = max((entry.seconds for entry in olds), default=0.0)
    found: list[JournalEvent] = []
    for entry in _entries(after):
        if olds[entry]:
            olds[entry] -= 1
        elif entry.seconds >= last and not _is_begin(entry):
            found.append(entry)
    return found


def _is_begin(entry: JournalEvent) -> bool:
    return entry.identifier == "systemd-journald" and _BEGIN.fullmatch(entry.text) is not None


def _entries(text: str) -> list[JournalEvent]:
    entries: list[JournalEvent] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _ENTRY.fullmatch(line):
            entries.append(JournalEvent(float(match[1]), match[2], match[3]))
        elif _UNNAMED.fullmatch(line):
            seconds, _, said = line[1:].partition("] ")
            entries.append(JournalEvent(float(seconds), "", said))
        elif line and not _REMARK.fullmatch(line) and not (entries and line[0].isspace()):
            raise refused("journalctl", number, line, "an entry as '[    5.250000] host program[12]: text'")
    return entries


_ASKED: Final = (
    *(f"PRIORITY={level}" for level in range(4)),
    "+",
    "MESSAGE_ID=f77379a8490b408bbe5f6940505a777b",  # SD_MESSAGE_JOURNAL_START of systemd/sd-messages.h
)

COLLECTOR: Final = Collector(
    name="cmd.journal",
    read=Command(
        argv=("journalctl", "-b", "--no-pager", "-o", "short-monotonic", "-n", str(MOST), *_ASKED),
        version=("systemctl", "--version"),
        cadence=Cadence.EDGES,
        max_bytes=4 * MIB,
    ),
    metrics=(_ERRORS, _OF_PROGRAM),
    parse=parse,
    adds="errors that programs have written into the journal",
    needs="journalctl (package systemd); root, or the group systemd-journal",
)
