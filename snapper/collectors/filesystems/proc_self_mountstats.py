r"""How long each NFS mount's operations took, waiting here and at the server, and what had to be sent again.

Reads /proc/self/mountstats (since Linux 2.6.17). Of an NFS mount there are lines of bytes, events and connections, and
for each operation: how often, sent (again), timed out, bytes sent and received, then milliseconds in the queue of this
host, from sending to the answer, and from asking to the end; errors since statvers 1.1.

    device nas:/vol/home mounted on /home with fstype nfs4 statvers=1.1
        bytes:  0 1048576 0 0 0 1048576 0 256
        xprt:   tcp 703 0 1 0 12 31 31 0 31 0 2 1 0
        per-op statistics
                 READ: 1298 1298 0 207680 1210292152 6 79386 79407 0

READ, WRITE and COMMIT are told apart, everything else together as METADATA. Of more than 16 mounts the busiest count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import isnan, nan
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.filesystems.mount_points import unescaped
from snapper.collectors.filesystems.nfs_mount_metrics import DERIVED, METRICS
from snapper.collectors.text.refusal import refused
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/self/mountstats"
_MOST: Final = 16
"""Mounts: each is forty series, and a cluster's node may have hundreds."""
_APART: Final = frozenset({"READ", "WRITE", "COMMIT"})
_PER_OPERATION: Final = 8
"""Numbers of an operation before statvers 1.1."""
_OVERFLOW: Final = 2**63
"""A time that ran backwards is written as a huge number, and not known."""
_DELAY: Final = 24
"""Place of NFSIOS_DELAY among the events (include/linux/nfs_iostat.h)."""
_READ, _WRITTEN = 4, 5  # places of what went to and came from the server, by caching or past it
_TRANSPORTS: Final = {"tcp": (2, 5, 7, 9), "udp": (None, 2, 4, 6), "local": (1, 4, 6, 8)}
"""Places of connects, sends, bad answers and backlog behind the transport's name (net/sunrpc/xprtsock.c)."""

Sums = dict[str, float]


class _Mount:
    """What is gathered of one mount."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.sums: Sums = defaultdict(float)
        self.by_kind: dict[str, Sums] = {}

    def operation(self, name: str, numbers: Sequence[int]) -> None:
        if not numbers[0]:
            return
        of_kind = self.by_kind.setdefault(name if name in _APART else "METADATA", defaultdict(float))
        for sums in (self.sums, of_kind):
            sums["ops"] += numbers[0]
            sums["retrans"] += max(0, numbers[1] - numbers[0])
            sums["timeouts"] += numbers[2]
            for field, milliseconds in zip(("queue", "rtt", "execute"), numbers[5:8], strict=True):
                sums[field] += milliseconds / 1000 if milliseconds < _OVERFLOW else nan

    def line(self, label: str, words: Sequence[str], numbers: Sequence[int]) -> None:
        """Take a line of bytes, events or a connection; of several connections the sums."""
        if label == "bytes" and len(numbers) > _WRITTEN:
            self.sums["read_bytes"], self.sums["write_bytes"] = numbers[_READ], numbers[_WRITTEN]
        elif label == "events" and len(numbers) > _DELAY:
            self.sums["delay"] = numbers[_DELAY]
        elif label == "xprt" and words[0] in _TRANSPORTS:
            for field, place in zip(("connects", "sends", "bad_xids", "bklog_u"), _TRANSPORTS[words[0]], strict=True):
                if place is not None and place < len(numbers):
                    self.sums[field] += numbers[place]


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sums of each NFS mount, and of its reads, writes, commits and the rest.

    Raises:
        ValueError: A line of an NFS mount that does not hold the numbers it should.
    """
    mounts = {mount.point: mount for mount in _mounts(text)}  # mounted over one another: the last one counts
    for mount in sorted(mounts.values(), key=lambda mount: -mount.sums["ops"])[:_MOST]:
        yield from _readings(mount.sums, mount.point)
        for kind, sums in mount.by_kind.items():
            yield from _readings(sums, f"{mount.point} {kind}", "nfs.mount.by_kind")


def _mounts(text: str) -> Iterator[_Mount]:
    mount: _Mount | None = None
    in_operations = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(("device ", "no device ")):
            if mount:
                yield mount
            mount, in_operations = _begun(line, number), False
        elif mount and line.strip() == "per-op statistics":
            in_operations = True
        elif mount and line.strip():
            _take(mount, line, number, in_operations=in_operations)
    if mount:
        yield mount


def _begun(line: str, number: int) -> _Mount | None:
    """The NFS mount that begins with this line; none if it is of another type."""
    before, mounted, after = line.partition(" mounted on ")
    point, typed, kind = after.partition(" with fstype ")
    if not mounted or not typed or not before:
        raise refused(_PATH, number, line, "a mount as 'device nas:/vol mounted on /mnt with fstype nfs4'")
    return _Mount(unescaped(point)) if kind.split(" ")[0] in {"nfs", "nfs4"} else None


def _take(mount: _Mount, line: str, number: int, *, in_operations: bool) -> None:
    label, colon, rest = line.strip().partition(":")
    words = rest.split()
    wanted = in_operations or label in {"bytes", "events", "xprt"}
    if not colon or not wanted or not words:
        return
    digits = words[1:] if label == "xprt" else words
    if not all(word.removeprefix("-").isdecimal() and word.isascii() and len(word) <= 21 for word in digits):
        raise refused(_PATH, number, line, f"{label!r} and whole numbers")
    numbers = [int(word) for word in digits]
    if not in_operations:
        mount.line(label, words, numbers)
    elif len(numbers) < _PER_OPERATION:
        raise refused(_PATH, number, line, f"an operation and at least {_PER_OPERATION} numbers")
    else:
        mount.operation(label, numbers)


def _readings(sums: Sums, instance: str, family: str = "nfs.mount") -> Iterator[Reading]:
    for field, value in sums.items():
        if not isnan(value):  # as a time that ran backwards
            yield Reading(f"{family}.{field}", value, instance)


COLLECTOR: Final = Collector(
    name="proc.self.mountstats",
    read=File(path="proc/self/mountstats", cadence=Cadence.EDGES),
    metrics=METRICS,
    parse=parse,
    derived=DERIVED,
    adds="how long NFS operations took, here and at the server, mount by mount",
    needs="an NFS mount",
)
