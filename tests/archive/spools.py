"""A spool writer of the tests' own, by the description of the format and not by the reader's code."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from snapper.archive.manifest import Manifest
from snapper.archive.read import PIDS, TICK, Read

STATUSES = ["ok", "absent", "denied", "failed", "timeout", "truncated"]
SECOND = 10**9
BOOTTIME = 5_000 * SECOND
STARTED = 1_795_426_867.0  # 2026-11-23T09:41:07Z


def host(**other: Any) -> dict[str, Any]:
    return {
        "hostname": "web-7",
        "kernel": "6.18.44",
        "machine": "x86_64",
        "os": "Debian GNU/Linux 12 (bookworm)",
        "boot_id": "0b8b5cd7-6f42-4d6c-a4f8-1d35e9d0a111",
        "boottime": BOOTTIME,
        "started": STARTED,
        "utc_offset": 3600,
        "cpus": 8,
        "memory": 16 * 2**30,
        "page_size": 4096,
        "clock_ticks": 100,
        "uid": 0,
        "capabilities": "000001ffffffffff",
        "container": "",
        "pids": [4100, 4101],
    } | other


def header(sources: Iterable[str], **other: Any) -> dict[str, Any]:
    plan = {
        "format": 1,
        "root": "/",
        "interval": 1.0,
        "ticks": 3,
        "meta": {"id": "a41f09c2d3e4", "label": "pre-deploy", "tags": {"git": "4f2a91c"}, "snapper": "0.1.0"},
        "reads": [],
    }
    return {"format": 1, "plan": plan, "sources": [*sources], "statuses": STATUSES, "host": host()} | other


END = {
    "ended": "done",
    "ticks": 3,
    "duration": 2.0,
    "pids": [4200],
    "cost": {"cpu": 0.25, "rss": 15_000_000, "bytes": 4096, "late": 0, "tools_cpu": 0.1},
    "coverage": {
        "proc.stat": {
            "status": "ok",
            "reads": 3,
            "failed": 0,
            "bytes": 60,
            "took": 0.0001,
            "why": "",
            "version": "",
            "masked": 0,
        }
    },
}


def frame(kind: bytes, payload: bytes) -> bytes:
    return struct.pack("<cII", kind, len(payload), zlib.crc32(payload)) + payload


def record(row: Read, sources: Sequence[str]) -> bytes:
    key = row.key.encode()
    return (
        struct.pack(
            "<HHqIBiII",
            sources.index(row.source),
            len(key),
            row.t,
            row.took,
            STATUSES.index(row.status),
            -(2**31) if row.exit_code is None else row.exit_code,
            len(row.content),
            2**32 - 1 if row.stderr is None else len(row.stderr),
        )
        + key
        + row.content
        + (row.stderr or b"")
    )


def spool(pieces: Iterable[Iterable[Read]], *, about: dict[str, Any] | None = None, end: Any = END) -> bytes:
    """A whole spool; `end=None` leaves the last frame out."""
    pieces = [list(piece) for piece in pieces]
    sources = sorted({row.source for piece in pieces for row in piece})
    about = header(sources) if about is None else about
    stream = zlib.compressobj(1)
    frames = [frame(b"H", json.dumps(about).encode())]
    for piece in pieces:
        records = b"".join(record(row, about["sources"]) for row in piece)
        frames.append(frame(b"T", stream.compress(records) + stream.flush(zlib.Z_SYNC_FLUSH)))
    if end is not None:
        frames.append(frame(b"E", json.dumps(end).encode()))
    return b"SNAPSPL1" + b"".join(frames)


def tick(number: int) -> Read:
    return Read(TICK, "", BOOTTIME + number * SECOND, 350, "ok", b"")


def pids(number: int, *alive: int) -> Read:
    return Read(PIDS, "", BOOTTIME + number * SECOND + 1000, 40, "ok", b" ".join(b"%d" % pid for pid in alive))


def stat(number: int) -> Read:
    t = BOOTTIME + number * SECOND + 2000
    return Read("proc.stat", "", t, 17, "ok", b"cpu  %d 0 2 3\nbtime 1795421867\n" % (100 * number))


def small() -> list[list[Read]]:
    """Three ticks of one host: a command, a process that goes, a file that may not be read."""
    command = Read("cmd.vmstat", "", BOOTTIME - SECOND, 2_100_000, "failed", b"procs\n", b"vmstat: odd\n", 3)
    denied = Read("proc.pid.io", "1", BOOTTIME + 3000, 4, "denied", b"")
    process = Read("proc.pid.stat", "10", BOOTTIME + 4000, 9, "ok", b"10 (sh) S 1")
    other = Read("proc.pid.stat", "9", BOOTTIME + 5000, 9, "ok", b"9 (a b) R 1\xff")
    later = process._replace(t=BOOTTIME + SECOND + 4000, content=b"10 (sh) R 1")
    return [
        [command],
        [tick(0), pids(0, 1, 9, 10), stat(0), denied, process, other],
        [tick(1), stat(1), later],
        [tick(2), pids(2, 1, 10), stat(2)],
    ]


def rows(pieces: Iterable[Iterable[Read]]) -> list[Read]:
    return [row for piece in pieces for row in piece]


def manifest(**other: Any) -> Manifest:
    facts: dict[str, Any] = {
        "snapper": "0.1.0",
        "id": "a41f09c2d3e4",
        "label": "pre-deploy",
        "host": "web-7",
        "boot_id": "0b8b5cd7",
        "kernel": "6.18.44",
        "started": STARTED,
        "utc_offset": 3600,
        "boottime": BOOTTIME,
        "interval": 1.0,
        "duration": 2.0,
        "ticks": 3,
        "cpus": 8,
        "memory": 2**34,
        "page_size": 4096,
        "clock_ticks": 100,
        "uid": 0,
        "ended": "done",
    }
    return Manifest(**(facts | other))
