"""Arrays and pools of other machines as mdadm and zpool print them, against what jc and insights read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_trees import said, told
from tests.collectors.storage_reads import cases


@pytest.mark.parametrize("version", [2, 3])
def test_jc_finds_the_same_errors_of_pools(corpus: Path, version: int) -> None:
    case = f"jc/generic-zpool-status-v{version}"
    found = said("cmd.zpool.status", corpus / case / "input")

    for pool in told(corpus, case):
        for device in pool["config"]:
            name = device["name"] if device["name"] == pool["pool"] else f"{pool['pool']}/{device['name']}"
            assert found[f"zpool.device_state[{name}]"] == device["state"]
            assert found[f"zpool.read_errors[{name}]"] == device["read"]
            assert found[f"zpool.write_errors[{name}]"] == device["write"]
            assert found[f"zpool.cksum_errors[{name}]"] == device["checksum"]
        assert found[f"zpool.data_errors[{pool['pool']}]"] == pool["errors"].count("\n/")


COUNTS = (
    "raid_devices", "total_devices", "active_devices", "working_devices", "failed_devices", "spare_devices",
)  # fmt: skip


def test_jc_finds_the_same_arrays(corpus: Path) -> None:
    """Also of --examine, which names a disk and tells some of the same."""
    seen = 0
    for case in sorted(cases(corpus, "jc/generic-mdadm-*")):
        expected = told(corpus, case)
        found = said("cmd.mdadm", corpus / case / "input")
        array = f"[{expected['device'].removeprefix('/dev/')}]"
        assert found.get("mdadm.level" + array) == expected.get("raid_level"), case
        for name in (
            "raid_devices",
            "total_devices",
            "active_devices",
            "working_devices",
            "failed_devices",
            "spare_devices",
        ):
            assert found.get(f"mdadm.{name}{array}") == expected.get(name), (case, name)
        if "rebuild_status_percent" in expected:
            assert found["mdadm.progress" + array] == expected["rebuild_status_percent"] / 100
        if "state_list" in expected:
            assert found["mdadm.state" + array].split(", ") == (
                [state for state in expected["state_list"] if state not in {"clean", "active"}] or ["clean"]
            ), case
        seen += 1
    assert seen == 19


def test_arrays_of_insights_are_read(corpus: Path) -> None:
    large = said("cmd.mdadm", corpus / "insights/mdadm-MDADM_D_CONTENT_MD0/input")
    halted = said("cmd.mdadm", corpus / "insights/mdadm-MDADM_D_CONTENT_MD1/input")
    several = said("cmd.mdadm", corpus / "insights/mdadm-MDADM_D_CONTENT_MULTI_DEVICES/input")
    examined = said("cmd.mdadm", corpus / "insights/mdadm-MDADM_CONTENT/input")

    assert large["mdadm.state[md0]"] == "reshaping"
    assert large["mdadm.progress[md0]"] == 0.28
    assert large["mdadm.raid_devices[md0]"] == 21
    assert large["mdadm.member[md0/sda1]"] == "spare"
    assert halted["mdadm.state[md1]"] == "inactive"
    assert {name for name in several if name.startswith("mdadm.level")} == {"mdadm.level[md21]", "mdadm.level[md22]"}
    assert examined["mdadm.level[loop0]"] == "raid1"
