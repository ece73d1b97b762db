"""Energy, voltages, supplies and GPUs of other machines: against node_exporter, and against the files themselves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from snapper.collectors import all_collectors
from tests.collectors.corpus_trees import Said, exported, gathered, parsed, rows

OTHER_QUESTIONS = {
    "insights/nvidia-*_L_*": "nvidia-smi -L, a list of names that --query-gpu tells as well",
    "insights/nvidia-NVIDIA_SMI_QUERY_GPU_*": "other fields, without the heading that says which (noheader)",
    "insights/nvidia-INVALID_ACTIVE_CLOCKS_*": "one field as a mask of bits, without a heading, and broken on purpose",
}
"""Cases of nvidia-smi that were asked otherwise than cmd.nvidia-smi asks, and why they cannot be read."""


LAPTOP = "pcp/denki-Thinkpad_T460s_2_batteries/root/Thinkpad_T460s_2_batteries/sys/class"


def of(path: Path) -> str:
    """What a file says; archives pad theirs with zero bytes."""
    return path.read_text(encoding="ascii").rstrip("\0").strip()


def together(source: str, folder: Path, pattern: str) -> Said:
    """What a source makes of files that lie in folders where a host has links to them."""
    files = [path for path in sorted(folder.glob(pattern)) if path.is_file()]
    return parsed(source, "".join(f"{path}:{of(path)}\n" for path in files))


@pytest.fixture
def node(corpus: Path) -> Path:
    return corpus / "node_exporter/fixtures-sys/root"


def test_energy_as_node_exporter_reads_it(corpus: Path, node: Path) -> None:
    found = gathered("sys.powercap", node)

    [(_, package)] = exported(corpus, "node_rapl_package_joules_total")
    [(_, core)] = exported(corpus, "node_rapl_core_joules_total")
    assert found["powercap.energy[package-0]"] == package
    assert found["powercap.energy[package-0/core]"] == core
    for constraint, file in (("long_term", "constraint_0"), ("short_term", "constraint_1")):
        told = (node / f"sys/class/powercap/intel-rapl:0/{file}_power_limit_uw").read_text(encoding="ascii")
        assert float(found[f"powercap.power_limit[package-0 {constraint}]"]) * 1e6 == float(told)


@pytest.mark.parametrize(
    ("tree", "zones"),
    [
        (
            f"{LAPTOP}/powercap",
            {"package-0", "package-0/core", "package-0/uncore", "package-0/dram", "psys"},
        ),
        ("pcp/denki-bigsystem/root/bigsystem/sys/class/powercap", None),
        ("pcp/meminfo-root-008/root/sys/devices/virtual/powercap", {"package-0", "package-1"}),
    ],
    ids=["laptop", "numbered unlike packages", "two sockets"],
)
def test_zones_are_called_by_name_whatever_their_number(corpus: Path, tree: str, zones: set[str] | None) -> None:
    found = together("sys.powercap", corpus / tree, "**/*:*/*")

    energy = {name: value for name, value in found.items() if name.startswith("powercap.energy[")}
    counted = sorted((corpus / tree).glob("**/energy_uj"))
    assert Counter(energy.values()) == Counter(float(of(path)) / 1e6 for path in counted)
    for path in counted:
        if path.parent.name.count(":") == 1:
            assert energy[f"powercap.energy[{of(path.parent / 'name')}]"] == float(of(path)) / 1e6
    assert zones is None or energy.keys() == {f"powercap.energy[{zone}]" for zone in zones}


def test_voltages_as_node_exporter_reads_them(corpus: Path, node: Path) -> None:
    found = gathered("sys.hwmon", node)

    told = exported(corpus, "node_hwmon_in_volts")
    assert {name: value for name, value in found.items() if name.startswith("hwmon.in_input")} == {
        f"hwmon.in_input[{labels['chip']} nct6775.656 {labels['sensor']}]": value for labels, value in told
    }
    assert told


def test_supplies_as_node_exporter_reads_them(corpus: Path, node: Path) -> None:
    found = gathered("sys.power_supply", node)

    assert float(found["power_supply.online[AC]"]) == exported(corpus, "node_power_supply_online")[0][1]
    assert found["power_supply.capacity[BAT0]"] == exported(corpus, "node_power_supply_capacity")[0][1] / 100
    assert found["power_supply.power_now[BAT0]"] == exported(corpus, "node_power_supply_power_watt")[0][1]
    assert found["power_supply.voltage_now[BAT0]"] == exported(corpus, "node_power_supply_voltage_volt")[0][1]
    labels = [labels for labels, _ in exported(corpus, "node_power_supply_info") if labels["power_supply"] == "BAT0"]
    assert found["power_supply.status[BAT0]"] == labels[0]["status"]


def test_a_laptop_with_two_batteries(corpus: Path) -> None:
    assert together("sys.power_supply", corpus / LAPTOP / "power_supply", "*/*") == {
        "power_supply.capacity[BAT0]": 0.23,
        "power_supply.capacity[BAT1]": 0.96,
        "power_supply.power_now[BAT0]": 1.576,
        "power_supply.power_now[BAT1]": 0,
    }


def test_cases_of_nvidia_smi_were_asked_otherwise(corpus: Path) -> None:
    names = [row["case"] for row in rows(corpus, "MANIFEST.tsv") if row["category"] == "nvidia-smi"]
    for name in names:
        text = (corpus / name / "input").read_text(encoding="utf-8")

        with pytest.raises(ValueError, match="expected a heading"):
            parsed("cmd.nvidia-smi", text)
        assert any(Path(name).match(pattern) for pattern in OTHER_QUESTIONS), name
    assert names


def test_a_gpu_that_slept_all_along_is_not_awake_for_less_than_no_time() -> None:
    awake = next(one for one in all_collectors()["sys.drm"].derived if one.metric.name == "drm.utilization")

    assert awake.compute(np.array([0.0, 0.25, 1.0, 1.002])) == pytest.approx([1.0, 0.75, 0.0, 0.0])


def test_how_full_the_memory_of_a_gpu_is() -> None:
    for source, name in (("sys.drm", "drm.memory_utilization"), ("cmd.nvidia-smi", "nvidia.memory_utilization")):
        share = next(one for one in all_collectors()[source].derived if one.metric.name == name)

        assert share.compute(np.array([2.0**30]), np.array([2.0**33])) == pytest.approx([0.125])
