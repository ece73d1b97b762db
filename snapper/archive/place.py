"""A file that stands under its name only when it is whole, and takes no other file's place unasked."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from snapper.archive.files import reason
from snapper.errors import CannotWrite

_NEW_FILE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NAMELESS: Final = os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC
LEFTOVER: Final = ".snapper-*.tmp"
"""Names under which files are written where they cannot be without one; a kill there may leave one behind."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL})
_NOT_OURS: Final = ("/proc/", "/dev/")
"""Where a link leads that is not to be replaced: /dev/stdout, which is /proc/self/fd/1."""

_ELSEWHERE: Final = "name a file elsewhere with -o"


def check_target(target: Path, *, overwrite: bool = False) -> None:
    """Refuse a target that could not be written, before the work is done that it is meant to hold.

    A file is made beside it, and removed: root "may" write in /proc, and neither a read-only
    mount nor a quota shows in the mode of a folder.

    Raises:
        CannotWrite: It exists and is not to be overwritten, or no file can be made in its folder.
    """
    _refuse_taken(target, overwrite=overwrite)
    # As long as the name of the spool that a recording writes beside its target.
    trial = target.parent / f".{target.name}.{os.urandom(3).hex()[:5]}"
    try:
        descriptor = os.open(trial, _NEW_FILE, 0o600)
    except OSError as error:
        raise CannotWrite(_sentence(target, error)) from error
    with suppress(OSError):
        trial.unlink()
    os.close(descriptor)


def make_folder(folder: Path) -> None:
    """See that a folder is there, for its owner alone where it is new.

    Raises:
        CannotWrite: It cannot be made, or the name is another file's.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder}: the folder cannot be made: {reason(error)}; {_ELSEWHERE}") from error


@contextmanager
def placed(target: Path, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Open a new file, 0600, to write and read, that takes its name when the block ends well, and is gone if not.

    It has no name until it is whole and on the disk, so that nothing is left of it even where this process
    is killed; on a file system that has no such files it has a temporary name in the target's folder.

    Args:
        target: The final name.
        overwrite: Replace a file of that name; without it, it is left as it is and this raises.

    Raises:
        CannotWrite: With what was wrong and what to do. Any OSError of the block counts as one of writing.
    """
    _refuse_taken(target, overwrite=overwrite)
    temporary = target.parent / f".snapper-{os.urandom(6).hex()}.tmp"
    try:
        descriptor, has_name = _new_file(temporary)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if has_name or not _linked(file.fileno(), temporary if overwrite else target):
                if not has_name:
                    _copy(file, temporary)
                _move(temporary, target, overwrite=overwrite)
            elif overwrite:
                temporary.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise CannotWrite(_sentence(target, error)) from error
    finally:
        with suppress(OSError):  # it is gone already where it was renamed, and was never there without a name
            temporary.unlink()


def _new_file(temporary: Path) -> tuple[int, bool]:
    """A descriptor of a new file, and whether it bears the temporary name."""
    with suppress(OSError):  # what is wrong with the folder itself, the second attempt says
        return os.open(temporary.parent, _NAMELESS, 0o600), False
    return os.open(temporary, _NEW_FILE, 0o600), True


def _linked(descriptor: int, name: Path) -> bool:
    """Give a nameless file a name; False where /proc or the file system does not let us.

    Raises:
        FileExistsError: The name is taken.
    """
    folder = os.open(name.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # With a folder given, Python calls linkat(2), which alone follows the link that is in /proc.
        os.link(f"/proc/self/fd/{descriptor}", name.name, dst_dir_fd=folder, follow_symlinks=True)
    except OSError as error:
        if error.errno not in _NO_LINKS | {errno.ENOENT, errno.EXDEV, errno.EACCES}:
            raise
        return False
    finally:
        os.close(folder)
    return True


def _copy(file: BinaryIO, temporary: Path) -> None:
    file.seek(0)
    with os.fdopen(os.open(temporary, _NEW_FILE, 0o600), "wb") as copy:
        from shutil import copyfileobj  # noqa: PLC0415 - a capture, which has no copy to make, would load it in vain

        copyfileobj(file, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _refuse_taken(target: Path, *, overwrite: bool) -> None:
    try:
        mode = target.lstat().st_mode
    except (OSError, ValueError):  # not there, or not to be seen: the attempt to write will tell
        return
    if os.path.isdir(target):  # noqa: PTH112 - Path.is_dir raises where a link leads to what may not be seen
        raise CannotWrite(f"{target}: is a directory; name a file in it")
    if not _is_replaceable(target, mode):
        raise CannotWrite(f"{target}: is no regular file; name one that is")
    if not overwrite:
        raise CannotWrite(_taken(target))


def _taken(target: Path) -> str:
    return f"{target}: exists already and was left as it is; choose another name, or say --force"


def _is_replaceable(target: Path, mode: int) -> bool:
    """Whether it is a file, or a link that may give way: to a file, or to nothing."""
    if not stat.S_ISLNK(mode):
        return stat.S_ISREG(mode)
    try:
        return not str(target.readlink()).startswith(_NOT_OURS) and stat.S_ISREG(target.stat().st_mode)
    except OSError:
        return True


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
        os.close(os.open(target, _NEW_FILE, 0o600))
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
    return f"{target}: {_what_is_wrong(target.parent, error)}" if error.errno != errno.EEXIST else _taken(target)


def _what_is_wrong(folder: Path, error: OSError) -> str:
    said = reason(error)
    match error.errno:
        case errno.ENOSPC:
            return f"no space left to write it ({said}); free some, or {_ELSEWHERE}"
        case errno.EDQUOT:
            return f"no space left in your quota to write it ({said}); free some, or {_ELSEWHERE}"
        case errno.EFBIG:
            return f"no file may grow that large here ({said}); raise the limit (ulimit -f), or {_ELSEWHERE}"
        case errno.ENAMETOOLONG:
            return f"its name is too long ({said}); choose a shorter one"
        case errno.EACCES | errno.EPERM:
            return f"you may not write in {folder} ({said}); {_ELSEWHERE}"
        case errno.ENOENT | errno.ENOTDIR if folder.is_dir():
            return f"no file can be made in {folder} ({said}); {_ELSEWHERE}"
        case errno.ENOENT:
            return f"there is no folder {folder}; create it first: mkdir -p '{folder}'"
        case errno.ENOTDIR:
            return f"{folder} is no folder ({said}); {_ELSEWHERE}"
        case _:
            return f"cannot be written: {said}; {_ELSEWHERE}"
