"""The reads that are kept from one capture to the next, and when they are not believed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from snapper.record.kept import Reads, kept_reads

READS: Reads = [{"source": "proc.stat", "kind": "file", "cadence": "tick", "path": "proc/stat"}]


class Asked:
    """Makes the reads, and counts how often it had to."""

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self.times = 0
        self.files = [str(file) for file in files]

    def __call__(self) -> tuple[Reads, Iterable[str]]:
        self.times += 1
        return READS, self.files


def test_the_collectors_are_asked_once(tmp_path: Path) -> None:
    asked = Asked()

    found = [kept_reads(str(tmp_path / "cache"), asked) for _ in range(3)]

    assert found == [READS] * 3
    assert asked.times == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["reads.json"]
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "cache" / "reads.json").stat().st_mode & 0o777 == 0o600


def test_a_plug_in_that_changed_is_asked_again(tmp_path: Path) -> None:
    plug_in = tmp_path / "plug_in.py"
    plug_in.write_text("")
    asked = Asked([plug_in])
    kept_reads(str(tmp_path / "cache"), asked)

    os.utime(plug_in, (1, 1))
    kept_reads(str(tmp_path / "cache"), asked)

    assert asked.times == 2


def test_what_is_installed_beside_it_makes_it_ask_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    kept_reads(str(tmp_path / "cache"), asked)

    (tmp_path / "site-packages").mkdir()
    monkeypatch.syspath_prepend("")
    monkeypatch.setattr("sys.path", ["", str(tmp_path / "site-packages")])
    kept_reads(str(tmp_path / "cache"), asked)

    assert asked.times == 2


def damage(text: str) -> Callable[[Path], None]:
    return lambda file: Path.write_text(file, text) and None


def another_format(file: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 999}))


def link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def too_large(file: Path) -> None:
    os.truncate(file, 2**30)


@pytest.mark.parametrize(
    "spoil",
    [
        damage(""), damage("[]"), damage("{}"), damage('{"format": 1, "state": 0}'), damage("\0\xff"), another_format,
        link, pipe, too_large, lambda file: file.chmod(0o620), lambda file: file.chmod(0o602),
        lambda file: file.parent.chmod(0o777),
    ],
)  # fmt: skip
def test_what_is_not_to_be_trusted_is_not_read(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    asked = Asked()
    kept_reads(str(tmp_path / "cache"), asked)
    spoil(tmp_path / "cache" / "reads.json")

    assert kept_reads(str(tmp_path / "cache"), asked) == READS
    assert asked.times == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file away")
@pytest.mark.parametrize("whose", ["reads.json", "."])
def test_somebody_elses_file_is_not_read_by_root(tmp_path: Path, whose: str) -> None:
    asked = Asked()
    kept_reads(str(tmp_path / "cache"), asked)
    os.chown(tmp_path / "cache" / whose, 65534, -1)

    assert kept_reads(str(tmp_path / "cache"), asked) == READS
    assert asked.times == 2


@pytest.mark.parametrize("place", ["/proc/nonesuch/cache", "/dev/null"])
def test_where_nothing_can_be_kept_the_collectors_are_asked_each_time(place: str) -> None:
    asked = Asked()

    assert [kept_reads(place, asked) for _ in range(2)] == [READS] * 2
    assert asked.times == 2


def test_a_cache_folder_that_is_a_link_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cache").symlink_to("elsewhere")

    kept_reads(str(tmp_path / "cache"), Asked())

    assert list((tmp_path / "elsewhere").iterdir()) == []
