"""Control groups of other machines, v2 with 224 groups and v1 with libvirt's, against what PCP reads there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from snapper.collectors import Origin, Reading, all_collectors
from snapper.collectors.cgroups.cgroup_files import is_told, place_of

TREES = {"pcp/cgroups-root-004": "root/sys/fs/cgroup", "pcp/cgroups-root-001": "root/cgroup"}
"""Where each has its control groups; the older host mounted each controller under /cgroup."""

V2 = {
    "cgroup.cpu.stat.usage": ("cpu.stat", "cgroup.cpu.usage", 1e-6, 223),
    "cgroup.cpu.stat.user": ("cpu.stat", "cgroup.cpu.user", 1e-6, 223),
    "cgroup.cpu.stat.system": ("cpu.stat", "cgroup.cpu.system", 1e-6, 223),
    "cgroup.memory.current": ("memory.current", "cgroup.memory.current", 1, 223),
    "cgroup.memory.stat.anon": ("memory.stat", "cgroup.memory.anon", 1, 223),
    "cgroup.memory.stat.file": ("memory.stat", "cgroup.memory.file", 1, 223),
    "cgroup.memory.stat.inactive_file": ("memory.stat", "cgroup.memory.inactive_file", 1, 223),
    "cgroup.memory.stat.slab": ("memory.stat", "cgroup.memory.slab", 1, 223),
    "cgroup.memory.stat.sock": ("memory.stat", "cgroup.memory.sock", 1, 223),
    "cgroup.memory.stat.pgscan": ("memory.stat", "cgroup.memory.pgscan", 1, 223),
    "cgroup.memory.stat.pgmajfault": ("memory.stat", "cgroup.memory.pgmajfault", 1, 223),
    "cgroup.memory.stat.workingset.refault": ("memory.stat", "cgroup.memory.workingset_refault", 1, 223),
    "cgroup.pressure.cpu.some.total": ("cpu.pressure", "cgroup.pressure.cpu.some", 1e-6, 224),
    "cgroup.pressure.memory.some.total": ("memory.pressure", "cgroup.pressure.memory.some", 1e-6, 224),
    "cgroup.pressure.memory.full.total": ("memory.pressure", "cgroup.pressure.memory.full", 1e-6, 224),
    "cgroup.pressure.io.some.total": ("io.pressure", "cgroup.pressure.io.some", 1e-6, 224),
    "cgroup.pressure.io.full.total": ("io.pressure", "cgroup.pressure.io.full", 1e-6, 224),
}
"""PCP's metric → our file and metric, what its unit is in ours, and of how many groups it has one."""
V1 = {
    "cgroup.cpuacct.usage": ("cpuacct/", "cpuacct.usage", "cgroup.cpu.usage", 1e-9),
    "cgroup.cpuacct.stat.user": ("cpuacct/", "cpuacct.stat", "cgroup.cpu.user", 1e-2),
    "cgroup.cpuacct.stat.system": ("cpuacct/", "cpuacct.stat", "cgroup.cpu.system", 1e-2),
    "cgroup.cpusched.periods": ("cpu/", "cpu.stat", "cgroup.cpu.nr_periods", 1),
    "cgroup.cpusched.throttled": ("cpu/", "cpu.stat", "cgroup.cpu.nr_throttled", 1),
    "cgroup.cpusched.throttled_time": ("cpu/", "cpu.stat", "cgroup.cpu.throttled", 1e-9),
    "cgroup.memory.usage": ("memory/", "memory.usage_in_bytes", "cgroup.memory.current", 1),
    "cgroup.memory.failcnt": ("memory/", "memory.failcnt", "cgroup.memory.events.max", 1),
    "cgroup.memory.stat.total.rss": ("memory/", "memory.stat", "cgroup.memory.anon", 1),
    "cgroup.memory.stat.total.cache": ("memory/", "memory.stat", "cgroup.memory.file", 1),
    "cgroup.memory.stat.total.inactive_file": ("memory/", "memory.stat", "cgroup.memory.inactive_file", 1),
    "cgroup.memory.stat.total.swap": ("memory/", "memory.stat", "cgroup.memory.swap.current", 1),
}
V1_FACTS = {
    "cgroup.cpusched.shares": ("cpu/", "cpu.shares", "cgroup.cpu.shares"),
    "cgroup.cpusched.cfs_period": ("cpu/", "cpu.cfs_period_us", "cgroup.cpu.cfs_period_us"),
    "cgroup.cpuset.cpus": ("cpuset/", "cpuset.cpus", "cgroup.cpuset.cpus"),
    "cgroup.cpuset.mems": ("cpuset/", "cpuset.mems", "cgroup.cpuset.mems"),
}
IDLE = {"cgroup.cpu.usage", "cgroup.cpu.user", "cgroup.cpu.system"}
"""What is not told of a group in which nothing ever ran."""
SMALL = 4 * 1024 * 1024
"""Bytes; of a group that holds less its memory is not told."""

