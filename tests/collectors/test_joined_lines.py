"""Sources that read many files as one text: the recorder reads them out of a tree of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.record.plan import Files
from tests.collectors.corpus_reads import collector
from tests.record.running import run

GATHERED = sorted(
    name for name, collector in all_collectors().items() if isinstance(collector.read, Files) and collector.read.joined
)
CPU = "sys/devices/system/cpu"
CARD = "sys/devices/pci/card"
HWMON = "sys/devices/platform/coretemp.0/hwmon/hwmon1"

GPU = "sys/devices/pci0000:00/0000:03:00.0"
RAPL = "sys/devices/virtual/powercap/intel-rapl/intel-rapl:0"
TREE = {
    f"{CPU}/kernel_max": "8191",
    f"{CPU}/cpuidle/current_driver": "intel_idle",
    f"{CPU}/cpu0/cpuidle/state0/name": "C6",
    f"{CPU}/cpu0/cpuidle/state0/time": "2000000",
    f"{CPU}/cpu0/cpuidle/state0/s2idle/time": "9",
    f"{CPU}/cpu0/topology/thread_siblings_list": "0",
    f"{CPU}/cpu0/topology/core_siblings_list": "0-1",
    f"{CPU}/cpu0/thermal_throttle/core_throttle_count": "4",
    f"{CPU}/cpu0/cache/index0/level": "1",
    f"{CPU}/cpu0/cache/index0/type": "Data",
    f"{CPU}/cpu0/cache/index0/size": "32K",
    f"{CPU}/cpufreq/policy0/stats/time_in_state": "2000000 300\n1000000 100",
    f"{CPU}/cpufreq/policy0/affected_cpus": "0 1",
    "sys/devices/system/edac/mc/mc0/ce_count": "3",
    "sys/devices/system/edac/mc/mc0/dimm0/dimm_ce_count": "3",
    "sys/devices/virtual/thermal/thermal_zone0/type": "acpitz",
    "sys/devices/virtual/thermal/thermal_zone0/temp": "27800",
    "sys/devices/virtual/thermal/thermal_zone0/hwmon0/temp1_input": "27800",
    "proc/irq/default_smp_affinity": "3",
    "proc/irq/7/smp_affinity_list": "0",
    "proc/irq/8/smp_affinity_list": "0-1",
    "sys/kernel/irq/7/actions": "eth0-0",
    "sys/kernel/irq/8/actions": "eth0-1",
    f"{HWMON}/name": "coretemp",
    f"{HWMON}/temp1_input": "38000",
    f"{HWMON}/temp1_label": "Package id 0",
    f"{HWMON}/temp1_max": "99000",
    f"{CARD}/net/eth0/queues/rx-0/rps_cpus": "3",
    f"{CARD}/net/eth0/queues/tx-0/tx_timeout": "2",
    f"{CARD}/net/eth0/queues/tx-1/tx_timeout": "1",
    "sys/devices/virtual/net/lo/queues/rx-0/rps_cpus": "1",
    f"{HWMON}/in0_input": "1088",
    f"{GPU}/mem_info_vram_used": "1048576",
    f"{GPU}/gpu_busy_percent": "37",
    f"{GPU}/ras/umc_err_count": "ue: 1\nce: 12",
    f"{GPU}/drm/card1/gt/gt0/rc6_residency_ms": "9000",
    f"{GPU}/tile0/gt1/gtidle/idle_residency_ms": "7000",
    f"{GPU}/tile0/gt1/freq0/throttle/status": "1",
    f"{RAPL}/name": "package-0",
    f"{RAPL}/energy_uj": "8826502921",
    f"{RAPL}/constraint_0_name": "long_term",
    f"{RAPL}/constraint_0_power_limit_uw": "125000000",
    f"{RAPL}/intel-rapl:0:0/name": "dram",
    f"{RAPL}/intel-rapl:0:0/energy_uj": "3483880882",
    "sys/class/power_supply/AC/online": "1",
}
LINKS = {
    "sys/class/drm/card1": "../../devices/pci0000:00/0000:03:00.0/drm/card1",
    "sys/class/drm/card1-DP-1": "../../devices/pci0000:00/0000:03:00.0/drm/card1/card1-DP-1",
    f"{GPU}/drm/card1/device": "../..",
    f"{GPU}/drm/card1/card1-DP-1/device": "..",
    "sys/class/powercap/intel-rapl:0": "../../devices/virtual/powercap/intel-rapl/intel-rapl:0",
    "sys/class/powercap/intel-rapl:0:0": "../../devices/virtual/powercap/intel-rapl/intel-rapl:0/intel-rapl:0:0",
    f"{CPU}/cpu0/cpufreq": "../cpufreq/policy0",
    f"{CPU}/cpu0/subsystem": "..",
    "sys/class/hwmon/hwmon1": "../../devices/platform/coretemp.0/hwmon/hwmon1",
    f"{HWMON}/device": "../..",
    "sys/class/net/eth0": "../../devices/pci/card/net/eth0",
    "sys/class/net/lo": "../../devices/virtual/net/lo",
    f"{CARD}/net/eth0/device": "../..",
}
EXPECTED = {
    "sys.cpuidle": {"cpuidle.current_driver": "intel_idle", "cpuidle.time[C6]": 2.0},
    "sys.cpu.topology": {
        "cpu.sockets": "1",
        "cpu.cores": "1",
        "cpu.threads_per_core": "1",
        "cpu.cache[L1d]": "1 x 32K",
    },
    "sys.cpu.thermal_throttle": {"thermal_throttle.core_throttle_count": 4},
    "sys.cpufreq.stats": {"cpufreq.stats.time": 8.0, "cpufreq.stats.cycles": 1.4e10, "cpufreq.stats.top": 6.0},
    "sys.edac": {"edac.ce_count": 3, "edac.dimm_ce_count[mc0/dimm0]": 3},
    "sys.thermal": {"thermal.temp[acpitz]": 27.8},
    "proc.irq": {"irq.default_smp_affinity": "3", "irq.lines[eth0-*]": 2, "irq.effective_cpus[eth0-*]": 2},
    "sys.class.net.queues": {
        "queues.rx[eth0]": "1",
        "queues.tx[eth0]": "2",
        "queues.rps_cpus[eth0]": "3",
        "queues.tx_timeout[eth0]": 3,
    },
    "sys.hwmon": {"hwmon.temp_input[coretemp.0 Package id 0]": 38.0, "hwmon.in_input[coretemp.0 in0]": 1.088},
    "sys.drm": {
        "drm.mem_info_vram_used[0000:03:00.0]": 2.0**20,
        "drm.gpu_busy_percent[0000:03:00.0]": 0.37,
        "drm.ras_ue[0000:03:00.0]": 1,
        "drm.ras_ce[0000:03:00.0]": 12,
        "drm.idle_residency[0000:03:00.0 gt0]": 9.0,
        "drm.idle_residency[0000:03:00.0 tile0 gt1]": 7.0,
        "drm.throttle_reason_status[0000:03:00.0 tile0 gt1]": 1,
    },
    "sys.powercap": {
        "powercap.energy[package-0]": 8826.502921,
        "powercap.energy[package-0/dram]": 3483.880882,
        "powercap.power_limit[package-0 long_term]": "125",
    },
    "sys.power_supply": {"power_supply.online[AC]": "1"},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text + "\n", encoding="utf-8")
    for name, target in LINKS.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).symlink_to(target)
    return tmp_path / "tree"


def test_all_of_them_are_looked_at_here() -> None:
    assert set(GATHERED) == set(EXPECTED)


@pytest.mark.parametrize("source", GATHERED)
def test_the_recorder_finds_what_the_parser_wants_and_nothing_twice(source: str, root: Path, tmp_path: Path) -> None:
    record = run(tmp_path, {source: collector(source).read}, root=root).spool.of(source)[0]

    found = list(collector(source).parse(record.content.decode(), Origin()))

    said = {f"{name}[{instance}]" if instance else name: value for name, value, instance in found}
    assert said == pytest.approx(EXPECTED[source])
    assert len(said) == len(found)


@pytest.mark.parametrize("source", GATHERED)
def test_a_host_that_has_no_such_files_says_which_are_missing(source: str, tmp_path: Path) -> None:
    (tmp_path / "tree/proc").mkdir(parents=True)

    recording = run(tmp_path, {source: collector(source).read}, root=tmp_path / "tree")

    assert recording.spool.of(source)[0].status == "absent"
    assert recording.spool.coverage(source)["why"].startswith("nothing matches ")


@pytest.mark.parametrize("source", GATHERED)
def test_no_line_at_all_tells_nothing(source: str) -> None:
    assert list(collector(source).parse("", Origin())) == []


def test_a_value_may_have_colons() -> None:
    text = "/sys/kernel/irq/7/actions:mlx5_comp0@pci:0000:3b:00.0\n/proc/irq/7/smp_affinity_list:0\n"
    text += text.replace("/7/", "/8/").replace("comp0", "comp1")

    found = {(name, instance): value for name, value, instance in collector("proc.irq").parse(text, Origin())}

    assert found["irq.lines", "mlx5_comp*@pci:0000:3b:00.0"] == 2
