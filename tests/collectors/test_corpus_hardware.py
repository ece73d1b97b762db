"""Clocks, sensors, memory and buses of other machines: against node_exporter, PCP and jc."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.collectors.corpus_trees import cases, exported, file_by_file, gathered, parsed, told

OTHER_VIEWS = {
    "jc/generic-timedatectl-timesync-status": "cmd.timesync-status",
}
"""Filed under another tool's name than the source that reads it."""


@pytest.fixture
def node(corpus: Path) -> Path:
    return corpus / "node_exporter/fixtures-sys/root"


def test_throttling_is_counted_once_for_each_core_and_package(corpus: Path, node: Path) -> None:
    found = gathered("sys.cpu.thermal_throttle", node)

    assert found == {
        "thermal_throttle.core_throttle_count": sum(v for _, v in exported(corpus, "node_cpu_core_throttles_total")),
        "thermal_throttle.package_throttle_count": sum(
            v for _, v in exported(corpus, "node_cpu_package_throttles_total")
        ),
    }


def test_throttling_as_pcp_reads_it(corpus: Path) -> None:
    for case in ("pcp/sysdev-root-001", "pcp/sysfs-numa-001"):
        expected = told(corpus, case, "expected.pcp.json")
        found = gathered("sys.cpu.thermal_throttle", corpus / case / "root")
        if found:
            assert found["thermal_throttle.core_throttle_count"] == max(
                expected["hinv.cpu.thermal_throttle.core.count"].values()
            )


def test_clock_sources(corpus: Path, node: Path) -> None:
    found = file_by_file("sys.clocksource", node, "sys/devices/system/clocksource")
    listed = [labels["clocksource"] for labels, _ in exported(corpus, "node_time_clocksource_available_info")]

    assert str(found["clocksource.available_clocksource"]).split() == sorted(listed, reverse=True)
    assert found["clocksource.current_clocksource"] == "tsc"
    server = file_by_file("sys.clocksource", corpus / "pcp/meminfo-root-008/root", "sys/devices/system/clocksource")
    assert set(server) == {"clocksource.current_clocksource", "clocksource.available_clocksource"}


def test_memory_errors(corpus: Path, node: Path) -> None:
    found = gathered("sys.edac", node)

    assert found["edac.ce_count"] == sum(value for _, value in exported(corpus, "node_edac_correctable_errors_total"))
    assert found["edac.ue_count"] == sum(value for _, value in exported(corpus, "node_edac_uncorrectable_errors_total"))
    for field, name in (("ce", "correctable"), ("ue", "uncorrectable")):
        channels = exported(corpus, f"node_edac_channel_{name}_errors_total")
        ours = {instance: value for instance, value in found.items() if f"dimm_{field}" in instance}
        assert len(ours) == len(channels)
        for labels, value in channels:
            place = f"mc{labels['controller']}/csrow{labels['csrow']}/ch{labels['channel']} "
            assert [count for instance, count in ours.items() if place in instance] == [value]


def test_sensors(corpus: Path, node: Path) -> None:
    found = gathered("sys.hwmon", node)
    temperatures = [value for name, value in found.items() if name.startswith("hwmon.temp_input")]
    alarms = [value for name, value in found.items() if name.startswith("hwmon.alarm")]

    assert Counter(temperatures) == Counter(value for _, value in exported(corpus, "node_hwmon_temp_celsius"))
    # The two fans of applesmc hang on the device itself, where drivers before Linux 3.15 had them; they are not read.
    fans = [value for labels, value in exported(corpus, "node_hwmon_fan_rpm") if "applesmc" not in labels["chip"]]
    assert [float(value) * 60 for name, value in found.items() if "fan_input" in name] == pytest.approx(fans)
    raised = [*exported(corpus, "node_hwmon_temp_crit_alarm_celsius"), *exported(corpus, "node_hwmon_in_alarm")]
    assert sum(map(float, alarms)) == sum(value for _, value in raised)
    for labels, _ in exported(corpus, "node_hwmon_sensor_label"):
        if labels["sensor"].startswith("temp"):
            assert any(f" {labels['label']}" in name for name in found), labels


def test_sensors_of_a_server_of_two_sockets(corpus: Path) -> None:
    root = corpus / "pcp/meminfo-root-008/root/sys/devices/platform"
    texts = sorted(path for path in root.glob("coretemp.*/hwmon/hwmon*/*") if path.is_file())
    text = "".join(f"{path}:{path.read_text(encoding='utf-8')}" for path in texts)

    found = parsed("sys.hwmon", text, "hwmon")

    assert len([path for path in texts if path.name.endswith("_input")]) == 22
    # The recording has no links that tell the chips apart: 'Package id' does, 'Core 0' is there twice.
    assert {"hwmon.temp_input[coretemp Package id 0]", "hwmon.temp_input[coretemp Package id 1]"} <= found.keys()


def test_thermal_zones(corpus: Path, node: Path) -> None:
    found = gathered("sys.thermal", node)

    for labels, value in exported(corpus, "node_thermal_zone_temp"):
        assert found[f"thermal.temp[{labels['type']}]"] == value
    assert found["thermal.cur_state[Processor]"] == 0


