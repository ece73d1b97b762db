"""What the collectors read, kept from one capture to the next.

To ask the collectors, all of them have to be imported: ten times the work of starting the recorder. Their reads are
therefore kept as JSON in the user's cache folder, as long as nothing that makes them has changed: the version, the
interpreter, the files of this package, and the folders in which plug-ins are installed.

The file names programs that root may run. It is believed only if it belongs to whoever runs this, nobody else can
write it and its folder, and neither is a link; damaged, it is made anew.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from snapper import __version__

Reads = list[dict[str, Any]]
"""As in the recorder's plan."""

FORMAT: Final = 1
_NAME: Final = "reads.json"
_MAX_BYTES: Final = 4 * 2**20
_OTHERS_WRITE: Final = 0o022


def kept_reads(folder: str | None, make: Callable[[], tuple[Reads, Iterable[str]]]) -> Reads:
    """The reads of all collectors that need not be asked for.

    Args:
        folder: Where they are kept, created if need be; None for the user's own cache folder.
        make: Asks the collectors: their reads, and the files of those that are not of this package.

    Returns:
        What `make` would return, and where there is no such folder to be trusted, what it does return.
    """
    state = _state()
    kept = _load(folder or _usual(), state)
    if kept is not None:
        return kept
    reads, files = make()
    _save(folder or _usual(), {"format": FORMAT, "state": state, "files": _stamps(files), "reads": reads})
    return reads


def _usual() -> str:
    """As platformdirs has it on Linux; to load that would take longer than to read what is kept there."""
    cache = os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")  # noqa: PTH111 - see below
    return os.path.join(cache, "perf-snapper")  # noqa: PTH118 - same


def _state() -> list[Any]:
    """What has to be the same for the reads to be the same, apart from the plug-ins' own files."""
    here = os.path.dirname(__file__)  # noqa: PTH120 - pathlib would be half of the work
    ours = [here, os.path.join(os.path.dirname(here), "collectors")]  # noqa: PTH118, PTH120 - same
    installed = [[path, _changed(path)] for path in sys.path[1:]]  # the first is the program's own folder
    return [__version__, sys.version, installed, [stamp for folder in ours for stamp in _stamps_below(folder)]]


def _stamps_below(folder: str) -> list[list[Any]]:
    stamps: list[list[Any]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                stamps.append([entry.path, entry.stat().st_mtime_ns])
            elif entry.is_dir() and entry.name != "__pycache__":
                stamps += _stamps_below(entry.path)
    return sorted(stamps)


def _stamps(files: Iterable[str]) -> list[list[Any]]:
    return [[path, _changed(path)] for path in sorted(files)]


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - see above
    except OSError:
        return 0


def _load(folder: str, state: list[Any]) -> Reads | None:
    """The reads that are kept, if they are still right and are to be trusted."""
    try:
        at = _open_folder(folder)
        try:
            fd = os.open(_NAME, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        finally:
            os.close(at)
        with os.fdopen(fd, "rb") as file:
            status = os.fstat(fd)
            if not (stat.S_ISREG(status.st_mode) and _is_ours(status) and status.st_size <= _MAX_BYTES):
                return None
            kept = json.loads(file.read(_MAX_BYTES))
        is_right = kept["format"] == FORMAT and kept["state"] == state and _is_unchanged(kept["files"])
        reads: Reads = kept["reads"]
        return reads if is_right and all(read["source"] and read["kind"] for read in reads) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _is_unchanged(stamps: list[list[Any]]) -> bool:
    return all(_changed(path) == changed for path, changed in stamps)


def _save(folder: str, kept: dict[str, Any]) -> None:
    """Keep the reads; where that cannot be, the next capture asks the collectors again."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103 - see above
        at = _open_folder(folder)
    except OSError:
        return
    draft = f"{_NAME}.{os.getpid()}"
    try:
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600, dir_fd=at)
        try:
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                json.dump(kept, file)
            os.rename(draft, _NAME, src_dir_fd=at, dst_dir_fd=at)
        except OSError:
            os.unlink(draft, dir_fd=at)
    except OSError:
        pass
    finally:
        os.close(at)


def _open_folder(folder: str) -> int:
    """A descriptor of a folder that is ours alone.

    Raises:
        OSError: It is not there, is a link, or somebody else may write it.
    """
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    if not _is_ours(os.fstat(at)):
        os.close(at)
        raise PermissionError
    return at


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE
