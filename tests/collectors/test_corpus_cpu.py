"""CPUs of other machines: against lscpu, lstopo, node_exporter, PCP, jc and mpstat itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from snapper.collectors.cpu.mpstat_reports import reports_of
from tests.collectors.corpus_trees import cases, exported, file_by_file, gathered, parsed, told

MPSTAT_WITHOUT_CPU_TIMES = {"-I_ALL": 9, "sysstat/out-e.mpstat-I": 1, "sysstat/out-e.mpstat-dec": 1}
"""Views of interrupts alone, or of nodes, which our arguments never ask for."""


@pytest.fixture
def node(corpus: Path) -> Path:
    return corpus / "node_exporter/fixtures-sys/root"


def test_lscpu_counts_the_same_cores_and_caches(corpus: Path) -> None:
    compared = Counter[str]()
    for case in sorted(corpus.glob("util-linux/lscpu-*")):
        fields = told(corpus, f"util-linux/{case.name}")["fields"]
        found = gathered("sys.cpu.topology", case / "root")
        if "Socket(s)" in fields:
            cores = int(fields["Socket(s)"]) * int(fields["Core(s) per socket"])
            assert found["cpu.cores"] == str(cores), case.name
            compared["cores"] += 1
        for level in ("L1d", "L1i", "L2", "L3"):
            caches = re.search(r"\((\d+) instance", fields.get(f"{level} cache", ""))
            if caches and f"cpu.cache[{level}]" in found:
                each = re.findall(r"(\d+) x", str(found[f"cpu.cache[{level}]"]))
                assert sum(map(int, each)) == int(caches[1]), (case.name, level)
                compared[level] += 1
    assert compared == {"cores": 7, "L1d": 6, "L1i": 6, "L2": 4, "L3": 4}


def test_every_recorded_topology_reads(corpus: Path) -> None:
    for root in sorted(corpus.glob("*/*/root")):
        if any(root.glob("sys/devices/system/cpu/cpu*/topology/core_id")):
            case = root.relative_to(corpus).parent.as_posix()
            found = gathered("sys.cpu.topology", root)
            assert {"cpu.sockets", "cpu.cores"} <= found.keys(), case


def test_lscpu_says_what_it_says_in_json(corpus: Path) -> None:
    names = {
        "lscpu.hypervisor_vendor": "Hypervisor vendor",
        "lscpu.hypervisor": "Hypervisor",
        "lscpu.virtualization_type": "Virtualization type",
        "lscpu.virtualization": "Virtualization",
        "lscpu.dispatching_mode": "Dispatching mode",
    }
    said = 0
    for case in sorted(corpus.glob("util-linux/lscpu-*")):
        fields = told(corpus, f"util-linux/{case.name}")["fields"]
        table = [{"field": f"{name}:", "data": value} for name, value in {"Architecture": "any", **fields}.items()]

        found = parsed("cmd.lscpu", json.dumps({"lscpu": table}))

        assert found == {metric: fields[name] for metric, name in names.items() if name in fields}, case.name
        said += len(found)
    assert said >= 16
    for case, text in cases(corpus, "lscpu").items():
        fields = told(corpus, case)[0]["result"]["info"]
        assert parsed("cmd.lscpu", text) == {metric: fields[name] for metric, name in names.items() if name in fields}


def test_vulnerabilities_are_told_as_the_kernel_writes_them(corpus: Path, node: Path) -> None:
    found = file_by_file("sys.cpu", node, "sys/devices/system/cpu")
    for labels, _ in exported(corpus, "node_cpu_vulnerabilities_info"):
        value = str(found[f"cpu.vulnerability[{labels['codename']}]"])
        assert value.lower().startswith(labels["state"])
        assert value.endswith(labels["mitigation"])
    for case, text in cases(corpus, "sys/cpu").items():
        assert list(parsed("sys.cpu", text, "vulnerabilities/x").values()) == [text.strip()], case


def test_isolated_cpus(corpus: Path, node: Path) -> None:
    found = file_by_file("sys.cpu", node, "sys/devices/system/cpu")

    isolated = {int(labels["cpu"]) for labels, _ in exported(corpus, "node_cpu_isolated")}
    assert found["cpu.isolated"] == "1,3-5,9"
    assert isolated == {1, 3, 4, 5, 9}


def test_idle_states_of_a_laptop(corpus: Path) -> None:
    found = gathered("sys.cpuidle", corpus / "pcp/sysdev-root-001/root")
    states = [f"C{state}-HSW" for state in ("1", "1E", "3", "6", "7s", "8", "9", "10")]

    assert {name for name in found if name.startswith("cpuidle.time")} == {
        f"cpuidle.time[{state}]" for state in ("POLL", *states)
    }
    assert found["cpuidle.usage[C10-HSW]"] == sum(
        int((corpus / f"pcp/sysdev-root-001/root/sys/devices/system/cpu/cpu{cpu}/cpuidle/state8/usage").read_text())
        for cpu in range(4)
    )
    assert found["cpuidle.current_driver"] == "intel_idle"
    older = gathered("sys.cpuidle", corpus / "util-linux/lscpu-x86_64-dell_e4310/root")
    assert len([name for name in older if name.startswith("cpuidle.time")]) == 4
    assert not [name for name in older if name.startswith("cpuidle.disable")]


def test_the_mean_clock_lies_between_the_clocks(corpus: Path) -> None:
    for case in ("sysstat/roots-1-2", "sysstat/roots-2-3"):
        before, after = (gathered("sys.cpufreq.stats", corpus / case / side) for side in ("before", "after"))
        cycles, time, top = (
            float(after[f"cpufreq.stats.{name}"]) - float(before[f"cpufreq.stats.{name}"])
            for name in ("cycles", "time", "top")
        )

        assert 800e6 < cycles / time < 2001e6
        assert 0 <= top / time <= 1
    laptop = gathered("sys.cpufreq.stats", corpus / "util-linux/lscpu-x86_64-dell_e4310/root")
    assert 1199e6 < float(laptop["cpufreq.stats.cycles"]) / float(laptop["cpufreq.stats.time"]) < 2667e6


def test_mpstat_of_every_version_reads_or_is_another_view(corpus: Path) -> None:
    found = cases(corpus, "mpstat")
    other = [name for name, text in found.items() if not re.search(r"\bCPU .*%idle", text)]

    for name, text in found.items():
        if name in other:
            with pytest.raises(ValueError, match="no CPU times"):
                reports_of(text)
        else:
            assert reports_of(text), name
    assert Counter(name.rpartition("__")[2] for name in other) == MPSTAT_WITHOUT_CPU_TIMES
    assert len(found) == 63


def test_mpstat_says_the_same_in_text_and_in_json(corpus: Path) -> None:
    seen = 0
    for name, text in cases(corpus, "mpstat").items():
        in_json = corpus / name / "expected.json"
        if in_json.is_file() and not name.startswith("jc/"):
            assert reports_of(text) == reports_of(in_json.read_text(encoding="utf-8")), name
            seen += 1
    assert seen == 6


def test_mpstat_reads_as_jc_reads_it(corpus: Path) -> None:
    for case in ("jc/centos-7.7-mpstat", "jc/ubuntu-18.04-mpstat-A"):
        expected = {
            row["cpu"]: {
                name.removeprefix("percent_"): value for name, value in row.items() if name.startswith("percent_")
            }
            for row in told(corpus, case)
            if row["type"] == "cpu" and "cpu" in row and "percent_idle" in row
        }

        assert reports_of((corpus / case / "input").read_text(encoding="utf-8")) == [expected], case


def test_mpstat_leaves_the_average_out(corpus: Path) -> None:
    text = (corpus / "sysstat/out-e.mpstat-U/input").read_text(encoding="utf-8")

    found = parsed("cmd.mpstat", text)

    assert len(reports_of(text)) == 2
    assert found["mpstat.nice"] == pytest.approx(0.0625)
    assert found["mpstat.idle"] == pytest.approx((82.88 + 95.31) / 200)


def test_mpstat_since_boot_is_what_proc_stat_holds(corpus: Path) -> None:
    """A run without an interval covers the time since boot: the same file, read by both."""
    case = "toolrun/pcp_meminfo-root-008__mpstat-sysstat-12.7.9__-P_ALL"
    found = parsed("cmd.mpstat", (corpus / case / "input").read_text(encoding="utf-8"))
    stat = parsed("proc.stat", (corpus / "pcp/meminfo-root-008/root/proc/stat").read_text(encoding="utf-8"))
    whole = float(stat["stat.cpu.busy"]) + float(stat["stat.cpu.unused"])

    for column, field in (("sys", "system"), ("iowait", "iowait"), ("idle", "idle"), ("steal", "steal")):
        assert found[f"mpstat.{column}"] == pytest.approx(float(stat[f"stat.cpu.{field}"]) / whole, abs=1e-4)
