"""A file appears under its name whole or not at all, and takes no other's place unasked."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from snapper.archive.place import check_target, placed
from snapper.errors import CannotWrite


def put(target: Path, *, overwrite: bool = False) -> None:
    with placed(target, overwrite=overwrite) as file:
        file.write(b"new")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_there_only_when_the_block_has_ended(tmp_path: Path) -> None:
    target = tmp_path / "a"

    with placed(target) as file:
        file.write(b"new")
        assert not target.exists()

    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), placed(tmp_path / "a"):
        raise KeyboardInterrupt

    assert names(tmp_path) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    with pytest.raises(CannotWrite, match="--force"):
        put(target)

    assert (target.read_bytes(), names(tmp_path)) == (b"old", ["a"])


def test_a_file_is_replaced_when_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    put(target, overwrite=True)

    assert (target.read_bytes(), names(tmp_path)) == (b"new", ["a"])


def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path: Path) -> None:
    target, other = tmp_path / "a", tmp_path / "b"
    other.write_bytes(b"old")
    target.symlink_to(other)

    put(target, overwrite=True)

    assert (target.read_bytes(), other.read_bytes()) == (b"new", b"old")


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_file_that_appears_in_the_meantime_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse_to_link)
    target = tmp_path / "a"

    with pytest.raises(CannotWrite, match="exists already"), placed(target):
        target.write_bytes(b"another's")

    assert (target.read_bytes(), names(tmp_path)) == (b"another's", ["a"])


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refuse_to_link)

    put(tmp_path / "a")

    assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"new", ["a"])


def refuse_to_link(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("function", [check_target, put])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("folder", "is a directory"),
        ("nowhere/a", "mkdir -p"),
        ("pipe", "no regular file"),
    ],
)
def test_a_target_that_cannot_be_is_refused(tmp_path: Path, name: str, says: str, function: object) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(CannotWrite, match=says) as refused:
        function(tmp_path / name, overwrite=True)  # type: ignore[operator]  # both take the same

    assert name in str(refused.value)
    assert names(tmp_path) == ["folder", "pipe"]


def test_a_name_that_is_too_long_is_said_at_the_attempt(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="too long"):
        put(tmp_path / ("x" * 300))

    assert names(tmp_path) == []


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)

    with pytest.raises(CannotWrite, match="may not write"):
        put(tmp_path / "a")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EDQUOT, "no space left"),
        (errno.EROFS, "Read-only"),
        (errno.EACCES, "may not write"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_system_answers_is_put_into_a_sentence(tmp_path: Path, number: int, says: str) -> None:
    with pytest.raises(CannotWrite, match=says), placed(tmp_path / "a"):
        raise OSError(number, os.strerror(number))

    assert names(tmp_path) == []
