"""Disks and arrays of other machines, and each file of their storage: as procfs, node_exporter and PCP read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_trees import Said, said, told
from tests.collectors.storage_reads import all_said, files_of, trees

TREES = {
    "proc.sys.fs": 16,
    "proc.locks": 1,
    "proc.mountinfo": 2,
    "proc.mdstat": 1,
    "sys.block.stack": 20,
    "sys.block.md": 64,
    "sys.block.device": 35,
    "sys.class.nvme": 1,
    "sys.fs.btrfs": 57,
    "proc.fs.xfs.stat": 4,
    "sys.fs.xfs": 3,
    "proc.net.rpc.nfs": 8,
    "proc.net.rpc.nfsd": 8,
    "proc.fs.cifs.Stats": 6,
    "sys.class.fc_host": 92,
}
"""How many files a capture of every recorded tree would read for each source."""

ALONE = {
    "insights/mdstat-MDSTAT_TEST_2": "proc.mdstat",
    "insights/mdstat-MDSTAT_TEST_4": "proc.mdstat",
    "insights/mdstat-MD_TEST_2": "proc.mdstat",
    "below/procfs-test_read_mountinfo-mountinfo-8d10": "proc.mountinfo",
    "insights/mount-PROC_MOUNT": "proc.mounts",
    "pcp/mountstats-mountstats-4.18.0-80.el8-rpc-v1.0.qa": "proc.self.mountstats",
    "pcp/mountstats-mountstats3.qa": "proc.self.mountstats",
    "pcp/mountstats-mountstats42.qa": "proc.self.mountstats",
    "jc/linux-proc-locks": "proc.locks",
    "insights/scsi-SCSI_OUTPUT_SINGLE_SPACED_ANSI_SCSI": "proc.scsi.scsi",
    "insights/scsi-SCSI_OUTPUT_INNORMAL_VEMDOR_LINE": "proc.scsi.scsi",
}
"""Recorded without their tree. Insights refuses the last one, whose revision ends in a colon."""

MADE_UP = {("roots", "sys.class.fc_host")}
"""sysstat's own test trees have numbers there without the 0x that the kernel writes before each."""

NOTHING_TO_SAY = {
    "insights/mdstat-PERSONALITIES_TEST": "proc.mdstat",
    "insights/mdstat-NO_MD_DEVICES": "proc.mdstat",
    "insights/scsi-SCSI_OUTPUT_HAS_ONLY_HEADER": "proc.scsi.scsi",
}

REFUSED = {
    "insights/mdstat-UPSTRING_TEST_2": ("proc.mdstat", "expected an array", "a line out of the middle"),
    "insights/wc_proc_1_mountinfo-WC_PROC_1_MOUNTINFO_ERR2": ("proc.mountinfo", "six fields", "a message of wc"),
    "insights/wc_proc_1_mountinfo-WC_PROC_1_MOUNTINFO_ERR3": ("proc.mountinfo", "six fields", "a message of wc"),
    "insights/bdi_read_ahead_kb-BDI_READ_AHEAD_KB_INVALID": ("sys.class.bdi", "a whole number", "damaged"),
    "jc/linux-proc-scsi_device_info": ("proc.scsi.scsi", "Attached devices", "another file of /proc/scsi"),
    "insights/mount-PROCMOUNT_ERR_DATA": ("proc.mounts", "six fields", "a line without its zeros"),
    "insights/mount-MOUNT_DATA": ("proc.mounts", "six fields", "a print-out of mount(8)"),
    "insights/mount-MOUNT_DATA_WITH_SPECIAL_MNT_POINT": ("proc.mounts", "six fields", "a print-out of mount(8)"),
    "insights/mount-MOUNT_DOC": ("proc.mounts", "six fields", "a print-out of mount(8)"),
    "insights/mount-MOUNT_WITHOUT_ROOT": ("proc.mounts", "six fields", "a print-out of mount(8)"),
    "jc/generic-mount-parens-in-filesystem": ("proc.mounts", "six fields", "a print-out of mount(8)"),
    "jc/generic-mount-spaces-in-filename": ("proc.mounts", "six fields", "a print-out of mount(8)"),
    "jc/generic-mount-spaces-in-mountpoint": ("proc.mounts", "six fields", "a print-out of mount(8)"),
}
"""Source, the sentence, and why: refused, never guessed. What mount(8) prints the kernel's own list says better."""

MD = Path("node_exporter/fixtures-sys")
KEYS = {"sys.class.bdi": "0:45/read_ahead_kb"}


@pytest.mark.parametrize(("source", "recordings"), TREES.items())
def test_every_file_of_every_tree_is_read(corpus: Path, source: str, recordings: int) -> None:
    roots = [root for root in trees(corpus) if (root.parent.name.partition("-")[0], source) not in MADE_UP]
    found = [(path, said(source, path, key)) for root in roots for key, path in files_of(root, source)]

    assert len(found) == recordings
    assert any(values for _, values in found)


@pytest.mark.parametrize(("case", "source"), ALONE.items())
def test_every_file_recorded_alone_is_read(corpus: Path, case: str, source: str) -> None:
    assert said(source, corpus / case / "input")


