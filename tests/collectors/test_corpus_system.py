"""Kernels, units, logs and configuration of other machines, held against what other programs make of the same text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.collectors.kernel.cmd_dmesg import events
from snapper.collectors.kernel.kernel_log import lines_of
from tests.collectors.corpus_reads import table

SOURCES = {
    "dmesg": "cmd.dmesg",
    "fstab": "etc.fstab",
    "kpatch": "cmd.kpatch",
    "proc/version": "proc.version",
    "sestatus": "cmd.sestatus",
    "systemd-analyze": "cmd.systemd-analyze",
    "tuned": "cmd.tuned-adm",
    "uname": "cmd.uname",
    "journalctl": "cmd.journal",
    "sysctl": "etc.sysctl",
}
SYSTEMCTL = {
    "insights/systemctl_show-": "cmd.systemctl.show",
    "insights/unitfiles-LISTUNITS": "cmd.systemctl.units",
    "insights/unitfiles-": "cmd.systemctl.unit-files",
    "jc/centos-7.7-systemctl-luf": "cmd.systemctl.unit-files",
    "jc/ubuntu-18.04-systemctl-luf": "cmd.systemctl.unit-files",
    "jc/": "cmd.systemctl.units",
}
REFUSED = {
    "insights/journalctl-JOURNALCTL_HEADER_VALID": "the header of the journal's files, not what is written there",
    "insights/sysctl-SYSCTL_CONF_INITRAMFS_TEST": "several files of an initramfs with headings between them",
    "insights/systemctl_show-SYSTEMCTL_SHOW_ALL_EXP": "properties of a unit without its name",
    "insights/uname-UNAME_ERROR_ABBR_BAD_NVR": "three words; its own program refuses it",
    "insights/uname-UNAME_ERROR_TOO_MANY_REL_PARTS": "three words; its own program refuses it",
    "insights/uname-UNAME_ERROR_TOO_SHORT2": "two words; its own program refuses it",
    "insights/uname-UNAME_FOREMAN_DEBUG": "the command itself stands above what it printed",
    "insights/unitfiles-LISTUNITS_DOCTEST": "three dots stand where units were left out",
    "insights/unitfiles-LISTUNITS_NG": "a message of failure",
    "jc/centos-7.7-uname": "uname without -a",
    "util-linux/dmesg-cid-kmsg-input": "records of /dev/kmsg, which dmesg reads and does not print",
    "util-linux/dmesg-cid-kmsg-newlines": "records of /dev/kmsg, which dmesg reads and does not print",
}
"""Cases that are refused, and why."""


def source_of(row: dict[str, str]) -> str | None:
    if row["category"] == "systemctl":
        return next(source for prefix, source in SYSTEMCTL.items() if row["case"].startswith(prefix))
    return SOURCES.get(row["category"])


def text_of(corpus: Path, case: str) -> str:
    return (corpus / case / "input").read_bytes().decode("utf-8", "backslashreplace")


def facts(source: str, text: str) -> dict[str, float | str]:
    return {
        f"{reading.metric}[{reading.instance}]" if reading.instance else reading.metric: reading.value
        for reading in all_collectors()[source].parse(text, Origin(key="x.conf"))
    }


def read(corpus: Path, case: str) -> dict[str, float | str]:
    row = next(row for row in table(corpus, "MANIFEST.tsv") if row["case"] == case)
    source = source_of(row)
    assert source is not None
    return facts(source, text_of(corpus, case))


def expected(corpus: Path, case: str) -> Any:
    return json.loads((corpus / case / "expected.json").read_text(encoding="utf-8"))


def test_every_case_is_read_or_listed_with_the_reason(corpus: Path) -> None:
    cases = {row["case"]: source for row in table(corpus, "MANIFEST.tsv") if (source := source_of(row))}
    refused = set()

    for case, source in cases.items():
        try:
            assert facts(source, text_of(corpus, case)) or source == "cmd.systemctl.show"
        except ValueError:
            refused.add(case)

    assert refused == set(REFUSED)
    assert len(cases) == 56


@pytest.mark.parametrize(
    "name",
    [
        "UNAME2", "UNAME4", "UNAME_BLANK_LINE", "UNAME_RT_1post", "UNAME_RT_1pre2", "UNAME_RT_2", "UNAME_RT_2post2",
        "UNAME_RT_2pre", "UNAME_RT_2pre2", "UNAME_RT_3post2", "UNAME_RT_3pre2", "uname_line",
    ],
)  # fmt: skip
def test_insights_finds_the_same_kernel(corpus: Path, name: str) -> None:
    told = expected(corpus, f"insights/uname-{name}")[0]["result"]["data"]
    found = read(corpus, f"insights/uname-{name}")

    assert found["uname.release"] == told["kernel"]
    assert found["uname.machine"] == told["machine"]
    assert str(found["uname.version"]).endswith(told["kernel_date"])


@pytest.mark.parametrize("case", ["jc/centos-7.7-uname-a", "jc/debian10-uname-a"])
def test_jc_finds_the_same_kernel(corpus: Path, case: str) -> None:
    told = expected(corpus, case)

    assert read(corpus, case) == {
        "uname.release": told["kernel_release"],
        "uname.version": told["kernel_version"],
        "uname.machine": told["machine"],
    }


def test_jc_finds_the_same_version(corpus: Path) -> None:
    told = expected(corpus, "jc/linux-proc-version")

    assert read(corpus, "jc/linux-proc-version") == {
        "kernel.release": told["version"],
        "kernel.build": f"{told['build']} {told['flags']} {told['date']}",
        "kernel.compiler": told["gcc"],
    }


def test_insights_finds_the_same_mounts(corpus: Path) -> None:
    case = "insights/fstab-content_fstab_without_mntopts"
    rows = expected(corpus, case)[0]["result"]["data"]

    assert read(corpus, case) == {
        f"fstab[{row['fs_file']}]": f"{row['fs_vfstype']} {row['raw_fs_mntops']}" for row in rows
    }
    assert len(rows) == 7


def test_jc_finds_the_same_mounts(corpus: Path) -> None:
    rows = expected(corpus, "jc/centos-7.7-fstab")

    assert read(corpus, "jc/centos-7.7-fstab") == {
        f"fstab[{row['fs_file']}]": f"{row['fs_vfstype']} {row['fs_mntops']}" for row in rows
    }


@pytest.mark.parametrize("mode", ["ENFORCING", "PERMISSIVE"])
def test_insights_finds_the_same_mode(corpus: Path, mode: str) -> None:
    told = expected(corpus, f"insights/sestatus-SESTATUS_{mode}")[0]["result"]

    assert read(corpus, f"insights/sestatus-SESTATUS_{mode}") == {
        "selinux.status": told["selinux_status"],
        "selinux.mode": told["current_mode"],
        "selinux.config_mode": told["mode_from_config_file"],
        "selinux.policy": told["loaded_policy_name"],
    }


def test_insights_finds_the_same_profile(corpus: Path) -> None:
    told = expected(corpus, "insights/tuned-TUNED_OUTPUT3")[0]["result"]

    assert read(corpus, "insights/tuned-TUNED_OUTPUT3") == {"tuned.profile": told["active"]}


@pytest.mark.parametrize("name", ["BAD_OUTPUT2", "MULTILINE_OUTPUT"])
def test_insights_finds_the_same_patches(corpus: Path, name: str) -> None:
    told = expected(corpus, f"insights/kpatch_list-{name}")[0]["result"]

    assert read(corpus, f"insights/kpatch_list-{name}") == {
        **{f"kpatch.loaded[{patch}]": state or "loaded" for patch, state in told["_loaded"].items()},
        **{f"kpatch.installed[{patch}]": kernel for patch, kernel in told["_installed"].items()},
    }


def test_insights_finds_the_same_times(corpus: Path) -> None:
    told = expected(corpus, "insights/systemd_analyze-OUTPUT")[0]["result"]
    slow = {unit: seconds for unit, seconds in told.items() if seconds >= 1 and not unit.endswith(".device")}

    found = read(corpus, "insights/systemd_analyze-OUTPUT")

    assert found == {f"systemd.activation_time[{unit}]": pytest.approx(seconds) for unit, seconds in slow.items()}
    assert len(slow) == 7


def test_insights_finds_the_same_years_and_months_of_a_device(corpus: Path) -> None:
    text = text_of(corpus, "insights/systemd_analyze-OUTPUT").replace(".device", ".service")
    told = expected(corpus, "insights/systemd_analyze-OUTPUT")[0]["result"]

    found = facts("cmd.systemd-analyze", text)

    for unit, seconds in told.items():
        if seconds >= 1:
            name = unit.replace(".device", ".service")
            assert found[f"systemd.activation_time[{name}]"] == pytest.approx(seconds)


@pytest.mark.parametrize("distribution", ["centos-7.7", "ubuntu-18.04"])
def test_jc_finds_the_same_units(corpus: Path, distribution: str) -> None:
    rows = expected(corpus, f"jc/{distribution}-systemctl")
    lasting = {"running", "exited", "failed"}

    assert read(corpus, f"jc/{distribution}-systemctl") == {
        "systemd.failed": sum(row["active"] == "failed" for row in rows),
        **{
            f"systemd.service[{row['unit']}]": row["sub"]
            for row in rows
            if row["unit"].endswith(".service") and row["sub"] in lasting and not row["unit"].startswith("user@")
        },
    }


@pytest.mark.parametrize("distribution", ["centos-7.7", "ubuntu-18.04"])
def test_jc_finds_the_same_unit_files(corpus: Path, distribution: str) -> None:
    rows = expected(corpus, f"jc/{distribution}-systemctl-luf")
    chosen = {"enabled", "disabled", "masked", "linked", "bad", "enabled-runtime"}

    assert read(corpus, f"jc/{distribution}-systemctl-luf") == {
        f"systemd.unit_file[{row['unit_file']}]": row["state"]
        for row in rows
        if row["state"] in chosen and not row["unit_file"].startswith("snap-")
    }


@pytest.mark.parametrize(
    "name",
    [
        "KDUMP_DISABLED_RHEL7",
        "KDUMP_ENABLED_RHEL7",
        "KDUMP_ENABLED_RHEL9",
        "UNITFILES_DOCTEST",
        "UNIT_INVALID_VS_VALID",
    ],
)
def test_insights_finds_the_same_unit_files(corpus: Path, name: str) -> None:
    told = expected(corpus, f"insights/unitfiles-{name}")[0]["result"]["services"]

    found = read(corpus, f"insights/unitfiles-{name}")

    assert {name: state == "enabled" for name, state in found.items()} == {
        f"systemd.unit_file[{unit}]": is_enabled for unit, is_enabled in told.items()
    }


def test_insights_finds_the_same_settings_of_services(corpus: Path) -> None:
    case = "insights/systemctl_show-SYSTEM_SHOW_ALL_SERVICES_WITH_CPUACCOUTING_INFO4"
    told = expected(corpus, case)[0]["result"]

    assert told["insights-client.service"]["CPUQuotaPerSecUSec"] == "300ms"
    assert told["test1.service"]["CPUQuotaPerSecUSec"] == "infinity"
    assert read(corpus, case) == {"systemd.setting[insights-client.service/CPUQuotaPerSecUSec]": "300ms"}


def test_insights_finds_the_same_kernel_settings(corpus: Path) -> None:
    told = expected(corpus, "insights/sysctl-SYSCTL_DOC_TEST")[0]["result"]

    assert read(corpus, "insights/sysctl-SYSCTL_DOC_TEST") == {
        f"sysctl_conf[{key}]": value for key, value in told.items()
    }


def test_jc_finds_the_same_kernel_settings(corpus: Path) -> None:
    told = expected(corpus, "jc/centos-7.7-sysctl-a")
    said = [line.partition(" = ")[0] for line in text_of(corpus, "jc/centos-7.7-sysctl-a").splitlines()]
    single = {
        key: value for key, value in told.items() if said.count(key) == 1 and not key.endswith(("secret", "_key"))
    }

    found = read(corpus, "jc/centos-7.7-sysctl-a")

    assert {key: str(found[f"sysctl_conf[{key}]"]) for key in single} == {
        key: " ".join(str(value).split()) or "(empty)" for key, value in single.items()
    }
    assert len(single) > 800


def test_util_linux_takes_the_log_apart_in_the_same_way(corpus: Path) -> None:
    case = corpus / "util-linux/dmesg-cid-input"
    told = json.loads((case / "expected.cid-json.json").read_text(encoding="utf-8"))["dmesg"]

    found = [
        {"pri": line.priority, "time": line.seconds, "msg": line.text}
        for line in lines_of(text_of(corpus, "util-linux/dmesg-cid-input"))
    ]

    assert found == [{"pri": row["pri"], "time": row["time"], "msg": row["msg"]} for row in told]
    assert len(found) == 106


def test_the_log_of_a_crash_tells_of_one(corpus: Path) -> None:
    text = text_of(corpus, "insights/vmcore_dmesg-VMCORE_DMESG_CRASH")
    lines = expected(corpus, "insights/vmcore_dmesg-VMCORE_DMESG_CRASH")[0]["result"]["lines"]

    assert len(lines_of(text)) == len(lines)
    assert [event[:2] for event in events("", text)] == [(345.729279, "oops")]


def test_the_log_of_a_boot_tells_of_nothing(corpus: Path) -> None:
    assert events("", text_of(corpus, "insights/dmesg_log-DMESG_EXAMPLE")) == []
