"""lspci, dmidecode and lsmem of other machines, against what others read of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from snapper.collectors import all_collectors
from snapper.collectors.machine.cmd_dmidecode import _records
from snapper.record.plan import Command
from tests.collectors.corpus_trees import Said, cases, parsed, told

LSPCI_REFUSED = {
    "insights/lspci-LSPCI_DRIVER_DETAILS": "lspci -k, a line for each device: -vmm is asked for",
    "insights/lspci-LSPCI_DRIVER_DETAILS_3": "lspci without slots",
    "insights/lspci-LSPCI_OUTPUT_WITH_BAD_LINES": "lspci -k, and remarks between its lines",
    "insights/lspci-OTHER": "lspci, a line for each device",
}
DMIDECODE_SILENT = {
    "insights/dmidecode-DMIDECODE": "its memory devices were cut out",
    "insights/dmidecode-DMIDECODE_DMI": "types 0 to 3: firmware, machine, board and chassis",
    "insights/dmidecode-DMIDECODE_FAIL": "no table, which it says",
    "insights/dmidecode-DMIDECODE_V": "its memory devices were cut out",
}


def sorted_out(source: str, found: dict[str, str]) -> tuple[dict[str, Said], set[str]]:
    """What is said of each case, and which are refused."""
    said, refused = {}, set()
    for case, text in found.items():
        try:
            said[case] = parsed(source, text)
        except ValueError:
            refused.add(case)
    return said, refused


def test_lspci_of_every_kind_reads_or_says_why_not(corpus: Path) -> None:
    said, refused = sorted_out("cmd.lspci", cases(corpus, "lspci"))

    assert refused == LSPCI_REFUSED.keys()
    assert said.keys() == {"insights/lspci-LSPCI_VMMKN", "jc/ubuntu-20.10-lspci-nnmmv"}
    assert all(said.values())


def test_lspci_reads_as_insights_reads_it(corpus: Path) -> None:
    case = "insights/lspci-LSPCI_VMMKN"
    theirs = {row["Slot"]: row for row in told(corpus, case)[0]["result"]}

    found = parsed("cmd.lspci", cases(corpus, "lspci")[case])

    for slot in {name.partition("[")[2].rstrip("]") for name in found}:
        assert found[f"lspci.class[{slot}]"] == theirs[slot]["Class"]
        assert str(found[f"lspci.device[{slot}]"]).startswith(f"{theirs[slot]['Vendor']} {theirs[slot]['Device']}")
        assert found.get(f"lspci.driver[{slot}]") == theirs[slot].get("Driver")
    left = {slot for slot, row in theirs.items() if f"lspci.class[{slot}]" not in found}
    assert {theirs[slot]["Class"][:2] for slot in left} <= {"05", "06", "08", "10", "11", "ff"}


def test_lspci_reads_as_jc_reads_it(corpus: Path) -> None:
    case = "jc/ubuntu-20.10-lspci-nnmmv"
    theirs = {row["slot"]: row for row in told(corpus, case)}

    found = parsed("cmd.lspci", cases(corpus, "lspci")[case])

    slots = {name.partition("[")[2].rstrip("]") for name in found}
    assert slots == {slot for slot, row in theirs.items() if row["class_id"][:2] not in {"05", "06", "08", "10", "11"}}
    for slot in slots:
        row = theirs[slot]
        assert found[f"lspci.class[{slot}]"] == f"{row['class']} [{row['class_id']}]"
        device = f"{row['vendor']} [{row['vendor_id']}] {row['device']} [{row['device_id']}]"
        assert str(found[f"lspci.device[{slot}]"]).partition(" rev ")[0] == device


def test_dmidecode_of_every_kind_reads_or_says_why_not(corpus: Path) -> None:
    said, refused = sorted_out("cmd.dmidecode", cases(corpus, "dmidecode"))

    assert not refused
    assert {case for case, found in said.items() if not found} == DMIDECODE_SILENT.keys()
    assert {case for case, found in said.items() if found} == {"jc/centos-7.7-dmidecode", "jc/fedora32-dmidecode"}


@pytest.mark.parametrize("case", ["jc/centos-7.7-dmidecode", "jc/fedora32-dmidecode"])
def test_dmidecode_reads_as_jc_reads_it(corpus: Path, case: str) -> None:
    text = cases(corpus, "dmidecode")[case]
    theirs: list[dict[str, Any]] = [row["values"] for row in told(corpus, case) if row["type"] == 17]
    ours = [record for kind, record in _records(text) if kind == "17"]

    assert [record["Size"] for record in ours] == [row["size"] for row in theirs]
    assert [record["Locator"] for record in ours] == [row["locator"] for row in theirs]
    filled = [row for row in theirs if row["size"] != "No Module Installed"]
    found = parsed("cmd.dmidecode", text)
    assert found["dmidecode.slots"] == f"{len(filled)} of {len(theirs)}"
    assert [found[f"dmidecode.module[{row['locator']}]"] for row in filled] == [
        f"{row['size']} {row['type']}" for row in filled
    ]


def test_nothing_of_a_serial_number_is_a_reading(corpus: Path) -> None:
    text = cases(corpus, "dmidecode")["jc/fedora32-dmidecode"].replace(
        "Serial Number: Not Specified", "Serial Number: S7"
    )

    assert not any("S7" in str(value) for value in parsed("cmd.dmidecode", text).values())


def test_lsmem_is_asked_only_where_memory_can_be_plugged(corpus: Path) -> None:
    read = all_collectors()["cmd.lsmem"].read
    assert isinstance(read, Command)

    assert all((corpus / "util-linux/lsmem-s390-zvm-6g/root" / path).is_dir() for path in read.where)
