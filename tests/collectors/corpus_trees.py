"""Recorded trees as the sources that read sysfs see them, and what other programs say of the same trees."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from snapper.collectors import Origin, all_collectors
from tests.record.running import run

Said = dict[str, float | str]
"""`metric[instance]` → value."""
PADDING = re.compile(rb"^.*:\0+\n?", re.MULTILINE)
"""A line of the zero bytes that an archive filled a file of sysfs up with, behind its path."""


def rows(corpus: Path, name: str) -> Iterator[dict[str, str]]:
    with (corpus / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def cases(corpus: Path, category: str) -> dict[str, str]:
    names = [row["case"] for row in rows(corpus, "MANIFEST.tsv") if row["category"] == category]
    return {name: (corpus / name / "input").read_text(encoding="utf-8") for name in names}


def paths(corpus: Path, below: str, category: str) -> list[Path]:
    """Every file of one kind: in trees, before and after, and alone."""
    alone = [corpus / row["case"] / "input" for row in rows(corpus, "MANIFEST.tsv") if row["category"] == category]
    return sorted(corpus.glob(f"*/*/*/{below}")) + alone


def case_of(path: Path, corpus: Path) -> str:
    return "/".join(path.relative_to(corpus).parts[:2])


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "backslashreplace")


def told(corpus: Path, case: str, name: str = "expected.json") -> Any:
    """What somebody else's program made of a case."""
    return json.loads((corpus / case / name).read_text(encoding="utf-8"))


def of_procfs(corpus: Path, what: str, file: str = "") -> Iterator[tuple[Path, Any]]:
    """Each recorded tree that has the file, and what the Go library procfs parsed of it under that name.

    `of_procfs(corpus, "procs", "proc/[0-9]*/stat")`; `proc/{what}` where no file is given.
    """
    for expected in sorted(corpus.glob("*/*/expected.procfs*.json")):
        tree = expected.parent / (expected.name.split(".")[2].replace("json", "root"))
        if any(path.is_file() and path.read_bytes() for path in tree.glob(file or f"proc/{what}")):
            found = json.loads(expected.read_text(encoding="utf-8"))["parsed"].get(what)
            if found:
                yield tree, found


def parsed(source: str, text: str, key: str = "", page_size: int = 4096) -> Said:
    found = all_collectors()[source].parse(text, Origin(key=key, page_size=page_size))
    return {f"{name}[{instance}]" if instance else name: value for name, value, instance in found}


def said(source: str, path: Path, key: str = "") -> Said:
    """What the parser makes of a file; ValueError where it refuses it. Zero bytes of an archive's padding are cut."""
    return parsed(source, text_of(path).rstrip("\0"), key)


def gathered(source: str, root: Path) -> Said:
    """What a source that reads many files as one text makes of a recorded tree."""
    read = all_collectors()[source].read
    with TemporaryDirectory() as folder:
        record = run(Path(folder), {source: read}, root=root).spool.of(source)[0]
    return parsed(source, PADDING.sub(b"", record.content).decode("utf-8", "backslashreplace"))


def file_by_file(source: str, root: Path, folder: str) -> Said:
    """What a source of single files makes of a folder of a recorded tree, links followed."""
    found: Said = {}
    for path in sorted((root / folder).glob("**/*")):
        if path.is_file():
            found |= parsed(source, text_of(path), path.relative_to(root / folder).as_posix())
    return found


def of_nodes(tree: Path) -> Said:
    """What is told of a recorded /sys/devices/system/node."""
    found: Said = {}
    for path in sorted((*tree.glob("node*/*"), *tree.glob("*"))):
        if path.is_file():
            found |= parsed("sys.node", text_of(path), str(path.relative_to(tree)))
    return found


def members(cpus: str) -> set[int]:
    """lscpu writes "0,1" where the kernel writes "0-1"."""
    ranges = [part.partition("-") for part in cpus.split(",")]
    return {cpu for first, _, last in ranges for cpu in range(int(first), int(last or first) + 1)}


def exported(corpus: Path, metric: str) -> list[tuple[dict[str, str], float]]:
    """Labels and values that node_exporter shows of its own fixture."""
    everything = told(corpus, "node_exporter/fixtures-sys", "expected.prometheus.json")
    return [(labels, float(value)) for name, labels, value in everything if name == metric]
