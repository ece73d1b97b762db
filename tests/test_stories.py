"""The stories of fixtures/: what was recorded with a known cause is found and nothing else, and nothing is private."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from snapper import capture, diff, load
from snapper.analyze.diff import Diff, Finding
from snapper.analyze.snapshot import Snapshot

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SNAPSHOTS = {path.stem: path for path in sorted((FIXTURES / "snapshots").glob("*.parquet"))}
TOLD: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((FIXTURES / "snapshots").glob("*.json"))
}
BY_HAND: dict[str, dict[str, float]] = {
    "cpu-hog/before": {
        "loadavg.load1": 1.09, "meminfo.MemTotal": 24_684_084 * 1024, "meminfo.Dirty": 200 * 1024,
        "files.allocated": 561, "stat.procs_running": 2, "proc.rss[python shop.py]": 2415 * 4096,
        "proc.fds[python visitor.py]": 4, "proc.num_threads[python stage.py]": 1,
        "filesystem.utilization[/]": (66_053_021 - 59_804_858) / (66_053_021 - 59_804_858 + 20_349_565),
    },
    "cpu-hog/after": {
        "loadavg.load1": 1.00, "meminfo.Dirty": 208 * 1024, "files.allocated": 569,
        "proc.rss[python burn.py]": 2047 * 4096, "proc.fds[python burn.py]": 3, "proc.count[python burn.py]": 1,
    },
    "fsync-writer/before": {
        "loadavg.load1": 0.72, "meminfo.Dirty": 268 * 1024, "files.allocated": 561, "stat.procs_running": 1,
    },
    "fsync-writer/after": {
        "meminfo.Dirty": 120 * 1024, "files.allocated": 574, "proc.rss[python fsync_writer.py]": 2561 * 4096,
        "proc.fds[python fsync_writer.py]": 4, "proc.vsize[python fsync_writer.py]": 16_130_048,
    },
}  # fmt: skip
"""Read off the trees' files: name of the series, value in base units."""
TREES = {f"{path.parent.name}/{path.name}": path for path in sorted((FIXTURES / "machines").glob("*/*"))}


@cache
def diff_of(story: str) -> Diff:
    before, after = (load(FIXTURES / "snapshots" / f"{story}-{side}.parquet") for side in ("before", "after"))
    return diff(before, after)


def headlines(story: str) -> list[Finding]:
    return [finding for finding in diff_of(story).findings if finding.tier == "headline"]


def series_of(finding: Finding) -> list[str]:
    """What a finding is about: its face, and what changed with it."""
    return [_named(finding.metric, finding.instance), *finding.also]


def _named(metric: str, instance: str) -> str:
    return f"{metric}[{instance}]" if instance else metric


def verdict_on(story: str, series: str) -> str:
    """Whether a series got better or worse, also where there was nothing before; of a fact, what its finding says."""
    for row in diff_of(story).series:
        if _named(row.metric, row.instance) == series and row.tier:
            return {True: "regressed", False: "improved", None: "changed"}[row.worse]
    return next((finding.verdict for finding in diff_of(story).findings if series_of(finding)[0] == series), "same")


def fits(finding: Finding, expected: dict[str, Any]) -> bool:
    return (
        expected["series"] in series_of(finding)
        and expected.get("tier", "headline") in {finding.tier, "any"}
        and expected.get("says", "") in f"{finding.title}; {finding.note}"
        and expected.get("culprit") in {None, *(culprit.program for culprit in finding.culprits[:1])}
    )


def expectations() -> Iterator[Any]:
    """Each expected finding; what is not reached yet says why, and fails the day it is."""
    for story, told in TOLD.items():
        for expected in told["findings"]:
            why = expected.get("not yet")
            marks = pytest.mark.xfail(reason=why, strict=True) if why else ()
            yield pytest.param(story, expected, marks=marks, id=f"{story}: {expected['series']}")


@pytest.mark.parametrize(("story", "expected"), list(expectations()))
def test_what_went_wrong_is_found(story: str, expected: dict[str, Any]) -> None:
    assert verdict_on(story, expected["series"]) == expected["verdict"]
    assert any(fits(finding, expected) for finding in diff_of(story).findings)


@pytest.mark.parametrize("story", [story for story, told in TOLD.items() if told["findings"]])
def test_what_went_wrong_or_who_did_it_stands_first(story: str) -> None:
    first, expected = headlines(story)[0], TOLD[story]["findings"][0]

    assert expected["series"] in series_of(first) or first.instance == expected.get("culprit")


@pytest.mark.parametrize("story", TOLD)
def test_what_stayed_as_it_was_has_no_headline(story: str) -> None:
    absent = set(TOLD[story]["absent"])

    assert [finding.title for finding in headlines(story) if finding.resource in absent] == []


@pytest.mark.parametrize("story", TOLD)
def test_the_settings_that_were_turned_are_the_drift(story: str) -> None:
    drift = [
        {"source": row.source, "key": row.key, "before": row.before, "after": row.after} for row in diff_of(story).drift
    ]

    assert drift == TOLD[story]["drift"]


def test_where_nothing_happened_nothing_is_told() -> None:
    assert headlines("quiet") == []
    assert diff_of("quiet").summary.regressed == diff_of("quiet").summary.improved == 0


def test_a_story_told_backwards_ends_well() -> None:
    after, before = (load(FIXTURES / "snapshots" / f"cpu-hog-{side}.parquet") for side in ("after", "before"))

    first = diff(after, before).findings[0]

    assert (first.resource, first.verdict) == ("cpu", "improved")


