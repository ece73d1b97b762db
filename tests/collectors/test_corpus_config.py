"""Configuration of other machines: processors of 13 architectures, sysctl, disks, clocks, boot parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper.collectors import all_collectors
from snapper.collectors.kernel.proc_sys import key_of
from snapper.record.plan import File, Files
from tests.collectors.corpus_trees import said, told

TREES = {
    "proc.sys": 1271,
    "sys.block": 812,
    "sys.cpufreq": 760,
    "sys.cpufreq.current": 301,
    "proc.cpuinfo": 33,
    "proc.cmdline": 3,
}
"""How many files a capture of every recorded tree would read for each source."""

ALONE = {
    "proc.cpuinfo": r".*cpuinfo.*/input",
    "proc.cmdline": r"insights/cmdline-.*/input",
    "etc.os-release": r".*os.release.*/input",
}

PLACEHOLDERS = {"_void", "_list"}
"""They say what a tree leaves out."""

UNREADABLE = {
    "insights/cpuinfo-CPUINFO/input": "a shell's prompt stands above it",
}
ANOTHER_FORM = {
    "jc/ubuntu-18.04-lsmod/input": ("proc.modules", "the print-out of lsmod, not the kernel's own list"),
}


@pytest.fixture(scope="module")
def recorded(corpus: Path) -> list[str]:
    """The files that are no part of a tree, by their path in the corpus."""
    return sorted(path.relative_to(corpus).as_posix() for path in corpus.glob("*/*/input"))


def what_is_read(root: Path, source: str) -> Iterator[tuple[str, Path]]:
    """The keys and files that the declared patterns find below a tree."""
    read = all_collectors()[source].read
    assert isinstance(read, File | Files)
    for pattern in read.patterns if isinstance(read, Files) else [read.path]:
        folder = re.split(r"[*\[]", pattern)[0].rpartition("/")[0] if "*" in pattern else pattern
        for path in root.glob(f"{pattern}/*" if pattern.endswith("**") else pattern):
            if path.is_file() and path.name not in PLACEHOLDERS:
                key = path.relative_to(root / folder).as_posix()
                yield ("" if key == "." else key), path


@pytest.mark.parametrize(("source", "recordings"), TREES.items())
def test_every_file_of_every_tree_is_read(corpus: Path, source: str, recordings: int) -> None:
    declared = {metric.name for metric in all_collectors()[source].metrics}
    found = [said(source, path, key) for root in corpus.glob("*/*/*/") for key, path in what_is_read(root, source)]

    assert {name.partition("[")[0] for each in found for name in each} <= declared
    assert len(found) == recordings


@pytest.mark.parametrize(("source", "pattern"), ALONE.items())
def test_every_file_recorded_alone_is_read(corpus: Path, recorded: list[str], source: str, pattern: str) -> None:
    paths = [path for path in recorded if re.fullmatch(pattern, path)]
    refused = set()

    for path in paths:
        try:
            assert said(source, corpus / path)
        except ValueError:
            refused.add(path)

    assert refused == UNREADABLE.keys() & set(paths)
    assert len(paths) == {"proc.cpuinfo": 11, "proc.cmdline": 2, "etc.os-release": 3}[source]


@pytest.mark.parametrize(("path", "source"), [(path, source) for path, (source, _) in ANOTHER_FORM.items()])
def test_another_programs_print_out_is_refused(corpus: Path, path: str, source: str) -> None:
    with pytest.raises(ValueError, match="should be"):
        said(source, corpus / path)


@pytest.mark.parametrize("case", ["CMDLINE_GRUB2", "CMDLINE_V2"])
def test_insights_finds_the_same_boot_parameters(corpus: Path, case: str) -> None:
    data = told(corpus, f"insights/cmdline-{case}")[0]["result"]["data"]
    assert isinstance(data, dict)

    assert said("proc.cmdline", corpus / f"insights/cmdline-{case}/input") == {
        f"cmdline[{name}]": " ".join("set" if value is True else value for value in values)
        for name, values in data.items()
        if name not in {"BOOT_IMAGE", "initrd"}
    }


@pytest.mark.parametrize(
    "case",
    ["insights/os_release-OS_RELEASE_RHEL_AI", "insights/os_release-REHL_OS_RELEASE", "jc/generic-os-release-ubuntu"],
)
def test_others_find_the_same_release(corpus: Path, case: str) -> None:
    theirs = told(corpus, case)
    fields = theirs if isinstance(theirs, dict) else theirs[0]["result"]

    assert said("etc.os-release", corpus / case / "input") == {
        f"os_release[{name}]": value
        for name, value in fields.items()
        if not name.endswith("_URL") and name not in {"ANSI_COLOR", "LOGO"}
    }


@pytest.mark.parametrize(
    ("case", "source", "key", "fact"),
    [
        ("scheduler-SDA_SCHEDULER", "sys.block", "sda/queue/scheduler", {"block.scheduler[sda]": "cfq"}),
        ("scheduler-SDB_SCHEDULER", "sys.block", "sdb/queue/scheduler", {"block.scheduler[sdb]": "deadline"}),
        ("transparent_hugepage-ENABLED_ALWAYS", "sys.thp", "enabled", {"thp.enabled": "always"}),
        ("transparent_hugepage-ENABLED_MADVISE", "sys.thp", "enabled", {"thp.enabled": "madvise"}),
        ("transparent_hugepage-ENABLED_NEVER", "sys.thp", "enabled", {"thp.enabled": "never"}),
        ("proc_random_entropy_avail-WRONG_CONTENT_2", "proc.sys", "kernel/random/entropy_avail", {}),
        (
            "sendq_recvq_socket_buffer-RECVQ_SOCKET_BUFFER",
            "proc.sys",
            "net/ipv4/tcp_rmem",
            {"sysctl[net.ipv4.tcp_rmem]": "4096 87380 6291456"},
        ),
    ],
)
def test_insights_finds_the_same_choice(corpus: Path, case: str, source: str, key: str, fact: dict[str, str]) -> None:
    assert said(source, corpus / "insights" / case / "input", key) == fact


def test_a_choice_of_nothing_is_refused(corpus: Path) -> None:
    path = corpus / "insights/transparent_hugepage-THP_SHMEM_ENABLED_ENABLE_EMPTY/input"

    with pytest.raises(ValueError, match="chosen"):
        said("sys.thp", path, "shmem_enabled")


LEFT_OUT = re.compile(
    r"random|[.-]nr$|-state$|last_pid|conntrack_count|hung_task_warnings|_key$|_next_id|sample_rate|quota|cad_pid"
    r"|kernel\.(?:ostype|osrelease|version|(?:host|domain)name)|available_"
)


@pytest.mark.parametrize("version", ["busybox-1.35.0", "procps-3.2.9", "procps-ng-3.3.17", "procps-ng-4.0.6"])
def test_sysctl_prints_the_same_names_and_values(corpus: Path, version: str) -> None:
    printed = (corpus / f"toolrun/aperf_m6g-5s__sysctl-{version}__-a/input").read_text(encoding="utf-8")
    theirs: dict[str, list[str]] = {}
    for row in printed.splitlines():
        name, _, value = row.partition(" = ")
        theirs.setdefault(f"sysctl[{name.strip()}]", []).append(" ".join(value.split()))
    root = corpus / "aperf/m6g-5s/before/proc/sys"

    found: dict[str, float | str] = {}
    for path in root.rglob("*"):
        if path.is_file():
            found |= said("proc.sys", path, path.relative_to(root).as_posix())

    assert found == {name: "; ".join(theirs[name]) or "(empty)" for name in found}
    assert len(found) == 564
    assert {name for name in theirs.keys() - found.keys() if not LEFT_OUT.search(name.rstrip("]"))} == set()


def test_settings_of_a_host_hold_still_for_five_seconds(corpus: Path) -> None:
    root = corpus / "aperf/m6g-5s"
    for path in (root / "before/proc/sys").rglob("*"):
        key = path.relative_to(root / "before/proc/sys").as_posix()
        later = root / "after/proc/sys" / key
        if path.is_file() and later.is_file():
            assert said("proc.sys", path, key) == said("proc.sys", later, key)
            assert "." in key_of(key)


def test_node_exporter_finds_the_same_clocks(corpus: Path) -> None:
    root = corpus / "node_exporter/fixtures-sys"
    theirs = told(corpus, root.relative_to(corpus).as_posix(), "expected.prometheus.json")
    named = {
        "node_cpu_scaling_frequency_hertz": ("sys.cpufreq.current", "scaling_cur_freq"),
        "node_cpu_scaling_frequency_min_hertz": ("sys.cpufreq", "scaling_min_freq"),
        "node_cpu_scaling_frequency_max_hertz": ("sys.cpufreq", "scaling_max_freq"),
    }
    compared = 0
    for metric, labels, value in theirs:
        if metric in named:
            source, file = named[metric]
            key = f"cpu{labels['cpu']}/cpufreq/{file}"
            path = root / "root/sys/devices/system/cpu" / key
            if path.is_file():
                (found,) = said(source, path, key).values()
                assert float(found) == float(value), key
                compared += 1
    assert compared == 12


def test_pcp_finds_the_same_clocks_of_the_moment(corpus: Path) -> None:
    root = corpus / "pcp/sysfs-cpufreq-scaling-001"
    theirs = told(corpus, root.relative_to(corpus).as_posix(), "expected.pcp.json")["hinv.cpu.clock"]

    for cpu, megahertz in theirs.items():
        key = f"{cpu}/cpufreq/scaling_cur_freq"
        (found,) = said("sys.cpufreq.current", root / "root/sys/devices/system/cpu" / key, key).values()
        assert found == megahertz * 1e6, cpu
    assert len(theirs) == 8
