"""chrony, ntpd, timesyncd and systemd on the clock: what they say where nothing keeps it."""

from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.metric import Kind, Role
from tests.collectors.corpus_reads import collector

KEEPERS = ("cmd.chronyc", "cmd.ntpq", "cmd.timedatectl", "cmd.timesync-status")


def read(source: str, text: str) -> dict[str, float | str]:
    return {reading.metric: reading.value for reading in collector(source).parse(text, Origin())}


@pytest.mark.parametrize("source", KEEPERS)
def test_who_does_not_run_says_nothing(source: str) -> None:
    assert read(source, "") == {}


def test_chronyc_tells_that_it_has_nobody_to_ask_and_that_is_no_fault() -> None:
    assert read("cmd.chronyc", "506 Cannot talk to daemon\n") == {}


@pytest.mark.parametrize("source", KEEPERS)
def test_clocks_waver_and_are_never_a_headline(source: str) -> None:
    for metric in collector(source).metrics:
        assert metric.role is (Role.CONFIGURATION if metric.kind is Kind.FACT else Role.INTERNAL)


def test_a_fast_clock_is_as_wrong_as_a_slow_one() -> None:
    line = "7F000001,127.0.0.1,4,1795803817.09,{},0.0,0.5,0.015,0.000,0.069,0.0,0.0,1.0,Normal\n"

    assert read("cmd.chronyc", line.format("-0.25")) == read("cmd.chronyc", line.format("0.25"))


def test_the_server_is_not_told_for_pools_change_it_all_the_time() -> None:
    line = "{},{},4,1795803817.09,0.0,0.0,0.5,0.015,0.000,0.069,0.0,0.0,1.0,Normal\n"

    assert read("cmd.chronyc", line.format("C0000201", "192.0.2.1")) == read(
        "cmd.chronyc", line.format("C6336401", "198.51.100.1")
    )


def test_timedatectl_says_the_same_in_all_its_forms() -> None:
    shown = read("cmd.timedatectl", "Timezone=Europe/Prague\nLocalRTC=no\nNTP=yes\nNTPSynchronized=yes\n")

    for status in (
        "NTP enabled: yes\nNTP synchronized: yes\n",
        "System clock synchronized: yes\nNTP service: active\n",
        "Network time on: yes\nNTP synchronized: yes\n",
    ):
        zone = "Time zone: Europe/Prague (CET, +0100)\nRTC in local TZ: no\n"
        assert read("cmd.timedatectl", zone + status) == shown


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("0", 0), ("+91us", 91e-6), ("-5.224ms", 5.224e-3), ("1.5s", 1.5), ("2min 3.5s", 123.5), ("1h 1s", 3601)],
)
def test_times_as_systemd_writes_them(written: str, seconds: float) -> None:
    assert read("cmd.timesync-status", f"Offset: {written}\n") == {"timesync.offset": pytest.approx(seconds)}
