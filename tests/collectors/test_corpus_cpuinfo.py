"""Processors of 13 architectures, against what lscpu, PCP, prometheus/procfs and insights find in the same files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.cpu.proc_cpuinfo import parse
from tests.collectors.corpus_trees import of_procfs


def facts(path: Path) -> dict[str, float | str]:
    return {reading.metric: reading.value for reading in parse(path.read_text(encoding="utf-8"), Origin())}


def test_pcp_finds_the_same_clocks_and_features(corpus: Path) -> None:
    clocks = flags = 0
    for case in sorted(corpus.glob("pcp/cpuinfo-*")):
        told = json.loads((case / "expected.pcp.json").read_text(encoding="utf-8"))
        found = facts(case / "input")
        if "hinv.cpu.clock" in told:
            each = told["hinv.cpu.clock"].values()
            assert found["cpuinfo.MHz"] == pytest.approx(sum(each) / len(each) * 1e6), case.name
            assert found["cpuinfo.processors"] == str(len(each))
            clocks += 1
        features = told["hinv.cpu.flags"]["cpu0"]
        if features != "unknown":
            assert found["cpuinfo.flags"] == " ".join(sorted(features.split())), case.name
            flags += 1
    assert (clocks, flags) == (2, 3)


def test_procfs_finds_the_same_processors(corpus: Path) -> None:
    compared = 0
    for tree, cpus in of_procfs(corpus, "cpuinfo"):
        if cpus[0]["ModelName"]:
            found = facts(tree / "proc/cpuinfo")
            assert found["cpuinfo.processors"] == str(len(cpus)), tree
            assert found["cpuinfo.model_name"] == cpus[0]["ModelName"].strip(), tree
            assert found["cpuinfo.MHz"] == pytest.approx(sum(cpu["CPUMHz"] for cpu in cpus) / len(cpus) * 1e6)
            assert found.get("cpuinfo.microcode", "") == cpus[0]["Microcode"], tree
            compared += 1
    assert compared == 18


@pytest.mark.parametrize("case", ["cpuinfo-ARM_CPUINFO", "cpuinfo-POWER_CPUINFO", "cpuinfo-CPUINFO_NOIR"])
def test_insights_finds_the_same_processors(corpus: Path, case: str) -> None:
    data = json.loads((corpus / "insights" / case / "expected.json").read_text(encoding="utf-8"))[0]["result"]["data"]
    found = facts(corpus / "insights" / case / "input")

    names = data.get("models") or data.get("model_name") or data["cpu"]
    assert found["cpuinfo.model_name"] == names[0]
    assert found["cpuinfo.processors"] == str(len(data.get("cpus") or names))
