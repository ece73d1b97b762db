"""Rules of the storage sources that one recorded text cannot show: what is left out, told once, or bounded."""

from __future__ import annotations

import pytest

from snapper.collectors import Origin, Reading, all_collectors
from snapper.metric import Kind, Role


def read(source: str, text: str, key: str = "") -> list[Reading]:
    return list(all_collectors()[source].parse(text, Origin(key=key)))


def test_of_hundreds_of_nfs_mounts_the_busiest_are_told() -> None:
    mounts = "".join(
        f"device nas:/vol/{number} mounted on /mnt/{number} with fstype nfs4 statvers=1.1\n"
        f"\tper-op statistics\n\t        READ: {number} {number} 0 1 1 1 1 1 0\n\n"
        for number in range(1, 301)
    )

    told = {reading.instance for reading in read("proc.self.mountstats", mounts) if reading.metric == "nfs.mount.ops"}

    assert told == {f"/mnt/{number}" for number in range(285, 301)}


@pytest.mark.parametrize(("old", "new"), [(7, 3), (3, 7)])
def test_a_mount_over_another_is_the_one_that_counts(old: int, new: int) -> None:
    text = "".join(
        "device nas:/vol mounted on /mnt with fstype nfs4 statvers=1.1\n"
        f"\tper-op statistics\n\t READ: {ops} {ops} 0 1 1 1 1 1\n"
        for ops in (old, new)
    )

    told = [reading.value for reading in read("proc.self.mountstats", text) if reading.metric == "nfs.mount.ops"]

    assert told == [new]


@pytest.mark.parametrize(
    ("options", "of_all", "expected"),
    [
        ("rw,relatime", "rw,errors=remount-ro", [0]),
        ("rw,relatime", "ro,errors=remount-ro", [1]),  # as after an error, before Linux 6.15
        ("rw,relatime", "rw,errors=remount-ro,emergency_ro", [1]),
        ("rw,relatime", "rw,shutdown", [1]),
        ("ro,relatime", "ro", []),  # by intent
        ("ro,relatime", "rw", []),  # a bind mount of a part, made read-only
    ],
)
def test_only_what_should_be_writable_is_in_distress(options: str, of_all: str, expected: list[int]) -> None:
    line = f"40 21 8:5 / /data {options} shared:20 - ext4 /dev/sda5 {of_all}\n"

    assert [one.value for one in read("proc.mountinfo", line) if one.metric == "mount.emergency_ro"] == expected


def test_an_optical_drive_without_a_disc_has_no_errors() -> None:
    assert read("sys.block.device", "0x5a\n", "sr0/device/ioerr_cnt") == []
    assert read("sys.block.device", "0x5a\n", "sda/device/ioerr_cnt") != []


def test_a_state_of_another_driver_is_passed_over() -> None:
    assert read("sys.block.device", "purring\n", "xyz0/device/state") == []


@pytest.mark.parametrize("device", ["1:0", "7:12"])
def test_the_dirty_share_of_memory_disks_is_left_out(device: str) -> None:
    assert read("sys.class.bdi", "100\n", f"{device}/max_ratio") == []


def test_read_ahead_is_told_once() -> None:
    assert read("sys.class.bdi", "128\n", "8:0/read_ahead_kb") == []  # block.read_ahead_kb says it
    assert [reading.value for reading in read("sys.class.bdi", "128\n", "0:45/read_ahead_kb")] == ["128"]


def test_a_device_that_never_wrote_tells_nothing() -> None:
    assert read("sys.kernel.debug.bdi", "BdiWriteback: 0 kB\nBdiDirtied: 0 kB\nBdiWritten: 0 kB\n", "7:0/stats") == []


@pytest.mark.parametrize("state", ["clean", "active", "active-idle", "write-pending"])
def test_an_array_at_work_does_not_change_its_state_by_being_written(state: str) -> None:
    assert [reading.value for reading in read("sys.block.md", f"{state}\n", "md0/md/array_state")] == ["active"]


@pytest.mark.parametrize("text", ["none\n", "delayed\n"])
def test_no_rebuild_is_no_progress(text: str) -> None:
    assert read("sys.block.md", text, "md0/md/sync_completed") == []


def test_a_btrfs_device_without_figures_has_no_errors() -> None:
    assert read("sys.fs.btrfs", "invalid\n", "0abb23a9-5/devinfo/1/error_stats") == []


def test_an_ext4_without_an_error_has_no_time_of_one() -> None:
    assert read("sys.fs.ext4", "0\n", "sda1/last_error_time") == []
    assert read("sys.fs.ext4", "\n", "sda1/last_error_func") == []


def test_a_counter_that_a_driver_does_not_keep_is_not_known() -> None:
    assert read("sys.class.fc_host", "0xffffffffffffffff\n", "host1/statistics/lip_count") == []


def test_a_version_of_nfs_that_nobody_uses_takes_one_series() -> None:
    told = read("proc.net.rpc.nfs", "rpc 0 0 0\nproc3 22" + " 0" * 22 + "\n")

    assert [reading for reading in told if reading.instance] == [Reading("nfs.calls", 0, "v3")]


@pytest.mark.parametrize(
    "text",
    [
        '{"smartctl": {"exit_status": 1, "messages": [{"string": "Unable to detect device type"}]}}',
        '{"smartctl": {"exit_status": 2}, "power_mode": {"ata_value": 0}}',
        "smartctl 6.2 2013-07-26 r3841 [x86_64-linux] (local build)\n\nDevice is in STANDBY mode, exit(2)\n",
    ],
)
def test_a_disk_that_cannot_be_asked_or_sleeps_tells_nothing(text: str) -> None:
    assert read("cmd.smartctl", text, "sda") == []


def test_no_volumes_are_no_readings() -> None:
    assert read("cmd.lvs", '{"report": [{"lv": []}]}') == []
    assert read("cmd.vgs", '{"report": [{"vg": []}]}') == []
    assert read("cmd.dmsetup", "No devices found\n") == []
    assert read("cmd.zpool.status", "no pools available\n") == []
    assert read("cmd.multipath", "") == []


def test_what_mount_prints_is_not_taken_for_the_kernels_list() -> None:
    with pytest.raises(ValueError, match="six fields"):
        read("proc.mounts", "tmpfs on /tmp type tmpfs (rw,seclabel)\n")


def test_few_metrics_fill_the_matrix_and_those_by_device_bear_its_name() -> None:
    primary = {
        metric.name: metric
        for source in ("proc.locks", "proc.mountinfo", "sys.block.md", "sys.block.device", "proc.self.mountstats")
        for metric in (*all_collectors()[source].metrics, *(one.metric for one in all_collectors()[source].derived))
        if metric.primary
    }

    assert primary.keys() == {
        "locks.blocked", "mount.emergency_ro", "md.degraded", "block.ioerr_cnt", "nfs.mount.queue_time",
    }  # fmt: skip
    assert primary["nfs.mount.queue_time"].labels == primary["mount.emergency_ro"].labels == ("mount",)
    assert primary["block.ioerr_cnt"].kind is Kind.COUNTER
    assert primary["md.degraded"].role is Role.ERRORS
