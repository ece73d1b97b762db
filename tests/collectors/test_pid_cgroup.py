"""Which unit or container a process belongs to: the rule as a table of paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors.contract import Origin
from snapper.collectors.programs.pid_cgroup import parse, unit_of

ID, OTHER = "0ea0c47ef0e1a90cd10059a0da0abd4da28d3bc35ce15c7beb46da1c7ab02736", "f" * 64
UUID = "0f1c2a3b-1234-5678-9abc-def012345678"
POD = UUID.replace("-", "_")
USER = "/user.slice/user-1000.slice/user@1000.service"

OWNERS = {
    "/": "",
    "/init.scope": "init.scope",
    "/system.slice/nginx.service": "nginx.service",
    "/system.slice/nginx.service/worker/1": "nginx.service",
    "/system.slice/nginx.service (deleted)": "nginx.service",
    "/system.slice/system-getty.slice/getty@tty1.service": "getty@tty1.service",
    "/system.slice/system-postgresql.slice/postgresql@15-main.service": "postgresql@15-main.service",
    "/system.slice/sshd@12-10.0.0.1:22-10.0.0.2:5678.service": "sshd@.service",
    "/system.slice/run-u123.service": "run.service",
    "/system.slice/run-p12-i45.service": "run.service",
    f"/system.slice/run-r{ID[:32]}.scope": "run.scope",
    "/system.slice": "system.slice",
    "/user.slice/user-1000.slice/session-3.scope": "session.scope",
    "/user.slice/user-1000.slice/session-c1.scope": "session.scope",
    USER: "user@1000.service",
    f"{USER}/init.scope": "user@1000.service",
    f"{USER}/app.slice/dbus.service": "user@1000.service/dbus.service",
    f"{USER}/app.slice/app-gnome-firefox-4711.scope": "user@1000.service/app-gnome-firefox.scope",
    f"{USER}/app.slice/app-org.kde.konsole@{ID[:32]}.service": "user@1000.service/app-org.kde.konsole.service",
    f"{USER}/app.slice/vte-spawn-{UUID}.scope": "user@1000.service/vte-spawn.scope",
    f"{USER}/user.slice/libpod-{ID}.scope/container": "podman",
    f"/machine.slice/libpod-{ID}.scope": "podman",
    f"/machine.slice/libpod-conmon-{ID}.scope": "podman",
    f"/docker/{ID}": "docker",
    f"/docker/{ID}/init.scope": "docker",
    f"/docker/{ID}/system.slice/nginx.service": "docker/nginx.service",
    f"/system.slice/docker-{ID}.scope": "docker",
    f"/system.slice:docker:{ID}": "docker",
    "/system.slice/docker.service": "docker.service",
    f"/default/{ID}": "containerd",
    f"/system.slice/nerdctl-{ID}.scope": "containerd",
    f"/kubepods/burstable/pod{UUID}/{ID}": "kubepods",
    f"/kubelet/kubepods/besteffort/pod{UUID}/{ID}": "kubepods",
    f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{POD}.slice/crio-{ID}.scope": "kubepods",
    f"/system.slice/containerd.service/kubepods-pod{POD}.slice:cri-containerd:{ID}": "kubepods",
    f"/ecs/{ID[:32]}/{ID}": "ecs",
    f"/{ID}": "container",
    "/lxc/web1": "lxc/web1",
    "/lxc/101/ns/system.slice/ssh.service": "lxc/101/ssh.service",
    "/lxc.payload.web1/system.slice/ssh.service": "lxc/web1/ssh.service",
    "/machine.slice/machine-web1.scope": "machine-web1.scope",
    r"/machine.slice/machine-qemu\x2d3\x2dweb1.scope/libvirt/emulator": "machine-qemu-web1.scope",
    "/machine.slice/systemd-nspawn@web1.service/payload/system.slice/nginx.service": (
        "systemd-nspawn@web1.service/nginx.service"
    ),
    "/jobs/nightly": "",
    "/a:colon": "",
}


@pytest.mark.parametrize(("path", "owner"), OWNERS.items())
def test_a_path_names_its_owner(path: str, owner: str) -> None:
    assert unit_of(f"0::{path}\n") == owner


@pytest.mark.parametrize("path", [path for path in OWNERS if ID in path])
def test_the_next_container_of_the_same_kind_has_the_same_owner_and_group(path: str) -> None:
    first, second = f"0::{path}\n", f"0::{path.replace(ID, OTHER)}\n"

    assert unit_of(first) == unit_of(second)
    assert parse(first, Origin()) == parse(second, Origin())


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        (["4:memory:/user.slice", "1:name=systemd:/user.slice/user-0.slice/session-9.scope", "0::/"], "session.scope"),
        (["1:name=systemd:/", f"3:cpu:/docker/{ID}"], "docker"),
        (["9:name=systemd:/", "4:memory:/jobs/0123", "0::/"], ""),
        (["2:cpu:/init.scope", "0::/system.slice/cron.service"], "cron.service"),
    ],
)
def test_where_hierarchies_differ_systemds_own_decides_then_version_2(lines: list[str], owner: str) -> None:
    assert unit_of("\n".join(lines)) == owner


@pytest.mark.parametrize("text", ["", "\n", "0:/init.scope\n", "x::/\n", "0::init.scope\n"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cgroup should"):
        unit_of(text)


@given(st.text(st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
def test_any_path_has_an_owner_and_none_keeps_a_container_id(path: str) -> None:
    assert ID not in unit_of(f"0::/{path}/{ID}\n")
