"""Noise profiles: what captures teach, what is refused, and what becomes of a verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from snapper.analyze.account import explain_series
from snapper.analyze.diff import Diff
from snapper.analyze.difference import diff_snapshots
from snapper.analyze.learn import learn_profile, unfit
from snapper.analyze.snapshot import Snapshot
from snapper.analyze.table import Program
from snapper.archive.profile import FORMAT, Profile, check_profile_target, load_profile, save_profile
from snapper.errors import CannotWrite, NewerFormat, NotComparable, SnapperError, UnreadableSnapshot, UsageError
from tests.analyze.lab import GIB, Host, known, manifest_of, metric, snapshot_of, table_of

LEVEL = metric("test.level", unit="files")


def captures(*levels: float, **told: Any) -> list[Snapshot]:
    return [
        snapshot_of(table_of({(LEVEL, ""): level}), id=f"{number:012x}", **told) for number, level in enumerate(levels)
    ]


def verdict(diff: Diff) -> str:
    return next(row.verdict for row in diff.series if row.metric == LEVEL.name)


def test_a_profile_holds_the_spread_of_means() -> None:
    profile = learn_profile(captures(100, 110, 120), now=7.0)

    spread = profile.spreads[LEVEL.name, ""]
    assert (spread.variance, spread.freedom) == (pytest.approx(100.0), 2)
    assert (profile.host, profile.captures, profile.learnt) == ("web-7", ("0" * 12, "0" * 11 + "1", "0" * 11 + "2"), 7)


def test_a_program_that_did_not_run_took_nothing() -> None:
    hosts = [Host(seed) for seed in range(4)]
    hosts[0].program(Program("apt-get"), cpu=0.9)
    taken = float(hosts[0].table().mean[hosts[0].table().row["proc.cpu", "apt-get"]])

    profile = learn_profile([snapshot_of(host.table(), id=str(number)) for number, host in enumerate(hosts)], now=0.0)

    spread = profile.spreads["proc.cpu", "apt-get"]
    assert (spread.freedom, spread.variance) == (3, pytest.approx(np.var([taken, 0, 0, 0], ddof=1)))


def test_what_one_capture_alone_knows_teaches_nothing() -> None:
    rare = metric("test.rare", unit="files")
    snapshots = captures(1, 2, 3)
    snapshots[0] = snapshot_of(table_of({(LEVEL, ""): 1.0, (rare, ""): 5.0}), id="f" * 12)

    assert (rare.name, "") not in learn_profile(snapshots, now=0.0).spreads


REFUSED: list[tuple[str, list[Snapshot], type[SnapperError], str]] = [
    ("none", [], UsageError, "0 captures to learn from"),
    ("one", captures(1), UsageError, "1 capture to learn from"),
    ("two", captures(1, 2), UsageError, "takes 3 or more"),
    ("one twice", [*captures(1, 2), captures(1)[0]], UsageError, "000000000000 is named more than once"),
    ("two hosts", [*captures(1, 2), snapshot_of(table_of({(LEVEL, ""): 1.0}), id="f", host="db-1")],
     NotComparable, "of db-1 and web-7"),
    ("resized", [*captures(1, 2), snapshot_of(table_of({(LEVEL, ""): 1.0}), id="f", cpus=64)],
     NotComparable, "had 4 of CPUs in one capture and 64 in another"),
]  # fmt: skip


@pytest.mark.parametrize(("snapshots", "error", "words"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_no_profile_can_be_learnt_from(snapshots: list[Snapshot], error: type[SnapperError], words: str) -> None:
    with pytest.raises(error, match=words):
        learn_profile(snapshots, now=0.0)


def test_a_host_that_stands_still_is_judged_more_sharply() -> None:
    steady = learn_profile(captures(100, 100.01, 100.02, 100.01, 100), now=0.0)
    before, after = captures(100, 111)

    assert verdict(diff_snapshots([before], after)) == "same"
    assert verdict(diff_snapshots([before], after, profile=steady)) == "regressed"


def test_a_host_that_moves_by_itself_is_forgiven_more() -> None:
    restless = learn_profile(captures(100, 150, 60, 130, 90), now=0.0)
    before, after = captures(100, 160)

    assert verdict(diff_snapshots([before], after)) == "regressed"
    assert verdict(diff_snapshots([before], after, profile=restless)) == "same"


def test_profile_table_and_baselines_are_pooled_by_degrees_of_freedom() -> None:
    profile = learn_profile(captures(90, 100, 110), now=0.0)
    others = [snapshot_of(table_of({(LEVEL, ""): level}), id=f"b{level}") for level in (100, 108)]
    after = snapshot_of(table_of({(LEVEL, ""): 104.0}), id="a")

    account = explain_series(others, after, LEVEL.name, profile=profile)

    pooled = (2 * account.tabled**2 + 2 * 100.0 + 32.0) / (2 + 2 + 1)
    assert account.between == pytest.approx(np.sqrt(pooled))
    assert account.taught == 3


def test_a_baseline_that_the_profile_knows_does_not_teach_twice() -> None:
    snapshots = captures(90, 100, 110)
    profile = learn_profile(snapshots, now=0.0)
    after = snapshot_of(table_of({(LEVEL, ""): 104.0}), id="a")

    alone = explain_series(snapshots[:1], after, LEVEL.name, profile=profile)
    with_them = explain_series(snapshots, after, LEVEL.name, profile=profile)

    assert with_them.between**2 - with_them.tabled**2 / 2 == pytest.approx(alone.between**2 - alone.tabled**2 / 2)


def test_the_caveat_and_the_method_say_whose_noise_it_is() -> None:
    profile = learn_profile([snapshot_of(Host(seed).table(), id=str(seed)) for seed in range(5, 9)], now=0.0)

    diff = diff_snapshots([snapshot_of(Host(1).table())], snapshot_of(Host(2).table()), profile=profile)

    assert diff.summary.caveat.endswith("; noise learnt from 4 captures of this host.")
    assert any(
        "learnt from the host's noise profile (4 captures), moderated by" in told for told in diff.coverage.method
    )
    assert not {"profile", "pool"} & {caution.code for caution in diff.warnings}


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"host": "db-1"}, "it is of web-7, and compared is db-1"),
    ({"cpus": 8}, "the host had 4 of CPUs when it was learnt, and 8 when it was captured"),
    ({"memory": 16 * GIB}, "the host had 8 GiB of memory when it was learnt, and 16 GiB"),
]


@pytest.mark.parametrize(("told", "words"), UNFIT)
def test_a_profile_of_another_host_is_passed_over_and_that_is_said(told: dict[str, Any], words: str) -> None:
    restless = learn_profile(captures(100, 150, 60, 130, 90), now=0.0)
    before, after = captures(100, 160, **told)

    diff = diff_snapshots([before], after, profile=restless)

    assert unfit(restless, after.manifest).startswith(words)
    assert verdict(diff) == "regressed"
    (caution,) = [caution for caution in diff.warnings if caution.code == "profile"]
    assert words in caution.text
    assert "noise learnt" not in diff.summary.caveat


def test_a_profile_of_longer_windows_is_used_with_a_word() -> None:
    profile = learn_profile(captures(1, 2, 3, duration=300.0), now=0.0)
    before, after = captures(1, 2)

    diff = diff_snapshots([before], after, profile=profile)

    assert [caution.code for caution in diff.warnings if "windows of 5 minutes" in caution.text] == ["profile"]


def test_baselines_of_another_host_are_told() -> None:
    before, after = captures(1, 2)
    stranger = snapshot_of(table_of({(LEVEL, ""): 1.0}), id="f", host="db-1")

    codes = [caution.code for caution in diff_snapshots([before, stranger], after).warnings]

    assert "pool" in codes


def written(tmp_path: Path, **changes: Any) -> Path:
    target = tmp_path / "web-7.json"
    save_profile(learn_profile(captures(1, 2, 4), now=9.5), target)
    if changes:
        target.write_text(json.dumps(json.loads(target.read_text()) | changes), encoding="utf-8")
    return target


def test_a_profile_comes_back_as_it_was_written(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "p.json"
    profile = learn_profile([snapshot_of(Host(seed).table(), id=str(seed)) for seed in range(3)], now=9.5)

    save_profile(profile, target)

    assert load_profile(target) == profile
    assert target.stat().st_mode & 0o777 == 0o600
    assert json.loads(target.read_text())["format"] == FORMAT


def test_a_profile_is_learnt_anew_in_its_own_place_only(tmp_path: Path) -> None:
    target = written(tmp_path)
    save_profile(learn_profile(captures(5, 6, 9), now=1.0), target)
    other = tmp_path / "notes.txt"
    other.write_text("mine", encoding="utf-8")

    assert load_profile(target).learnt == 1.0
    check_profile_target(target)
    with pytest.raises(CannotWrite, match="is no noise profile, and was left as it is"):
        check_profile_target(other)
    assert other.read_text(encoding="utf-8") == "mine"


DAMAGED: list[tuple[dict[str, Any], type[UnreadableSnapshot], str]] = [
    ({"format": FORMAT + 1}, NewerFormat, "later snapper"),
    ({"host": 5}, UnreadableSnapshot, "`host` is 5"),
    ({"captures": None}, UnreadableSnapshot, "`captures` is null"),
    ({"series": {}}, UnreadableSnapshot, "`series` is no list"),
    ({"series": [["a", "", -1.0, 2]]}, UnreadableSnapshot, "series 1 of the profile"),
    ({"series": [["a", "", 1.0, 2], ["b", "", 1.0, 0]]}, UnreadableSnapshot, "series 2 of the profile"),
    ({"series": [["a", "", float("nan"), 2]]}, UnreadableSnapshot, "series 1 of the profile"),
    ({"series": [["a", 1.0, 2]]}, UnreadableSnapshot, "series 1 of the profile"),
    ({"series": [["a", "", True, 2]]}, UnreadableSnapshot, "series 1 of the profile"),
]


@pytest.mark.parametrize(("changes", "error", "words"), DAMAGED)
def test_a_damaged_profile_is_refused_whole(
    changes: dict[str, Any], error: type[UnreadableSnapshot], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words):
        load_profile(written(tmp_path, **changes))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "it is empty"), (b"PAR1....", "it looks like a Parquet file"), (b"[]", "JSON, but no noise profile"),
     (b'{"host": "a"}', "JSON, but no noise profile"), (b"[" * 200_000, "no noise profile"), (b"\xff\xfe", "no noise")],
)  # fmt: skip
def test_what_is_no_profile_is_called_so(content: bytes, words: str, tmp_path: Path) -> None:
    target = tmp_path / "p.json"
    target.write_bytes(content)

    with pytest.raises(UnreadableSnapshot, match=words):
        load_profile(target)


def test_a_profile_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSnapshot, match="there is no such file"):
        load_profile(tmp_path / "none.json")


def test_a_profile_needs_nothing_of_the_metrics_it_was_learnt_of() -> None:
    profile = Profile(
        host="web-7", kernel="", cpus=4, memory=8 * GIB, captures=("x", "y", "z"), duration=30.0, learnt=0.0
    )

    assert unfit(profile, manifest_of()) == ""
    assert known("proc.cpu").name
