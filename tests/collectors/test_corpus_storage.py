"""File systems, arrays and disks of other machines, against what procfs, node_exporter, PCP, jc and insights read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.storage_reads import Said, all_said, files_of, said, told, trees

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


def test_node_exporter_finds_the_same_btrfs(corpus: Path) -> None:
    found = all_said(corpus / MD / "root", "sys.fs.btrfs")
    for name, label, value in told(corpus, MD.as_posix(), "expected.prometheus.json"):
        uuid, kind = label.get("uuid", ""), label.get("block_group_type", "")
        expected = {
            "node_btrfs_used_bytes": f"btrfs.bytes_used[{uuid} {kind}]",
            "node_btrfs_size_bytes": f"btrfs.total_bytes[{uuid} {kind}]",
            "node_btrfs_global_rsv_size_bytes": f"btrfs.global_rsv_size[{uuid}]",
            "node_btrfs_commits_total": f"btrfs.commits[{uuid}]",
            "node_btrfs_last_commit_seconds": f"btrfs.last_commit_ms[{uuid}]",
            "node_btrfs_max_commit_seconds": f"btrfs.max_commit_ms[{uuid}]",
            "node_btrfs_commit_seconds_total": f"btrfs.total_commit_ms[{uuid}]",
        }.get(name)
        if expected in found:
            assert found[expected] == pytest.approx(float(value)), expected
    assert found["btrfs.profile[7f07c59f-6136-449c-ab87-e1cf2328731b data raid5]"] == "in use"


XFS = {
    "xfs.write": "write_calls", "xfs.read": "read_calls", "xfs.write_bytes": "write_bytes",
    "xfs.read_bytes": "read_bytes", "xfs.xstrat.bytes": "xstrat_bytes", "xfs.log.writes": "log_writes",
    "xfs.log.noiclogs": "log_noiclogs",
    "xfs.log.force": "log_force", "xfs.log.force_sleep": "log_force_sleep", "xfs.log_tail.try_logspace": "try_logspace",
    "xfs.log_tail.sleep_logspace": "sleep_logspace", "xfs.log_tail.push_ail.pushes": "push_ail",
    "xfs.log_tail.push_ail.success": "push_ail_success", "xfs.log_tail.push_ail.pinned": "push_ail_pinned",
    "xfs.log_tail.push_ail.locked": "push_ail_locked", "xfs.log_tail.push_ail.flushing": "push_ail_flushing",
    "xfs.log_tail.push_ail.flush": "push_ail_flush", "xfs.transactions.sync": "trans_sync",
    "xfs.transactions.async": "trans_async", "xfs.dir_ops.lookup": "dir_lookup", "xfs.dir_ops.create": "dir_create",
    "xfs.dir_ops.remove": "dir_remove", "xfs.dir_ops.getdents": "dir_getdents",
    "xfs.inode_ops.ig_attempts": "ig_attempts", "xfs.inode_ops.ig_found": "ig_found",
    "xfs.inode_ops.ig_missed": "ig_missed", "xfs.inode_ops.ig_reclaims": "ig_reclaims",
    "xfs.allocs.alloc_extent": "allocx", "xfs.allocs.free_extent": "freex", "xfs.attr.get": "attr_get",
    "xfs.attr.set": "attr_set", "xfs.iflush_count": "iflush_count", "xfs.vnodes.active": "inodes_active",
    "xfs.buffer.get": "buf_get", "xfs.buffer.get_read": "buf_get_read", "xfs.buffer.page_retries": "buf_page_retries",
    "xfs.buffer.get_locked_waited": "buf_get_locked_waited",
}  # fmt: skip


@pytest.mark.parametrize("number", [1, 2, 3])
def test_pcp_finds_the_same_xfs(corpus: Path, number: int) -> None:
    case = f"pcp/xfs-root-00{number}"
    values = told(corpus, case, "expected.pcp.json")
    found = all_said(corpus / case / "root", "proc.fs.xfs.stat")

    assert {f"xfs.{name}" for name in XFS.values()} | {"xfs.log_blocks"} == found.keys()
    assert {name: found[f"xfs.{XFS[name]}"] for name in XFS} == {name: values[name] for name in XFS}
    assert found["xfs.log_blocks"] == values["xfs.log.blocks"] * 1024  # KiB, as it prints them
    assert found["xfs.write_calls"] == 252


def test_pcp_finds_the_same_xfs_by_disk(corpus: Path) -> None:
    """Of the disk that it gives itself: the other one, of LVM, has the sums of both with PCP."""
    case = "pcp/xfs-root-002"
    values = told(corpus, case, "expected.pcp.json")
    found = all_said(corpus / case / "root", "sys.fs.xfs")

    for name, short in XFS.items():
        per_disk = values.get(name.replace("xfs.", "xfs.perdev.", 1), {})
        if f"xfs.disk.{short}[loop3]" in found:
            assert found[f"xfs.disk.{short}[loop3]"] == per_disk["/dev/loop3"]
    assert found["xfs.disk.write_calls[loop3]"] == 151
    assert found["xfs.disk.write_calls[dm-4]"] == 101


def test_pcp_counts_the_same_calls_of_nfs(corpus: Path) -> None:
    case = "pcp/nfsrpc-root-001"
    values = told(corpus, case, "expected.pcp.json")
    client = all_said(corpus / case / "root", "proc.net.rpc.nfs")
    server = all_said(corpus / case / "root", "proc.net.rpc.nfsd")

    assert client == {
        "nfs.rpc.calls": values["rpc.client.rpccnt"],
        "nfs.rpc.retrans": values["rpc.client.rpcretrans"],
        "nfs.rpc.authrefresh": values["rpc.client.rpcauthrefresh"],
        "nfs.calls[v2]": values["nfs.client.calls"],
        "nfs.calls[v3]": values["nfs3.client.calls"],
        "nfs.calls[v4]": values["nfs4.client.calls"],
    }
    assert server["nfsd.rpc.calls"] == values["rpc.server.rpccnt"] == 57
    assert server["nfsd.th.threads"] == values["rpc.server.th_cnt"]
    assert server["nfsd.rc.misses"] == values["rpc.server.rcmisses"]
    assert server["nfsd.net.tcpconn"] == 1  # PCP gives the packets of TCP, 57, for this too
    short = {"bind_conn": "BIND_CONN_TO_SESSION", "create_ses": "CREATE_SESSION", "destroy_ses": "DESTROY_SESSION"}
    for name, count in values["nfs4.server.reqs"].items():
        operation = f"nfsd.operations[v4 {short.get(name, name.upper())}]"
        if operation in server:
            assert server[operation] == count, name


def test_locks_are_those_that_jc_lists(corpus: Path) -> None:
    listed = [lock["class"] for lock in told(corpus, "jc/linux-proc-locks")]

    assert said("proc.locks", corpus / "jc/linux-proc-locks/input") == {
        "locks.held[POSIX]": listed.count("POSIX"),
        "locks.held[FLOCK]": listed.count("FLOCK"),
        "locks.held[OFDLCK]": 0,
        "locks.held[LEASE]": 0,
        "locks.blocked": 0,
    }


def test_mounts_are_those_that_below_and_insights_read(corpus: Path) -> None:
    mounted = said("proc.mountinfo", corpus / "below/procfs-test_read_mountinfo-mountinfo-8d10/input")
    listed = said("proc.mounts", corpus / "insights/mount-PROC_MOUNT/input")

    assert mounted["mount.propagation[/]"] == "shared"
    assert mounted["mount.propagation[/boot]"] == "private"
    assert mounted["mount.emergency_ro[/boot]"] == 0
    for point, mount in told(corpus, "insights/mount-PROC_MOUNT")[0]["result"]["mounts"].items():
        if f"mount.type[{point}]" in listed:
            assert listed[f"mount.type[{point}]"] == mount["mount_type"]
    assert listed["mount.source[/boot]"] == "/dev/sda1"


def test_an_nfs_mount_of_procfs_reads_as_its_numbers_say(corpus: Path) -> None:
    found = said("proc.self.mountstats", corpus / "procfs/fixtures-proc/root/proc/26231/mountstats")

    assert found["nfs.mount.by_kind.ops[/mnt/nfs/test READ]"] == 1298
    assert found["nfs.mount.by_kind.rtt[/mnt/nfs/test READ]"] == pytest.approx(79.386)
    assert found["nfs.mount.read_bytes[/mnt/nfs/test]"] == 1210214218
    assert "nfs.mount.by_kind.queue[/mnt/nfs/test METADATA]" not in found  # it ran backwards


@pytest.mark.parametrize("version", ["3.17.3", "4.15.12"])
def test_shares_of_both_versions_are_read(corpus: Path, version: str) -> None:
    found = all_said(corpus / f"pcp/cifs-cifs-root-{version}/root", "proc.fs.cifs.Stats")

    if version == "3.17.3":
        assert found[r"cifs.smbs[\\192.168.122.153\cifs-one]"] == 50
        assert found[r"cifs.reads[\\192.168.122.153\cifs-one]"] == 2
        assert found["cifs.vfs_operations"] == 291
    else:
        assert found[r"cifs.reads[\\fubar.com\mysmbuser]"] == 24
        assert found[r"cifs.failed[\\fubar.com\mysmbuser]"] == sum([2, 5, 8, 11, 14, 17, 20, *range(23, 57, 3)])
        assert found["cifs.session_reconnects"] == 2
