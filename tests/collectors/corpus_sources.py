"""Which source reads a recorded path, found by what the sources themselves declare, and what it makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from snapper.collectors import all_collectors
from snapper.record.plan import File, Files, PerProcess
from tests.collectors.corpus_trees import Said, gathered, said
from tests.collectors.storage_reads import all_said


def sources_of(path: str) -> Iterator[tuple[str, str]]:
    """Sources that read this path of a tree, each with the key that the recorder would give it.

    >>> list(sources_of("proc/stat")), list(sources_of("proc/645/stat"))
    ([('proc.stat', '')], [('proc.pid.stat', '645')])
    >>> list(sources_of("sys/devices/system/node/node0/numastat"))
    [('sys.node', 'node0/numastat')]
    """
    for source, pattern in _patterns().items():
        found = pattern.fullmatch(path)
        if found:
            yield source, found["key"] or ""


def of_file(path: Path, tree: Path) -> Said:
    """What is made of one file of a tree by the source that reads it alone."""
    name = path.relative_to(tree).as_posix()
    (source, key), *_ = (each for each in sources_of(name) if not _joined(each[0]))
    return of_text(source, key, path)


@cache
def of_text(source: str, key: str, path: Path) -> Said:
    return said(source, path, key)


@cache
def of_tree(source: str, tree: Path) -> Said:
    """What a source makes of all that it reads of a tree."""
    return gathered(source, tree) if _joined(source) else all_said(tree, source)


def instances(found: Said, metric: str) -> set[str]:
    """What there is one of each of: `instances(said, "net.mtu")` → {"eth0", "lo"}."""
    return {name.partition("[")[2][:-1] for name in found if name.startswith(f"{metric}[")}


def _joined(source: str) -> bool:
    read = all_collectors()[source].read
    return isinstance(read, Files) and read.joined


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    found = {}
    for source, collector in all_collectors().items():
        read = collector.read
        if isinstance(read, File):
            found[source] = re.compile(f"{re.escape(read.path)}(?P<key>)")
        elif isinstance(read, PerProcess):
            found[source] = re.compile(f"proc/(?P<key>[0-9]+)/{re.escape(read.file)}")
        elif isinstance(read, Files):
            each = "|".join(_place(pattern) for pattern in read.patterns)
            found[source] = re.compile(rf"(?=(?:{each})$){_fixed(read.patterns)}(?P<key>.*)")
    return found


def _fixed(patterns: tuple[str, ...]) -> str:
    """The folders before each pattern's first wildcard: behind them the key begins."""
    fixed = {re.match(r"(?:[^*?\[/]+/)*(?=[^/]*[*?\[])|.*/", pattern) for pattern in patterns}
    return "(?:" + "|".join(sorted({re.escape(one[0]) for one in fixed if one}, key=len, reverse=True)) + ")"


def _place(pattern: str) -> str:
    """A pattern of paths as the recorder takes it, `**` standing for any number of folders."""
    wild = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*|\?|\[[^]]+\])", pattern)
    return "".join(wild.get(part) or (part if part.startswith("[") else re.escape(part)) for part in parts)
