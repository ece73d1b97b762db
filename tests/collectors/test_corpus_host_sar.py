"""Rates between two moments of one machine, derived as iostat and sar do: they agree to two decimals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.corpus_reads import derived, recording

ONE_TO_TWO, TWO_TO_THREE = "sysstat/roots-1-2", "sysstat/roots-2-3"
each_case = pytest.mark.parametrize("case", [ONE_TO_TWO, TWO_TO_THREE])

KIB = 1024


def sar(corpus: Path, case: str) -> Any:
    return json.loads((corpus / case / "expected.sadf-j.json").read_text(encoding="utf-8"))


def rates(corpus: Path, case: str, file: str) -> dict[str, float]:
    uptime = {side: (corpus / case / side / "proc/uptime").read_text().split()[0] for side in ("before", "after")}
    span = float(uptime["after"]) - float(uptime["before"])
    before, after = (recording(corpus, case, f"{side}/{file}").said() for side in ("before", "after"))
    return {name: (float(after[name]) - float(before[name])) / span for name in after if name in before}


def ours(corpus: Path, case: str, file: str, metric: str, instance: str = "") -> float:
    made = derived(recording(corpus, case, f"before/{file}").source, metric)
    known = rates(corpus, case, file)
    names = [f"{name}[{instance}]" if instance else name for name in made.inputs]
    inputs = [known.get(name, 0) if made.inputs[i] in made.optional else known[name] for i, name in enumerate(names)]
    return float(made.compute(*inputs))


def test_cpu_time(corpus: Path) -> None:
    # Not of the second pair: there a CPU goes offline that sar leaves out of its sum, and the kernel does not.
    [all_cpus] = [row for row in sar(corpus, ONE_TO_TWO)["cpu-load"] if row["cpu"] == "all"]
    names = {"usr": "user", "nice": "nice", "sys": "system", "iowait": "iowait", "irq": "irq", "soft": "softirq"}

    found = {theirs: ours(corpus, ONE_TO_TWO, "proc/stat", f"cpu.{name}") * 100 for theirs, name in names.items()}
    busy = ours(corpus, ONE_TO_TWO, "proc/stat", "cpu.utilization") * 100

    assert found == pytest.approx({theirs: all_cpus[theirs] for theirs in names}, abs=0.02)
    assert busy == pytest.approx(100 - all_cpus["idle"] - all_cpus["iowait"], abs=0.02)


@each_case
@pytest.mark.parametrize("disk", ["sdr", "sdq"])
def test_disks(corpus: Path, case: str, disk: str) -> None:
    [theirs] = [row for row in sar(corpus, case)["disk"] if row["disk-device"] == disk]
    names = {
        "await": ("disk.await", 1000),
        "aqu-sz": ("disk.aqu_sz", 1),
        "areq-sz": ("disk.areq_sz", 1 / KIB),
        "rkB": ("disk.read_bytes", 1 / KIB),
        "wkB": ("disk.write_bytes", 1 / KIB),
        "util-percent": ("disk.utilization", 100),
    }

    found = {
        name: ours(corpus, case, "proc/diskstats", metric, disk) * scale for name, (metric, scale) in names.items()
    }

    assert found == pytest.approx({name: theirs[name] for name in names}, abs=0.011)


@each_case
def test_paging_pressure_switches_and_files(corpus: Path, case: str) -> None:
    theirs = sar(corpus, case)

    assert ours(corpus, case, "proc/vmstat", "memory.pgscank") == pytest.approx(theirs["paging"]["pgscank"])
    assert rates(corpus, case, "proc/pressure/io")["pressure.io.some.total"] * 100 == pytest.approx(
        theirs["psi"]["psi-io"]["some_avg"], abs=0.01
    )
    assert rates(corpus, case, "proc/stat")["stat.ctxt"] == pytest.approx(
        theirs["process-and-context-switch"]["cswch"], rel=1e-3
    )
    assert recording(corpus, case, "after/proc/sys/fs/file-nr").said()["files.allocated"] == theirs["kernel"]["file-nr"]
