"""The standard streams, made safe: a closed one is as /dev/null, a full disk is a sentence, and remarks never fail.

Python's own standard output makes a traceback of each of these, or an exit code 1, which
here means that something regressed.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from snapper.errors import CannotWrite, ReaderGone, SnapperError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Results(io.FileIO):
    """Standard output: what cannot be written there ends the command."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            raise CannotWrite(
                f"standard output cannot be written: {error.strerror}; free some space, or send it elsewhere"
            ) from None


class _Remarks(io.FileIO):
    """Standard error: what nobody can hear is left unsaid."""

    def write(self, data: ReadableBuffer, /) -> int:
        with suppress(OSError):
            return super().write(data)
        return memoryview(data).nbytes


@contextmanager
def safe_streams() -> Iterator[None]:
    """Put safe streams in the place of `sys.stdout` and `sys.stderr`, and see that all was written.

    Descriptors 0, 1 and 2 are opened on /dev/null where they are closed, as git does: else the
    next file that is opened gets such a number, and what is printed goes into it.

    Raises:
        CannotWrite: Standard output cannot take what was printed.
        ReaderGone: Nobody reads it any more.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdout = _text(_Results(1, "w", closefd=False), sys.stdout, line_buffering=os.isatty(1))
    sys.stderr = _text(_Remarks(2, "w", closefd=False), sys.stderr, line_buffering=True)
    try:
        yield
    finally:
        _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except SnapperError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the rest goes nowhere, or the interpreter's last flush fails
        raise


def _text(raw: io.FileIO, before: TextIO | None, *, line_buffering: bool) -> io.TextIOWrapper:
    """Text in the user's encoding; a file's name that is none in it goes out as it came, or escaped."""
    encoding = "utf-8" if before is None else before.encoding
    errors = "surrogateescape" if encoding.lower() == "utf-8" else "backslashreplace"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=line_buffering)
