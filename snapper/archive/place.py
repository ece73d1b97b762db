"""A file that stands under its name only when it is whole, and takes no other file's place unasked."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from snapper.archive.files import reason
from snapper.errors import CannotWrite

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL})


def check_target(target: Path, *, overwrite: bool = False) -> None:
    """Refuse a target that could not be written, before the work is done that it is meant to hold.

    Raises:
        CannotWrite: It exists and is not to be overwritten, or its folder is missing or not writable.
    """
    _refuse_taken(target, overwrite=overwrite)
    folder = target.parent
    if not folder.is_dir():
        raise CannotWrite(f"{target}: there is no folder {folder}; create it first: mkdir -p '{folder}'")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite(f"{target}: you may not write in {folder}; name a file elsewhere")


@contextmanager
def placed(target: Path, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Open a new file, 0600, that takes its name when the block ends well, and is gone when it does not.

    It is written under a temporary name in the target's folder, synced to the disk and then moved.

    Args:
        target: The final name.
        overwrite: Replace a file of that name; without it, it is left as it is and this raises.

    Raises:
        CannotWrite: With what was wrong and what to do. Any OSError of the block counts as one of writing.
    """
    _refuse_taken(target, overwrite=overwrite)
    temporary = target.parent / f".snapper-{secrets.token_hex(6)}.tmp"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _move(temporary, target, overwrite=overwrite)
        _sync(target.parent)
    except OSError as error:
        raise CannotWrite(_sentence(target, error)) from error
    finally:
        with suppress(OSError):  # it is gone already where it was renamed
            temporary.unlink()


def _refuse_taken(target: Path, *, overwrite: bool) -> None:
    try:
        mode = target.lstat().st_mode
    except OSError:  # not there, or not to be seen: the attempt to write will tell
        return
    if stat.S_ISDIR(mode):
        raise CannotWrite(f"{target}: is a directory; name a file in it")
    if not overwrite:
        raise CannotWrite(f"{target}: exists already and was left as it is; choose another name, or say --force")
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise CannotWrite(f"{target}: is no regular file; name one that is")


def _move(temporary: Path, target: Path, *, overwrite: bool) -> None:
    """Give the file its name, in one step; without `overwrite` also where another takes it at this moment."""
    if overwrite:
        temporary.replace(target)
        return
    try:
        target.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without hard links: an empty file of ours reserves the name, then we replace that one.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        temporary.replace(target)


def _sync(folder: Path) -> None:
    """Make the name itself survive a power cut; some file systems cannot, and lose nothing else by it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sentence(target: Path, error: OSError) -> str:
    if error.errno in _NO_SPACE:
        return f"{target}: no space left to write it ({reason(error)}); free some, or name a file on another disk"
    if isinstance(error, FileExistsError):
        return f"{target}: exists already and was left as it is; choose another name, or say --force"
    if isinstance(error, FileNotFoundError) and not target.parent.is_dir():
        return f"{target}: there is no folder {target.parent}; create it first: mkdir -p '{target.parent}'"
    if isinstance(error, PermissionError):
        return f"{target}: you may not write in {target.parent}; name a file elsewhere"
    return f"{target}: cannot be written: {reason(error)}; name a file elsewhere"
