"""What the kernel reported in a window: new lines only, by kind, in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from snapper.analyze.events import MOST_OF_A_KIND, events_of, related
from snapper.analyze.sections import Event
from snapper.analyze.snapshot import Snapshot
from snapper.api import load
from snapper.archive.finish import finish
from snapper.archive.read import Read
from tests.archive.spools import BOOTTIME, SECOND, spool, stat, tick
from tests.report.sample import sample_diff

OLD = "<6>[ 4000.000000] EXT4-fs (vda): mounted filesystem r/w\n"
KILLED = "<3>[ {}.000000] Out of memory: Killed process {} (java) total-vm:9kB, anon-rss:8kB\n"


def snapshot(folder: Path, *logs: str) -> Snapshot:
    edges = (BOOTTIME - SECOND, BOOTTIME + 2 * SECOND + 5000)
    reads = [Read("cmd.dmesg", "", t, 900, "ok", log.encode(), b"", 0) for t, log in zip(edges, logs, strict=False)]
    path = folder / "x.spool"
    path.write_bytes(spool([reads[:1], *([tick(n), stat(n)] for n in range(3)), reads[1:]]))
    finish(path, folder / "x.parquet", overwrite=True)
    return load(folder / "x.parquet")


def test_what_is_new_in_the_log_is_told_with_its_time(tmp_path: Path) -> None:
    quiet = snapshot(tmp_path, OLD, OLD)
    after = snapshot(tmp_path, OLD, OLD + KILLED.format(5001, 4711))

    (event,) = events_of(quiet, after)

    assert (event.side, event.metric, event.resource) == ("after", "kernel.log.oom", "memory")
    assert event.t == pytest.approx(1.0)
    assert "4711 (java)" in event.text


def test_a_flood_is_cut(tmp_path: Path) -> None:
    flood = "".join(KILLED.format(5001, pid) for pid in range(100, 200))

    assert len(events_of(snapshot(tmp_path, OLD, OLD), snapshot(tmp_path, OLD, OLD + flood))) == MOST_OF_A_KIND


@pytest.mark.parametrize("logs", [(), (OLD,), ("no log at all\n", "nor this\n")], ids=["none", "once", "unreadable"])
def test_a_log_that_cannot_be_compared_tells_nothing(tmp_path: Path, logs: tuple[str, ...]) -> None:
    found = snapshot(tmp_path, *logs)

    assert events_of(found, found) == ()


@pytest.mark.parametrize(
    ("happened", "ranks"),
    [
        ({"side": "after", "resource": "disk"}, (3,)),
        ({"side": "before", "resource": "disk"}, ()),
        ({"side": "after", "resource": "host", "metric": "cpu.utilization"}, (1,)),
        ({"side": "after", "resource": "host"}, ()),
    ],
)
def test_an_event_may_explain_what_came_with_it_and_is_about_the_same(
    happened: dict[str, Any], ranks: tuple[int, ...]
) -> None:
    usual: dict[str, Any] = {"t": 1.0, "metric": "kernel.log.other", "title": "Something", "text": "a line"}
    findings = sample_diff().findings

    (event,) = related([Event(**(usual | happened))], findings)

    assert event.findings == ranks