@pytest.fixture(scope="session")
def captured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Snapshot]:
    """Each recorded tree, captured as if it were a host."""
    folder = tmp_path_factory.mktemp("machines")
    snapshots = {}
    for name, tree in TREES.items():
        target = folder / f"{name.replace('/', '-')}.parquet"
        capture(name, duration=0.2, interval=0.2, root=str(tree), target=target)
        snapshots[name] = load(target)
    return snapshots


@pytest.mark.parametrize("name", TREES)
def test_every_file_of_a_recorded_machine_is_read(name: str, captured: dict[str, Snapshot]) -> None:
    archive = captured[name].archive
    read = {read.content for source in archive.sources() for read in archive.reads(source)}

    unread = [str(path) for path in TREES[name].rglob("*") if path.is_file() and path.read_bytes() not in read]

    assert unread == []
    assert (archive.manifest.host, archive.manifest.kernel, archive.manifest.ticks) == ("web-1", "6.18.44", 2)


@pytest.mark.parametrize("name", TREES)
def test_a_recorded_machine_reads_as_worked_out_by_hand(name: str, captured: dict[str, Snapshot]) -> None:
    table = captured[name].table
    means = zip(table.metrics, table.instances, table.mean.tolist(), strict=True)
    values = {f"{metric.name}[{instance}]" if instance else metric.name: mean for metric, instance, mean in means}

    wrong = {
        series: (values.get(series), by_hand)
        for series, by_hand in BY_HAND[name].items()
        if values.get(series) != pytest.approx(by_hand)
    }

    assert not wrong


@pytest.mark.parametrize("story", sorted({name.partition("/")[0] for name in TREES}))
def test_recorded_machines_are_compared(story: str, captured: dict[str, Snapshot]) -> None:
    found = diff(captured[f"{story}/before"], captured[f"{story}/after"])

    assert found.summary.series_compared > 100
    assert found.drift == ()
    assert [row.program for row in found.workload.programs if row.verdict == "new"] == [
        TOLD[story]["findings"][0]["culprit"]
    ]


def test_every_fixture_is_described_and_every_story_is_whole() -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    folders = {f"`{path.name}/`" for path in FIXTURES.iterdir() if path.is_dir()}

    assert {word for word in folders | {f"`{story}`" for story in TOLD} if word not in readme} == set()
    assert set(SNAPSHOTS) == {f"{story}-{side}" for story in TOLD for side in ("before", "after")}
    assert set(TREES) <= {f"{story}/{side}" for story in TOLD for side in ("before", "after")}


PRIVATE = {
    "an identifier": rb"\b(?!0{8}-|01234567-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    "a hardware address": rb"\b(?!(?:00:){5}|(?:ff:){5}|02:..(?::00){3}|01:80:c2)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b",
    "a home": rb"/(?:home|root|Users)/",
    "a mailbox": rb"[\w.+-]+@(?!example\.)(?:[\w-]+\.)+(?:com|net|org|io|dev|local|internal|lan)\b",
}
"""Nowhere; what is made up for an example is told apart by its zeros."""
RECORDED = PRIVATE | {
    "an address": rb"(?<![\w.])(?!127\.|0\.0\.0\.0)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w.])",
    "a folder": rb"(?:^|(?<=[\s\0\"'=(]))/(?!(?:bin|dev|etc|opt|proc|run|sbin|sys|tmp|usr|var)\b)[\w.-]+",
    "a kernel of somebody's own": rb"\b[0-9]+\.[0-9]+\.[0-9]+-\w+",
}
"""Nowhere in what bench/stories.py and the lab recorded: one kernel, one interface, and the usual folders alone."""


def private_in(content: bytes, patterns: dict[str, bytes]) -> list[str]:
    found = [(name, re.search(pattern, content, re.MULTILINE)) for name, pattern in patterns.items()]
    return [f"{name}: {match[0].decode(errors='replace')}" for name, match in found if match]


def texts_of(path: Path) -> list[bytes]:
    """All that a file says: a snapshot's every column, and what it says of itself."""
    if path.suffix != ".parquet":
        return [str(path.relative_to(FIXTURES)).encode(), path.read_bytes()]
    archive = load(path).archive
    reads = [read for source in archive.sources() for read in archive.reads(source)]
    columns = [text for read in reads for text in (read.key.encode(), read.content, read.stderr or b"")]
    return [json.dumps(archive.manifest.to_json()).encode(), *columns]


@pytest.mark.parametrize(
    ("folder", "patterns"),
    [("parse", PRIVATE), ("machines", RECORDED), ("snapshots", RECORDED), ("lab", RECORDED)],
    ids=("parse", "machines", "snapshots", "lab"),
)
def test_nothing_private_is_in_the_fixtures(folder: str, patterns: dict[str, bytes]) -> None:
    files = [path for path in sorted((FIXTURES / folder).rglob("*")) if path.is_file()]

    found = {
        str(path.relative_to(FIXTURES)): told
        for path in files
        if (told := [word for text in texts_of(path) for word in private_in(text, patterns)])
    }

    assert files
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        b"3f2b8c1d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", b"link/ether 52:54:00:12:34:56 brd", b"python3\0/home/ada/shop.py\0",
        b"(ada@build.example.org)", b"inet 203.0.113.7/24", b"/dev/sdb /backups ext4", b"Linux 6.1.0-custom",
    ],
)  # fmt: skip
def test_what_is_private_would_be_seen(text: bytes) -> None:
    assert private_in(text, RECORDED)
