"""Kernels, logs and configuration of other machines, held against what other programs make of the same text."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.collectors.kernel.cmd_dmesg import events
from snapper.collectors.kernel.kernel_log import lines_of
from tests.collectors.corpus_system import read, source_of, text_of
from tests.collectors.corpus_trees import parsed, rows, told

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


def test_every_case_is_read_or_listed_with_the_reason(corpus: Path) -> None:
    cases = {row["case"]: source for row in rows(corpus, "MANIFEST.tsv") if (source := source_of(row))}
    refused = set()

    for case, source in cases.items():
        try:
            assert parsed(source, text_of(corpus, case), "x.conf") or source == "cmd.systemctl.show"
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
    theirs = told(corpus, f"insights/uname-{name}")[0]["result"]["data"]
    found = read(corpus, f"insights/uname-{name}")

    assert found["uname.release"] == theirs["kernel"]
    assert found["uname.machine"] == theirs["machine"]
    assert str(found["uname.version"]).endswith(theirs["kernel_date"])


@pytest.mark.parametrize("case", ["jc/centos-7.7-uname-a", "jc/debian10-uname-a"])
def test_jc_finds_the_same_kernel(corpus: Path, case: str) -> None:
    theirs = told(corpus, case)

    assert read(corpus, case) == {
        "uname.release": theirs["kernel_release"],
        "uname.version": theirs["kernel_version"],
        "uname.machine": theirs["machine"],
    }


def test_jc_finds_the_same_version(corpus: Path) -> None:
    theirs = told(corpus, "jc/linux-proc-version")

    assert read(corpus, "jc/linux-proc-version") == {
        "kernel.release": theirs["version"],
        "kernel.build": f"{theirs['build']} {theirs['flags']} {theirs['date']}",
        "kernel.compiler": theirs["gcc"],
    }


def test_insights_finds_the_same_mounts(corpus: Path) -> None:
    case = "insights/fstab-content_fstab_without_mntopts"
    rows = told(corpus, case)[0]["result"]["data"]

    assert read(corpus, case) == {
        f"fstab[{row['fs_file']}]": f"{row['fs_vfstype']} {row['raw_fs_mntops']}" for row in rows
    }
    assert len(rows) == 7


def test_jc_finds_the_same_mounts(corpus: Path) -> None:
    rows = told(corpus, "jc/centos-7.7-fstab")

    assert read(corpus, "jc/centos-7.7-fstab") == {
        f"fstab[{row['fs_file']}]": f"{row['fs_vfstype']} {row['fs_mntops']}" for row in rows
    }


@pytest.mark.parametrize("mode", ["ENFORCING", "PERMISSIVE"])
def test_insights_finds_the_same_mode(corpus: Path, mode: str) -> None:
    theirs = told(corpus, f"insights/sestatus-SESTATUS_{mode}")[0]["result"]

    assert read(corpus, f"insights/sestatus-SESTATUS_{mode}") == {
        "selinux.status": theirs["selinux_status"],
        "selinux.mode": theirs["current_mode"],
        "selinux.config_mode": theirs["mode_from_config_file"],
        "selinux.policy": theirs["loaded_policy_name"],
    }


def test_insights_finds_the_same_profile(corpus: Path) -> None:
    theirs = told(corpus, "insights/tuned-TUNED_OUTPUT3")[0]["result"]

    assert read(corpus, "insights/tuned-TUNED_OUTPUT3") == {"tuned.profile": theirs["active"]}


@pytest.mark.parametrize("name", ["BAD_OUTPUT2", "MULTILINE_OUTPUT"])
def test_insights_finds_the_same_patches(corpus: Path, name: str) -> None:
    theirs = told(corpus, f"insights/kpatch_list-{name}")[0]["result"]

    assert read(corpus, f"insights/kpatch_list-{name}") == {
        **{f"kpatch.loaded[{patch}]": state or "loaded" for patch, state in theirs["_loaded"].items()},
        **{f"kpatch.installed[{patch}]": kernel for patch, kernel in theirs["_installed"].items()},
    }


def test_insights_finds_the_same_kernel_settings(corpus: Path) -> None:
    theirs = told(corpus, "insights/sysctl-SYSCTL_DOC_TEST")[0]["result"]

    assert read(corpus, "insights/sysctl-SYSCTL_DOC_TEST") == {
        f"sysctl_conf[{key}]": value for key, value in theirs.items()
    }


def test_jc_finds_the_same_kernel_settings(corpus: Path) -> None:
    theirs = told(corpus, "jc/centos-7.7-sysctl-a")
    said = [line.partition(" = ")[0] for line in text_of(corpus, "jc/centos-7.7-sysctl-a").splitlines()]
    single = {
        key: value for key, value in theirs.items() if said.count(key) == 1 and not key.endswith(("secret", "_key"))
    }

    found = read(corpus, "jc/centos-7.7-sysctl-a")

    assert {key: str(found[f"sysctl_conf[{key}]"]) for key in single} == {
        key: " ".join(str(value).split()) or "(empty)" for key, value in single.items()
    }
    assert len(single) > 800


def test_util_linux_takes_the_log_apart_in_the_same_way(corpus: Path) -> None:
    theirs = told(corpus, "util-linux/dmesg-cid-input", "expected.cid-json.json")["dmesg"]

    found = [
        {"pri": line.priority, "time": line.seconds, "msg": line.text}
        for line in lines_of(text_of(corpus, "util-linux/dmesg-cid-input"))
    ]

    assert found == [{"pri": row["pri"], "time": row["time"], "msg": row["msg"]} for row in theirs]
    assert len(found) == 106


def test_the_log_of_a_crash_tells_of_one(corpus: Path) -> None:
    text = text_of(corpus, "insights/vmcore_dmesg-VMCORE_DMESG_CRASH")
    lines = told(corpus, "insights/vmcore_dmesg-VMCORE_DMESG_CRASH")[0]["result"]["lines"]

    assert len(lines_of(text)) == len(lines)
    assert [event[:2] for event in events("", text)] == [(345.729279, "oops")]


def test_the_log_of_a_boot_tells_of_nothing(corpus: Path) -> None:
    assert events("", text_of(corpus, "insights/dmesg_log-DMESG_EXAMPLE")) == []
