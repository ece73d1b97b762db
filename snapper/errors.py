"""Everything that snapper raises on purpose, with the exit code that each carries.

    SnapperError                 3
    ├── UsageError               2   what was asked for makes no sense
    │   ├── UnknownSource        2   --only, --skip: no such source
    │   └── UnknownSnapshot      2   a selector that matches nothing, or too much
    ├── UnreadableSnapshot       3   not a snapshot, cut off, damaged
    │   └── NewerFormat          3   written by a later snapper
    ├── NotComparable            3   nothing in common, or nothing to judge by
    ├── CaptureFailed            3   the recorder could not start, or recorded nothing
    └── CannotWrite              3   target not writable, disk full

A message says what was read, where, what was expected, and what to do.
"""

from __future__ import annotations


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
