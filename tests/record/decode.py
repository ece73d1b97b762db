"""A second, independent reading of the spool format, written from its description alone."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

MAGIC = b"SNAPSPL1"
FRAME_HEAD = 9
RECORD_HEAD = 2 + 2 + 8 + 4 + 1 + 4 + 4 + 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    source: str
    key: str
    t: int
    took: int
    status: str
    exit_code: int | None
    content: bytes
    stderr: bytes | None


@dataclass(slots=True, kw_only=True)
class Spool:
    head: dict[str, Any]
    frames: list[list[Record]] = field(default_factory=list)
    end: dict[str, Any] | None = None
    plain: bytes = b""

    @property
    def records(self) -> list[Record]:
        return [record for frame in self.frames for record in frame]

    def of(self, source: str, key: str | None = None) -> list[Record]:
        return [record for record in self.records if record.source == source and key in (None, record.key)]

    def contents(self, source: str, key: str | None = None) -> list[bytes]:
        return [record.content for record in self.of(source, key)]

    def coverage(self, source: str) -> dict[str, Any]:
        assert self.end is not None
        coverage: dict[str, Any] = self.end["coverage"][source]
        return coverage


def decode(data: bytes) -> Spool | None:
    """All whole frames of a spool; None where not even the header is whole."""
    if not data.startswith(MAGIC):
        return None
    spool: Spool | None = None
    inflate = zlib.decompressobj()
    at = len(MAGIC)
    while at + FRAME_HEAD <= len(data):
        kind, length, checksum = struct.unpack_from("<cII", data, at)
        payload = data[at + FRAME_HEAD : at + FRAME_HEAD + length]
        if len(payload) < length or zlib.crc32(payload) != checksum:
            break
        at += FRAME_HEAD + length
        if spool is None:
            assert kind == b"H"
            spool = Spool(head=json.loads(payload))
        elif kind == b"T":
            plain = inflate.decompress(payload)
            spool.plain += plain
            spool.frames.append(list(_records(plain, spool.head)))
        else:
            assert kind == b"E"
            spool.end = json.loads(payload)
    return spool


def _records(plain: bytes, head: dict[str, Any]) -> list[Record]:
    records = []
    at = 0
    while at < len(plain):
        source, key, t, took, status, code, content, stderr = struct.unpack_from("<HHqIBiII", plain, at)
        at += RECORD_HEAD
        has_stderr = stderr != 2**32 - 1
        sizes = (key, content, stderr if has_stderr else 0)
        pieces = []
        for size in sizes:
            pieces.append(plain[at : at + size])
            assert len(pieces[-1]) == size
            at += size
        records.append(
            Record(
                source=head["sources"][source],
                key=pieces[0].decode(),
                t=t,
                took=took,
                status=head["statuses"][status],
                exit_code=None if code == -(2**31) else code,
                content=pieces[1],
                stderr=pieces[2] if has_stderr else None,
            )
        )
    return records
