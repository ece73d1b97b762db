"""What systemd says of its units: which names last, what services have in common, which were started."""

from __future__ import annotations

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.collectors.system.cmd_systemctl_show import starts
from snapper.collectors.system.unit_names import lasts


def said(source: str, text: str) -> dict[str, float | str]:
    return {
        f"{reading.metric}[{reading.instance}]": reading.value
        for reading in all_collectors()[source].parse(text, Origin())
    }


@pytest.mark.parametrize(
    ("unit", "is_lasting"),
    [
        ("nginx.service", True),
        ("postgresql@15-main.service", True),
        ("getty@tty1.service", True),
        ("lvm2-pvscan@8:2.service", True),
        ("systemd-fsck@dev-disk-by\\x2duuid-1.service", True),
        ("user@1000.service", False),
        ("user-runtime-dir@0.service", False),
        ("run-r0123456789abcdef.service", False),
        ("run-u42.service", False),
        ("run-p3561-i3562.service", False),
        ("sshd@4-192.0.2.1:22-192.0.2.9:51234.service", False),
        ("systemd-coredump@3-1234-0.service", False),
        ("dbus-:1.2-org.example.Thing@0.service", False),
        ("container@0123456789abcdef0123.service", False),
        ("snap-core18-1265.mount", False),
    ],
)
def test_names_that_are_made_up_anew_do_not_last(unit: str, is_lasting: bool) -> None:  # noqa: FBT001 - a table's column
    assert lasts(unit) == is_lasting


def test_a_service_that_is_at_rest_between_two_runs_is_not_told_but_counted() -> None:
    text = (
        "logrotate.service loaded inactive   dead         Rotate log files\n"
        "fstrim.service    loaded activating start        Discard unused blocks\n"
        "flaky.service     loaded activating auto-restart A service that dies\n"
        "data.mount        loaded failed     failed       /data\n"
    )

    assert said("cmd.systemctl.units", text) == {
        "systemd.service[flaky.service]": "running",
        "systemd.failed[]": 1,
    }


@pytest.mark.parametrize("mark", ["● ", "* ", "x ", "○ ", "  ", ""])
def test_a_mark_in_front_is_no_part_of_the_name(mark: str) -> None:
    text = f"{mark}a.service loaded failed failed What it is\n"

    assert said("cmd.systemctl.units", text)["systemd.service[a.service]"] == "failed"


def test_what_most_services_have_is_told_once() -> None:
    text = "\n\n".join(
        f"Id={name}.service\nLimitNOFILE={files}\nMemoryMax={memory}"
        for name, files, memory in [
            ("a", "1024", "infinity"),
            ("b", "1024", "infinity"),
            ("c", "65536", "1000"),
            ("d", "infinity", "[not set]"),
        ]
    )

    assert said("cmd.systemctl.show", text) == {
        "systemd.setting[*.service/LimitNOFILE]": "1024",
        "systemd.setting[c.service/LimitNOFILE]": "65536",
        "systemd.setting[d.service/LimitNOFILE]": "(not set)",
        "systemd.setting[c.service/MemoryMax]": "1000",
    }


def test_a_service_alone_has_nothing_in_common_with_others() -> None:
    assert said("cmd.systemctl.show", "Id=a.service\nNice=5\nMemoryMax=infinity\n") == {
        "systemd.setting[a.service/Nice]": "5"
    }


def test_only_services_that_are_to_be_restarted_are_counted() -> None:
    text = "Restart=no\nNRestarts=0\nId=a.service\n\nRestart=on-failure\nNRestarts=3\nId=b.service\n"

    found = said("cmd.systemctl.show", text)

    assert {name: value for name, value in found.items() if "NRestarts" in name} == {"systemd.NRestarts[b.service]": 3}


def test_a_service_was_started_if_its_start_is_another_one() -> None:
    def shown(**started: str) -> str:
        return "\n\n".join(f"ExecMainStartTimestampMonotonic={at}\nId={name}.service" for name, at in started.items())

    before = shown(same="1000000", timer="2000000", never="0", gone="4000000")
    after = shown(same="1000000", timer="9500000", never="0", new="8000000")

    assert starts(before, after) == [(8.0, "new.service"), (9.5, "timer.service")]
