"""The store lists whatever lies in its folder, and never fails for one bad file."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive.parquet import write
from snapper.archive.store import Entry, EntryKind, Store, file_name
from snapper.errors import CannotWrite, UnreadableSnapshot
from tests.archive import spools

SNAPSHOTS = {"first": 1000.0, "second": 3000.0, "third": 2000.0}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    for label, started in SNAPSHOTS.items():
        write([spools.tick(0)], spools.manifest(label=label, started=started), tmp_path / f"{label}.parquet")
    return Store(tmp_path)


def by_name(store: Store) -> dict[str, Entry]:
    return {entry.path.name: entry for entry in store.entries()}


def test_snapshots_are_listed_newest_first(store: Store) -> None:
    entries = store.entries()

    assert [entry.manifest.label for entry in entries if entry.manifest] == ["second", "third", "first"]
    assert [entry.when for entry in entries] == [3000.0, 2000.0, 1000.0]
    assert {entry.kind for entry in entries} == {EntryKind.SNAPSHOT}
    assert all(entry.size == entry.path.stat().st_size and not entry.error for entry in entries)


@pytest.mark.parametrize(
    ("name", "content", "kind", "says"),
    [
        ("empty.parquet", b"", EntryKind.UNREADABLE, "is empty"),
        ("page.parquet", b"<html>", EntryKind.UNREADABLE, "an HTML page"),
        ("cut.parquet", b"PAR1\0\0\0\0", EntryKind.UNREADABLE, "cut off"),
        (".web.parquet.spool", spools.spool(spools.small()), EntryKind.SPOOL, "recording of 'pre-deploy' was not"),
        ("nothing.spool", b"", EntryKind.UNREADABLE, "is empty"),
        ("cut.spool", b"SNAPSPL1H", EntryKind.UNREADABLE, "cut off before its header"),
        ("nameless.spool", spools.spool([], about=spools.header([], plan={})), EntryKind.SPOOL, "a recording was not"),
    ],
)
def test_another_file_is_listed_for_what_it_is(
    store: Store, name: str, content: bytes, kind: EntryKind, says: str
) -> None:
    (store.folder / name).write_bytes(content)

    entry = by_name(store)[name]

    assert (entry.kind, entry.manifest, entry.size) == (kind, None, len(content))
    assert says in entry.error
    assert not entry.error.startswith(str(store.folder))
    assert len(store.entries()) == len(SNAPSHOTS) + 1


def test_a_recording_that_is_going_on_is_no_leftover(store: Store) -> None:
    path = store.folder / "a.spool"
    with path.open("wb") as file:
        file.write(spools.spool([], about=spools.header([], host=spools.host(pids=[os.getpid()]))))
        file.flush()
        going_on = by_name(store)["a.spool"].error

    assert going_on.endswith(f"is going on, by process {os.getpid()}")
    assert "snapper recover" in by_name(store)["a.spool"].error


def test_odd_things_in_the_folder_are_no_crash(store: Store) -> None:
    (store.folder / "folder.parquet").mkdir()
    (store.folder / "dangling.parquet").symlink_to("nowhere")
    os.mkfifo(store.folder / "pipe.parquet")
    (store.folder / "notes.txt").write_text("mine")
    (store.folder / ".snapper-0123456789ab.tmp").write_text("half")

    unreadable = {name: entry.error for name, entry in by_name(store).items() if entry.kind is EntryKind.UNREADABLE}

    assert sorted(unreadable) == ["dangling.parquet", "folder.parquet", "pipe.parquet"]
    assert all(unreadable.values())


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Store(tmp_path / "nowhere").entries() == []


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnreadableSnapshot, match="SNAPPER_STORE"):
        Store(tmp_path / "file").entries()
    with pytest.raises(CannotWrite, match="SNAPPER_STORE"):
        Store(tmp_path / "file").new_path(host="web-7", label="", identity="a41f09c2d3e4")


def test_a_new_path_lies_in_a_folder_of_the_users_own(tmp_path: Path) -> None:
    store = Store(tmp_path / "data" / "snapshots")

    path = store.new_path(host="web-7", label="pre-deploy", identity="a41f09c2d3e4", started=spools.STARTED)

    assert path == store.folder / "web-7_pre-deploy_20261123T094107Z_a41f09c2d3e4.parquet"
    assert not path.exists()
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_without_a_time_the_name_tells_the_present(tmp_path: Path) -> None:
    name = Store(tmp_path).new_path(host="web-7", label="", identity="a41f09c2d3e4").name

    assert re.fullmatch(r"web-7_20\d{6}T\d{6}Z_a41f09c2d3e4\.parquet", name)


def test_the_usual_folder_is_the_users_unless_the_environment_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/home/user/.data")
    monkeypatch.delenv("SNAPPER_STORE", raising=False)
    assert Store.usual().folder == Path("/home/user/.data/perf-snapper/snapshots")

    monkeypatch.setenv("SNAPPER_STORE", "/srv/snapshots")
    assert Store.usual().folder == Path("/srv/snapshots")


@given(host=st.text(), label=st.text(), identity=st.text(), started=st.floats(0, 4e9))
def test_any_name_is_safe_in_a_shell_a_url_and_a_folder(host: str, label: str, identity: str, started: float) -> None:
    name = file_name(host=host, label=label, identity=identity, started=started)

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.parquet", name)
    assert len(name) <= 200