def test_the_machine(node: Path) -> None:
    found = file_by_file("sys.dmi", node, "sys/class/dmi/id")

    assert found == {
        "dmi.sys_vendor": "Dell Inc.",
        "dmi.product_name": "PowerEdge R6515",
        "dmi.board_vendor": "Dell Inc.",
        "dmi.board_name": "07PXPY",
        "dmi.bios_vendor": "Dell Inc.",
        "dmi.bios_version": "2.2.4",
        "dmi.bios_date": "04/12/2021",
        "dmi.bios_release": "2.2",
    }, "serial numbers are there, and bytes that are no text for a version"


def test_links_of_pci_express(corpus: Path, node: Path) -> None:
    found = file_by_file("sys.pci.link", node, "sys/devices/pci0000:00/0000:00:02.1")
    found |= file_by_file("sys.pci.link", node, "sys/devices/pci0000:40/0000:40:01.3")

    link = {
        labels["bus"]: value for labels, value in exported(corpus, "node_pcidevice_current_link_transfers_per_second")
    }
    speed = re.compile(r"([0-9.]+) GT/s PCIe")
    match = speed.fullmatch(str(found["pci.current_link_speed[0000:01:00.0]"]))
    assert match
    assert float(match[1]) * 1e9 == link["01"]
    assert found["pci.current_link_width[0000:45:00.0]"] == "4"


def test_errors_of_pci_express(node: Path) -> None:
    texts = sorted(node.glob("sys/devices/pci*/*/*/aer_dev_*"))

    assert len(texts) == 6
    for path in texts:
        found = parsed("sys.pci.aer", path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}")
        assert list(found.values()) == [0]


def test_uptime(corpus: Path) -> None:
    for case, text in cases(corpus, "proc/uptime").items():
        expected = told(corpus, case)
        assert parsed("proc.uptime", text) == {"uptime.up": expected["up_time"], "uptime.idle": expected["idle_time"]}


def test_features_of_the_scheduler(corpus: Path) -> None:
    text = (corpus / "insights/sys_kernel-SYS_KERNEL_FEATURES/input").read_text(encoding="utf-8")
    expected = told(corpus, "insights/sys_kernel-SYS_KERNEL_FEATURES")[0]["result"]["features"]

    found = parsed("sys.kernel.debug.sched", text, "sched/features")

    assert str(found["sched.setting[features]"]).split() == sorted(expected)


def test_ntpq_reads_as_jc_reads_it(corpus: Path) -> None:
    for case, text in cases(corpus, "ntpq").items():
        peers = told(corpus, case)
        followed = next(peer for peer in peers if peer["state"] == "*")

        found = parsed("cmd.ntpq", text)

        assert found["ntpq.synchronized"] == "yes"
        assert found["ntpq.reachable"] == sum(peer["reach"] > 0 for peer in peers), case
        assert found["ntpq.st"] == followed["st"]
        for field in ("delay", "offset", "jitter"):
            assert found[f"ntpq.{field}"] == pytest.approx(abs(followed[field]) / 1000)


def test_timedatectl_reads_as_jc_reads_it(corpus: Path) -> None:
    for case, text in cases(corpus, "timedatectl").items():
        expected = told(corpus, case)
        found = parsed(OTHER_VIEWS.get(case, "cmd.timedatectl"), text)

        if case in OTHER_VIEWS:
            assert found["timesync.stratum"] == expected["stratum"]
            assert found["timesync.leap"] == expected["leap"]
            for field in ("offset", "delay", "jitter"):
                assert found[f"timesync.{field}"] == pytest.approx(abs(expected[field]) / 1000)
            assert found["timesync.root_distance"] == pytest.approx(91e-6)
        else:
            assert (found["timedatectl.NTPSynchronized"] == "yes") is expected["system_clock_synchronized"]
            assert (found["timedatectl.LocalRTC"] == "yes") is expected["rtc_in_local_tz"]
            assert found["timedatectl.Timezone"] == expected["time_zone"].split()[0]
            assert found["timedatectl.NTP"] == "yes"


@pytest.mark.parametrize("name", ["CONTENT1", "CONTENT3", "STATUS_CONTENT5"])
def test_timedatectl_reads_as_insights_reads_it(corpus: Path, name: str) -> None:
    """What systemd said of NTP was `enabled` at first, and is a service's state since."""
    case = f"insights/date-TIMEDATECTL_{name}"
    expected = told(corpus, case)[0]["result"]
    found = parsed("cmd.timedatectl", (corpus / case / "input").read_text(encoding="utf-8"))

    assert found == {
        "timedatectl.Timezone": expected["time_zone"].split()[0],
        "timedatectl.LocalRTC": expected["rtc_in_local_tz"],
        "timedatectl.NTPSynchronized": expected["system_clock_synchronized"],
        "timedatectl.NTP": "yes" if expected.get("ntp_service", expected.get("ntp_enabled")) != "inactive" else "no",
    }
