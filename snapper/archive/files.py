"""A file as it is found: opened without being fooled, and described where it is not what was asked for."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Final

from snapper.errors import UnreadableSnapshot

PARQUET_MAGIC: Final = b"PAR1"
SPOOL_MAGIC: Final = b"SNAPSPL1"
SPOOL_FAMILY: Final = SPOOL_MAGIC[:-1]
"""What spools of every format begin with; the digit behind it is the format."""

SNAPSHOT: Final = "a snapshot file, `snapper list` shows which there are"

_LOOKS: Final = (
    (PARQUET_MAGIC, "a Parquet file"),
    (SPOOL_FAMILY, "a recording that was not finished"),
    (b"\x1f\x8b", "gzip data: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd data: unpack it first"),
    (b"\xfd7zXZ", "xz data: unpack it first"),
    (b"BZh", "bzip2 data: unpack it first"),
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)
_HTML: Final = (b"<!doctype html", b"<html")
_HEAD: Final = 512  # bytes that are enough to tell what a file is


def open_regular(path: Path, *, wanted: str = SNAPSHOT) -> BufferedReader:
    """Open a file for reading; never hangs on a pipe and never reads a device.

    Args:
        path: The file.
        wanted: What it should be, for the sentence that is said where it is none.

    Raises:
        UnreadableSnapshot: It is not there, is no regular file, or may not be read.
    """
    try:
        # O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise UnreadableSnapshot(f"{path}: there is no such file; name {wanted}") from None
    except PermissionError:
        raise UnreadableSnapshot(f"{path}: you may not read it; ask its owner, or read it as root") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise UnreadableSnapshot(f"{path}: cannot be opened: {reason(error)}") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        found = "a directory" if stat.S_ISDIR(mode) else "no regular file"
        raise UnreadableSnapshot(f"{path}: is {found}; name {wanted}")
    return os.fdopen(descriptor, "rb")


def describe(head: bytes) -> str:
    """Say what a file looks like, by its first bytes.

    >>> describe(b""), describe(b"  <!DOCTYPE html><html>"), describe(b"SNAPSPL1..."), describe(b"cpu  1 2 3")
    ('is empty', 'looks like an HTML page', 'looks like a recording that was not finished', 'looks like text')
    """
    if not head:
        return "is empty"
    trimmed = head.lstrip()
    if trimmed[:20].lower().startswith(_HTML):
        return "looks like an HTML page"
    for magic, name in _LOOKS:
        if trimmed.startswith(magic):
            return f"looks like {name}"
    if all(byte >= 32 or byte in b"\t\n\r\f" for byte in head):
        return "looks like text"
    return "looks like binary data of another kind"


def head_of(file: BufferedReader) -> bytes:
    """Its first bytes, for `describe`; the position is at the start again."""
    head = file.read(_HEAD)
    file.seek(0)
    return head


def is_snapshot(path: Path) -> bool:
    """Whether a file begins as snapshots and recordings do; not so where it cannot be read."""
    try:
        with open_regular(path) as file:
            return head_of(file).startswith((PARQUET_MAGIC, SPOOL_FAMILY))
    except UnreadableSnapshot:
        return False


def tail_of(file: BufferedReader, length: int) -> bytes:
    """Its last bytes; the position is at the start again."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - length))
    tail = file.read(length)
    file.seek(0)
    return tail


def reason(error: BaseException) -> str:
    r"""What the system or a library says of an error, in one line that can end a sentence.

    >>> reason(PermissionError(13, "Permission denied", "/x")), reason(ValueError("first line\nsecond"))
    ('Permission denied', 'first line')
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(". ") if lines else type(error).__name__
