"""Everything that snapper raises on purpose, with the exit code that each carries.

    SnapperError                 3
    ├── UsageError               2   what was asked for makes no sense
    │   ├── UnknownSource        2   --only, --skip: no such source
    │   └── UnknownSnapshot      2   a selector that matches nothing, or too much
    ├── UnreadableSnapshot       3   not a snapshot, cut off, damaged
    │   └── NewerFormat          3   written by a later snapper
    ├── NotComparable            3   nothing in common, or nothing to judge by
    ├── CaptureFailed            3   the recorder could not start, or recorded nothing
    ├── CannotWrite              3   target not writable, disk full
    ├── BadPlugIn                3   an installed plug-in cannot be used
    ├── Interrupted            130   Ctrl-C before there was a result
    └── ReaderGone             141   whoever read our output has seen enough: `snapper list | head -1`

A message says what was read, where, what was expected, and what to do.
"""

from __future__ import annotations

from typing import Final

FINISH: Final = "snapper recover"
"""The command that makes a snapshot of a spool that was left over; named in every message about one."""


class SnapperError(Exception):
    """Base of all errors that are told in a sentence and not as a traceback."""

    exit_code = 3


class UsageError(SnapperError):
    """What was asked for makes no sense, or names something that is not there."""

    exit_code = 2


class UnknownSource(UsageError):
    """No collector has this name."""


class UnknownSnapshot(UsageError):
    """A selector that matches no snapshot, or more than one."""


class UnreadableSnapshot(SnapperError):
    """The file is no snapshot, is cut off, or is damaged."""


class NewerFormat(UnreadableSnapshot):
    """The file was written in a format that this version does not know."""


class NotComparable(SnapperError):
    """The two snapshots have nothing in common, or too little to judge by."""


class CaptureFailed(SnapperError):
    """The recorder could not be started or recorded nothing."""


class CannotWrite(SnapperError):
    """The target cannot be written: permission, space, or it is no directory."""


class BadPlugIn(SnapperError):
    """A collector that is installed besides cannot be loaded, or declares what is declared already."""


class Interrupted(SnapperError):
    """Somebody ended the work before it had a result; the message says what is kept."""

    exit_code = 130


class ReaderGone(SnapperError):
    """Nobody reads the standard output any more, so there is nothing left to say; as a shell counts SIGPIPE."""

    exit_code = 141
