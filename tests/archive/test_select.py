"""What a user writes to name a snapshot, and which one is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from snapper.archive.parquet import write
from snapper.archive.select import Selection, select
from snapper.archive.store import Store
from snapper.errors import UnknownSnapshot
from tests.archive import spools

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
HOUR: Final = 3600.0
DAY: Final = 24 * HOUR

SNAPSHOTS: Final = {
    # file: label, id, host, age in seconds
    "newest": ("post-deploy", "b0000000000b", "web-7", 2 * HOUR),
    "elsewhere": ("nightly", "c00000000001", "web-8", 11 * HOUR),
    "nightly": ("nightly", "c00000000002", "web-7", 12 * HOUR),
    "nameless": ("", "d4e5f6a7b8c9", "web-7", 25 * HOUR),
    "odd": ("2h", "e00000000000", "web-7", 3 * DAY),
    "hex": ("beef", "f00000000000", "web-7", 4 * DAY),
    "pre": ("pre-deploy", "a41f09c2d3e4", "web-7", 6.9 * DAY),
    "old": ("pre-deploy", "beef00000000", "web-7", 40 * DAY),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("store")
    for name, (label, identity, host, age) in SNAPSHOTS.items():
        manifest = spools.manifest(label=label, id=identity, host=host, started=NOW - age)
        write([spools.tick(0)], manifest, folder / f"{name}.parquet")
    (folder / "broken.parquet").write_bytes(b"PAR1")
    (folder / ".left.parquet.spool").write_bytes(spools.spool(spools.small()))
    return Store(folder)


def chosen(selector: str, store: Store, host: str = "web-7") -> tuple[str, str]:
    selection = select(selector, store, now=NOW, host=host, zone=UTC)
    return selection.path.stem, selection.said


@pytest.mark.parametrize(
    ("selector", "name", "said"),
    [
        ("latest", "newest", "latest: post-deploy b00000, 2 hours ago"),
        ("latest~0", "newest", "latest~0: post-deploy b00000, 2 hours ago"),
        ("latest~3", "nameless", "latest~3: d4e5f6, 25 hours ago"),
        ("post-deploy", "newest", ""),
        ("pre-deploy", "pre", "pre-deploy: a41f09, 6.9 days ago; of 2 with this label"),
        ("nightly", "nightly", "nightly: c00000, 12 hours ago; of 2 with this label"),
        ("2h", "odd", ""),
        ("beef", "hex", ""),
        ("beef00", "old", ""),
        ("a41f", "pre", ""),
        ("A41F09C2D3E4", "pre", ""),
        ("c00000000001", "elsewhere", ""),
        ("7d", "pre", "7d: pre-deploy a41f09, 6.9 days ago"),
        ("last week", "pre", "last week: pre-deploy a41f09, 6.9 days ago"),
        ("yesterday", "nameless", "yesterday: d4e5f6, 25 hours ago"),
        ("3 days ago", "odd", "3 days ago: 2h e00000, 3.0 days ago"),
        (
            "90m",
            "newest",
            "90m: post-deploy b00000, 2 hours ago; the nearest there is, 30 minutes earlier than asked for",
        ),
        (
            "1s",
            "newest",
            "1s: post-deploy b00000, 2 hours ago; the nearest there is, 120 minutes earlier than asked for",
        ),
        (
            "last month",
            "old",
            "last month: pre-deploy beef00, 40 days ago; the nearest there is, 10 days earlier than asked for",
        ),
        (
            "500d",
            "old",
            "500d: pre-deploy beef00, 40 days ago; the nearest there is, 460 days later than asked for",
        ),
        ("2026-11-20", "odd", "2026-11-20: 2h e00000, 3.0 days ago"),
        ("2026-11-20T12:00", "odd", "2026-11-20T12:00: 2h e00000, 3.0 days ago"),
        ("2026-11-23", "newest", "2026-11-23: post-deploy b00000, 2 hours ago"),
    ],
)
def test_what_is_written_finds_what_is_meant(selector: str, name: str, said: str, store: Store) -> None:
    assert chosen(selector, store) == (name, said)


@pytest.mark.parametrize(("host", "name"), [("web-7", "nightly"), ("web-8", "elsewhere"), ("web-9", "elsewhere")])
def test_of_a_label_on_several_hosts_this_hosts_is_meant(host: str, name: str, store: Store) -> None:
    assert chosen("nightly", store, host)[0] == name


@pytest.mark.parametrize(
    ("selector", "says"),
    [
        ("latest~8", "only 8 snapshots"),
        ("c0000", "2 ids begin so: nightly c00000000001, nightly c00000000002; write more digits"),
        ("pre-depoly", "did you mean pre-deploy or post-deploy?"),
        ("xyz", "labels there: post-deploy, nightly, 2h, beef, pre-deploy"),
        ("xyz", r"latest~1, an age \(7d, 'last week'\), or a date"),
        ("abc", "no such snapshot"),
        ("./latest", "no such file"),
        ("missing.parquet", "no such file"),
        ("latest~x", "no such snapshot"),
        ("latest~-1", "no such snapshot"),
        ("", "no such snapshot"),
    ],
)
def test_what_finds_nothing_is_told_with_what_there_is(selector: str, says: str, store: Store) -> None:
    with pytest.raises(UnknownSnapshot, match=says) as error:
        chosen(selector, store)

    assert str(error.value).startswith(repr(selector))


def test_two_copies_of_one_snapshot_are_not_ambiguous(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write([spools.tick(0)], spools.manifest(), tmp_path / f"{name}.parquet")

    assert chosen("a41f09", Store(tmp_path))[0] in {"a", "b"}


def test_in_an_empty_store_the_next_step_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownSnapshot, match="snapper capture LABEL"):
        chosen("latest", Store(tmp_path / "nowhere"))


def test_a_file_goes_before_everything_else(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latest").write_bytes(b"")
    (tmp_path / "nightly").mkdir()

    assert select("latest", store, now=NOW) == Selection(Path("latest"), "")
    assert chosen("nightly", store)[0] == "nightly"
    assert select(str(tmp_path), store, now=NOW) == Selection(tmp_path, "")


def test_a_file_name_of_the_store_is_found_there(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert select("old.parquet", store, now=NOW).path == store.folder / "old.parquet"


def test_a_snapshot_from_the_future_is_said_to_be(tmp_path: Path) -> None:
    write([spools.tick(0)], spools.manifest(started=NOW + 2 * HOUR), tmp_path / "a.parquet")

    assert chosen("latest", Store(tmp_path))[1] == "latest: pre-deploy a41f09, 2 hours in the future"


def test_the_host_is_asked_for_where_it_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, host, age in (("here", "this-host", 2), ("there", "that-host", 1)):
        write([spools.tick(0)], spools.manifest(host=host, started=NOW - age), tmp_path / f"{name}.parquet")
    monkeypatch.setattr("socket.gethostname", lambda: "this-host")

    assert select("pre-deploy", Store(tmp_path), now=NOW).path.stem == "here"
