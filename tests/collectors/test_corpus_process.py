"""Processes of other machines, kernels 2.6.18 to 6.x: all of them are read, with the values that others found."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.collectors.programs.pid_cgroup import unit_of
from snapper.collectors.programs.pid_cmdline import program_of
from snapper.collectors.programs.pid_stat import identify
from tests.collectors.corpus_trees import of_procfs

SOURCES = {
    "proc.pid.stat": ("stat", 1490),
    "proc.pid.io": ("io", 140),
    "proc.pid.status": ("status", 311),
    "proc.pid.schedstat": ("schedstat", 80),
    "proc.pid.cgroup": ("cgroup", 11),
    "proc.pid.cmdline": ("cmdline", 221),
}
"""The file of each source, and of how many processes and threads it is recorded."""

UNREADABLE = {"procfs/fixtures-proc/root/proc/26233/schedstat": "a picture of a cow, put there to be refused"}

ALONE = {
    "below/procfs-test_pid_stat-stat-cec8": ("proc.pid.stat", {"proc.utime": 144.74, "proc.stime": 108.87}),
    "below/procfs-test_read_all_pids-stat-e4dd": ("proc.pid.stat", {}),
    "below/procfs-test_read_all_tid_info_of_pid-stat_tid1-e07f": ("proc.pid.stat", {}),
    "below/procfs-test_pid_io-io-d8ea": ("proc.pid.io", {"proc.read_bytes": 22577841152}),
    "below/procfs-test_read_all_tid_info_of_pid-io_tid2-0fce": ("proc.pid.io", {"proc.write_bytes": 4096}),
    "below/procfs-test_pid_cgroupv1-cgroup-73f4": ("proc.pid.cgroup", {"proc.cgroup": "/init.scope"}),
    "below/procfs-test_read_all_tid_info_of_pid-cgroup-531d": ("proc.pid.cgroup", {}),
    "below/procfs-test_pid_cmdline-cmdline-c2b7": ("proc.pid.cmdline", {"proc.cmdline": "one --long-flag -f"}),
    "insights/init_process_cgroup-CGROUP_CONTAINER": (
        "proc.pid.cgroup",
        {"proc.cgroup": "/system.slice/docker-*.scope"},
    ),
    "jc/linux-proc-pid_stat": ("proc.pid.stat", {"proc.cutime": 26.72, "proc.rss": 3313 * 4096}),
    "jc/linux-proc-pid_stat_hack": ("proc.pid.stat", {"proc.minflt": 428, "proc.num_threads": 1}),
    "psutil/test_status_file_parsing": (
        "proc.pid.status",
        {"proc.Threads": 66, "proc.Cpus_allowed_list": "0-7", "proc.voluntary_ctxt_switches": 12},
    ),
}
"""Recordings of one file, and what the expectations beside them say in our names."""

OF_PROCFS = {
    "stat": {
        "UTime": ("proc.utime", 1 / 100),
        "STime": ("proc.stime", 1 / 100),
        "MinFlt": ("proc.minflt", 1),
        "MajFlt": ("proc.majflt", 1),
        "NumThreads": ("proc.num_threads", 1),
        "VSize": ("proc.vsize", 1),
        "RSS": ("proc.rss", 4096),
        "DelayAcctBlkIOTicks": ("proc.delayacct_blkio_ticks", 1 / 100),
    },
    "io": {
        "RChar": ("proc.rchar", 1),
        "WChar": ("proc.wchar", 1),
        "SyscR": ("proc.syscr", 1),
        "SyscW": ("proc.syscw", 1),
        "ReadBytes": ("proc.read_bytes", 1),
        "WriteBytes": ("proc.write_bytes", 1),
        "CancelledWriteBytes": ("proc.cancelled_write_bytes", 1),
    },
    "schedstat": {
        "RunningNanoseconds": ("proc.run_time", 1e-9),
        "WaitingNanoseconds": ("proc.run_delay", 1e-9),
        "RunTimeslices": ("proc.timeslices", 1),
    },
    "status": {
        "RssAnon": ("proc.RssAnon", 1),
        "RssFile": ("proc.RssFile", 1),
        "RssShmem": ("proc.RssShmem", 1),
        "VmHWM": ("proc.VmHWM", 1),
        "VmSwap": ("proc.VmSwap", 1),
        "VoluntaryCtxtSwitches": ("proc.voluntary_ctxt_switches", 1),
        "NonVoluntaryCtxtSwitches": ("proc.nonvoluntary_ctxt_switches", 1),
    },
}
"""The names of prometheus/procfs, which leaves 0 where the kernel says nothing."""


@pytest.fixture(scope="module")
def recorded(corpus: Path) -> dict[str, list[Path]]:
    """The files of every process and thread in every tree, by their name."""
    found: dict[str, list[Path]] = {}
    process = re.compile(r".*/proc/[0-9]+(?:/task/[0-9]+)?$")
    for folder, _, files in os.walk(corpus):
        if process.match(folder):
            for name in files:
                found.setdefault(name, []).append(Path(folder, name))
    return found


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "backslashreplace")


def values(source: str, path: Path) -> dict[str, float | str]:
    readings = all_collectors()[source].parse(text_of(path), Origin(key=path.parent.name))
    return {reading.metric: reading.value for reading in readings}


@pytest.mark.parametrize(("source", "name", "recordings"), [(key, *value) for key, value in SOURCES.items()])
def test_every_process_of_every_tree_is_read(
    corpus: Path, recorded: dict[str, list[Path]], source: str, name: str, recordings: int
) -> None:
    declared = {metric.name for metric in all_collectors()[source].metrics}
    refused = set()

    for path in recorded[name]:
        try:
            assert values(source, path).keys() <= declared
        except ValueError:
            refused.add(path.relative_to(corpus).as_posix())

    assert len(recorded[name]) == recordings
    assert refused == {path for path in UNREADABLE if path.endswith(f"/{name}")}


@pytest.mark.parametrize(("case", "source", "expected"), [(case, *told) for case, told in ALONE.items()])
def test_a_file_recorded_alone_is_read(corpus: Path, case: str, source: str, expected: dict[str, float | str]) -> None:
    found = values(source, corpus / case / "input")

    assert found
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("file", OF_PROCFS)
def test_prometheus_procfs_reads_the_same(corpus: Path, file: str) -> None:
    compared = 0
    for tree, processes in of_procfs(corpus, "procs", f"proc/[0-9]*/{file}"):
        for pid, told in processes.items():
            if file not in told:
                continue
            found = values(f"proc.pid.{file}", tree / "proc" / pid / file)
            for name, (metric, scale) in OF_PROCFS[file].items():
                if metric in found:
                    assert found[metric] == pytest.approx(told[file][name] * scale), (tree, pid, name)
                    compared += 1
                else:
                    assert not told[file].get(name) or unterminated(tree / "proc" / pid / file), (tree, pid, name)
    assert compared == {"stat": 11488, "io": 637, "schedstat": 90, "status": 968}[file]


def unterminated(path: Path) -> bool:
    return not path.read_bytes().endswith(b"\n")


OF_PCP = {
    "proc.psinfo.rss": ("stat", "proc.rss", 1024),
    "proc.io.cancelled_write_bytes": ("io", "proc.cancelled_write_bytes", 1),
    "proc.schedstat.cpu_time": ("schedstat", "proc.run_time", 1e-9),
}


def test_pcp_reads_the_same(corpus: Path) -> None:
    compared = 0
    for expected in sorted(corpus.glob("pcp/procpid-*/expected.pcp.json")):
        told = json.loads(expected.read_text(encoding="utf-8"))
        for name, (file, metric, scale) in OF_PCP.items():
            for process, value in told[name].items():
                path = expected.parent / "root" / "proc" / str(told["proc.psinfo.pid"][process]) / file
                if path.is_file():
                    assert values(f"proc.pid.{file}", path)[metric] == pytest.approx(value * scale), path
                    compared += 1
    assert compared == 30


@pytest.mark.parametrize(
    ("process", "identity"),
    [
        ("pcp/procpid-4.14.5-root-005/root/proc/1", ("init.scope", "systemd")),
        ("pcp/procpid-4.14.5-root-005/root/proc/996", ("docker-containerd.service", "docker-containerd-current")),
        ("pcp/procpid-4.14.5-root-005/root/proc/26304", ("docker", "prometheus")),
        ("pcp/procpid-4.18.13-root-006/root/proc/25951", ("podman", "prometheus")),
        ("pcp/procpid-4.18.13-root-006/root/proc/25731", ("user@1000.service/gnome-terminal-server.service", "podman")),
        (
            "pcp/procpid-5.5.7-root-007/root/proc/214983",
            ("user@1000.service/gnome-terminal-server.service", "gnome-terminal-server"),
        ),
        ("pcp/procpid-5.5.7-root-007/root/proc/1309", ("user@1000.service", "systemd")),
    ],
)
def test_a_process_is_identified(corpus: Path, process: str, identity: tuple[str, str]) -> None:
    stat = identify(text_of(corpus / process / "stat"))
    program = program_of(stat.comm, text_of(corpus / process / "cmdline"), kernel_thread=stat.kernel_thread)

    assert (unit_of(text_of(corpus / process / "cgroup")), program) == identity


def test_the_programs_of_a_desktop_line_up_with_themselves_half_a_minute_later(corpus: Path) -> None:
    programs = []
    for moment in ("before", "after"):
        folders = [
            path.parent for path in (corpus / "collectl/debian-i686-rt-30s" / moment).glob("proc/[0-9]*/cmdline")
        ]
        programs.append(
            {
                program_of(stat.comm, text_of(folder / "cmdline"), kernel_thread=stat.kernel_thread)
                for folder in folders
                if (folder / "stat").is_file() and (stat := identify(text_of(folder / "stat")))
            }
        )
    before, after = programs

    assert {"perl collectl", "postgres", "apache2", "mysqld", "bash"} <= before
    assert not (after - before)
