"""What fixtures cannot say of packages, options, modules and versions: names, what is left out, what is run."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.collectors.kernel.cmd_kernel_config import COLLECTOR as KERNEL_CONFIG
from snapper.collectors.system.package_lists import Package, package_facts
from snapper.record.plan import Command, Files
from snapper.record.recorder import Mask

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "parse"


def facts(source: str, text: str, key: str = "") -> dict[str, float | str]:
    return {
        f"{reading.metric}[{reading.instance}]": reading.value
        for reading in all_collectors()[source].parse(text, Origin(key=key))
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("linux-image-6.1.0-28-amd64", "linux-image"),
        ("linux-modules-extra-5.15.0-91-generic", "linux-modules-extra"),
        ("linux-headers-6.1.0-28-common", "linux-headers"),
        ("kernel-default-6.4.0-150600.21.1", "kernel-default"),
        ("linux-image-amd64", "linux-image-amd64"),
        ("linux-libc-dev", "linux-libc-dev"),
        ("kernel-core", "kernel-core"),
        ("python3.11", "python3.11"),
        ("libc6", "libc6"),
    ],
)
def test_a_package_for_a_kernel_goes_by_its_name_without_the_release(name: str, told: str) -> None:
    assert [reading.instance for reading in package_facts("dpkg", [Package(name, "amd64", "1")])] == [told]


def test_of_two_machines_the_rarer_is_named() -> None:
    packages = [
        Package("a", "amd64", "1"),
        Package("b", "amd64", "1"),
        Package("a", "i386", "2"),
        Package("c", "all", "3"),
    ]

    assert {reading.instance: reading.value for reading in package_facts("dpkg", packages)} == {
        "a": "1",
        "b": "1",
        "a:i386": "2",
        "c": "3",
    }


@pytest.mark.parametrize("source", ["cmd.dpkg", "cmd.rpm"])
def test_a_package_manager_without_packages_is_only_a_tool(source: str) -> None:
    assert facts(source, "") == {}


@pytest.mark.parametrize("path", ["cmd.dpkg/debian-12", "cmd.rpm/fedora-family"])
def test_no_package_looks_like_a_secret(path: str) -> None:
    text = (FIXTURES / f"{path}.txt").read_bytes()

    assert b"libsecret" in text or b"passwd" in text
    assert Mask()(text) == (text, 0)


@pytest.mark.parametrize("awk", ["awk", "mawk", "gawk", "busybox"])
def test_awk_finds_the_options_of_the_kernel_that_runs(tmp_path: Path, awk: str) -> None:
    if not shutil.which(awk):
        pytest.skip(f"{awk} is not here")
    text = (FIXTURES / "cmd.kernel-config/linux-6.18.txt").read_text(encoding="utf-8")
    (tmp_path / "config-6.1-ours").write_text(text, encoding="utf-8")
    (tmp_path / "config-5.9-old").write_text("CONFIG_HZ=1000\n", encoding="utf-8")
    (tmp_path / "osrelease").write_text("6.1-ours\n", encoding="utf-8")
    assert isinstance(KERNEL_CONFIG.read, Command)
    program = KERNEL_CONFIG.read.argv[1].replace("/boot", str(tmp_path))
    program = program.replace("/proc/sys/kernel/osrelease", str(tmp_path / "osrelease"))
    command = [awk, "awk", program] if awk == "busybox" else [awk, program]

    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout

    assert facts("cmd.kernel-config", printed) == facts("cmd.kernel-config", text)


def test_awk_fails_in_silence_where_there_is_no_configuration(tmp_path: Path) -> None:
    if not shutil.which("awk"):
        pytest.skip("awk is not here")
    assert isinstance(KERNEL_CONFIG.read, Command)
    program = KERNEL_CONFIG.read.argv[1].replace('"/', f'"{tmp_path}/')

    done = subprocess.run(["awk", program], capture_output=True, check=False, timeout=10)

    assert (done.returncode, done.stdout) == (1, b"")


def test_the_kernels_own_configuration_reads_the_same() -> None:
    own = Path("/proc/config.gz")
    if not own.is_file():
        pytest.skip("this kernel has no /proc/config.gz")

    found = facts("cmd.kernel-config", gzip.decompress(own.read_bytes()).decode())

    assert "kernel_config[CONFIG_HZ]" in found
    assert not [name for name in found if "SND" in name or "DRM" in name]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("dm_bufio/parameters/current_allocated_bytes", "4096\n"),
        ("acpi/parameters/debug_level", "x\n"),
        ("kernel/parameters/panic", "1\n"),
        ("vt/parameters/color", "7\n"),
        ("snd_hda_intel/parameters/power_save", "1\n"),
        ("kvm/parameters/mmu_debug", "N\n"),
        ("zfs/taint", "\n"),
        ("nvme/parameters/io_queue_depth", "\n"),
        ("nvme/srcversion", "0123456789ABCDEF\n"),
        ("drm/parameters/table", "word " * 200),
    ],
)
def test_what_is_no_setting_of_a_module_is_left_out(key: str, text: str) -> None:
    assert facts("sys.module", text, key) == {}


def test_a_parameter_goes_by_what_one_writes_on_the_kernels_command_line() -> None:
    assert facts("sys.module", "Y\n", "kvm_intel/parameters/ept") == {"module.parameter[kvm_intel.ept]": "Y"}


def test_versions_are_asked_of_nothing_that_could_start_to_serve() -> None:
    read = all_collectors()["cmd.versions"].read
    assert isinstance(read, Command)

    assert read.argv == ("{name}", "--version")
    assert read.alternatives == ()
    assert len(read.each) <= read.most
    assert not {"java", "postgres", "mysqld", "nginx", "httpd"} & set(read.each)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("\n\n", None),
        ("v20.20.2\n", "v20.20.2"),
        ("\nThis is perl 5,  version 36\n\nCopyright\n", "This is perl 5, version 36"),
        ("x" * 900, "x" * 200),
    ],
)
def test_a_version_is_the_first_line_that_says_anything(text: str, value: str | None) -> None:
    assert facts("cmd.versions", text, "tool") == ({} if value is None else {"version[tool]": value})


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("Current active profile: virtual-guest my-own\n", "virtual-guest my-own"),
        (
            "It seems that tuned daemon is not running, preset profile is not activated.\nPreset profile: balanced\n",
            "(tuned is not running)",
        ),
    ],
)
def test_a_profile_that_is_not_in_effect_is_none(text: str, profile: str) -> None:
    assert facts("cmd.tuned-adm", text) == {"tuned.profile[]": profile}


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("jdk/release", 'JAVA_VERSION="21"\nIMPLEMENTOR="Oracle Corporation"\n', {"java[21 Oracle Corporation]": "21"}),
        ("jdk/release", 'JAVA_VERSION="11.0.2"\nSOURCE=".:abc"\n', {"java[11]": "11.0.2"}),
    ],
)
def test_a_java_runtime_goes_by_its_feature_release(key: str, text: str, told: dict[str, str]) -> None:
    assert facts("usr.lib.jvm", text, key) == told


@pytest.mark.parametrize("source", ["etc.security.limits", "etc.sysctl", "sys.module", "sys.kernel.livepatch"])
def test_no_two_patterns_give_one_key(source: str) -> None:
    read = all_collectors()[source].read
    assert isinstance(read, Files)
    bases = {pattern.partition("*")[0].partition("[")[0].rpartition("/")[0] for pattern in read.patterns}

    assert len(bases) == 1


@pytest.mark.parametrize("name", ["limits.conf", "limits.d/20-nproc.conf"])
def test_a_refused_line_names_its_file(name: str) -> None:
    with pytest.raises(ValueError, match=f"/etc/security/{name}:2 expected"):
        facts("etc.security.limits", "\nnonsense\n", name)
