"""Every verdict can be questioned: the numbers behind one series, and why they come to what they come to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.analyze.account import SeriesAccount, explain_series
from snapper.analyze.difference import diff_snapshots
from snapper.cli.account import lines_of, reason
from snapper.errors import UsageError
from tests.analyze.lab import MIB, THRESHOLDS, Host, snapshot_of

NGINX = "nginx.service/nginx"
SEEDS = st.integers(0, 2**32 - 1)


def account(name: str, *, ticks: int = 31, seed: int = 1, baselines: int = 1, faulty: bool = True) -> SeriesAccount:
    after = Host(seed + 1000, ticks=ticks)
    if faulty:
        after.add("cpu.utilization", 0.35)
        after.add("proc.cpu", 1.4, NGINX)
        after.rate("netstat.TcpExt.ListenOverflows", 38, scatter=6)
        after.add("disk.utilization", np.nan, "vdb")
    befores = [snapshot_of(Host(seed + number, ticks=ticks).table()) for number in range(baselines)]
    return explain_series(befores, snapshot_of(after.table()), name)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_an_account_says_what_the_diff_says(seed: int) -> None:
    before, after = snapshot_of(Host(seed).table()), snapshot_of(Host(seed + 1).table())
    diff = diff_snapshots([before], after)

    for row in diff.series[:: max(len(diff.series) // 12, 1)]:
        told = explain_series([before], after, f"{row.metric}[{row.instance}]")
        assert (told.verdict, told.before.mean, told.after.mean) == (row.verdict, row.before, row.after)
        assert (told.change, told.least, told.severity) == (row.change, row.least, row.severity)
        assert reason(told).endswith(".")


def test_the_numbers_of_a_flagged_series_come_to_its_severity() -> None:
    told = account("cpu.utilization")

    assert told.verdict == "regressed"
    assert told.factors is not None
    made = told.factors
    product = made.weight * made.confidence * made.novelty * (made.floors + made.capacity)
    assert told.severity == pytest.approx(product)
    assert told.change is not None
    assert told.z == pytest.approx(abs(told.change) / told.error)
    assert told.error == pytest.approx(math.sqrt(2 * told.between**2 + told.within**2))
    assert told.p == pytest.approx(math.erfc((told.z or 0) / math.sqrt(2)))
    assert (told.rank or 0) <= told.standing <= told.tests
    assert (told.q or 0) <= THRESHOLDS.q


def test_the_ranks_of_all_series_are_those_of_their_p_values() -> None:
    before, after = snapshot_of(Host(1).table()), Host(1001)
    after.add("cpu.utilization", 0.35)
    judged = snapshot_of(after.table())
    names = [f"{row.metric}[{row.instance}]" for row in diff_snapshots([before], judged).series]

    told = [one for one in (explain_series([before], judged, name) for name in names) if one.rank is not None]

    assert len({one.watched for one in told}) == 2
    for one in told:
        family = [other for other in told if other.watched == one.watched]
        assert len(family) == one.tests
        assert one.rank == sum((other.p or 0) <= (one.p or 0) for other in family)
        corrected = min((other.p or 0) * one.tests / (other.rank or 1) for other in family if other.z <= one.z)  # type: ignore[operator]
        assert one.q == pytest.approx(min(corrected, 1.0))
        assert ((one.q or 0) <= THRESHOLDS.q) == ((one.rank or 0) <= one.standing)


REASONS = [
    ("cpu.utilization", {}, "is flagged: "),
    ("cpu.utilization", {"faulty": False}, "is not flagged: it is "),
    ("netstat.TcpExt.ListenOverflows", {}, "it is new and has no percentage."),
    ("netdev.rx_errs/eth0", {}, "Both sides stood still"),
    ("disk.utilization/vdb", {}, "It is not known of after"),
    ("cpu.utilization", {"ticks": 1}, "It is not known of before and after"),
    ("meminfo.MemAvailable", {"ticks": 1}, "A side has less than two ticks"),
]


@pytest.mark.parametrize(("name", "told", "words"), REASONS)
def test_the_verdict_has_a_reason(name: str, told: dict[str, int], words: str) -> None:
    assert words in reason(account(name, **told))  # type: ignore[arg-type]


def test_every_rule_that_a_change_fails_is_named() -> None:
    said = reason(account(f"proc.fds/{NGINX}", faulty=False))

    assert "standard deviations, and 3 are asked for" in said
    assert "below the floor of 5" in said
    assert "from " in said.rpartition(";")[2]


def test_a_drift_that_was_there_is_told() -> None:
    before, after = Host(1), Host(1001)
    climb = np.arange(31.0) * 12 * MIB
    before.add("meminfo.MemAvailable", -climb)
    after.add("meminfo.MemAvailable", -climb - 300 * MIB)

    told = explain_series([snapshot_of(before.table())], snapshot_of(after.table()), "meminfo.MemAvailable")

    assert "without what the baseline's own drift explains" in reason(told)
    assert any(line.startswith("drift ") for line in lines_of(told))


NAMES = [
    ("cpu.utilization", ""),
    ("disk.utilization/vda", "vda"),
    ("disk.utilization[vda]", "vda"),
    ("filesystem.utilization//", "/"),
    ("filesystem.utilization", "/"),
    (f"proc.cpu/{NGINX}", NGINX),
    (f"proc.cpu[{NGINX}]", NGINX),
]


@pytest.mark.parametrize(("name", "instance"), NAMES)
def test_a_series_is_named_as_people_name_it(name: str, instance: str) -> None:
    assert account(name).instance == instance


UNKNOWN = [
    ("cpu.utilisation", "no series of 'cpu.utilisation' is on either side; nearest: cpu.utilization"),
    ("disk.utilization/vdz", "disk.utilization has no instance 'vdz' on either side; nearest: vd"),
    ("disk.utilization", r"disk.utilization has 2 instances; say which, as in disk.utilization/vda: vda, vdb"),
    ("proc.nice", "proc.nice is a setting, compared for equality"),
    ("", "no series of '' is on either side"),
    ("[]", "no series of '' is on either side"),
    ("xyzzy", "`snapper metrics` lists all"),
]


@pytest.mark.parametrize(("name", "words"), UNKNOWN)
def test_a_series_that_is_not_there_is_a_sentence(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        account(name)


def test_the_lines_hold_readings_and_numbers() -> None:
    lines = list(lines_of(account("cpu.utilization", baselines=3)))
    heads = [line.split(" ", 1)[0] for line in lines if line and not line.startswith(" ")]

    assert lines[0] == "cpu.utilization: regressed"
    assert heads[1:] == ["before", "after", "baselines", "change", "class", "between", "within", "error", "z", "rank",
                         "floor", "least", "severity", "verdict"]  # fmt: skip
    assert "30 of 31 ticks known: –, " in lines[3]
    assert any("moderated by 3 baselines" in line for line in lines)


def test_a_side_without_the_series_has_no_readings() -> None:
    before, after = Host(1), Host(1001)
    after.rate("disk.utilization", 0.3, "vdc")

    told = explain_series([snapshot_of(before.table())], snapshot_of(after.table()), "disk.utilization/vdc")
    lines = list(lines_of(told))

    assert (told.verdict, told.before.points, told.before.mean) == ("new", (), None)
    assert any(line == "before    mean –; not on this side" for line in lines)
    assert "it is new" in lines[-1]
