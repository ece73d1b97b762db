"""What fixtures cannot say of control groups: their names, who is left out, and what is derived from both versions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from snapper.collectors import Collector, Origin, Reading, all_collectors
from snapper.collectors.cgroups.cgroup_files import is_told, place_of
from snapper.metric import Kind

ID = "0123456789abcdef" * 4
POD = "0f1c2a3b_1234_5678_9abc_def012345678"
SOURCES = [source for name, source in all_collectors().items() if name.startswith("sys.cgroup.")]

NAMES = {
    "system.slice/nginx.service/cpu.stat": "/system.slice/nginx.service",
    "cpu,cpuacct/system.slice/nginx.service/cpu.stat": "/system.slice/nginx.service",
    "cpu/system.slice/nginx.service/cpu.stat": "/system.slice/nginx.service",
    "unified/system.slice/nginx.service/cpu.pressure": "/system.slice/nginx.service",
    "net_cls,net_prio/x/tasks": "/x",
    "cpus/x/cpu.stat": "/cpus/x",
    f"system.slice/docker-{ID}.scope/memory.current": "/system.slice/docker-*.scope",
    f"memory/docker/{ID}/memory.stat": "/docker/*",
    f"kubepods/burstable/pod{POD}/{ID}/cpu.max": "/kubepods/burstable/pod*/*",
    f"machine.slice/machine-libpod_pod_{ID}.slice/cpu.stat": "/machine.slice/machine-libpod_pod_*.slice",
    "lxc.payload.web1/system.slice/nginx.service/pids.max": "/lxc.payload.web1/system.slice/nginx.service",
    "user.slice/user-1000.slice/session-3.scope/cpu.stat": "/user.slice/user-1000.slice/session.scope",
    r"user.slice/dbus\x2d:1.2\x2dorg.gnome.Shell.slice/cpu.stat": "/user.slice/dbus-org.gnome.Shell.slice",
    r"system.slice/system-systemd\x2dfsck.slice/cpu.stat": "/system.slice/system-systemd-fsck.slice",
    "cpu.stat": "/",
    "memory/memory.stat": "/",
    "unified/cgroup.stat": "/",
}


def values(key: str, text: str) -> dict[str, float | str]:
    """What the source whose patterns fit the file makes of it."""
    found = [reading for source in SOURCES for reading in source.parse(text, Origin(key=key)) if reads(source, key)]
    return {reading.metric: reading.value for reading in found}


def reads(source: Collector, key: str) -> bool:
    file = key.rpartition("/")[2]
    patterns = [pattern.rpartition("/")[2] for pattern in source.read.patterns]  # type: ignore[union-attr]  # Files
    return any(place_of(file).file and _fits(file, pattern) for pattern in patterns)


def _fits(name: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - as the recorder does

    return fnmatchcase(name, pattern)


@pytest.mark.parametrize(("key", "group"), NAMES.items())
def test_a_group_bears_the_same_name_in_both_versions_and_after_a_restart(key: str, group: str) -> None:
    assert place_of(key).group == group


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@pytest.mark.parametrize("group", ["system.slice/boot.mount/", "system.slice/dbus.socket/", "dev-sda2.swap/"])
def test_units_in_which_nothing_runs_are_left_out(source: Collector, group: str) -> None:
    files = {"cpu.stat": "usage_usec 5\n", "memory.current": "5\n", "pids.current": "5\n", "io.stat": "8:0 rbytes=1\n"}

    assert not [reading for file, text in files.items() for reading in source.parse(text, Origin(key=group + file))]
    assert not is_told(place_of(f"{group}x"))


def test_what_the_whole_host_uses_is_told_elsewhere() -> None:
    assert values("cpu.stat", "usage_usec 5\nuser_usec 5\nsystem_usec 0\nnr_periods 0\nnr_throttled 0\n") == {}
    assert values("cpuacct/cpuacct.usage", "5\n") == {}
    assert values("io.stat", "8:0 rbytes=1\n") == {}
    assert values("blkio/blkio.throttle.io_serviced_recursive", "8:0 Read 1\n") == {}
    assert values("cpu.pressure", "some avg10=0.00 total=1\n") == {}
    assert values("memory/memory.limit_in_bytes", "9223372036854771712\n") == {}


def test_from_inside_a_container_the_root_has_its_limits_and_what_happens_at_them() -> None:
    text = "usage_usec 5\nnr_periods 20\nnr_throttled 18\nthrottled_usec 2000000\n"

    assert values("cpu.stat", text) == {
        "cgroup.cpu.nr_periods": 20,
        "cgroup.cpu.nr_throttled": 18,
        "cgroup.cpu.throttled": 2,
    }
    assert values("cpu.max", "20000 100000\n")["cgroup.cpu.quota"] == 0.02
    assert values("memory.max", "65536\n")["cgroup.memory.limit"] == 65536
    assert values("memory.current", "8388608\n") == {"cgroup.memory.current": 8388608}
    assert values("memory.stat", "anon 1\ninactive_file 1024\n") == {"cgroup.memory.inactive_file": 1024}
    assert values("memory.events", "oom_kill 1\n") == {"cgroup.memory.events.oom_kill": 1}
    assert values("pids.max", "12\n")["cgroup.pids.limit"] == 12


def test_a_group_in_which_nothing_ever_ran_has_no_cpu_rather_than_none_used() -> None:
    assert values("a/cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0\n") == {}
    assert values("cpuacct/a/cpuacct.usage", "0\n") == {}
    assert values("cpuacct/a/cpuacct.stat", "user 0\nsystem 0\n") == {}


def test_a_hybrid_host_is_told_once() -> None:
    text = "usage_usec 5\nuser_usec 5\nsystem_usec 0\n"

    assert values("unified/a/cpu.stat", text) == {}
    assert values("a/cpu.stat", text)["cgroup.cpu.usage"] == 5e-6


def test_both_versions_tell_the_same_by_the_same_names() -> None:
    pairs = [
        ("a/cpu.stat", "usage_usec 2000\n", "cpuacct/a/cpuacct.usage", "2000000\n"),
        ("a/memory.current", "8388608\n", "memory/a/memory.usage_in_bytes", "8388608\n"),
        ("a/memory.max", "max\n", "memory/a/memory.limit_in_bytes", "9223372036854771712\n"),
        ("a/memory.max", "8192\n", "memory/a/memory.limit_in_bytes", "8192\n"),
        ("a/memory.max", "max\n", "memory/a/memory.limit_in_bytes", "9223372036854710272\n"),
        ("a/memory.peak", "8388608\n", "memory/a/memory.max_usage_in_bytes", "8388608\n"),
        ("a/memory.events", "max 3\n", "memory/a/memory.failcnt", "3\n"),
        ("a/pids.max", "max\n", "pids/a/pids.max", "max\n"),
        ("a/cpuset.cpus.effective", "0-3\n", "cpuset/a/cpuset.effective_cpus", "0-3\n"),
        ("a/cgroup.events", "populated 1\nfrozen 1\n", "freezer/a/freezer.state", "FROZEN\n"),
        ("a/io.stat", "8:0 rbytes=7\n", "blkio/a/blkio.throttle.io_service_bytes_recursive", "8:0 Read 7\nTotal 7\n"),
    ]
    for v2, text, v1, text_v1 in pairs:
        assert values(v2, text) == values(v1, text_v1) != {}, v2


def test_of_v1_memory_what_is_below_a_group_counts_as_well() -> None:
    text = "cache 1\nrss 2\ninactive_file 3\npgmajfault 4\ntotal_cache 10\ntotal_rss 4194304\ntotal_inactive_file 30\n"

    assert values("memory/a/memory.stat", text) == {
        "cgroup.memory.file": 10,
        "cgroup.memory.anon": 4194304,
        "cgroup.memory.inactive_file": 30,
    }


def test_of_a_small_group_levels_are_not_told_but_what_happened_to_it_is() -> None:
    assert values("a/memory.current", "4194303\n") == values("a/memory.peak", "4096\n") == {}
    assert values("a/memory.stat", "anon 4096\nfile 8192\nslab 4096\npgmajfault 7\n") == {}
    assert values("a/memory.swap.current", "4096\n") == {"cgroup.memory.swap.current": 4096}
    assert values("a/memory.events", "oom_kill 1\n") == {"cgroup.memory.events.oom_kill": 1}


def test_a_missing_limit_is_infinite_only_where_groups_share_a_name() -> None:
    shared = f"docker/{ID}"

    for file, metric in (("memory.max", "cgroup.memory.limit"), ("pids.max", "cgroup.pids.limit")):
        assert metric not in values(f"a/{file}", "max\n")
        assert values(f"{shared}/{file}", "max\n")[metric] == math.inf
    assert values(f"cpu/{shared}/cpu.cfs_quota_us", "-1\n")["cgroup.cpu.quota"] == math.inf


def test_a_device_that_stands_alone_gives_its_numbers_to_nobody() -> None:
    texts = ("253:0 ", "253:0 \n", "7:7 1:15 1:14 \n", "", "8:0\n")

    assert [values("a/io.stat", text) for text in texts] == [{}] * len(texts)


def derived(name: str, **inputs: float) -> float:
    """A derived metric of inputs named without `cgroup.`, a dot put as two underlines."""
    told = {f"cgroup.{key.replace('__', '.')}": np.array([value]) for key, value in inputs.items()}
    for source in SOURCES:
        for one in source.derived:
            if one.metric.name == f"cgroup.{name}":
                with np.errstate(all="ignore"):
                    return float(one.compute(*(told[key] for key in one.inputs))[0])
    raise AssertionError(name)


def test_cpu_against_its_limit() -> None:
    limit = {"cpu__quota": 0.15, "cpu__period": 0.1, "cpu__limits": 1.0}

    assert derived("cpu.limit", **limit) == pytest.approx(1.5)
    assert derived("cpu.utilization", cpu__usage=0.75, **limit) == pytest.approx(0.5)


def test_cpu_of_several_containers_against_the_sum_of_their_limits() -> None:
    three = {"cpu__quota": 3 * 0.05, "cpu__period": 3 * 0.1, "cpu__limits": 3.0}

    assert derived("cpu.limit", **three) == pytest.approx(1.5)
    assert derived("cpu.utilization", cpu__usage=0.75, **three) == pytest.approx(0.5)
    assert derived("cpu.utilization", cpu__usage=0.75, **{**three, "cpu__quota": math.inf}) == 0


def test_share_of_periods_cut_short() -> None:
    assert derived("cpu.throttled_periods", cpu__nr_throttled=9.0, cpu__nr_periods=10.0) == pytest.approx(0.9)
    assert math.isnan(derived("cpu.throttled_periods", cpu__nr_throttled=0.0, cpu__nr_periods=0.0))


def test_memory_against_its_limit_leaves_out_what_can_be_dropped() -> None:
    memory = {"memory__current": 400.0, "memory__inactive_file": 100.0}

    assert derived("memory.working_set", **memory) == 300
    assert derived("memory.utilization", **memory, memory__limit=600.0) == 0.5
    assert derived("pids.utilization", pids__current=11.0, pids__limit=12.0) == pytest.approx(11 / 12)


def test_what_counts_since_the_group_was_made_is_a_counter() -> None:
    kinds = {metric.name: metric.kind for source in SOURCES for metric in source.metrics}

    assert {name for name, kind in kinds.items() if kind is Kind.COUNTER} == {
        *(f"cgroup.cpu.{name}" for name in ("usage", "user", "system", "throttled", "nr_periods", "nr_throttled")),
        *(f"cgroup.memory.{name}" for name in ("workingset_refault", "pgscan", "pgmajfault")),
        *(f"cgroup.memory.events.{name}" for name in ("high", "max", "oom_kill")),
        *(f"cgroup.io.{name}" for name in ("rbytes", "wbytes", "rios", "wios")),
        *(f"cgroup.pressure.{file}.{who}" for file in ("cpu", "memory", "io") for who in ("some", "full")),
        "cgroup.pids.events.max",
    }


def test_a_file_that_is_not_known_is_passed_over() -> None:
    for key in ("a/cpu.max.burst", "a/cpu.stat.local", "a/memory.numa_stat", "a/cgroup.pressure", "a/pids.forks"):
        assert [list(source.parse("what ever\n", Origin(key=key))) for source in SOURCES] == [[]] * len(SOURCES)


def test_readings_bear_the_group_and_for_disks_the_device() -> None:
    io = all_collectors()["sys.cgroup.io"]

    assert list(io.parse("8:0 rbytes=7 rios=1\n", Origin(key="a/b/io.stat"))) == [
        Reading("cgroup.io.rbytes", 7, "/a/b 8:0"),
        Reading("cgroup.io.rios", 1, "/a/b 8:0"),
    ]
