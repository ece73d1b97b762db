"""Reading a spool: the recorder's frames in order, up to the first one that is damaged or cut off.

    file   = b"SNAPSPL1" frame*
    frame  = kind (1 byte), payload length (u32), CRC-32 of the payload (u32), payload; little-endian
    H      = JSON, the first frame: plan, names of sources and statuses, facts of the host
    T      = the next piece of one zlib stream; inflated it is whole records, back to back
    E      = JSON, the last frame: why the recording ended, what it cost, how each source fared
    record = source index, key length, t, took, status index, exit code, content length, stderr length;
             then key, content and stderr

A recorder that was killed, or ran out of disk, leaves no E and perhaps half a T. What
stands before the damage is whole, for a frame is believed only if its checksum is right.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from snapper.archive.files import SPOOL_FAMILY, SPOOL_MAGIC, describe, head_of, open_regular
from snapper.archive.read import Read
from snapper.errors import NewerFormat, UnreadableSnapshot

FORMAT: Final = 1
FRAME: Final = struct.Struct("<cII")
RECORD: Final = struct.Struct("<HHqIBiII")
NO_EXIT_CODE: Final = -(2**31)
NO_STDERR: Final = 2**32 - 1

MAX_FRAME: Final = 256 * 2**20
"""Bytes of one frame as stored. The largest is what is read before the first tick: some MiB."""
MAX_INFLATED: Final = 2**31 - 1
"""Bytes of all records together. A day of 1,000 processes at one tick a second stays below; it is held in memory."""
MAX_RATIO: Final = 200
"""Bytes inflated for each byte of the file, beyond SMALL. Recordings have 5 to 30; zlib can make 1,000 of a byte."""
SMALL: Final = 64 * 2**20
MAX_ROWS: Final = 20_000_000
"""Records, each of which is an object in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """All that could be read of a spool."""

    header: dict[str, Any]
    """The H frame."""
    rows: list[Read]
    """In the order of recording."""
    end: dict[str, Any] | None
    """The E frame; None if the recording was cut: killed, out of disk, or damaged since."""


def read_spool(path: Path) -> Spool:
    """Read a spool as far as it is whole.

    Raises:
        UnreadableSnapshot: It is no spool, or not even its header is whole.
        NewerFormat: It was written by a later recorder.
    """
    with open_regular(path) as file:
        frames = _frames(file)
        header = _header(path, file, frames)
        size = os.fstat(file.fileno()).st_size
        records = _Records(header, most=min(MAX_INFLATED, max(SMALL, MAX_RATIO * size)))
        end = None
        for kind, payload in frames:
            if kind == b"E":
                end = _json_object(payload)
                break
            # The checksum leaves the kind out, so an unknown one is damage: to skip it could lose a tick unseen.
            if kind != b"T" or not records.take(payload):
                break
    return Spool(header=header, rows=records.rows, end=end)


def read_header(path: Path) -> dict[str, Any]:
    """Read the header alone, to tell what was being recorded.

    Raises:
        UnreadableSnapshot, NewerFormat: As `read_spool`.
    """
    with open_regular(path) as file:
        return _header(path, file, _frames(file))


def _frames(file: BufferedReader) -> Iterator[tuple[bytes, bytes]]:
    """Frames (kind, payload) that are whole; ends, without a word, at the first that is not."""
    size = os.fstat(file.fileno()).st_size
    while len(start := file.read(FRAME.size)) == FRAME.size:
        kind, length, checksum = FRAME.unpack(start)
        if length > min(MAX_FRAME, size - file.tell()):  # before memory is taken for it
            return
        payload = file.read(length)
        if len(payload) != length or zlib.crc32(payload) != checksum:
            return
        yield kind, payload


def _header(path: Path, file: BufferedReader, frames: Iterator[tuple[bytes, bytes]]) -> dict[str, Any]:
    head = head_of(file)
    if not head.startswith(SPOOL_FAMILY):
        raise UnreadableSnapshot(f"{path}: {describe(head)}; expected a recording, which begins with SNAPSPL1")
    magic = file.read(len(SPOOL_MAGIC))
    if len(magic) == len(SPOOL_MAGIC) and magic != SPOOL_MAGIC:
        raise NewerFormat(f"{path}: a recording of format {magic[-1:]!r}, this snapper reads format 1; upgrade snapper")
    kind, payload = next(frames, (b"", b""))
    if kind != b"H":
        raise UnreadableSnapshot(f"{path}: the recording is cut off before its header was written; capture again")
    header = _json_object(payload)
    if header is None:
        raise UnreadableSnapshot(f"{path}: the recording's header is no JSON object; capture again")
    if isinstance(header.get("format"), int) and header["format"] > FORMAT:
        raise NewerFormat(
            f"{path}: a recording of format {header['format']}, this snapper reads up to {FORMAT}; upgrade snapper"
        )
    for name, kind_of in (("plan", dict), ("host", dict), ("sources", list), ("statuses", list)):
        if not isinstance(header.get(name), kind_of):
            raise UnreadableSnapshot(f"{path}: the recording's header has no `{name}`; capture again")
    return header


def _json_object(payload: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class _Records:
    """Inflates pieces and cuts them into rows; keeps what came before a damage."""

    def __init__(self, header: dict[str, Any], *, most: int) -> None:
        self.rows: list[Read] = []
        self._sources = [str(name) for name in header["sources"]]
        self._statuses = [str(name) for name in header["statuses"]]
        self._keys: dict[bytes, str] = {}  # each key is one string, however many rows bear it
        self._inflater = zlib.decompressobj()
        self._left = most

    def take(self, payload: bytes) -> bool:
        """Take one piece; False if it, or what follows, cannot be trusted."""
        try:
            piece = self._inflater.decompress(payload, self._left)
        except zlib.error:
            return False
        self._left -= len(piece)
        whole = self._cut(piece)
        return whole and not self._inflater.unconsumed_tail and self._left > 0

    def _cut(self, piece: bytes) -> bool:
        """Append the rows of a piece; False if it does not end where a record ends."""
        offset, size = 0, len(piece)
        while size - offset >= RECORD.size and len(self.rows) < MAX_ROWS:
            source, key_size, t, took, status, exit_code, content_size, stderr_size = RECORD.unpack_from(piece, offset)
            key_at = offset + RECORD.size
            content_at = key_at + key_size
            stderr_at = content_at + content_size
            offset = stderr_at if stderr_size == NO_STDERR else stderr_at + stderr_size
            if offset > size or source >= len(self._sources) or status >= len(self._statuses):
                return False
            self.rows.append(
                Read(
                    self._sources[source],
                    self._key(piece[key_at:content_at]),
                    t,
                    took,
                    self._statuses[status],
                    piece[content_at:stderr_at],
                    None if stderr_size == NO_STDERR else piece[stderr_at:offset],
                    None if exit_code == NO_EXIT_CODE else exit_code,
                )
            )
        return offset == size

    def _key(self, raw: bytes) -> str:
        key = self._keys.get(raw)
        if key is None:
            # A file's name need not be UTF-8; escaped it is still a name.
            key = self._keys[raw] = raw.decode("utf-8", "backslashreplace")
        return key
