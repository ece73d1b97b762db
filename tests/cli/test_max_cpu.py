"""The budget of CPU time: what it takes, and that leaving ticks out is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.archive.load import load_manifest
from tests.cli.running import Run, the_sentence


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A recorded tree that takes some time to read."""
    for pid in range(2, 102):
        folder = tmp_path / "tree" / "proc" / str(pid)
        folder.mkdir(parents=True)
        (folder / "stat").write_text(f"{pid} (worker) S 1 1 1 0 -1 0 0 0 0 0 5 0 0 0 20 0 1 0 4711 0 0\n")
    return tmp_path / "tree"


def test_past_its_budget_a_capture_leaves_ticks_out_and_says_so(alone: Run, tree: Path, tmp_path: Path) -> None:
    target = tmp_path / "host.parquet"
    window = ("-d", "800ms", "-i", "20ms", "--root", tree, "-o", target)

    done = alone("capture", *window, "--max-cpu", "0.01%")

    assert done.returncode == 0, done.stderr
    assert "lie between two ticks, to keep within the budget of CPU time" in done.stderr
    assert load_manifest(target).cost["stretched"] > 1


@pytest.mark.parametrize("budget", [(), ("--max-cpu", "100%")])
def test_without_one_nothing_is_left_out(alone: Run, tree: Path, tmp_path: Path, budget: tuple[str, ...]) -> None:
    target = tmp_path / "host.parquet"

    done = alone("capture", "-d", "100ms", "-i", "20ms", "--root", tree, "-o", target, *budget)

    assert "budget" not in done.stderr
    assert load_manifest(target).cost["stretched"] == 1


@pytest.mark.parametrize("share", ["0%", "101%", "-1%", "much", "1e3", "two %"])
def test_what_is_no_share_is_refused(alone: Run, share: str) -> None:
    assert f"--max-cpu: '{share}' is no share of a CPU" in the_sentence(alone("capture", f"--max-cpu={share}"), 2)
