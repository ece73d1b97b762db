"""What must be known before a number is believed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from snapper.analyze.diff import Caution
from snapper.analyze.difference import diff_snapshots
from snapper.archive.manifest import SourceCoverage
from snapper.errors import NotComparable
from tests.analyze.lab import Host, diff_of, metric, snapshot_of, table_of


def cautions(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    sides = (snapshot_of(Host(1).table(), **before), snapshot_of(Host(2).table(), **after))
    return {caution.code: caution.text for caution in diff_snapshots(sides[:1], sides[1]).warnings}


OK, ABSENT = SourceCoverage(status="ok"), SourceCoverage(status="absent", why="not there")

DIFFERENCES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("host", {"host": "web-7"}, {"host": "web-8"}, "web-7 before, web-8 after"),
    ("kernel", {"kernel": "6.1.0"}, {"kernel": "6.12.0"}, "6.1.0 before, 6.12.0 after"),
    ("machine", {"machine": "x86_64"}, {"machine": "aarch64"}, "x86_64 before"),
    ("cpus", {"cpus": 4}, {"cpus": 8}, "4 before, 8 after"),
    ("memory", {"memory": 8 * 2**30}, {"memory": 4 * 2**30}, "8 GiB before, 4 GiB after"),
    ("container", {}, {"container": "docker"}, "no container before, docker after"),
    ("inside", {"container": "docker"}, {"container": "docker"}, "inside a container (docker)"),
    ("boot", {"boot_id": "a"}, {"boot_id": "b"}, "rebooted"),
    ("duration", {"duration": 30.0}, {"duration": 300.0}, "30 s before, 5 minutes after"),
    ("interval", {"interval": 1.0}, {"interval": 0.5}, "1 s and 0.5 s"),
    ("privilege", {"uid": 0}, {"uid": 1000}, "as root before, an ordinary user after"),
    ("privilege", {"capabilities": "ff"}, {"capabilities": "00"}, "other capabilities"),
    ("version", {"snapper": "0.1.0"}, {"snapper": "0.2.0"}, "0.1.0 before"),
    ("cut-short", {}, {"complete": False, "ended": "interrupted", "duration": 20.0}, "after was cut short after 20 s"),
    ("warm-up", {"boottime": 30 * 10**9}, {}, "up for 30 s when before"),
    ("observer", {}, {"cost": {"cpu": 10.0, "tools_cpu": 2.0}}, "took 40 % of a CPU in after"),
    ("late", {"cost": {"late": 12.0}}, {}, "12 of 31 ticks of before began late"),
    ("sources", {"coverage": {"a": OK, "b": OK}}, {"coverage": {"a": OK, "b": ABSENT}}, "before only: b"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "before", "after", "text"), DIFFERENCES, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(DIFFERENCES)]
)
def test_a_difference_is_told(code: str, before: dict[str, Any], after: dict[str, Any], text: str) -> None:
    told = cautions(before, after)

    assert set(told) == {code}
    assert text in told[code]


def test_two_alike_need_no_caution() -> None:
    assert cautions({}, {}) == {}


@pytest.mark.parametrize(("ticks", "words"), [(1, "A side has 1 tick, too few"), (4, "A side has 4 ticks only")])
def test_a_short_window_is_told(ticks: int, words: str) -> None:
    diff = diff_of(Host(1, ticks=ticks).table(), Host(2).table())

    assert [caution.code for caution in diff.warnings if words in caution.text] == ["short-window"]


def test_a_load_that_ended_within_the_window_is_told() -> None:
    before = Host(1)
    before.add("cpu.utilization", np.where(np.arange(before.ticks) < 15, 0.8, 0.0))

    found: list[Caution] = [one for one in diff_of(before.table(), Host(2).table()).warnings if one.code == "unsteady"]

    assert len(found) == 1
    assert "within the window of before" in found[0].text


def test_other_hosts_have_other_settings() -> None:
    after = Host(2)
    after.facts["sysctl", "vm.dirty_ratio"] = "5"
    sides = [snapshot_of(Host(1).table(), host="web-7"), snapshot_of(after.table(), host="web-8")]

    tiers = {one.metric: one.tier for one in diff_snapshots(sides[:1], sides[1]).findings}

    assert tiers["sysctl"] == "minor"


NOTHING = [
    ("both empty", table_of({}, ticks=0), table_of({}, ticks=0), "earlier and later: no series in it"),
    ("one empty", table_of({}, ticks=0), Host(1).table(), "earlier: no series in it"),
    ("no series in common", table_of({(metric("test.a"), ""): 1.0}), table_of({(metric("test.b"), ""): 1.0}),
     r"earlier \(1 series\) and later \(1 series\) have no series in common; capture both with the same sources"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "words"), [case[1:] for case in NOTHING], ids=[case[0] for case in NOTHING]
)
def test_what_has_nothing_in_common_is_refused(before: Any, after: Any, words: str) -> None:
    with pytest.raises(NotComparable, match=words):
        diff_snapshots([snapshot_of(before, label="earlier")], snapshot_of(after, label="later"))


def test_facts_alone_can_be_compared() -> None:
    sides = [table_of({}, ticks=1, facts={("sysctl", "vm.swappiness"): value}) for value in ("60", "10")]

    diff = diff_of(*sides)

    assert [(row.key, row.before, row.after) for row in diff.drift] == [("vm.swappiness", "60", "10")]
    assert diff.summary.headline == 1
