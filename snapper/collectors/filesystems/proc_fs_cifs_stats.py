r"""What was asked of SMB servers, share by share, what of it failed, and how often a connection was lost.

Reads /proc/fs/cifs/Stats: sums of this host, then each share with its counts. The wording is that of the version that
the share is mounted with; SMB 2 and 3 have attempts ("total", "sent" on older kernels) and failures.

    0 session 2 share reconnects
    Total vfs operations: 291 maximum at one time: 2

    1) \\server\share
    SMBs: 33
    Bytes read: 4096  Bytes written: 0
    Reads: 24 total 1 failed
    2) \\server\old
    SMBs: 50 Oplocks breaks: 0
    Reads:  2 Bytes: 1024

A share that is listed for several users is told once, as their sum.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/proc/fs/cifs/Stats"
_counter = partial(
    Metric, unit="operations", kind=Kind.COUNTER, resource=Resource.FILESYSTEM, role=Role.WORKLOAD, worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/fs/smb/client/cifs_debug.c", next="cifsiostat 1 5",
)  # fmt: skip
_share = partial(_counter, labels=("share",))
_fault = partial(_counter, role=Role.ERRORS, worse=Worse.MORE, unit="errors", next="cat /proc/fs/cifs/DebugData")
# fmt: off
_METRICS: Final = (
    _counter(name="cifs.vfs_operations", role=Role.INTERNAL, title="Operations on SMB mounts",
             help="Operations that programs asked of all SMB mounts together."),
    _counter(name="cifs.mids", kind=Kind.GAUGE, unit="calls", role=Role.SATURATION, worse=Worse.MORE,
             title="Requests that wait for an SMB server", next="cat /proc/fs/cifs/DebugData",
             help="Requests that were sent and not answered at the moment of reading. More means a slow server."),
    _fault(name="cifs.session_reconnects", title="SMB sessions lost",
           help="Times a session with a server had to be made anew. More is worse: all of its shares wait meanwhile."),
    _fault(name="cifs.share_reconnects", title="SMB shares lost",
           help="Times a share had to be connected anew. More is worse: its users wait meanwhile."),
    _share(name="cifs.smbs", unit="calls", title="Requests to an SMB share",
           help="Requests sent for this share. Demand."),
    _share(name="cifs.reads", role=Role.INTERNAL, title="Reads from an SMB share",
           help="Reads that were sent to the server."),
    _share(name="cifs.writes", role=Role.INTERNAL, title="Writes to an SMB share",
           help="Writes that were sent to the server."),
    _share(name="cifs.read_bytes", unit="bytes", title="Data read from an SMB share",
           help="Data that came from the server. Demand."),
    _share(name="cifs.write_bytes", unit="bytes", title="Data written to an SMB share",
           help="Data that went to the server. Demand."),
    _share(name="cifs.flushes", role=Role.INTERNAL, title="Flushes of an SMB share",
           help="Times the server was asked to make data durable. Each is dear."),
    _share(name="cifs.opens", role=Role.INTERNAL, title="Files opened on an SMB share",
           help="Files that were opened or made on the share."),
    _share(name="cifs.oplock_breaks", role=Role.INTERNAL, worse=Worse.MORE, unit="events",
           title="Caching of an SMB share taken back",
           help="Times the server took back the right to cache a file, since another client wants it."),
    _fault(name="cifs.failed", labels=("share",), title="Failed requests to an SMB share",
           help="Requests that the server refused, all kinds together. Looking for what is not there counts too, so "
                "that some are normal; a rise points at rights or at the server."),
)
# fmt: on
_SHARE: Final = re.compile(r"[0-9]+\) (?P<name>\\\\[^\t]+?)\s*(?:\tDISCONNECTED)?\s*")
_RECONNECTS: Final = re.compile(r"(?P<sessions>[0-9]{1,20}) session (?P<shares>[0-9]{1,20}) share reconnects")
_TOTAL: Final = re.compile(r"Total vfs operations: (?P<all>[0-9]{1,20}) maximum at one time: [0-9]{1,20}")
_MIDS: Final = re.compile(r"Operations \(MIDs\): (?P<now>[0-9]{1,20})")
_COUNT: Final = re.compile(r"(?P<name>[A-Z]\w*(?: \w+)*): {1,2}(?P<count>[0-9]{1,20})")
_OUTCOME: Final = re.compile(r"(?P<name>\w+): (?P<sent>[0-9]{1,20}) (?:sent|total) (?P<failed>[0-9]{1,20}) failed")
_FIELDS: Final = {
    "SMBs": "smbs", "Reads": "reads", "Writes": "writes", "Flushes": "flushes", "Creates": "opens", "Opens": "opens",
    "Posix Opens": "opens", "Oplocks breaks": "oplock_breaks", "Oplock Breaks": "oplock_breaks",
    "OplockBreaks": "oplock_breaks", "Bytes read": "read_bytes", "Bytes written": "write_bytes",
}  # fmt: skip
"""What the counts of either version are called here."""
_BYTES: Final = {"Reads": "read_bytes", "Writes": "write_bytes"}
"""A line of SMB 1 that begins so has bytes behind its count."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sums of the host, then those of each share.

    Raises:
        ValueError: The text is not that of /proc/fs/cifs/Stats.
    """
    if not text.startswith("Resources in use"):
        raise ValueError(f"{_PATH} should begin with 'Resources in use', and begins with {text[:60]!r}.")
    shares: dict[str, dict[str, int]] = {}
    share: dict[str, int] | None = None
    for line in text.splitlines():
        if begun := _SHARE.fullmatch(line):
            share = shares.setdefault(begun["name"], defaultdict(int))
        elif share is None:
            yield from _of_host(line.strip())
        else:
            _count(share, line)
    for name, counts in shares.items():
        for field, count in counts.items():
            yield Reading(f"cifs.{field}", count, name)


def _of_host(line: str) -> Iterator[Reading]:
    if mids := _MIDS.fullmatch(line):
        yield Reading("cifs.mids", int(mids["now"]))
    elif total := _TOTAL.fullmatch(line):
        yield Reading("cifs.vfs_operations", int(total["all"]))
    elif lost := _RECONNECTS.fullmatch(line):
        yield Reading("cifs.session_reconnects", int(lost["sessions"]))
        yield Reading("cifs.share_reconnects", int(lost["shares"]))


def _count(share: dict[str, int], line: str) -> None:
    """Add what a line counts of a share; what has no metric is passed over."""
    outcome = _OUTCOME.fullmatch(line.strip())
    if outcome:
        share["failed"] += int(outcome["failed"])
        if outcome["name"] in _FIELDS:
            share[_FIELDS[outcome["name"]]] += int(outcome["sent"])
        return
    first = ""
    for count in _COUNT.finditer(line):
        field = _FIELDS.get(count["name"]) or (_BYTES.get(first) if count["name"] == "Bytes" else None)
        first = first or count["name"]
        if field:
            share[field] += int(count["count"])


COLLECTOR: Final = Collector(
    name="proc.fs.cifs.Stats",
    read=File(path="proc/fs/cifs/Stats", cadence=Cadence.EDGES),
    metrics=_METRICS,
    parse=parse,
    adds="requests to SMB shares, those that failed, and connections that were lost",
    needs="an SMB mount",
)
