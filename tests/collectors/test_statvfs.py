from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.filesystems.statvfs import parse

SOME = "f_frsize 4096\nf_blocks 100\nf_bfree 10\nf_bavail {avail}\nf_files {files}\nf_ffree {free}\nf_flag {flag}\n"


def read(point: str = "/srv", avail: int = 5, files: int = 50, free: int = 20, flag: int = 0) -> dict[str, float | str]:
    text = SOME.format(avail=avail, files=files, free=free, flag=flag)
    return {name.removeprefix("filesystem."): value for name, value, _ in parse(text, Origin(key=point))}


def test_the_instance_is_the_mount_point() -> None:
    assert {reading.instance for reading in parse("f_frsize 1\nf_blocks 2\n", Origin(key="/my disk"))} == {"/my disk"}


def test_a_read_only_image_is_always_full_and_says_nothing() -> None:
    assert read(avail=0, flag=1) == {}


@pytest.mark.parametrize(("avail", "flag"), [(0, 0), (5, 1)])
def test_a_full_disk_and_a_read_only_one_are_no_images(avail: int, flag: int) -> None:
    assert read(avail=avail, flag=flag)["avail"] == avail * 4096


@pytest.mark.parametrize(
    "point", ["/var/lib/docker/overlay2/5f0c/merged", "/run/user/1000", "/sys/fs/cgroup", "/var/lib/kubelet/pods/1/v"]
)
def test_what_comes_and_goes_is_left_out(point: str) -> None:
    assert read(point) == {}


@pytest.mark.parametrize(("files", "free"), [(0, 0), (10, 2**64 - 1)])
def test_inodes_that_are_not_counted_are_not_known(files: int, free: int) -> None:
    assert not {"inodes", "inodes_free"} & set(read(files=files, free=free))


def test_no_inode_left_is_known_very_well() -> None:
    assert read(files=10, free=0)["inodes_free"] == 0
