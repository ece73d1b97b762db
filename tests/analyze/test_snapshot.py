"""An opened snapshot, as users hold it."""

from __future__ import annotations

import pytest

from snapper import Snapshot
from snapper.analyze import snapshot as room
from snapper.analyze.series import tabulate
from snapper.collectors.cpu import proc_loadavg
from tests.analyze.tape import Tape


@pytest.fixture
def tape() -> Tape:
    tape = Tape((0, 1.25, 2), id="4f2a91c0ffee", label="pre-deploy")
    return tape.add("proc.loadavg", 0, "0.50 0.25 0.10 1/200 4711\n").add(
        "proc.loadavg", 2, "1.50 0.25 0.10 1/200 4712\n"
    )


def test_its_series_are_tidy(tape: Tape) -> None:
    frame = Snapshot(tape).series()

    assert list(frame.columns) == ["metric", "instance", "t", "value"]
    assert [str(kind) for kind in frame.dtypes] == ["category", "category", "float64", "float64"]
    one_minute = frame[frame["metric"] == next(name for name in frame["metric"].unique() if name.endswith("1"))]
    assert one_minute[["t", "value"]].to_numpy().tolist() == [[0, 0.5], [1.25, 0.5], [2, 1.5]]


def test_what_is_not_known_has_no_row(tape: Tape) -> None:
    tape.add("proc.stat", 0, "cpu  100 0 100 1000 0 0 0 0 0 0\nctxt 10\n")

    frame = Snapshot(tape).series()

    assert frame[frame["metric"] == "stat.ctxt"]["t"].tolist() == [1.25, 2]
    assert not frame["value"].isna().any()


def test_a_snapshot_without_series_is_an_empty_frame() -> None:
    frame = Snapshot(Tape(())).series()

    assert list(frame.columns) == ["metric", "instance", "t", "value"]
    assert len(frame) == 0


def test_its_evidence_and_manifest_are_the_archives(tape: Tape) -> None:
    opened = Snapshot(tape)

    assert opened.archive is tape
    assert opened.manifest is tape.manifest


def test_its_table_is_computed_once(tape: Tape, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        room, "tabulate", lambda archive: asked.append(archive) or tabulate(archive, [proc_loadavg.COLLECTOR])
    )
    opened = Snapshot(tape)

    assert opened.table is opened.table
    assert asked == [tape]


@pytest.mark.parametrize("name", ["archive", "manifest"])
def test_it_does_not_change(tape: Tape, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Snapshot(tape), name, None)


def test_it_says_what_it_is(tape: Tape) -> None:
    assert repr(Snapshot(tape)) == "<Snapshot 4f2a91c0ffee 'pre-deploy' of web-7: 3 ticks in 2 s>"
