"""Print-outs of storage tools on other machines, against what insights and jc read from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from snapper.collectors.text.tool_tables import size
from tests.collectors.corpus_trees import said, told
from tests.collectors.storage_reads import cases

READ = {
    "cmd.df": {
        "insights/df-DF_ALP_DOC", "insights/df-DF_AL_BS_2MB", "insights/df-DF_AL_DOC", "insights/df-DF_LI_DOC",
        "jc/centos-7.7-df",
    },
    "cmd.lsblk": {"insights/lsblk-LSBLK_EXT_DATA_FAILED_PATH"},
    "cmd.findmnt": {
        "insights/findmnt-FINDMNT_NETNS_PRIVATE", "insights/findmnt-FINDMNT_NETNS_SHARED_1", "jc/centos-7.7-findmnt",
    },
    "cmd.dmsetup": {"insights/dmsetup-DMSETUP_STATUS_1", "insights/dmsetup-DMSETUP_STATUS_2"},
    "cmd.lvs": {"insights/lvs-LVS_INFO_1", "insights/lvs-LVS_INFO_2"},
    "cmd.vgs": {"insights/vgs-VGS_INFO"},
    "cmd.pvs": {"insights/pvs-PVS_INFO_DUP"},
    "cmd.multipath": {"insights/multipath_v4_ll-MULTIPATH_V4_LL_DOC", "insights/multipath_v4_ll-MULTIPATH_V4_LL_INFO"},
    "cmd.smartctl": {"insights/smartctl-STANDARD_DRIVE", "insights/smartctl-NETAPP_DRIVE"},
    "cmd.zpool.status": {"jc/generic-zpool-status-v2", "jc/generic-zpool-status-v3"},
}  # fmt: skip

REFUSED = {
    "insights/df-DF_AL_BAD_BS": ("cmd.df", "a heading such as"),  # 1a-blocks: damaged
    "jc/ubuntu-18.04-df-h": ("cmd.df", "a heading such as"),  # 20G is not exact
    "insights/lsblk-LSBLK_DATA": ("cmd.lsblk", "expected JSON or"),  # a tree for people
    "insights/lsblk-LSBLK_DATA_BAD": ("cmd.lsblk", "expected JSON or"),
    "jc/centos-7.7-lsblk": ("cmd.lsblk", "expected JSON or"),
    "jc/ubuntu-18.04-lsblk-allcols": ("cmd.lsblk", "expected JSON or"),
    "insights/dmsetup-DMSETUP_EXAMPLES": ("cmd.dmsetup", "a volume as"),  # dmsetup info -C
    "insights/vgs-VGS_HEADER_INFO": ("cmd.vgs", "expected JSON or"),  # columns for people
    "insights/pvs-PVS_HEADINGS": ("cmd.pvs", "expected JSON or"),
    "insights/pvs-FD_LEAK_HEADER": ("cmd.pvs", "expected JSON or"),  # a warning alone, of standard error
    "insights/mdadm-MDADM_DETAIL_PLATFORM_CONTENT": ("cmd.mdadm", "expected a line"),  # of the controller, no array
    "jc/generic-zpool-iostat": ("cmd.zpool.status", "expected a line"),  # rates since boot, of another command
    "jc/generic-zpool-iostat-v": ("cmd.zpool.status", "expected a line"),
}
"""What we do not ask the tool for, or is damaged."""

SILENT = {"insights/lsblk-LSBLOCKPAIRS_NO_TYPE_DATA": "cmd.lsblk"}
"""Pairs of a drive without a disc, without its type: nothing that we ask for is known."""


def rows(corpus: Path, case: str) -> Any:
    found = told(corpus, case)
    return found[0]["result"] if isinstance(found, list) and "parser" in found[0] else found


@pytest.mark.parametrize(("source", "case"), [(source, case) for source, many in READ.items() for case in sorted(many)])
def test_every_print_out_is_read(corpus: Path, source: str, case: str) -> None:
    assert said(source, corpus / case / "input", "sda")


@pytest.mark.parametrize(("case", "source", "why"), [(case, *refusal) for case, refusal in REFUSED.items()])
def test_what_we_do_not_ask_for_is_refused(corpus: Path, case: str, source: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        said(source, corpus / case / "input")


@pytest.mark.parametrize(("case", "source"), SILENT.items())
def test_what_tells_nothing_is_not_guessed(corpus: Path, case: str, source: str) -> None:
    assert said(source, corpus / case / "input") == {}


def test_no_case_of_these_tools_is_left_out(corpus: Path) -> None:
    tools = ("df", "lsblk", "findmnt", "dmsetup", "lvs", "vgs", "pvs", "multipath_v4_ll", "smartctl", "mdadm")
    recorded = set().union(*(cases(corpus, f"insights/{tool}-*") for tool in tools))
    recorded |= set().union(*(cases(corpus, f"jc/*-{tool}*") for tool in ("df", "lsblk", "findmnt", "zpool")))
    recorded -= {"jc/linux-proc-pid_fdinfo_dma"}
    known = {case for many in READ.values() for case in many} | {*REFUSED, *SILENT}

    assert {case for case in recorded if "mdadm" not in case} <= known


@pytest.mark.parametrize("case", ["insights/df-DF_ALP_DOC", "insights/df-DF_AL_DOC"])
def test_insights_finds_the_same_space(corpus: Path, case: str) -> None:
    found = said("cmd.df", corpus / case / "input")

    for _, whole, used, free, _, point in rows(corpus, case)["data"]:
        if f"df.size[{point}]" in found:
            assert found[f"df.size[{point}]"] == int(whole) * 1024
            assert found[f"df.used[{point}]"] == int(used) * 1024
            assert found[f"df.avail[{point}]"] == int(free) * 1024
    assert "df.size[/V M T o o l s]" in found
    assert "df.size[/dev/pts]" not in found


def test_insights_finds_the_same_inodes_and_blocks_of_two_megabytes(corpus: Path) -> None:
    inodes = said("cmd.df", corpus / "insights/df-DF_LI_DOC/input")
    space = said("cmd.df", corpus / "insights/df-DF_AL_BS_2MB/input")

    for _, whole, used, free, _, point in rows(corpus, "insights/df-DF_LI_DOC")["data"]:
        if f"df.itotal[{point}]" in inodes:
            assert [inodes[f"df.{name}[{point}]"] for name in ("itotal", "iused", "iavail")] == [
                int(whole), int(used), int(free),
            ]  # fmt: skip
    assert space == {"df.size[/]": 62031 * 2e6, "df.used[/]": 49197 * 2e6, "df.avail[/]": 9680 * 2e6}


@pytest.mark.parametrize("case", sorted(READ["cmd.findmnt"]))
def test_others_find_the_same_mounts(corpus: Path, case: str) -> None:
    found = said("cmd.findmnt", corpus / case / "input")
    listed = rows(corpus, case)

    for mount in listed["cols"] if isinstance(listed, dict) else listed:
        if f"findmnt.source[{mount['target']}]" in found:
            assert found[f"findmnt.source[{mount['target']}]"] == mount["source"]
            assert found[f"findmnt.fstype[{mount['target']}]"] == mount["fstype"]
            assert found.get(f"findmnt.propagation[{mount['target']}]") == mount.get("propagation")
    assert found


def test_insights_finds_the_same_fill_of_snapshots_and_pools(corpus: Path) -> None:
    case = "insights/dmsetup-DMSETUP_STATUS_1"
    found = said("cmd.dmsetup", corpus / case / "input")

    for name, _, _, kind, _, figures in rows(corpus, case):
        if kind == "snapshot" and figures and f"dm.snapshot[{name}]" in found:
            allocated, whole = int(figures["sectors_allocated"]), int(figures["total_sectors"])
            assert found[f"dm.snapshot[{name}]"] == allocated / whole
    assert found["dm.thin_pool_data[appsvg-lvapps_docker]"] == 20663 / 102400
    assert found["dm.thin_pool_metadata[rootvg-docker--pool]"] == 20 / 49152
    assert found["dm.lost[rootvg-varvol]"] == 1
    assert found["dm.lost[rootvg-optvol]"] == 0


@pytest.mark.parametrize("case", sorted(READ["cmd.lvs"]))
def test_insights_finds_the_same_volumes(corpus: Path, case: str) -> None:
    found = said("cmd.lvs", corpus / case / "input")

    for row in rows(corpus, case)["data"]["content"]:
        name = row.get("LVM2_LV_FULL_NAME") or f"{row['LVM2_VG_NAME']}/{row['LVM2_LV_NAME'].strip('[]')}"
        volume = f"[{name}]"
        assert found["lvs.segtype" + volume] == row["LVM2_SEGTYPE"]
        assert found["lvs.size" + volume] == f"{size(row['LVM2_LV_SIZE']):.0f} bytes"
        if row.get("LVM2_DATA_PERCENT"):
            assert found["lvs.data_percent" + volume] == pytest.approx(float(row["LVM2_DATA_PERCENT"]) / 100)


def test_insights_finds_the_same_groups_and_missing_disks(corpus: Path) -> None:
    groups = said("cmd.vgs", corpus / "insights/vgs-VGS_INFO/input")
    disks = said("cmd.pvs", corpus / "insights/pvs-PVS_INFO_DUP/input")

    for row in rows(corpus, "insights/vgs-VGS_INFO")["data"]["content"]:
        assert groups[f"vgs.free[{row['LVM2_VG_NAME']}]"] == size(row["LVM2_VG_FREE"]) == 4 * 2**20
        assert groups[f"vgs.pv_count[{row['LVM2_VG_NAME']}]"] == int(row["LVM2_PV_COUNT"])
    for row in rows(corpus, "insights/pvs-PVS_INFO_DUP")["data"]["content"]:
        assert disks[f"pvs.missing[{row['LVM2_PV_UUID']}]"] == (row["LVM2_PV_MISSING"] == "missing") == 1
        assert disks[f"pvs.group[{row['LVM2_PV_UUID']}]"] == row["LVM2_VG_NAME"]


@pytest.mark.parametrize("case", sorted(READ["cmd.multipath"]))
def test_insights_finds_the_same_paths(corpus: Path, case: str) -> None:
    found = said("cmd.multipath", corpus / case / "input")
    last = {device.get("alias") or device["wwid"]: device for device in rows(corpus, case)["devices"]}

    for name, device in last.items():
        paths = [path for group in device["path_group"] for path in group["path"]]
        assert found[f"multipath.failed_paths[{name}]"] == sum("faulty" in path for path in paths)
        assert found[f"multipath.paths[{name}]"] == len(paths)
        assert found[f"multipath.features[{name}]"] == device["features"]
    assert len(last) >= 2


def test_insights_finds_the_same_attributes(corpus: Path) -> None:
    case = "insights/smartctl-STANDARD_DRIVE"
    found = said("cmd.smartctl", corpus / case / "input", "sda")
    attributes = rows(corpus, case)["attributes"]

    for name, metric in (
        ("Current_Pending_Sector", "pending"), ("Command_Timeout", "command_timeout"),
        ("Reallocated_Sector_Ct", "reallocated"), ("UDMA_CRC_Error_Count", "crc_errors"),
    ):  # fmt: skip
        assert found[f"smart.{metric}[sda]"] == int(attributes[name]["raw_value"].split()[0])
    assert found["smart.failing[sda]"] == 0
    assert said("cmd.smartctl", corpus / "insights/smartctl-NETAPP_DRIVE/input", "sdc") == {"smart.failing[sdc]": 0}


def test_disks_that_pcp_recorded_are_read(corpus: Path) -> None:
    recorded = sorted(path for path in corpus.glob("pcp/smart-*/root/*/smart/*") if path.suffix in {".data", ".info"})
    found = {f"{path.parts[-3]}/{path.name}": said("cmd.smartctl", path, path.stem) for path in recorded}

    assert len(found) == 14
    assert found["002/sde.data"]["smart.pending[sde]"] == 0
    assert found["002/sda.data"]["smart.power_on_time[sda]"] == 77246 * 3600
    assert found["002/sda.info"] == {"smart.failing[sda]": 0}
    assert found["005/nvme0n1.data"]["smart.percentage_used[nvme0n1]"] == pytest.approx(0.03)
    assert found["005/nvme0n1.data"]["smart.warning_temp_time[nvme0n1]"] == 101 * 60
    assert found["005/nvme0n1.data"]["smart.power_on_time[nvme0n1]"] == 1148 * 3600
    assert found["004/nvme0n1.data"]["smart.temperature[nvme0n1]"] == 27
