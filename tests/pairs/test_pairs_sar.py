"""Rates of two recorded moments, as sar has them of the same files: to the last digit that it prints.

File systems are left out: sar's are of statvfs(3), which sees the host that the test runs on.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from snapper.analyze.table import SeriesTable
from tests.pairs.played import PAIRS, mean, pair
from tests.pairs.sar_figures import LEVELS, RATES, Same, figures

ONE_TO_TWO, TWO_TO_THREE = "sysstat/roots-1-2", "sysstat/roots-2-3"
ROUNDING = 0.0051
"""Half of sar's last digit, and what a double loses on its way there."""
PARTITION = re.compile("sda[0-9]+")
"""Of which requests and bytes are told, and what else there is of its disk."""
RESET = {
    ONE_TO_TWO: set[tuple[str, str]](),
    TWO_TO_THREE: {("disk", "sdb"), ("network.net-dev", "enp6s0")},
}
"""Where counters began anew: sar takes what they have since for the whole window's, we say that nobody knows."""
INTERRUPTS = {"19": "rt2800pci", "23": "ehci_hcd:usb2", "24": "ahci[0000:00:1f.2]", "33": "enp6s0"}
"""sar has an interrupt's number, we have who raises it."""

each_pair = pytest.mark.parametrize("case", [ONE_TO_TWO, TWO_TO_THREE])


def sar(corpus: Path, case: str) -> Any:
    return json.loads((corpus / case / "expected.sadf-j.json").read_text(encoding="utf-8"))


def rate(table: SeriesTable, same: Same, instance: str) -> float | None:
    found = [table.mean[table.row[name, instance]] for name in same.metrics if (name, instance) in table.row]
    return float(sum(found)) * same.unit if found else None


@each_pair
def test_rates(corpus: Path, case: str) -> None:
    table, theirs = pair(corpus, case).table, sar(corpus, case)
    wrong, unknown, same_as = {}, set(), 0
    for same in RATES:
        for instance, value in figures(theirs, same):
            ours = rate(table, same, instance)
            if ours is not None and abs(ours - value) <= ROUNDING:
                same_as += 1
            elif ours is not None and np.isnan(ours) and value:
                unknown.add((same.table, instance))
            elif value and not (ours is None and PARTITION.fullmatch(instance)):
                wrong[same.table, same.field, instance] = (ours, value)

    assert wrong == {}
    assert unknown == RESET[case]
    assert same_as > 180


@each_pair
def test_what_nothing_can_be_divided_by_is_not_known(corpus: Path, case: str) -> None:
    """sar prints 0 for the wait of a disk without a request."""
    for row in sar(corpus, case)["disk"]:
        if not row["tps"] and not PARTITION.fullmatch(row["disk-device"]):
            assert np.isnan(mean(pair(corpus, case), "disk.await", row["disk-device"]))


@each_pair
def test_levels(corpus: Path, case: str) -> None:
    table, theirs = pair(corpus, case).table, sar(corpus, case)

    ours = {
        (same.table, same.field): sum(table.points[table.row[name, ""], -1] for name in same.metrics) * same.unit
        for same in LEVELS
    }

    told = {(same.table, same.field): value for same in LEVELS for _, value in figures(theirs, same)}
    assert ours == pytest.approx(told, abs=ROUNDING)


def test_cpu_time(corpus: Path) -> None:
    # Not of the second pair: there a CPU goes offline that sar leaves out of its sum, and the kernel does not.
    [everyone] = [row for row in sar(corpus, ONE_TO_TWO)["cpu-load"] if row["cpu"] == "all"]
    names = {"usr": "user", "nice": "nice", "sys": "system", "iowait": "iowait", "irq": "irq", "soft": "softirq"}

    ours = {theirs: mean(pair(corpus, ONE_TO_TWO), f"cpu.{name}") * 100 for theirs, name in names.items()}
    ours["idle"] = 100 * (1 - mean(pair(corpus, ONE_TO_TWO), "cpu.utilization")) - ours["iowait"]

    assert ours == pytest.approx({name: everyone[name] for name in ours}, abs=0.02)  # it adds up the CPUs' own lines


@each_pair
def test_interrupts(corpus: Path, case: str) -> None:
    theirs = {row["intr"]: row["all"] for row in sar(corpus, case)["interrupts"]}
    lines = {number: mean(pair(corpus, case), "interrupts.device", name) for number, name in INTERRUPTS.items()}
    deltas = json.loads((corpus / case / "expected.deltas.json").read_text(encoding="utf-8"))["stat"]

    assert lines == pytest.approx({number: theirs[number] for number in lines}, abs=ROUNDING)
    # Its sum is of the CPUs that are online, and loses what the one that went offline had counted.
    assert mean(pair(corpus, case), "stat.intr") == pytest.approx(deltas["intr_total"]["delta"] / PAIRS[case])
    assert mean(pair(corpus, case), "stat.intr") > theirs["sum"]
