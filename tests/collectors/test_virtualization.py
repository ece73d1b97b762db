"""What fixtures cannot say of containers, hypervisors and resource groups: stable names, what is not known."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.collectors.cgroups.container_names import container_name, pod_name
from snapper.metric import Kind
from snapper.record.plan import Files

POD = "0f1c2a3b-1234-5678-9abc-def012345678"


def values(source: str, text: str, key: str = "") -> dict[str, float | str]:
    readings = all_collectors()[source].parse(text, Origin(key=key))
    return {f"{reading.metric}[{reading.instance}]".removesuffix("[]"): reading.value for reading in readings}


@pytest.mark.parametrize(
    ("name", "image", "called"),
    [
        ("web", "nginx:1.27", "web"),
        ("shop-web-1", "nginx:1.27", "shop-web-1"),
        ("angry_saha", "nginx:1.27", "nginx"),
        ("angry_saha2", "registry.example:5000/a/nginx@sha256:" + "0" * 64, "registry.example:5000/a/nginx"),
        ("angry_saha", "bd8638c869ea", "unnamed"),
        (f"k8s_POD_web-5d8f7c9b6d-x2x7q_shop_{POD}_0", "pause:3.9", "web/POD"),
        (f"k8s_db_postgres-0_shop_{POD}_12", "postgres:16", "postgres-0/db"),
    ],
)
def test_a_container_is_called_the_same_when_it_is_made_anew(name: str, image: str, called: str) -> None:
    assert container_name(name, image) == called


def test_a_pod_loses_only_what_is_drawn_at_random() -> None:
    pods = ("etcd-0", "coredns-7db6d8ff4d-k2zrt", "kube-proxy-x5b2q", "web-prod", "web-green", "api-server")

    assert [pod_name(pod) for pod in pods] == ["etcd-0", "coredns", "kube-proxy", "web-prod", "web-green", "api-server"]


def test_no_container_is_no_reading() -> None:
    assert values("cmd.docker", "NAMES     IMAGE     STATUS\n") == {}
    assert values("cmd.crictl", "CONTAINER   IMAGE   CREATED   STATE   NAME   ATTEMPT   POD ID   POD\n") == {}


@pytest.mark.parametrize("age", ["3 seconds", "About a minute", "2 weeks"])
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Up {}", "running"),
        ("Up {} (healthy)", "running healthy"),
        ("Up {} (unhealthy)", "running unhealthy"),
        ("Up {} (Paused)", "paused"),
        ("Exited (0) {} ago", "exited 0"),
        ("Exited (137) {} ago", "exited 137"),
        ("Restarting (1) {} ago", "restarting 1"),
        ("Created", "created"),
        ("Removal In Progress", "removal in progress"),
    ],
)
def test_the_age_of_a_container_is_no_part_of_its_state(status: str, state: str, age: str) -> None:
    text = f"NAMES   IMAGE   STATUS\nweb     nginx   {status.format(age)}\n"

    assert values("cmd.docker", text)["docker.state[web]"] == state


def test_what_the_hardware_cannot_tell_is_not_known() -> None:
    for text in ("Unavailable\n", "Error\n", "Unassigned\n"):
        assert values("sys.fs.resctrl", text, "mon_data/mon_L3_00/llc_occupancy") == {}
    assert values("sys.fs.resctrl", "0\n", "mon_data/mon_L3_00/llc_occupancy") == {"resctrl.llc_occupancy[/ L3_00]": 0}


def test_resource_groups_of_pods_bear_the_same_name_after_a_restart() -> None:
    key = f"pods/mon_groups/pod{POD}/mon_data/mon_L3_01/mbm_local_bytes"

    assert values("sys.fs.resctrl", "5\n", key) == {"resctrl.mbm_local_bytes[/pods/pod* L3_01]": 5}


def test_occupancy_is_a_level_and_traffic_a_counter() -> None:
    kinds = {metric.name: metric.kind for metric in all_collectors()["sys.fs.resctrl"].metrics}

    assert kinds["resctrl.llc_occupancy"] is Kind.GAUGE
    assert kinds["resctrl.mbm_total_bytes"] is kinds["resctrl.mbm_local_bytes"] is Kind.COUNTER


def test_pages_of_guests_are_levels_and_exits_counters() -> None:
    kinds = {metric.name: metric.kind for metric in all_collectors()["sys.kernel.debug.kvm"].metrics}

    assert {name for name, kind in kinds.items() if kind is Kind.GAUGE} == {
        "kvm.pages_4k", "kvm.pages_2m", "kvm.pages_1g", "kvm.nx_lpage_splits",
    }  # fmt: skip


def test_nothing_that_identifies_a_guest_is_read_of_a_hypervisor() -> None:
    read = all_collectors()["sys.hypervisor"].read

    assert isinstance(read, Files)
    assert not any(fnmatchcase("sys/hypervisor/uuid", pattern) for pattern in read.patterns)
    assert values("sys.hypervisor", f"{POD}\n", "uuid") == {}


def test_bare_metal_has_no_hypervisor_rather_than_an_empty_one() -> None:
    assert values("cmd.virt-what", "") == {}
    assert values("cmd.systemd-detect-virt", "none\n") == {"virt.detected": "none"}
