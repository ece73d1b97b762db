"""The store: the folder in which snapshots are found by name, and the names that they get there.

Nothing heavy is imported before the contents are asked for: a capture asks for a name only.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from snapper.archive.files import reason
from snapper.archive.place import check_target
from snapper.errors import FINISH, CannotWrite, SnapperError, UnreadableSnapshot
from snapper.units import format_duration

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest

__all__ = ["Entry", "EntryKind", "Store", "check_target", "file_name", "safe_name"]

SUFFIX: Final = ".parquet"
SPOOL_SUFFIX: Final = ".spool"
VARIABLE: Final = "SNAPPER_STORE"
"""Environment variable that names another folder."""
_PART_LENGTH: Final = 48  # host, label and the rest together stay far below the 255 bytes of a file name


class EntryKind(StrEnum):
    """What a file in the store is."""

    SNAPSHOT = "snapshot"
    SPOOL = "spool"
    """A recording that was left over, or that is still going on."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file in the store."""

    path: Path
    kind: EntryKind
    size: int
    """Bytes."""
    modified: float
    """Seconds since the epoch."""
    manifest: Manifest | None = None
    """Of a snapshot; None for the other kinds."""
    error: str = ""
    """What is wrong with it and what to do, without the path; empty for a snapshot."""

    @property
    def when(self) -> float:
        """Seconds since the epoch: the capture's start where it is known, else the file's last change."""
        return self.modified if self.manifest is None else self.manifest.started


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of snapshots."""

    folder: Path

    @classmethod
    def usual(cls) -> Store:
        """The folder in $SNAPPER_STORE, else `snapshots` among the user's own data."""
        given = os.environ.get(VARIABLE)
        if given:
            return cls(Path(given))
        from platformdirs import user_data_path  # noqa: PLC0415 - not needed where the folder is given

        return cls(user_data_path("perf-snapper") / "snapshots")

    @classmethod
    def named(cls, folder: Path) -> Store:
        """A folder that somebody asked for by name, and so believes to be there.

        Raises:
            UnreadableSnapshot: It is not there, or is no folder.
        """
        if not os.path.lexists(folder):
            raise UnreadableSnapshot(f"{folder}: there is no such folder to look in; name another with --store")
        return cls(folder)

    def new_path(self, *, host: str, label: str, identity: str, started: float | None = None) -> Path:
        """A path for a new snapshot, in a folder that is there.

        Args:
            host: Name of the host that is captured.
            label: As the user gave it; may be empty.
            identity: The snapshot's id.
            started: Seconds since the epoch; without it, now.

        Raises:
            CannotWrite: The folder cannot be created or written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise CannotWrite(
                f"{self.folder}: the store cannot be created: {reason(error)}; name another folder in ${VARIABLE}"
            ) from error
        when = time.time() if started is None else started
        path = self.folder / file_name(host=host, label=label, identity=identity, started=when)
        check_target(path)
        return path

    def entries(self) -> list[Entry]:
        """Every snapshot, leftover recording and unreadable file of that name in the folder, newest first.

        Only what each says of itself is read. A folder that is not there holds nothing.

        Raises:
            UnreadableSnapshot: The folder itself cannot be read.
        """
        try:
            paths = [path for path in self.folder.iterdir() if path.suffix in {SUFFIX, SPOOL_SUFFIX}]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnreadableSnapshot(
                f"{self.folder}: the store cannot be read: {reason(error)}; name another with --store or ${VARIABLE}"
            ) from error
        found = map(_entry, paths)
        return sorted((entry for entry in found if entry is not None), key=lambda entry: entry.when, reverse=True)


def file_name(*, host: str, label: str, identity: str, started: float) -> str:
    """The name of a snapshot's file: it sorts by host, label and time, and says which snapshot it is.

    >>> file_name(host="web-7", label="pre-deploy", identity="a41f09c2d3e4", started=1795426867)
    'web-7_pre-deploy_20261123T094107Z_a41f09c2d3e4.parquet'
    >>> file_name(host="web-7", label="../naïve & 'quoted'", identity="a41f09c2d3e4", started=1795426867)
    'web-7_naive-quoted_20261123T094107Z_a41f09c2d3e4.parquet'
    """
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(started))
    parts = (safe_name(host) or "host", safe_name(label), moment, safe_name(identity))
    return "_".join(part for part in parts if part) + SUFFIX


def safe_name(text: str) -> str:
    """Text without what a shell, a URL or a file system could take amiss; accents go, the letters stay.

    >>> safe_name("a/b c"), safe_name("-rf .."), safe_name("…"), len(safe_name("x" * 300))
    ('a-b-c', 'rf', '', 48)
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-._")[:_PART_LENGTH].rstrip("-._")


def _entry(path: Path) -> Entry | None:
    """What a file is; None if it has gone in the meantime."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return Entry(path=path, kind=EntryKind.UNREADABLE, size=0, modified=0.0, error=reason(error))
    kind, manifest, wrong = _judged(path, age=time.time() - status.st_mtime)
    return Entry(path=path, kind=kind, size=status.st_size, modified=status.st_mtime, manifest=manifest, error=wrong)


def _judged(path: Path, *, age: float) -> tuple[EntryKind, Manifest | None, str]:
    from snapper.archive.load import load_manifest  # noqa: PLC0415 - pyarrow, see the module's docstring
    from snapper.archive.spool import read_header  # noqa: PLC0415 - same

    try:
        if path.suffix == SPOOL_SUFFIX:
            return EntryKind.SPOOL, None, _of_spool(path, read_header(path), age)
        return EntryKind.SNAPSHOT, load_manifest(path), ""
    except SnapperError as error:
        return EntryKind.UNREADABLE, None, str(error).removeprefix(f"{path}: ")


def _of_spool(path: Path, header: dict[str, Any], age: float) -> str:
    from snapper.archive.running import writer_of  # noqa: PLC0415 - only where there is a spool

    meta = header["plan"].get("meta")
    label = meta.get("label") if isinstance(meta, dict) else None
    name = f"the recording of {str(label)!r}" if label else "a recording"
    writer = writer_of(path, header)
    if writer is not None:
        return f"{name} is going on, by process {writer}"
    return (
        f"{name} was not finished, last written {format_duration(max(age, 0.0))} ago; finish it with: {FINISH} '{path}'"
    )
