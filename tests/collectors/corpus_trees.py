"""Recorded trees as the sources that read sysfs see them, and what other programs say of the same trees."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from snapper.collectors import Origin, all_collectors
from tests.record.running import run

Said = dict[str, float | str]
"""`metric[instance]` → value."""


def rows(corpus: Path, name: str) -> Iterator[dict[str, str]]:
    with (corpus / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def cases(corpus: Path, category: str) -> dict[str, str]:
    names = [row["case"] for row in rows(corpus, "MANIFEST.tsv") if row["category"] == category]
    return {name: (corpus / name / "input").read_text(encoding="utf-8") for name in names}


def told(corpus: Path, case: str, name: str = "expected.json") -> Any:
    return json.loads((corpus / case / name).read_text(encoding="utf-8"))


def parsed(source: str, text: str, key: str = "") -> Said:
    found = all_collectors()[source].parse(text, Origin(key=key))
    return {f"{name}[{instance}]" if instance else name: value for name, value, instance in found}


def gathered(source: str, root: Path) -> Said:
    """What a source that reads many files as one text makes of a recorded tree."""
    read = all_collectors()[source].read
    with TemporaryDirectory() as folder:
        record = run(Path(folder), {source: read}, root=root).spool.of(source)[0]
    return parsed(source, record.content.decode("utf-8", "backslashreplace"))


def file_by_file(source: str, root: Path, folder: str) -> Said:
    """What a source of single files makes of a folder of a recorded tree, links followed."""
    found: Said = {}
    for path in sorted((root / folder).glob("**/*")):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "backslashreplace")
            found |= parsed(source, text, path.relative_to(root / folder).as_posix())
    return found


def members(cpus: str) -> set[int]:
    """lscpu writes "0,1" where the kernel writes "0-1"."""
    ranges = [part.partition("-") for part in cpus.split(",")]
    return {cpu for first, _, last in ranges for cpu in range(int(first), int(last or first) + 1)}


def exported(corpus: Path, metric: str) -> list[tuple[dict[str, str], float]]:
    """Labels and values that node_exporter shows of its own fixture."""
    everything = told(corpus, "node_exporter/fixtures-sys", "expected.prometheus.json")
    return [(labels, float(value)) for name, labels, value in everything if name == metric]
