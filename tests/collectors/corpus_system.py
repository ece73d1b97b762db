"""Recorded print-outs about a host's system: which source reads each, and what it makes of it."""

from __future__ import annotations

from pathlib import Path

from tests.collectors.corpus_trees import Said, parsed, rows
from tests.collectors.corpus_trees import text_of as text_of_path

SOURCES = {
    "dmesg": "cmd.dmesg",
    "fstab": "etc.fstab",
    "kpatch": "cmd.kpatch",
    "proc/version": "proc.version",
    "sestatus": "cmd.sestatus",
    "systemd-analyze": "cmd.systemd-analyze",
    "tuned": "cmd.tuned-adm",
    "uname": "cmd.uname",
    "journalctl": "cmd.journal",
    "sysctl": "etc.sysctl",
}
SYSTEMCTL = {
    "insights/systemctl_show-": "cmd.systemctl.show",
    "insights/unitfiles-LISTUNITS": "cmd.systemctl.units",
    "insights/unitfiles-": "cmd.systemctl.unit-files",
    "jc/centos-7.7-systemctl-luf": "cmd.systemctl.unit-files",
    "jc/ubuntu-18.04-systemctl-luf": "cmd.systemctl.unit-files",
    "jc/": "cmd.systemctl.units",
}


def source_of(row: dict[str, str]) -> str | None:
    if row["category"] == "systemctl":
        return next(source for prefix, source in SYSTEMCTL.items() if row["case"].startswith(prefix))
    return SOURCES.get(row["category"])


def text_of(corpus: Path, case: str) -> str:
    return text_of_path(corpus / case / "input")


def read(corpus: Path, case: str) -> Said:
    row = next(row for row in rows(corpus, "MANIFEST.tsv") if row["case"] == case)
    source = source_of(row)
    assert source is not None
    return parsed(source, text_of(corpus, case), "x.conf")
