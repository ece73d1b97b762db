"""Recorded files and print-outs of other machines' storage: what a source reads of them, and what others read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from snapper.collectors import all_collectors
from snapper.record.plan import File, Files
from tests.collectors.corpus_trees import Said, said

PLACEHOLDERS = {"_void", "_list"}
"""They say what a tree leaves out."""


def files_of(root: Path, source: str) -> Iterator[tuple[str, Path]]:
    """The keys and files that the declared patterns find below a tree."""
    read = all_collectors()[source].read
    assert isinstance(read, File | Files)
    for pattern in read.patterns if isinstance(read, Files) else [read.path]:
        parts = pattern.split("/")
        wild = next((place for place, part in enumerate(parts) if "*" in part), len(parts) - 1)
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path.name not in PLACEHOLDERS:
                key = "/".join(path.relative_to(root).parts[wild:])
                yield ("" if isinstance(read, File) else key), path


def trees(corpus: Path) -> Iterator[Path]:
    """Every recorded /proc and /sys: alone (root), of a pair (before, after), of a series (00, 01, ...)."""
    yield from (path for path in sorted(corpus.glob("*/*/*/")) if (path / "proc").is_dir() or (path / "sys").is_dir())


def all_said(root: Path, source: str) -> Said:
    """What a source says of a whole tree."""
    found: Said = {}
    for key, path in files_of(root, source):
        found |= said(source, path, key)
    return found


def cases(corpus: Path, pattern: str) -> set[str]:
    """The cases whose name matches, as `insights/mdstat-*`."""
    return {path.relative_to(corpus).as_posix() for path in corpus.glob(pattern)}
