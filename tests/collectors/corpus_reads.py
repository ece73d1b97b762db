"""Recorded files of other machines as a capture would hold them: which source each belongs to, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from snapper.collectors import Collector, Derived, all_collectors
from tests.collectors.corpus_trees import Said, parsed, rows

SOURCES = {
    "proc/stat": "proc.stat",
    "proc/loadavg": "proc.loadavg",
    "proc/meminfo": "proc.meminfo",
    "proc/vmstat": "proc.vmstat",
    "proc/diskstats": "proc.diskstats",
    "proc/pressure/cpu": "proc.pressure",
    "proc/pressure/io": "proc.pressure",
    "proc/pressure/irq": "proc.pressure",
    "proc/pressure/memory": "proc.pressure",
    "proc/interrupts": "proc.interrupts",
    "proc/softirqs": "proc.softirqs",
    "proc/schedstat": "proc.schedstat",
    "proc/mounts": "proc.mounts",
    "proc/self/mounts": "proc.mounts",
    "proc/sys/fs/file-nr": "proc.sys.fs.file-nr",
}
OF_A_PROCESS = frozenset(
    {"below/procfs-test_pid_stat-stat-cec8", "below/procfs-test_read_all_pids-stat-e4dd"}
)  # filed under proc/stat in the manifest, and a process's file


@dataclass(frozen=True)
class Recording:
    case: str
    path: str
    """Below the case: `before/proc/stat`, or `input` for a file that was recorded alone."""
    source: str
    key: str
    text: str

    @property
    def id(self) -> str:
        return f"{self.case}/{self.path}"

    def said(self) -> Said:
        """What the parser makes of it; ValueError where it refuses it."""
        return _said(self)


def collector(source: str) -> Collector:
    return all_collectors()[source]


def derived(source: str, metric: str) -> Derived:
    return next(derived for derived in collector(source).derived if derived.metric.name == metric)


def recordings(corpus: Path, source: str) -> Iterator[Recording]:
    """Every file of a source: in trees (root), pairs (before, after), series (00, 01, ...), and alone."""
    for name, of in SOURCES.items():
        if of == source:
            for path in sorted(corpus.glob(f"*/*/*/{name}")):
                parts = path.relative_to(corpus).parts
                yield _recording(corpus, "/".join(parts[:2]), "/".join(parts[2:]), source)
    for row in rows(corpus, "MANIFEST.tsv"):
        if SOURCES.get(row["category"]) == source and row["kind"] == "file" and row["case"] not in OF_A_PROCESS:
            yield _recording(corpus, row["case"], "input", source)


def recording(corpus: Path, case: str, path: str) -> Recording:
    source = next(source for name, source in SOURCES.items() if path.endswith(f"/{name}"))
    return _recording(corpus, case, path, source)


@cache
def _said(recording: Recording) -> Said:
    return parsed(recording.source, recording.text, recording.key)


@cache
def _recording(corpus: Path, case: str, path: str, source: str) -> Recording:
    text = (corpus / case / path).read_bytes().decode("utf-8", "backslashreplace")
    return Recording(case=case, path=path, source=source, key=Path(path).name, text=text)
