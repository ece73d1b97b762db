"""Many captures beside each other: none takes another's name, and none leaves anything but its snapshot."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

import snapper
from snapper.archive.load import load_manifest
from snapper.archive.parquet import write
from snapper.archive.select import select
from snapper.archive.store import EntryKind, Store
from tests.archive import spools
from tests.cli.running import SNAPPER, environment_of, run_snapper, the_sentence

SHORT = ("capture", "same", "-d", "300ms", "-i", "100ms", "--only", "proc.stat")


def at_once(count: int, store: Path, *more: str) -> list[subprocess.CompletedProcess[str]]:
    """Several captures that run at the same time."""
    running = [
        subprocess.Popen(
            [*SNAPPER, *SHORT, *more],
            env=environment_of(store),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    said = [each.communicate(timeout=120) for each in running]
    return [
        subprocess.CompletedProcess(each.args, each.returncode, *words)
        for each, words in zip(running, said, strict=True)
    ]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_two_captures_at_once_leave_two_snapshots_and_nothing_else(tmp_path: Path) -> None:
    done = at_once(2, tmp_path)

    assert [each.returncode for each in done] == [0, 0], done
    assert len({load_manifest(path).id for path in tmp_path.glob("*.parquet")}) == 2
    assert [name for name in names(tmp_path) if not name.endswith(".parquet")] == []


def test_two_versions_at_once_leave_each_its_own_and_can_be_compared(tmp_path: Path) -> None:
    store, other = tmp_path / "store", tmp_path / "other"
    shutil.copytree(Path(snapper.__file__).parent, other / "snapper", ignore=shutil.ignore_patterns("__pycache__"))
    init = other / "snapper" / "__init__.py"
    init.write_text(init.read_text().replace(f'"{snapper.__version__}"', '"99.0.0"'))
    here = environment_of(store, XDG_CACHE_HOME=str(tmp_path / "cache"))
    command = [*SNAPPER, "capture", "-d", "300ms", "-i", "100ms", "--only", "proc.stat", "-q"]

    for label in ("first", "second"):  # the plan that is kept is the other's each time
        running = [
            subprocess.Popen([*command, label], env={**here, "PYTHONPATH": str(place)}, cwd=place)
            for place in (Path(snapper.__file__).parents[1], other)
        ]
        assert [each.wait(timeout=120) for each in running] == [0, 0]

    told = [(load_manifest(path).snapper, load_manifest(path).label) for path in store.glob("*.parquet")]
    assert sorted(told) == sorted((v, at) for v in (snapper.__version__, "99.0.0") for at in ("first", "second"))
    assert [name for name in names(store) if not name.endswith(".parquet")] == []
    assert run_snapper("diff", *map(str, sorted(store.glob("*.parquet"))[:2]), store=store).returncode == 0


def test_of_two_captures_to_one_file_one_is_refused_and_the_other_whole(tmp_path: Path) -> None:
    done = at_once(2, tmp_path, "-o", str(tmp_path / "x.parquet"))

    assert sorted(each.returncode for each in done) == [0, 3], done
    the_sentence(next(each for each in done if each.returncode), 3)
    assert load_manifest(tmp_path / "x.parquet").complete
    assert names(tmp_path) == ["x.parquet"]


def test_a_thousand_snapshots_of_one_label_and_second(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(1000):
        identity = f"{number:012x}"
        path = store.new_path(host="web-7", label="same", identity=identity, started=spools.STARTED)
        write([spools.tick(0)], spools.manifest(id=identity, label="same", started=spools.STARTED), path)

    entries = store.entries()

    assert {entry.kind for entry in entries} == {EntryKind.SNAPSHOT}
    assert len({entry.path for entry in entries}) == len(names(tmp_path)) == 1000
    assert select("latest~999", store, now=spools.STARTED + 1).path in {entry.path for entry in entries}
    assert load_manifest(select(f"{731:012x}", store, now=spools.STARTED).path).id == f"{731:012x}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["pyarrow", "on the disk, without a name"])
def test_a_signal_while_the_file_is_made_keeps_the_recording_or_the_snapshot(
    moment: str, number: signal.Signals, tmp_path: Path
) -> None:
    folder, early = tmp_path / "captures", tmp_path / "early"
    folder.mkdir()
    early.mkdir()
    strike = f"import os\nos.kill(os.getpid(), {int(number)})\n"
    if moment == "pyarrow":
        (early / "pyarrow.py").write_text(strike)
    else:  # when the file is on the disk, and has no name yet
        (early / "sitecustomize.py").write_text(
            f"import os\nsync = os.fsync\ndef last(fd):\n    sync(fd)\n    os.kill(os.getpid(), {int(number)})\n"
            "os.fsync = last\n"
        )
    words = (*SHORT, "-o", folder / "x.parquet")

    done = run_snapper(*words, store=tmp_path, PYTHONPATH=f"{early}:{Path(__file__).parents[2]}")

    assert "interrupted; what was recorded is kept, finish it with: snapper recover" in the_sentence(done, 130)
    assert names(folder) == [".x.parquet.spool"]
    assert run_snapper("recover", folder, store=tmp_path).returncode == 0
    assert load_manifest(folder / "x.parquet").complete
    assert names(folder) == ["x.parquet"]
