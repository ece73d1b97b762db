"""How each source fared: as the recorder counted it, or, where it died first, by the rows that are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from snapper.archive.checked import checked
from snapper.archive.manifest import SourceCoverage
from snapper.archive.read import PIDS, TICK, Read
from snapper.archive.spool import Spool
from snapper.errors import UnreadableSnapshot

NEVER_READ = "the recording was cut off before this was read"


def coverage_of(spool: Spool) -> dict[str, dict[str, Any]]:
    """Source → `SourceCoverage` as plain data, for every source that was asked for.

    The recorder's own count is taken where it is there, for it knows of the reads that were not
    stored because nothing had changed. The rows alone give a lower bound of `reads`, no version
    and nothing of what was masked. What the recorder notes of its own accord was not asked for.
    """
    counted = (spool.end or {}).get("coverage")
    unmatched = _unmatched(spool.header["plan"])
    rows: dict[str, list[Read]] = {str(name): [] for name in spool.header["sources"]}
    for row in spool.rows:
        rows[row.source].append(row)
    found = {source: _from_rows(source, reads) for source, reads in rows.items() if source not in {TICK, PIDS}}
    if isinstance(counted, dict):
        found.update(_sound(counted))
    for source, each in found.items():
        if each.status == "absent" and not each.why:
            found[source] = replace(each, why=unmatched.get(source, ""))
    return {source: asdict(each) for source, each in sorted(found.items())}


def _unmatched(plan: dict[str, Any]) -> dict[str, str]:
    """Source → what it means that not one read was made of it, for those that read whatever there is."""
    root = str(plan.get("root", "/")).rstrip("/")
    reads = plan.get("reads")
    told = [read for read in reads if isinstance(read, dict)] if isinstance(reads, list) else []
    return {str(read.get("source")): _says(read, root) for read in told}


def _says(read: dict[str, Any], root: str) -> str:
    """The sentence for one read of a plan.

    >>> _says({"kind": "files", "patterns": ["proc/pressure/*", "sys/x"]}, "")
    'nothing matches /proc/pressure/* (nor 1 more pattern)'
    >>> _says({"kind": "process", "file": "io"}, "/tree"), _says({"kind": "statvfs", "source": "statvfs"}, "/tree")
    ('no process has /tree/proc/PID/io', 'nothing matches /tree/cmd/statvfs/*')
    """
    match read:
        case {"kind": "files", "patterns": [first, *others]}:
            more = f" (nor {len(others)} more pattern{'s' * (len(others) > 1)})" if others else ""
            return f"nothing matches {root}/{first}{more}"
        case {"kind": "process", "file": file}:
            return f"no process has {root}/proc/PID/{file}"
        case {"kind": "command" | "statvfs", "source": str(source)} if root:  # as a recorded tree holds them
            return f"nothing matches {root}/cmd/{source.removeprefix('cmd.')}/*"
        case {"kind": "command"}:
            return "there was no process to ask about"
        case {"kind": "statvfs"}:
            return "no mounted file system holds anything"
        case _:
            return ""


def _sound(counted: dict[str, Any]) -> Iterable[tuple[str, SourceCoverage]]:
    """The recorder's counts as far as they are complete."""
    for source, each in counted.items():
        try:
            yield source, checked(SourceCoverage, each, source)
        except UnreadableSnapshot:
            continue  # the rows' count stands


def _from_rows(source: str, reads: list[Read]) -> SourceCoverage:
    if not reads:
        return SourceCoverage(status="failed", why=NEVER_READ)
    failures = [read for read in reads if read.status != "ok"]
    return SourceCoverage(
        status=_status([read.status for read in reads]),
        reads=len(reads),
        failed=len(failures),
        bytes=sum(len(read.content) + len(read.stderr or b"") for read in reads),
        took=sum(read.took for read in reads) / 1e6,
        why="" if not failures else f"{source} {failures[0].key}".rstrip() + f": {failures[0].status}",
    )


def _status(statuses: list[str]) -> str:
    """The status of a source from those of its reads.

    >>> _status(["ok", "ok"]), _status(["ok", "denied"]), _status(["denied", "denied"])
    ('ok', 'partial', 'denied')
    >>> _status(["absent", "denied", "denied"])
    'denied'
    """
    counts = Counter(statuses)
    if len(counts) == 1 or "ok" not in counts:
        return counts.most_common(1)[0][0]
    return "partial"
