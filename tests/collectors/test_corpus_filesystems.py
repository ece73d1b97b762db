"""File systems of other machines, local ones and of the network, against what node_exporter, PCP and jc read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_trees import said, told
from tests.collectors.storage_reads import all_said

MD = Path("node_exporter/fixtures-sys")


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
