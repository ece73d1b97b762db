"""What the recorder makes of the files of a recorded tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from snapper.record.plan import Cadence, Command, File, Files, PerProcess, Read, StatVfs
from snapper.record.recorder import coarse
from tests.record.running import run, start, stat_line, write

LOADAVG: dict[str, Read] = {"proc.loadavg": File(path="proc/loadavg")}
SYSCTL: dict[str, Read] = {"proc.sys": Files(patterns=("proc/sys/**",))}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    write(root, "proc/loadavg", "0.50 0.40 0.30 1/80 4242\n")
    return root


def test_a_file_is_kept_byte_for_byte(tmp_path: Path, root: Path) -> None:
    odd = bytes(range(256)) * 400
    write(root, "proc/odd", odd)
    record = run(tmp_path, {"odd": File(path="proc/odd")}, root=root).read("odd")
    assert (record.status, record.key, record.content, record.stderr) == ("ok", "", odd, None)


def test_what_does_not_change_is_written_once(tmp_path: Path, root: Path) -> None:
    recording = run(tmp_path, LOADAVG, root=root, ticks=4)
    assert recording.spool.contents("proc.loadavg") == [b"0.50 0.40 0.30 1/80 4242\n"]
    assert recording.spool.coverage("proc.loadavg")["reads"] == 4
    assert len(recording.spool.of("recorder.tick")) == 4


def test_a_change_and_an_end_are_written(tmp_path: Path, root: Path) -> None:
    recorder = start(tmp_path, LOADAVG, root=root, ticks=4, interval=0.4)
    recorder.wait_for("tick 1 4")
    write(root, "proc/loadavg", "9.00 1.00 0.30 1/80 4242\n")
    recorder.wait_for("tick 2 4")
    (root / "proc/loadavg").unlink()
    spool = recorder.end().spool
    assert [(read.status, read.content[:4]) for read in spool.of("proc.loadavg")] == [
        ("ok", b"0.50"),
        ("ok", b"9.00"),
        ("absent", b""),
    ]
    assert spool.coverage("proc.loadavg")["status"] == "partial"
    assert "No such file" in spool.coverage("proc.loadavg")["why"]


def test_a_file_that_is_too_large_is_cut(tmp_path: Path, root: Path) -> None:
    write(root, "proc/large", b"x" * 5000)
    recording = run(tmp_path, {"large": File(path="proc/large", max_bytes=100)}, root=root)
    assert (recording.read("large").status, recording.read("large").content) == ("truncated", b"x" * 100)
    assert "more than 100 bytes" in recording.spool.coverage("large")["why"]


def test_nothing_but_regular_files_inside_the_tree_is_read(tmp_path: Path, root: Path) -> None:
    write(tmp_path, "outside", "not yours\n")
    os.mkfifo(root / "proc/fifo")
    (root / "proc/link").symlink_to(tmp_path / "outside")
    (root / "proc/inner").symlink_to("loadavg")
    names = ("fifo", "link", "inner", "sub")
    (root / "proc/sub").mkdir()
    reads: dict[str, Read] = {name: File(path=f"proc/{name}") for name in names}
    recording = run(tmp_path, {**reads, "all": Files(patterns=("proc/*",))}, root=root)
    assert [recording.read(name).status for name in names] == ["failed", "denied", "ok", "failed"]
    assert [read.key for read in recording.spool.of("all")] == ["loadavg"]
    assert b"not yours" not in recording.spool.plain


@pytest.mark.parametrize(
    ("patterns", "keys"),
    [
        (("sys/block/*/queue/*",), ["vda/queue/rotational", "vda/queue/scheduler"]),
        (("sys/block/*/queue/scheduler",), ["vda/queue/scheduler"]),
        (("sys/block/*/size", "sys/block/*/queue/rot*"), ["vda/queue/rotational", "vda/size"]),
        (("sys/block/*/nothing",), []),
        (("sys/devices/**",), ["pci/vda/queue/rotational", "pci/vda/queue/scheduler", "pci/vda/size"]),
        (("sys/devices/**/size",), ["pci/vda/size"]),
        (("sys/block/vd[ab]/si?e",), ["vda/size"]),
        (("sys/devices/pci/vda/size",), ["size"]),
    ],
)
def test_keys_are_paths_below_the_first_wildcard(
    tmp_path: Path, root: Path, patterns: tuple[str, ...], keys: list[str]
) -> None:
    for name in ("queue/scheduler", "queue/rotational", "size"):
        write(root, f"sys/devices/pci/vda/{name}", f"{name}\n")
    (root / "sys/block").mkdir()
    (root / "sys/block/vda").symlink_to("../devices/pci/vda")
    spool = run(tmp_path, {"disks": Files(patterns=patterns)}, root=root).spool
    assert sorted(read.key for read in spool.of("disks")) == keys


def test_more_files_than_asked_for_are_left_out_and_said_to_be(tmp_path: Path, root: Path) -> None:
    for number in range(5):
        write(root, f"proc/sys/{number}", "1\n")
    spool = run(tmp_path, {"few": Files(patterns=("proc/sys/*",), max_files=3)}, root=root).spool
    assert len(spool.of("few")) == 3
    assert spool.coverage("few")["status"] == "partial"
    assert "more than 3 files" in spool.coverage("few")["why"]


def test_a_file_that_is_only_written_to_is_none_that_failed(tmp_path: Path, root: Path) -> None:
    write(root, "proc/sys/vm/compact_memory", "").chmod(0o200)
    write(root, "proc/sys/vm/swappiness", "60\n")
    spool = run(tmp_path, SYSCTL, root=root).spool
    assert [read.key for read in spool.of("proc.sys")] == ["vm/swappiness"]
    assert spool.coverage("proc.sys")["status"] == "ok"


def test_a_name_that_is_no_utf8_is_still_a_key(tmp_path: Path, root: Path) -> None:
    write(root, "proc/sys/caf\N{LATIN SMALL LETTER E WITH ACUTE}", "1\n")
    (root / "proc/sys" / os.fsdecode(b"b\xffd")).write_text("2\n")
    spool = run(tmp_path, SYSCTL, root=root).spool
    assert {read.key: read.content for read in spool.of("proc.sys")} == {"café": b"1\n", "b\\xffd": b"2\n"}


def test_what_matches_only_later_or_no_more_is_told(tmp_path: Path, root: Path) -> None:
    reads: dict[str, Read] = {"net": Files(patterns=("sys/class/net/*/mtu",), cadence=Cadence.TICK)}
    write(root, "sys/class/net/eth0/mtu", "1500\n")
    recorder = start(tmp_path, reads, root=root, ticks=3, interval=0.5)
    recorder.wait_for("tick 1 3")
    (root / "sys/class/net/eth0/mtu").unlink()
    write(root, "sys/class/net/eth1/mtu", "9000\n")
    told = [(read.key, read.status) for read in recorder.end().spool.of("net")]
    assert told == [("eth0/mtu", "ok"), ("eth1/mtu", "ok"), ("eth0/mtu", "absent")]


def test_a_recorded_tree_holds_tools_and_mounts_as_files(tmp_path: Path, root: Path) -> None:
    write(root, "cmd/vmstat", "procs -----------memory----------\n")
    write(root, "cmd/pmap/42", "42:   nginx\n")
    write(root, "cmd/pmap/7", "7:   init\n")
    write(root, "cmd/statvfs/%2Fvar%2Flib", "f_bsize 4096\n")
    reads: dict[str, Read] = {
        "cmd.vmstat": Command(argv=("vmstat",), version=("vmstat", "-V"), cadence=Cadence.WINDOW),
        "cmd.pmap": Command(argv=("pmap", "{pid}"), version=(), largest=5),
        "cmd.ss": Command(argv=("ss",), version=()),
        "statvfs": StatVfs(),
    }
    recording = run(tmp_path, reads, root=root)
    assert recording.read("cmd.vmstat").content.startswith(b"procs")
    assert {read.key for read in recording.spool.of("cmd.pmap")} == {"42", "7"}
    assert recording.read("statvfs", "/var/lib").content == b"f_bsize 4096\n"
    assert recording.spool.coverage("cmd.ss")["status"] == "absent"
    assert recording.spool.end is not None
    assert recording.spool.end["pids"] == []


def test_the_header_tells_of_the_tree_and_not_of_this_host(tmp_path: Path, root: Path) -> None:
    write(root, "proc/sys/kernel/hostname", "web-7\n")
    write(root, "proc/sys/kernel/osrelease", "5.10.0-8-arm64\n")
    write(root, "proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
    write(root, "proc/meminfo", "MemTotal:        1024 kB\n")
    write(root, "proc/stat", "cpu  1 2 3\ncpu0 1 2 3\ncpu3 1 2 3\nintr 5\n")
    write(root, "usr/lib/os-release", 'ID=x\nPRETTY_NAME="Some Linux 9"\n')
    (root / "etc").mkdir()
    (root / "etc/os-release").symlink_to("../usr/lib/os-release")
    host = run(tmp_path, {}, root=root).spool.head["host"]
    assert (host["hostname"], host["kernel"], host["os"]) == ("web-7", "5.10.0-8-arm64", "Some Linux 9")
    assert (host["cpus"], host["memory"], host["pids"], host["container"]) == (2, 1024 * 1024, [], "")
    assert host["boot_id"].startswith("11111111")


def test_a_missing_proc_file_of_a_process_is_no_failure(tmp_path: Path, root: Path) -> None:
    for pid in (1, 20):
        write(root, f"proc/{pid}/stat", stat_line(pid))
        write(root, f"proc/{pid}/fd/0", "")
    write(root, "proc/20/io", "rchar: 1\n")
    write(root, "proc/self-made/stat", "no process\n")
    reads: dict[str, Read] = {
        "stat": PerProcess(file="stat"),
        "io": PerProcess(file="io"),
        "fd": PerProcess(file="fd", count=True),
        "schedstat": PerProcess(file="schedstat"),
    }
    spool = run(tmp_path, reads, root=root).spool
    assert {read.key for read in spool.of("stat")} == {"1", "20"}
    assert [(read.key, read.content) for read in spool.of("fd")] == [("1", b"1"), ("20", b"1")]
    assert [read.key for read in spool.of("io")] == ["20"]
    assert [spool.coverage(name)["status"] for name in reads] == ["ok", "ok", "ok", "absent"]
    assert spool.contents("proc.pids") == [b"1 20"]


@pytest.mark.parametrize(("interval", "step"), [(0.001, 1024), (0.1, 8192), (1, 65536), (60, 65536)])
def test_a_read_is_stamped_in_steps_of_a_ten_thousandth_of_the_interval(interval: float, step: int) -> None:
    mask = coarse(round(interval * 1e9))

    assert -mask == step
    assert [t & mask for t in (step - 1, step, 5 * step + 1)] == [0, step, 5 * step]
