"""Small files of other machines that the Go library procfs reads too: open files, clocks, thermal zones."""

from __future__ import annotations

from pathlib import Path

from tests.collectors.corpus_sources import of_text, of_tree
from tests.collectors.corpus_trees import of_procfs


def test_open_files_are_counted_alike(corpus: Path) -> None:
    seen = 0
    for tree, written in of_procfs(corpus, "sys/fs/file-nr"):
        allocated, unused, most = map(int, written.split())
        found = of_text("proc.sys.fs.file-nr", "", tree / "proc/sys/fs/file-nr")

        assert (found["files.allocated"], found["files.unused"], found["files.max"]) == (allocated, unused, most)
        seen += 1
    assert seen == 8


def test_clocks_and_governors_are_the_same(corpus: Path) -> None:
    """procfs has an empty entry for a CPU whose driver tells nothing; so has ours no reading."""
    facts = {"Governor": "scaling_governor", "Driver": "scaling_driver"}
    limits = {"ScalingMaximumFrequency": "scaling_max_freq", "ScalingMinimumFrequency": "scaling_min_freq"}
    seen = 0
    for tree, cpus in of_procfs(corpus, "cpu/freq", "sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"):
        found = of_tree("sys.cpufreq", tree) | of_tree("sys.cpufreq.current", tree)
        for cpu in cpus:
            for theirs, ours in facts.items():
                assert found.get(f"cpufreq.{ours}[cpu{cpu['Name']}]", "") == cpu[theirs]
            for theirs, ours in limits.items():
                assert found.get(f"cpufreq.{ours}[cpu{cpu['Name']}]") == (cpu[theirs] and str(cpu[theirs] * 1000))
            if cpu["ScalingCurrentFrequency"]:
                assert found[f"cpufreq.scaling_cur_freq[cpu{cpu['Name']}]"] == cpu["ScalingCurrentFrequency"] * 1000
            seen += 1
    assert seen >= 4


def test_zones_are_as_warm(corpus: Path) -> None:
    [(tree, zones)] = of_procfs(corpus, "class/thermal", "sys/class/thermal/*/temp")
    found = of_tree("sys.thermal", tree)

    assert {f"thermal.temp[{zone['Type']}]": zone["Temp"] / 1000 for zone in zones} == {
        name: value for name, value in found.items() if name.startswith("thermal.temp[")
    }
