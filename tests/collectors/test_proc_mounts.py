from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors.contract import Origin
from snapper.collectors.filesystems.proc_mounts import parse

ESCAPED = str.maketrans({" ": r"\040", "\t": r"\011", "\n": r"\012", "\\": r"\134", "#": r"\043"})


def read(*lines: str) -> dict[tuple[str, str], float | str]:
    return {(name, point): value for name, value, point in parse("".join(f"{line}\n" for line in lines), Origin())}


@given(st.text(st.characters(categories=["L", "N"], include_characters=" \t\n\\#/\x0b\x1c\x85\u2028"), min_size=1))
def test_a_mount_point_of_any_name_comes_back_as_it_is(name: str) -> None:
    point = f"/mnt/{name}"

    assert read(f"/dev/sdb1 {point.translate(ESCAPED)} xfs rw 0 0")["mount.type", point] == "xfs"


def test_the_mount_on_top_counts() -> None:
    said = read("tmpfs /data tmpfs rw 0 0", "/dev/sdb1 /data xfs ro 0 0")

    assert said == {
        ("mount.source", "/data"): "/dev/sdb1",
        ("mount.type", "/data"): "xfs",
        ("mount.options", "/data"): "ro",
    }


@pytest.mark.parametrize(
    "line",
    [
        "proc /proc proc rw 0 0",
        "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0",
        "tmpfs /run/user/1000 tmpfs rw 0 0",
        "overlay /var/lib/docker/overlay2/5f0c/merged overlay rw 0 0",
        "/etc/auto.net /net autofs rw,fd=6 0 0",
    ],
)
def test_what_is_no_configuration_is_left_out(line: str) -> None:
    assert read(line) == {}


def test_options_that_differ_after_each_mount_do_not_drift() -> None:
    before = read(
        "nas:/v /v nfs rw,vers=3,mountport=4046,hard 0 0", "overlay / overlay rw,lowerdir=/l/a:/l/b,workdir=/w 0 0"
    )
    after = read(
        "nas:/v /v nfs rw,vers=3,mountport=20048,hard 0 0", "overlay / overlay rw,lowerdir=/l/c,workdir=/x 0 0"
    )

    assert before == after
    assert before["mount.options", "/v"] == "rw,vers=3,hard"
