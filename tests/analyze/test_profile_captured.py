"""From a capture's evidence to the comparison: a recorded tree stands for perf, so that this runs everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from snapper import capture, diff, load
from snapper.analyze.snapshot import Snapshot
from snapper.collectors.programs.perf_samples import Frame
from snapper.report.json_ import diff_from_json, render_json
from tests.analyze.profiles import AFTER, BEFORE, Weights, taken_of

Captured = Callable[[str, str | None], Snapshot]
CLIPPED = "\nlast  41 1040.0"
"""What is left of a sample that did not fit."""


def line(frame: Frame) -> str:
    address, folder = (0xFFFFFFFF81000000, "") if frame.kernel else (0x1000, "/srv/")
    return f"\t{address:16x} {frame.name} ({folder}{frame.image})\n"


def printed(weights: Weights, *, seed: int) -> str:
    """A profile as perf prints it."""
    samples = (
        f"{sample.comm:>8} {sample.pid:5d} {sample.seconds:.6f}: \n" + "".join(map(line, reversed(sample.stack)))
        for sample in taken_of(weights, seed=seed).samples
    )
    return "\n".join(samples) + "\n"


@pytest.fixture
def captured(tmp_path: Path) -> Captured:
    """Captures a tree that holds a profile, if one is given."""

    def make(name: str, profile: str | None) -> Snapshot:
        tree = tmp_path / name
        (tree / "proc").mkdir(parents=True)
        (tree / "proc" / "stat").write_text("cpu  10 0 10 500 0 0 0 0 0 0\ncpu0 10 0 10 500 0 0 0 0 0 0\n")
        (tree / "cmd").mkdir()
        if profile is not None:
            (tree / "cmd" / "perf_script").write_text(profile)
        path, _ = capture(
            name, duration=0.3, interval=0.1, target=tmp_path / f"{name}.parquet", root=str(tree),
            only=["proc.stat", "cmd.perf_script"], asked={"profile": "yes"},
        )  # fmt: skip
        return load(path)

    return make


def test_what_perf_printed_becomes_the_profile_of_the_comparison(captured: Captured) -> None:
    found = diff(captured("before", printed(BEFORE, seed=1)), captured("after", printed(AFTER, seed=2)))

    assert found.profile is not None
    assert (found.profile.functions[0].name, found.profile.functions[0].moved) == ("checksum", "grew")
    assert {row.name for row in found.profile.frames if row.depth == 0} == {"orders", "nginx", "kworker"}
    again = diff_from_json(json.loads(render_json(found)))
    assert render_json(again) == render_json(found)


@pytest.mark.parametrize(
    "text", [None, "", "perf: no such thing\n\n", "orders"], ids=["absent", "empty", "other", "cut"]
)
def test_a_side_without_a_profile_leaves_none(captured: Captured, text: str | None) -> None:
    found = diff(captured("before", text), captured("after", printed(AFTER, seed=2)))

    assert found.profile is None
    assert any(row.source == "cmd.perf_script" for row in found.coverage.sources)


def test_the_first_part_of_a_profile_is_one(captured: Captured) -> None:
    cut = printed(BEFORE, seed=1) + CLIPPED

    found = diff(captured("before", cut), captured("after", printed(AFTER, seed=2)))

    assert found.profile is not None
    assert "last" not in {row.name for row in found.profile.frames}