ALONE = {
    "below/cgroupfs-get_reader_validate-cgroup.controllers-d843": (
        "cgroup.controllers",
        {"cgroup.controllers": "cpu cpuset io memory pids"},
    ),
    "below/cgroupfs-test_cpu_pressure_full-cpu.pressure-087d": (
        "x/cpu.pressure",
        {"cgroup.pressure.cpu.some": 619.17629, "cgroup.pressure.cpu.full": 34.509874},
    ),
    "below/cgroupfs-test_io_pressure_success-io.pressure-61af": (
        "x/io.pressure",
        {"cgroup.pressure.io.some": 619.17629, "cgroup.pressure.io.full": 0.061917},
    ),
    "below/cgroupfs-test_memory_stat_overflow-memory.stat-eac1": (
        "x/memory.stat",
        {"cgroup.memory.slab": 14914318128160131214},
    ),
    "insights/kubepods_cpu_quota-KUBEPODS_CPU_QUOTA_2": (
        "cpu/kubepods/cpu.cfs_quota_us",
        {"cgroup.cpu.cfs_quota_us": "50000", "cgroup.cpu.quota": 0.05, "cgroup.cpu.limits": 1},
    ),
}
REFUSED = {"below/cgroupfs-test_cpu_stat_parse_failure-cpu.stat-a93a": "x/cpu.stat"}


def read(key: str, text: str) -> list[Reading]:
    """What all sources of control groups make of a file, whatever its group is."""
    place = place_of(key)
    stand_in = f"x/{place.file}" if not is_told(place) or (place.root and not key.startswith("cgroup.")) else key
    sources = [source for name, source in all_collectors().items() if name.startswith("sys.cgroup.")]
    return [reading for source in sources for reading in source.parse(text, Origin(key=stand_in))]


def values(key: str, path: Path) -> dict[str, float | str]:
    return {reading.metric: reading.value for reading in read(key, path.read_text(encoding="utf-8"))}


def keys_in(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]


