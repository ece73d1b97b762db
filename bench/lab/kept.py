"""A dozen captures as fixtures: the lab's own programs, what findings come from, and nothing of the machine's names.

What the judge makes of them stands beside them, so that a change in the judge shows in review. `python -m lab keep`
writes both anew; `tests/test_kept.py` compares.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lab import place
from snapper import Snapshot, diff, load
from snapper.analyze.diff import Diff
from snapper.archive.manifest import Manifest
from snapper.archive.parquet import write
from snapper.archive.read import PIDS, TICK, Read
from stories import disguised, disguised_read

FIXTURES: Final = place.REPOSITORY / "fixtures" / "lab"
FINDINGS: Final = FIXTURES / "findings.txt"
SOURCES: Final = frozenset({
    "proc.stat", "proc.loadavg", "proc.meminfo", "proc.vmstat", "proc.diskstats", "proc.interrupts", "proc.softirqs",
    "proc.pressure", "proc.net.dev", "proc.net.snmp", "proc.net.netstat", "proc.net.sockstat", "proc.net.softnet_stat",
    "proc.pid.stat", "proc.pid.status", "proc.pid.io", "proc.pid.fd", "proc.pid.schedstat", "proc.pid.cmdline",
    "sys.cgroup.cpu", "cmd.ss", "proc.uptime", PIDS, TICK,
})  # fmt: skip
OURS: Final = b"lab.loads"
"""In the command line of each of the lab's programs."""
GROUP: Final = "cpu/snapper-lab-"
"""What the names of the lab's control groups begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is compared; the fault of the capture bears its name."""

    befores: tuple[str, ...]
    after: str


USUAL: Final = ("service-5",)
CASES: Final = (
    Case(befores=USUAL, after="service-6"),
    Case(befores=("long-1", "long-2", "long-3"), after="dearer-5"),
    *(
        Case(befores=USUAL, after=fault)
        for fault in (
            "dearer-10", "fork-storm", "lock-contention", "throttled", "rss-10", "load-doubled", "packet-loss",
            "accept-overflow", "program-gone",
        )
    ),
)  # fmt: skip


def keep() -> Path:
    """Write the fixtures, and what is made of them; where the latter is."""
    FIXTURES.mkdir(exist_ok=True)
    for name in sorted({name for case in CASES for name in (*case.befores, case.after)}):
        snapshot = load(place.snapshot(name))
        write(_rows(snapshot), _manifest(snapshot), path_of(name), overwrite=True)
        path_of(name).chmod(0o644)  # as all fixtures: nothing in it is private
    FINDINGS.write_text("\n".join(line for case in CASES for line in told(case, compared(case))) + "\n", "utf-8")
    return FINDINGS


def path_of(name: str) -> Path:
    """The fixture of a capture."""
    return FIXTURES / f"{name}.parquet"


def compared(case: Case) -> Diff:
    """The comparison of a case, of the fixtures."""
    first, *more = (load(path_of(name)) for name in case.befores)
    return diff(first, load(path_of(case.after)), baselines=more)


def told(case: Case, found: Diff) -> Iterator[str]:
    """What the judge made of a case: a line for each finding, without the figures that a rounding would change."""
    yield f"{case.after}, beside {', '.join(case.befores)}: {found.summary.series_flagged} series flagged"
    for finding in found.findings:
        series = f"{finding.metric}[{finding.instance}]" if finding.instance else finding.metric
        who = ", ".join(f"{culprit.program} {culprit.share:.0%}" for culprit in finding.culprits)
        yield "  ".join(filter(None, (f"  {finding.tier:8}", series, finding.verdict, who, finding.note)))
    yield ""


def _rows(snapshot: Snapshot) -> Iterator[Read]:
    archive = snapshot.archive
    ours = _ours(snapshot)
    for source in sorted(SOURCES & set(archive.sources())):
        for read in archive.reads(source):
            if _is_kept(read, ours):
                content = read.content.replace(str(place.WORK).encode(), b"/opt/lab")
                yield disguised_read(read._replace(content=content))


def _is_kept(read: Read, ours: Collection[str]) -> bool:
    if read.source.startswith("proc.pid."):
        return read.key in ours
    return read.source != "sys.cgroup.cpu" or read.key.startswith(GROUP)


def _manifest(snapshot: Snapshot) -> Manifest:
    about = json.loads(disguised(json.dumps(snapshot.manifest.to_json()).encode()))
    about["coverage"] = {name: row for name, row in about["coverage"].items() if name in SOURCES}
    # The recorder's caller is left out with its stat, which told that what it started besides is no part of snapper.
    ours = _ours(snapshot)
    callers = {int(_fields(read)[1]) for read in snapshot.archive.reads("proc.pid.stat") if read.key in ours}
    about["pids"] = [pid for pid in about["pids"] if pid not in callers]
    return Manifest.from_json(about)


def _ours(snapshot: Snapshot) -> set[str]:
    """The processes of the lab's programs."""
    return {read.key for read in snapshot.archive.reads("proc.pid.cmdline") if OURS in read.content}


def _fields(stat: Read) -> list[bytes]:
    """Of a /proc/PID/stat, from the state on."""
    return stat.content.rpartition(b")")[2].split()
