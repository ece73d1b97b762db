"""How btrfs has shared out its disks, the errors of each of them, and how long commits took.

Reads files below /sys/fs/btrfs/UUID (since Linux 3.14, error_stats since 5.14, commit_stats since 6.0); the keys are
`UUID/allocation/metadata/bytes_used` and `UUID/devinfo/1/error_stats`. btrfs gives space to data, metadata and system
in large pieces, so that one can be full while another has room.

    write_errs 0            commits 258051
    read_errs 0             last_commit_ms 14
    flush_errs 0            max_commit_ms 51462
    corruption_errs 0       total_commit_ms 47836
    generation_errs 0

Errors of a disk are kept over restarts until `btrfs device stats -z` clears them. Devices are numbered by btrfs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import sub, truediv
from typing import Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.filesystems.btrfs_metrics import (
    COMMIT_TIME,
    COMMITS,
    ERRORS,
    FACTS,
    METRICS,
    PROFILE,
    RESERVE_USED,
    SPACE,
    UTILIZATION,
)
from snapper.collectors.text.refusal import refused
from snapper.collectors.text.sysfs_values import whole, words
from snapper.record.plan import Cadence, Files

_LINE: Final = re.compile(r"(?P<name>\w+) (?P<value>[0-9]{1,20})")


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells.

    Raises:
        ValueError: A number that is none, or lines that are not a name and a number.

    >>> list(parse("163840\n", Origin(key="0abb23a9/allocation/metadata/bytes_used")))
    [Reading(metric='btrfs.bytes_used', value=163840, instance='0abb23a9 metadata')]
    """
    path = f"/sys/fs/btrfs/{origin.key}"
    match origin.key.split("/"):
        case [uuid, "allocation", *rest]:
            yield from _of_space(uuid, rest, whole(text, path))
        case [uuid, "devinfo", device, "error_stats"] if text.strip() != "invalid":
            yield from (
                Reading(f"btrfs.{name}", value, f"{uuid} {device}") for name, value in _lines(text, path, ERRORS)
            )
        case [uuid, "devinfo", device, "missing"]:
            yield Reading("btrfs.missing", whole(text, path), f"{uuid} {device}")
        case [uuid, "commit_stats"]:
            for name, value in _lines(text, path, COMMITS):
                yield Reading(f"btrfs.{name}", value / 1000 if name.endswith("_ms") else value, uuid)
        case [uuid, file] if file in FACTS and words(text):
            yield Reading(f"btrfs.{file}", words(text), uuid)


def _of_space(uuid: str, rest: list[str], value: int) -> Iterator[Reading]:
    """Yield what a file below `allocation` tells."""
    match rest:
        case ["global_rsv_size" | "global_rsv_reserved" as file]:
            yield Reading(f"btrfs.{file}", value, uuid)
        case [purpose, file] if file in SPACE:
            yield Reading(f"btrfs.{file}", value, f"{uuid} {purpose}")
        case [purpose, profile, "total_bytes"]:
            yield Reading(PROFILE.name, "in use" if value else "empty", f"{uuid} {purpose} {profile}")


def _lines(text: str, path: str, wanted: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(text.splitlines(), start=1):
        field = _LINE.fullmatch(line.strip())
        if not field:
            raise refused(path, number, line, "a name and a whole number")
        if field["name"] in wanted:
            yield field["name"], int(field["value"])


_DERIVED: Final = (
    Derived(metric=UTILIZATION, inputs=("btrfs.bytes_used", "btrfs.total_bytes"), compute=truediv),
    Derived(metric=RESERVE_USED, inputs=("btrfs.global_rsv_size", "btrfs.global_rsv_reserved"), compute=sub),
    Derived(metric=COMMIT_TIME, inputs=("btrfs.total_commit_ms", "btrfs.commits"), compute=truediv),
)

COLLECTOR: Final = Collector(
    name="sys.fs.btrfs",
    read=Files(
        patterns=(
            *(f"sys/fs/btrfs/*-*/allocation/*/{file}" for file in SPACE),
            "sys/fs/btrfs/*-*/allocation/*/*/total_bytes",
            "sys/fs/btrfs/*-*/allocation/global_rsv_size",
            "sys/fs/btrfs/*-*/allocation/global_rsv_reserved",
            "sys/fs/btrfs/*-*/devinfo/*/error_stats",
            "sys/fs/btrfs/*-*/devinfo/*/missing",
            "sys/fs/btrfs/*-*/commit_stats",
            *(f"sys/fs/btrfs/*-*/{file}" for file in FACTS),
        ),
        cadence=Cadence.EDGES,
        max_files=2_000,
    ),
    metrics=METRICS,
    parse=parse,
    derived=_DERIVED,
    adds="errors of each disk of a btrfs, how full its metadata is, how long its commits take",
    needs="a btrfs; Linux >= 6.0 for all of it",
)