def told(corpus: Path, case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((corpus / case / "expected.pcp.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("case", "folder"), TREES.items())
def test_every_file_of_every_group_is_read(corpus: Path, case: str, folder: str) -> None:
    root = corpus / case / folder
    keys = keys_in(root)

    readings = [read(key, (root / key).read_text(encoding="utf-8")) for key in keys]

    assert len(keys) > 200
    assert sum(map(bool, readings)) > len(keys) / 10


def test_pcp_reads_the_same_of_cgroup_v2(corpus: Path) -> None:
    root = corpus / "pcp/cgroups-root-004/root/sys/fs/cgroup"
    expected = told(corpus, "pcp/cgroups-root-004")
    keys = {key.replace(r"\x2d", "-"): key for key in keys_in(root)}  # PCP undoes what systemd does to a dash
    compared = 0

    for name, (file, metric, unit, groups) in V2.items():
        assert len(expected[name]) == groups
        for group, value in expected[name].items():
            key = keys[f"{group.strip('/')}/{file}".lstrip("/")]
            found = values(key, root / key)
            parts = (expected[f"cgroup.memory.stat.{part}"].get(group, 0) for part in ("anon", "file", "slab"))
            if (file == "memory.current" and value < SMALL) or (file == "memory.stat" and sum(parts) < SMALL):
                assert metric not in found
                continue
            assert found.get(metric, 0 if metric in IDLE else None) == pytest.approx(value * unit), (name, group)
            compared += 1
    assert compared > 1500


def test_pcp_reads_the_same_of_cgroup_v1(corpus: Path) -> None:
    root = corpus / "pcp/cgroups-root-001/root/cgroup"
    expected = told(corpus, "pcp/cgroups-root-001")

    for name, (tree, file, metric, unit) in V1.items():
        assert len(expected[name]) == 3
        for group, value in expected[name].items():
            key = f"{tree}{group.strip('/')}/{file}".replace("//", "/")
            found = values(key, root / key)
            if group != "/" and tree == "memory/" and "events" not in metric and "swap" not in metric:
                assert metric not in found  # libvirt's groups are empty
                continue
            assert found.get(metric, 0 if metric in IDLE else None) == pytest.approx(value * unit), (name, group)
    for name, (tree, file, metric) in V1_FACTS.items():
        for group, value in expected[name].items():
            key = f"{tree}{group.strip('/')}/{file}".replace("//", "/")
            assert values(key, root / key)[metric] == str(value), (name, group)


def test_pcp_reads_the_same_of_disks(corpus: Path) -> None:
    case = corpus / "pcp/cgroups-root-004"
    numbers = {
        fields[2]: f"{fields[0]}:{fields[1]}"
        for line in (case / "root/proc/diskstats").read_text(encoding="utf-8").splitlines()
        if (fields := line.split())
    }
    compared = 0
    for field in ("rbytes", "wbytes", "rios", "wios"):
        for named, value in told(corpus, "pcp/cgroups-root-004")[f"cgroup.io.stat.{field}"].items():
            group, _, disk = named.partition("::")
            key = f"{group.strip('/')}/io.stat"
            text = (case / "root/sys/fs/cgroup" / key).read_text(encoding="utf-8")
            found = {(reading.metric, reading.instance): reading.value for reading in read(key, text)}
            assert found[f"cgroup.io.{field}", f"{group} {numbers[disk]}"] == value, named
            compared += 1
    assert compared == 60


def test_only_idle_units_are_left_out_of_the_groups_that_others_count(corpus: Path) -> None:
    left_out = (".mount", ".swap", ".socket")
    groups = told(corpus, "pcp/cgroups-root-004")["cgroup.memory.current"]

    series = [group for group in groups if is_told(place_of(f"{group.strip('/')}/memory.current"))]

    assert len(groups) == 223
    assert len(series) == len([group for group in groups if not group.endswith(left_out)]) == 171


def test_the_number_of_groups_of_each_controller(corpus: Path) -> None:
    source = all_collectors()["proc.cgroups"]
    for case in TREES:
        text = (corpus / case / "root/proc/cgroups").read_text(encoding="utf-8")
        found = {(reading.metric, reading.instance): reading.value for reading in source.parse(text, Origin())}
        for controller, number in told(corpus, case)["cgroup.subsys.num_cgroups"].items():
            assert found["cgroups.num_cgroups", controller] == number
    text = (corpus / "insights/cgroups-cgroups_content/input").read_text(encoding="utf-8")
    assert Reading("cgroups.num_cgroups", 232, "memory") in list(source.parse(text, Origin()))


@pytest.mark.parametrize(("case", "key", "expected"), [(case, *of) for case, of in ALONE.items()])
def test_a_file_recorded_alone_is_read(corpus: Path, case: str, key: str, expected: dict[str, float | str]) -> None:
    found = values(key, corpus / case / "input")

    assert found == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
    }


@pytest.mark.parametrize(("case", "key"), REFUSED.items())
def test_a_broken_file_is_refused(corpus: Path, case: str, key: str) -> None:
    with pytest.raises(ValueError, match="should be lines of a name and a whole number"):
        values(key, corpus / case / "input")


def test_cpusets_of_old_kernels(corpus: Path) -> None:
    source = all_collectors()["sys.cgroup.cpuset"]
    for path in corpus.glob("hwloc/*/root/sys/fs/cgroup/cpuset/cpuset.[cm]*s"):
        text = path.read_text(encoding="utf-8")
        found = list(source.parse(text, Origin(key=f"cpuset/x/{path.name}")))
        assert found == [Reading(f"cgroup.{path.name}", text.strip(), "/x")]
