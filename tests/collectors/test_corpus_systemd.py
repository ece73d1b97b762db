"""Units of other machines and what they are set to, against what jc and insights read of systemd."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_system import read, text_of
from tests.collectors.corpus_trees import parsed, told


def test_insights_finds_the_same_times(corpus: Path) -> None:
    theirs = told(corpus, "insights/systemd_analyze-OUTPUT")[0]["result"]
    slow = {unit: seconds for unit, seconds in theirs.items() if seconds >= 1 and not unit.endswith(".device")}

    found = read(corpus, "insights/systemd_analyze-OUTPUT")

    assert found == {f"systemd.activation_time[{unit}]": pytest.approx(seconds) for unit, seconds in slow.items()}
    assert len(slow) == 7


def test_insights_finds_the_same_years_and_months_of_a_device(corpus: Path) -> None:
    text = text_of(corpus, "insights/systemd_analyze-OUTPUT").replace(".device", ".service")
    theirs = told(corpus, "insights/systemd_analyze-OUTPUT")[0]["result"]

    found = parsed("cmd.systemd-analyze", text)

    for unit, seconds in theirs.items():
        if seconds >= 1:
            name = unit.replace(".device", ".service")
            assert found[f"systemd.activation_time[{name}]"] == pytest.approx(seconds)


@pytest.mark.parametrize("distribution", ["centos-7.7", "ubuntu-18.04"])
def test_jc_finds_the_same_units(corpus: Path, distribution: str) -> None:
    rows = told(corpus, f"jc/{distribution}-systemctl")
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
    rows = told(corpus, f"jc/{distribution}-systemctl-luf")
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
    theirs = told(corpus, f"insights/unitfiles-{name}")[0]["result"]["services"]

    found = read(corpus, f"insights/unitfiles-{name}")

    assert {name: state == "enabled" for name, state in found.items()} == {
        f"systemd.unit_file[{unit}]": is_enabled for unit, is_enabled in theirs.items()
    }


def test_insights_finds_the_same_settings_of_services(corpus: Path) -> None:
    case = "insights/systemctl_show-SYSTEM_SHOW_ALL_SERVICES_WITH_CPUACCOUTING_INFO4"
    theirs = told(corpus, case)[0]["result"]

    assert theirs["insights-client.service"]["CPUQuotaPerSecUSec"] == "300ms"
    assert theirs["test1.service"]["CPUQuotaPerSecUSec"] == "infinity"
    assert read(corpus, case) == {"systemd.setting[insights-client.service/CPUQuotaPerSecUSec]": "300ms"}
