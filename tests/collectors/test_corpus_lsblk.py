"""A recorded machine's disks, against what util-linux prints of them in the columns of lsblk."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from snapper.collectors import all_collectors
from tests.collectors.corpus_sources import instances, of_tree
from tests.collectors.corpus_trees import said

CASE = "util-linux/lsblk-multi-devs-bcachefs"
COLUMNS = {
    "DISC-MAX": "block.discard_max_bytes", "RA": "block.read_ahead_kb", "RO": "block.ro", "RAND": "block.add_random",
    "STATE": "block.state", "ROTA": "block.rotational", "SCHED": "block.scheduler",
    "PHY-SEC": "block.physical_block_size", "LOG-SEC": "block.logical_block_size", "RQ-SIZE": "block.nr_requests",
    "VENDOR": "block.vendor", "ZONED": "block.zoned",
}  # fmt: skip
"""The columns that are a file of sysfs, and ours of that file. Model and revision of ATA disks come of udev, which has
them whole; sysfs cuts them to what SCSI has room for."""
SCALES = {"B": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def printed(corpus: Path, columns: str) -> dict[str, dict[str, str]]:
    """Disk → column → what stands below its heading; of whole disks alone, which no branch stands before."""
    heading, *lines = (corpus / CASE / f"expected-{columns}.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.ljust(len(heading)) for line in lines if line[0].isalnum()]
    cells: dict[str, dict[str, str]] = {row.split()[0]: {} for row in rows}
    for name in heading.split():
        column = heading.index(f" {name}") + 1 if f" {name}" in heading else 0
        for row in rows:
            first, last = reach(row, column, column + len(name))
            cells[row.split()[0]][name] = row[first:last].strip()
    return cells


def reach(row: str, first: int, last: int) -> tuple[int, int]:
    """A cell reaches beyond its heading as far as there is no blank, to either side."""
    while first > 0 and row[first - 1] != " " and row[first] != " ":
        first -= 1
    while last < len(row) and row[last] != " " and row[last - 1] != " ":
        last += 1
    return first, last


@pytest.mark.parametrize("columns", ["discard", "rw", "state", "topo", "vendor", "zone"])
def test_disks_have_what_lsblk_prints_of_them(corpus: Path, columns: str) -> None:
    root = corpus / CASE / "root"
    found = of_tree("sys.block", root) | of_tree("sys.block.device", root)
    compared = 0
    for disk, cells in printed(corpus, columns).items():
        for column in cells.keys() & COLUMNS:
            ours = found.get(f"{COLUMNS[column]}[{disk}]", "")
            if column == "DISC-MAX":  # to the whole unit: 2147450880 bytes are printed as 2G
                number, unit = cells[column][:-1], cells[column][-1]
                assert round(float(ours) / SCALES[unit]) == int(number), disk
            else:
                assert ours == cells[column], (disk, column)
            compared += 1
    assert compared >= 5


def test_what_is_mounted_is_what_lsblk_finds_mounted(corpus: Path) -> None:
    lines = (corpus / CASE / "expected-mnt.txt").read_text(encoding="utf-8").splitlines()
    mounted = {line.split()[-1] for line in lines[1:] if "/" in line}

    assert len(mounted) == 11
    assert mounted <= instances(of_tree("proc.mountinfo", corpus / CASE / "root"), "mount.root")


def test_lsblk_of_a_recorded_machine_is_read(corpus: Path, tmp_path: Path) -> None:
    lsblk = shutil.which("lsblk")
    case = corpus / CASE
    asked = [str(lsblk), "--sysroot", str(case / "root"), *all_collectors()["cmd.lsblk"].read.argv[1:]]
    printed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout if lsblk else ""
    if '"sda"' not in printed:
        pytest.skip("no lsblk here that reads a recorded machine (util-linux >= 2.33)")
    (tmp_path / "lsblk").write_text(printed, encoding="utf-8")

    found = {
        name: value for name, value in said("cmd.lsblk", tmp_path / "lsblk").items() if name.startswith("lsblk.type")
    }
    listed = (case / "expected-basic.txt").read_text(encoding="utf-8").translate(str.maketrans("|`-", "   "))
    wanted = [row.split() for row in listed.splitlines()[1:]]
    assert found == {f"lsblk.type[{row[1]}]": row[5] for row in wanted}