@pytest.mark.parametrize(("case", "source"), NOTHING_TO_SAY.items())
def test_a_list_of_nothing_says_nothing(corpus: Path, case: str, source: str) -> None:
    assert said(source, corpus / case / "input") == {}


@pytest.mark.parametrize(("case", "source", "why"), [(case, *refusal[:2]) for case, refusal in REFUSED.items()])
def test_what_is_damaged_or_of_another_form_is_refused(corpus: Path, case: str, source: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        said(source, corpus / case / "input", KEYS.get(source, ""))


def test_arrays_read_as_procfs_reads_mdstat(corpus: Path) -> None:
    found = said("proc.mdstat", corpus / "procfs/fixtures-proc/root/proc/mdstat")
    arrays = told(corpus, "procfs/fixtures-proc", "expected.procfs.json")["parsed"]["mdstat"]
    expected: Said = {}
    for array in arrays:
        name = f"[{array['Name']}]"
        expected |= {"mdstat.failed" + name: array["DisksFailed"], "mdstat.spare" + name: array["DisksSpare"]}
        if f"mdstat.missing{name}" in found:
            expected["mdstat.missing" + name] = array["DisksTotal"] - array["DisksActive"]
        if array["BlocksSyncedSpeed"]:
            expected |= {
                "mdstat.progress" + name: array["BlocksSynced"] / array["BlocksToBeSynced"],
                "mdstat.speed" + name: array["BlocksSyncedSpeed"] * 1024,
                "mdstat.finish" + name: pytest.approx(array["BlocksSyncedFinishTime"] * 60),
            }

    assert found == expected
    assert len(arrays) == 18
    assert found["mdstat.failed[md9]"] == 2


def test_node_exporter_finds_the_same_arrays_in_sysfs(corpus: Path) -> None:
    found = all_said(corpus / MD / "root", "sys.block.md")
    printed = told(corpus, MD.as_posix(), "expected.prometheus.json")
    degraded = {
        f"md.degraded[{label['device']}]": int(value) for name, label, value in printed if name == "node_md_degraded"
    }
    disks = {
        f"md.raid_disks[{label['device']}]": value for name, label, value in printed if name == "node_md_raid_disks"
    }

    assert {name: value for name, value in found.items() if name.startswith("md.degraded")} == {
        name: value for name, value in degraded.items() if name in found
    }
    assert {name: found[name] for name in disks} == disks
    assert found["md.member_state[md5/sdp]"] == "faulty"
    assert found["md.sync_action[md6]"] == "recover"
    assert found["md.array_state[md6]"] == found["md.array_state[md0]"] == "active"


def test_node_exporter_finds_the_same_ports(corpus: Path) -> None:
    found = all_said(corpus / MD / "root", "sys.class.fc_host")
    names = {
        "dumped_frames_total": "dumped_frames", "error_frames_total": "error_frames",
        "invalid_crc_total": "invalid_crc_count", "fcp_packet_aborts_total": "fcp_packet_aborts",
        "invalid_tx_words_total": "invalid_tx_word_count", "link_failure_total": "link_failure_count",
        "loss_of_signal_total": "loss_of_signal_count",
        "loss_of_sync_total": "loss_of_sync_count", "nos_total": "nos_count", "rx_frames_total": "rx_frames",
        "tx_frames_total": "tx_frames", "rx_words_total": "rx_words", "tx_words_total": "tx_words",
    }  # fmt: skip
    expected = {
        f"fc.{names[short]}[{label['fc_host']}]": float(value)
        * (4 if "words" in short and "invalid" not in short else 1)
        for name, label, value in told(corpus, MD.as_posix(), "expected.prometheus.json")
        if (short := name.removeprefix("node_fibrechannel_")) in names
    }

    counters = {
        name: value for name, value in found.items() if name.split("[")[0] in {f"fc.{n}" for n in names.values()}
    }
    assert counters == expected
    assert expected["fc.loss_of_sync_count[host1]"] == 256
    assert "fc.dumped_frames[host0]" not in found  # the driver says that it does not keep it
    assert found["fc.speed[host0]"] == 16e9


@pytest.mark.parametrize("case", ["pcp/fchost-root-001", "pcp/fchost-root-002"])
def test_pcp_counts_the_same_frames(corpus: Path, case: str) -> None:
    """PCP hands out its figures under each other's names: in.bytes is what the port sent in frames, and so on."""
    found = all_said(corpus / case / "root", "sys.class.fc_host")
    names = {
        "fchost.in.bytes": "fc.tx_frames", "fchost.in.frames": "fc.rx_frames", "fchost.out.bytes": "fc.tx_words",
        "fchost.out.frames": "fc.rx_words", "fchost.error_frames": "fc.error_frames",
        "fchost.dumped_frames": "fc.dumped_frames", "fchost.lip_count": "fc.lip_count",
        "fchost.nos_count": "fc.nos_count",
    }  # fmt: skip
    for name, values in told(corpus, case, "expected.pcp.json").items():
        for host, value in values.items() if name in names else ():
            ours = found.get(f"{names[name]}[{host}]")
            assert ours == value or (ours is None and value == 0), (name, host)  # not kept is 0 to PCP
